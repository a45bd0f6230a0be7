# SPDX-License-Identifier: Apache-2.0
"""The sandbox's trusted list, the grades it gives, and the reports for people."""
from artefacts import changed, demo
from harness import econnector, folder, run
from judge import one, verify

HEADLINES = {"fr": "est valable", "de": "ist gültig", "en": "is good"}


def facts(checks):
    made = demo()
    trust = made.folder / "trust"
    signed_list, signer = trust / "trusted-list.xml", trust / "list-signer.pem"
    checks.accepts("xmlsec1 accepts the trusted list", run(
        "xmlsec1", "--verify", "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
        "--pubkey-cert-pem", signer, signed_list))
    text = signed_list.read_text("utf-8")
    checks.fact("it says that it is not official", text.count("not official") >= 3)
    lists = ["--trusted-list", signed_list, "--list-signer", signer]
    grades(checks, made, lists)
    refusals(checks, made, text, signed_list, signer)
    people(checks, made, lists)


def grades(checks, made, lists):
    for path in (made.xml, made.pdf):
        result, verdict = verify(path, *lists, anchor=made.root)
        signature = one(verdict)
        checks.fact(f"{path.name}: AdES-QC with a qualified time-stamp by the list",
                    (signature["qualification"], signature["timestampQualified"]) == ("AdES-QC", True), result)
        result, verdict = verify(path, anchor=made.root)
        signature = one(verdict)
        checks.fact(f"{path.name}: AdES and nothing about the time-stamp without a list",
                    (signature["qualification"], signature["timestampQualified"]) == ("AdES", None), result)
    result, verdict = verify(made.xml, *lists, "--policy", "national-deposit", anchor=made.root)
    checks.fact("national-deposit is met with the list", result.ok, result)
    late = "2040-01-01T00:00:00Z"
    result, verdict = verify(made.xml, *lists, "--at", late, "--offline", anchor=made.root)
    stamps = [stamp["qualification"] for stamp in one(verdict)["timestamps"]]
    checks.fact("years later the list is stale, or the stamp no longer stands by itself",
                set(stamps) <= {"stale-list", "not-valid"}, result)


def refusals(checks, made, text, signed_list, signer):
    forged = changed("forged-list.xml", text.replace("Svcstatus/granted", "Svcstatus/withdrawn").encode())
    for name, options in {
        "a changed list": ["--trusted-list", forged, "--list-signer", signer],
        "a list of another signer": ["--trusted-list", signed_list, "--list-signer", made.root],
        "a list without signer": ["--trusted-list", signed_list],
    }.items():
        checks.refuses(f"{name} is refused", econnector(
            "verify", made.xml, "--anchor", made.root, *options), 65)


def people(checks, made, lists):
    out = folder("people")
    for language, words in HEADLINES.items():
        result = econnector("verify", made.xml, "--anchor", made.root, *lists, "--human", language)
        checks.fact(f"the {language} text says that it is good", result.ok and words in result.text, result)
        page = out / f"{language}.pdf"
        result = econnector("verify", made.xml, "--anchor", made.root, "--pdf", page, "--language", language)
        checks.accepts(f"the {language} PDF is written", result)
        checks.accepts(f"qpdf finds the {language} PDF sound", run("qpdf", "--check", page))
    broken = changed("broken.xml", made.xml.read_bytes().replace(b"<montantBrut>", b"<montantBrut>1", 1))
    result = econnector("verify", broken, "--anchor", made.root, "--human", "fr")
    checks.fact("a changed statement reads as not good in French",
                result.status == 1 and "n'est pas valable" in result.text, result)
