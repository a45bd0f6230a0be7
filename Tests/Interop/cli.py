# SPDX-License-Identifier: Apache-2.0
"""The command line as the contract says: help, exit statuses, what goes where."""
import json
import re
import uuid

from artefacts import changed, pem
from forms import encoded, new_uuid, statement, uuid_of
from harness import EXAMPLES, ROOT, econnector, folder
from services import Connector, Sandbox, enrolled, http_request, passphrase_file
from strangers_pdf import pyhanko
from strangers_xml import signxml, xmlsec1

COMMANDS = [
    "demo", "sandbox", "serve", "submit", "status", "check", "render", "uuid", "verify", "sign",
    "keys enrol", "keys import", "keys list", "keys remove", "packs list", "packs check", "packs show",
    "price", "acts search", "acts show", "pid simulate", "pid validate", "pid contest", "pid abandon", "pid status",
]


def facts(checks):
    with checks.about("help"):
        helpful(checks)
    with checks.about("check"):
        check(checks)
    with checks.about("render"):
        render(checks)
    with checks.about("small commands"):
        small(checks)
    with checks.about("against services"):
        with Sandbox() as sandbox:
            state = enrolled(sandbox)
            with checks.about("submit"):
                submit(checks, sandbox, state)
            with checks.about("sign"):
                sign(checks, sandbox, state)


def helpful(checks):
    for command in COMMANDS:
        result = econnector(*command.split(), "--help")
        checks.fact(f"{command} --help shows an example, exit 0",
                    result.ok and "EXAMPLE" in result.text and f"econnector {command}" in result.text, result)
    result = econnector("--help")
    checks.fact("--help names every command", all(name.split()[0] in result.text for name in COMMANDS), result)
    result = econnector("--version")
    checks.fact("--version prints a version", re.fullmatch(r"\d+\.\d+\.\d+\n", result.text), result)
    for wrong in (["nothing"], ["check"], ["check", "--nothing"], ["verify"],
                  ["check", EXAMPLES / "valid-minimal.json", "--language", "xx"],
                  ["verify", EXAMPLES / "valid-minimal.xml", "--policy", "none"],
                  ["verify", EXAMPLES / "valid-minimal.xml", "--at", "yesterday"]):
        result = econnector(*wrong)
        checks.fact(f"`{' '.join(map(str, wrong[:1] + wrong[-1:]))}`: exit 64, on standard error",
                    result.status == 64 and not result.output and result.errors, result)


def check(checks):
    for name in ("valid-minimal.json", "valid-minimal.xml", "valid-full.json", "valid-full.xml", "valid-hospital.json"):
        result = econnector("check", EXAMPLES / name)
        checks.fact(f"{name} is OK", result.ok and result.text == "OK\n", result)
    result = econnector("check", EXAMPLES / "broken-OEC-MHM-011.json")
    checks.fact("an error: exit 1, code and pointer on standard output",
                result.status == 1 and "OEC-MHM-011 /memoireHonoraire/entete/patient/matricule" in result.text, result)
    result = econnector("check", EXAMPLES / "broken-OEC-MHM-011.json", "--json")
    item, = json.loads(result.text)["anomalies"]
    checks.fact("--json: code, pointer, three languages",
                item["code"] == "OEC-MHM-011" and set(item["text"]) == {"fr", "de", "en"}, result)
    sentences = {econnector("check", EXAMPLES / "broken-OEC-MHM-011.json", "--language", language).text
                 for language in ("fr", "de", "en")}
    checks.fact("--language changes the sentence", len(sentences) == 3, sentences)
    form = statement()
    body = form["memoireHonoraire"]
    body["entete"]["patient"]["matricule"] = "2010123199967"
    body["prestation"][0]["nombre"] = "one"
    body["paiement"]["inconnu"] = 1
    result = econnector("check", "-", "--json", input=encoded(form))
    pointers = {item["pointer"] for item in json.loads(result.text)["anomalies"]}
    checks.fact("all problems come at once", result.status == 1 and {
        "/memoireHonoraire/prestation/0/nombre", "/memoireHonoraire/paiement/inconnu"} <= pointers, result)
    for name, data in (("an empty file", b""), ("a text", b"hello"), ("half a form", encoded(form)[:100])):
        result = econnector("check", "-", input=data)
        checks.fact(f"{name}: exit 65, says where", result.status == 65 and "line" in result.said and not result.output, result)
    checks.refuses("a file that is not there: exit 65", econnector("check", "/nonexistent/form.json"), 65)
    large = changed("large.json", b" " * (22 << 20))
    checks.refuses("a file of 22 MiB: exit 65", econnector("check", large), 65)
    for path in sorted(EXAMPLES.glob("broken-*.json")):
        code = "-".join(path.stem.split("-")[1:4])
        result = econnector("check", path, "--today", "2026-08-01")
        checks.fact(f"{path.name} raises {code}", code in result.text and result.status in (0, 1), result)


