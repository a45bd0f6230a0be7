# SPDX-License-Identifier: Apache-2.0
"""Bodies that must be refused: each with the right problem, and nothing of it kept."""
import json

import service
from forms import MINIMAL, encoded, new_uuid, statement, uuid_of
from harness import EXAMPLES, econnector

LIMIT = 20 << 20
# Their dates are in the future on the day of the pack's examples, and no longer today.
ON_THEIR_DAY = {"OEC-MHM-003", "OEC-MHM-077"}
OF_OTHERS = {"OEC-MHM-030", "OEC-MHM-031"}


def facts(checks, sandbox, connector):
    before = {entry["uuid"] for entry in sandbox.admin("GET", "ledger")}
    unreadable(checks, connector)
    faulty(checks, connector)
    accepted = too_large(checks, connector) | every_broken_example(checks, connector)
    for uuid in accepted:
        connector.until(uuid, "final", "attention")
    arrived = {entry["uuid"] for entry in sandbox.admin("GET", "ledger")} - before
    checks.fact("nothing refused reached the platform", arrived <= accepted, arrived - accepted)
    alive = connector.send("GET", "/v1/info")
    checks.fact("the connector still answers", alive.status == 200, alive)


def unreadable(checks, connector):
    xml = (EXAMPLES / "valid-minimal.xml").read_bytes()
    form = encoded(statement())
    declaration = b'<?xml version="1.0" encoding="UTF-8"?>'
    levels = b"".join(
        b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
    bomb = declaration + b'<!DOCTYPE m [<!ENTITY e0 "lol">' + levels + b"]><m>&e9;</m>"
    bodies = {
        "an empty JSON body": (b"", "json"), "an empty XML body": (b"", "xml"),
        "JSON that is not UTF-8": (form.replace("é".encode(), b"\xe9", 1), "json"),
        "XML that is not UTF-8": (xml.replace("é".encode(), b"\xe9", 1), "xml"),
        "JSON in UTF-16": (form.decode().encode("utf-16"), "json"),
        "XML that declares Latin-1": (xml.replace(b"UTF-8", b"ISO-8859-1", 1), "xml"),
        "a DOCTYPE": (xml.replace(b"?>", b'?><!DOCTYPE m SYSTEM "file:///etc/passwd">', 1), "xml"),
        "an entity bomb": (bomb, "xml"),
        "an external entity": (
            declaration + b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>', "xml"),
        "JSON nested 100 000 deep": (b"[" * 100_000 + b"]" * 100_000, "json"),
        "XML nested 100 000 deep": (b"<a>" * 100_000 + b"</a>" * 100_000, "xml"),
        "JSON cut short": (form[:-10], "json"), "XML cut short": (xml[:-10], "xml"),
        "JSON with something after it": (form + b" {}", "json"), "XML sent as JSON": (xml, "json"),
        "JSON sent as XML": (form, "xml"), "a NUL": (form.replace(b"Testa", b"Te\0ta"), "json"),
        "half a surrogate pair": (form.replace(b"Testa", b"\\ud800"), "json"),
    }
    for name, (body, kind) in bodies.items():
        answer = connector.submit(body, f"application/{kind}")
        service.refused(checks, name, answer, 400, "ECN-1001")
        checks.fact(f"{name}: the detail repeats nothing of the form", "Testa" not in answer.json.get("detail", ""), answer)


def faulty(checks, connector):
    """Readable, but not a good form: (code, pointer) of what must be among the anomalies."""
    line, sums = "/memoireHonoraire/prestation/0", "/memoireHonoraire/paiement"
    header = "/memoireHonoraire/entete"
    cases = {
        "an unknown root in JSON": (json.dumps({"facture": {}}).encode(), "OEC-XML-002", "/facture"),
        "an array": (b"[]", "OEC-XML-002", ""),
        "a date before any version": (with_value("2020-01-01", "entete", "dateMemoireHonoraires"),
                                      "OEC-XML-002", f"{header}/dateMemoireHonoraires"),
        "a text for a number": (with_value("one", "prestation", 0, "nombre"), "OEC-XML-001", f"{line}/nombre"),
        "an object for a text": (with_value({}, "entete", "patient", "nom"), "OEC-XML-001", f"{header}/patient/nom"),
        "a text for a boolean": (with_value("oui", "paiement", "acquitte"), "OEC-XML-001", f"{sums}/acquitte"),
        "null for a text": (with_value(None, "entete", "patient", "nom"), "OEC-XML-001", f"{header}/patient/nom"),
        "a list for a single value": (with_value(["a", "b"], "entete", "patient", "nom"), "OEC-XML-001", f"{header}/patient/nom"),
        "a negative amount": (with_value(-62.60, "prestation", 0, "montantBrut"), "OEC-MHM-060", f"{line}/montantBrut"),
        "an absurd amount": (with_value(1e300, "prestation", 0, "montantBrut"), "OEC-XML-001", f"{line}/montantBrut"),
        "an amount of 22 digits": (
            with_value(10**21, "paiement", "aPayer"), "OEC-XML-001", f"{sums}/aPayer"),
        "three decimals": (with_value(62.605, "prestation", 0, "montantBrut"), "OEC-XML-001", f"{line}/montantBrut"),
        "a wrong first check digit": (
            with_value("2010123199976", "entete", "patient", "matricule"), "OEC-MHM-010", f"{header}/patient/matricule"),
        "a wrong second check digit": (
            with_value("2010123199967", "entete", "patient", "matricule"), "OEC-MHM-011", f"{header}/patient/matricule"),
        "a control character": (
            with_value("a\u0007b", "entete", "patient", "nom"), "OEC-XML-001", f"{header}/patient/nom"),
        "an unknown element": (with_value("x", "entete", "patient", "surnom"), "OEC-XML-001", f"{header}/patient/surnom"),
        "a UUID that is none": (with_value("x" * 36, "entete", "UUID"), None, f"{header}/UUID"),
        "a date in the future": (with_value("2999-01-01", "entete", "dateMemoireHonoraires"), None, f"{header}/dateMemoireHonoraires"),
        "a 31st of February": (with_value("2026-02-31", "entete", "dateMemoireHonoraires"), "OEC-XML-001", f"{header}/dateMemoireHonoraires"),
        "duplicate keys": (
            encoded(statement()).replace(b'"numeroLigne": 1,', b'"numeroLigne": 1, "numeroLigne": 1,'),
            "OEC-XML-001", f"{line}/numeroLigne"),
    }
    for name, (body, code, pointer) in cases.items():
        answer = connector.submit(body)
        service.refused(checks, name, answer, 422, "ECN-1004")
        found = [item for item in answer.json.get("anomalies", []) if item["pointer"] == pointer]
        checks.fact(f"{name}: {code or 'an anomaly'} at {pointer or 'the root'}",
                    any(code in (None, item["code"]) for item in found), answer)
        checks.fact(f"{name}: a sentence in three languages",
                    all(item["text"].get(language) for item in answer.json.get("anomalies", [])
                        for language in ("fr", "de", "en")), answer)
    unknown_root = connector.submit(b'<facture xmlns="urn:example"/>', "application/xml")
    service.refused(checks, "an unknown root in XML", unknown_root, 422, "ECN-1004")
    without_glyph(checks, connector)


def without_glyph(checks, connector):
    """A character that no font has is refused by name before the form is accepted."""
    for name, text, code_point in (("a hieroglyph", "Exemple \U00013000", "13000"),
                                   ("a Chinese name", "漢字", "6F22")):
        form = statement()
        form["memoireHonoraire"]["entete"]["patient"]["nom"] = text
        answer = connector.submit(encoded(form))
        checks.fact(f"{name} that no font has: refused with 422, naming the character",
                    answer.status == 422 and code_point in answer.body.decode().upper(), answer)
        gone = connector.send("GET", f"/v1/forms/{uuid_of(form)}")
        service.refused(checks, f"{name} that no font has: nothing kept", gone, 404, "ECN-1006")


def too_large(checks, connector):
    """- Returns: The UUID of the form that is as large as a form may be."""
    good = statement()
    form = encoded(good)
    whole = form[:-1] + b" " * (LIMIT - len(form)) + b"}"
    answer = connector.submit(whole)
    checks.fact("a body of exactly 20 MiB is read", answer.status == 202, answer)
    service.refused(checks, "a body of 20 MiB and one byte", connector.submit(whole + b" "), 413, "ECN-1002")
    answer = connector.send(
        "POST", "/v1/uuid", b" " * (64 << 10) + b" ", {"Content-Type": "application/json"})
    service.refused(checks, "a body of 64 KiB and one byte elsewhere", answer, 413, "ECN-1002")
    return {uuid_of(good)}


def every_broken_example(checks, connector):
    """Each broken example of the pack is answered with the code it is named after.

    Two of them, whose code is a warning, name another provider than the signer: the form is good and
    the signer has no mandate, which a refusal says; `check` says the warning.

    - Returns: The UUIDs of those that only raise a warning, and are accepted.
    """
    accepted = set()
    for path in sorted(EXAMPLES.glob("broken-*.json")):
        code = "-".join(path.stem.split("-")[1:4])
        if code in ON_THEIR_DAY:
            continue
        uuid = new_uuid()
        if code in OF_OTHERS:
            result = econnector("check", path, "--json")
            answer = connector.submit(path.read_bytes().replace(uuid_of(MINIMAL).encode(), uuid.encode()))
            checks.fact(f"{path.name}: {code} by check, no mandate by the connector",
                        code in result.text and (answer.status, answer.code) == (403, "ECN-1020"), (result, answer))
            continue
        answer = connector.submit(path.read_bytes().replace(uuid_of(MINIMAL).encode(), uuid.encode()))
        anomalies = answer.json.get("anomalies", [])
        named = [item for item in anomalies if item["code"] == code]
        is_warning = bool(named) and all(item["severity"] != "error" for item in anomalies)
        accepted |= {uuid} if is_warning else set()
        checks.fact(f"{path.name} is answered with {code}",
                    bool(named) and answer.status == (202 if is_warning else 422), answer)
    return accepted


def with_value(value, *path):
    form = statement()
    node = form["memoireHonoraire"]
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return encoded(form)