def render(checks):
    for name in ("valid-minimal", "valid-full"):
        pdfs = []
        for kind in ("json", "xml"):
            for _ in range(2):
                result = econnector("render", EXAMPLES / f"{name}.{kind}", "-o", "-")
                pdfs.append(result.output)
                checks.fact(f"{name}.{kind} is drawn to standard output",
                            result.ok and result.output.startswith(b"%PDF-1.7"), result.said)
        checks.fact(f"{name}: JSON and XML and every run give the same bytes", len(set(pdfs)) == 1,
                    [len(pdf) for pdf in pdfs])
    path = folder("render") / "form.pdf"
    checks.refuses("a form with errors is not drawn: exit 1",
                   econnector("render", EXAMPLES / "broken-OEC-MHM-011.json", "-o", path), 1)
    checks.fact("and leaves no file", not path.exists())
    result = econnector("render", EXAMPLES / "valid-minimal.json", "-o", "/nonexistent/form.pdf")
    checks.fact("a folder that is not there: exit 69, names the path",
                result.status == 69 and "/nonexistent/form.pdf" in result.said, result)
    form = statement()
    form["memoireHonoraire"]["entete"]["patient"]["nom"] = "漢字"
    result = econnector("render", "-", "-o", path, input=encoded(form))
    checks.fact("a character that no font has: exit 1, named",
                result.status == 1 and "6F22" in (result.text + result.said).upper(), result)


def small(checks):
    made = [econnector("uuid").text.strip() for _ in range(5)]
    checks.fact("uuid prints version 4 in lower case, a new one each time",
                len(set(made)) == 5 and all(
                    text == text.lower() and str(uuid.UUID(text)) == text and uuid.UUID(text).version == 4
                    for text in made), made)
    checks.accepts("packs check Packs finds no fault", econnector("packs", "check", ROOT / "Packs"))
    result = econnector("packs", "list")
    checks.fact("packs list names the fee statement", result.ok and "memoire-honoraires" in result.text, result)
    result = econnector("packs", "show", "memoire-honoraires")
    checks.fact("packs show names its rules", result.ok and "OEC-MHM-011" in result.text, result)
    checks.refuses("packs show of an unknown pack: exit 1", econnector("packs", "show", "none"), 1)
    checks.refuses("packs check of a folder without packs: exit 1 or 69", econnector("packs", "check", folder("none")))
    result = econnector("packs", "list", "--packs", "/nonexistent")
    checks.fact("no packs: exit 69, names the place", result.status == 69 and "/nonexistent" in result.said, result)
    result = econnector("sandbox", "--list")
    checks.fact("sandbox --list names the providers", result.ok and "90000135" in result.text, result)
    result = econnector("keys", "list", "--state", folder("nokeys"))
    checks.fact("keys list without keys: exit 0, nothing", result.ok and not result.output, result)


def submit(checks, sandbox, state):
    with Connector(sandbox, state) as connector:
        options = ["--state", state]
        form = statement()
        out = folder("results")
        result = econnector("submit", "-", "--wait", "--out", out, *options, input=encoded(form))
        identifier = uuid_of(form)
        checks.fact("submit --wait: exit 0, the final state on standard output",
                    result.ok and json.loads(result.text)["state"] == "final", result)
        for name in (f"{identifier}.xml", f"{identifier}.pdf", "receipt.json", "validation-report.xml"):
            checks.fact(f"submit --out leaves {name}", (out / name).exists())
        result = econnector("submit", EXAMPLES / "valid-minimal.xml", *options)
        checks.fact("submit of XML without --wait: exit 0", result.ok and "uuid" in json.loads(result.text), result)
        result = econnector("status", identifier, *options)
        checks.fact("status shows it", result.ok and json.loads(result.text)["state"] == "final", result)
        result = econnector("status", new_uuid(), *options)
        checks.fact("status of an unknown form: exit 1, ECN-1006", result.status == 1 and "ECN-1006" in result.said, result)
        result = econnector("submit", EXAMPLES / "broken-OEC-MHM-011.json", *options)
        checks.fact("submit of a faulty form: exit 1, code and pointer named",
                    result.status == 1 and "OEC-MHM-011" in result.said and "/patient/matricule" in result.said, result)
        secret = changed("secret", connector.secret)
        result = econnector("status", identifier, "--url", connector.url, "--secret-file", secret)
        checks.accepts("--url and --secret-file do instead of the state directory", result)
        secret = changed("secret", "0" * 64)
        result = econnector("status", identifier, "--url", connector.url, "--secret-file", secret)
        checks.fact("a wrong secret: exit 1, ECN-1009", result.status == 1 and "ECN-1009" in result.said, result)
        sandbox.stamps()
        form = statement()
        result = econnector("submit", "-", "--wait", "--timeout", "2", *options, input=encoded(form))
        checks.fact("submit --wait while the time-stamp authority is down: exit 2, ECN-2001",
                    result.status == 2 and "ECN-2001" in result.text, result)
        sandbox.stamps("none")
        connector.until(uuid_of(form), "final")
    result = econnector("status", identifier, *options)
    checks.fact("status when the connector has stopped: exit 69", result.status == 69, result)
    secret_mode = (state / "client-secret").stat().st_mode & 0o777
    checks.fact("the client secret is for the user alone", secret_mode == 0o600, oct(secret_mode))
    checks.fact("the state directory is for the user alone", state.stat().st_mode & 0o777 == 0o700)


def sign(checks, sandbox, state):
    xml = changed("letter.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<letter><p>Ä fee of 10 €</p></letter>\n')
    pdf = changed("letter.pdf", b"")
    econnector("render", EXAMPLES / "valid-minimal.json", "-o", pdf)
    anchors = type("Anchors", (), {"root": sandbox.root, "issuing": changed("issuing.pem", issuing(sandbox))})
    for level in ("B-B", "B-T", "B-LT"):
        for source in (xml, pdf):
            kind = source.suffix[1:]
            output = folder("signed") / f"signed.{kind}"
            result = econnector(
                "sign", source, "--key", "signing", "--level", level, "-o", output, "--state", state,
                "--sandbox", sandbox.state, "--passphrase-file", passphrase_file(state))
            if not checks.accepts(f"sign makes a {kind} signature of level {level}", result):
                continue
            verified(checks, output, level, anchors)
    options = ["--state", state, "--sandbox", sandbox.state, "--passphrase-file", passphrase_file(state)]
    output = folder("signed") / "none"
    checks.refuses("sign with an unknown key: exit 1",
                   econnector("sign", xml, "--key", "none", "-o", output, *options), 1)
    checks.refuses("sign of a text: exit 1",
                   econnector("sign", changed("letter.txt", "hello"), "-o", output, *options), 1)
    checks.refuses("sign at an unknown level: exit 64",
                   econnector("sign", xml, "--level", "B-X", "-o", output, *options), 64)
    sandbox.stamps()
    result = econnector("sign", xml, "--level", "B-T", "-o", output, *options)
    checks.fact("sign without a time-stamp authority: exit 69, ECN-2001",
                result.status == 69 and "ECN-2001" in result.said, result)
    checks.fact("and leaves no file", not output.exists())
    sandbox.stamps("none")


def verified(checks, path, level, anchors):
    kind = path.suffix[1:]
    result = econnector("verify", path, "--anchor", anchors.root, "--json")
    verdict = json.loads(result.text)
    signature, = verdict["signatures"]
    name = f"the {kind} of level {level}"
    if level == "B-LT":
        checks.fact(f"verify passes {name}", result.ok and signature["level"] == level, result)
    else:
        # Without revocation data in the file the judge, who fetches nothing, must stay undecided.
        checks.fact(f"verify finds {name} intact, and no revocation data",
                    result.status == 2 and signature["checks"]["integrity"] == "passed"
                    and signature["checks"]["chain"] == "passed", result)
    if kind == "xml":
        checks.accepts(f"xmlsec1 accepts {name}", xmlsec1(path, anchors))
        checks.fact(f"signxml accepts {name}", *signxml(path.read_bytes(), anchors.root, whole="letter"))
    else:
        checks.accepts(f"pyhanko accepts {name}", pyhanko("validate", path, anchors.root))


def issuing(sandbox):
    return pem(http_request(sandbox.addresses["pki"], "GET", "/issuing.cer").body)


