# SPDX-License-Identifier: Apache-2.0
"""Our own `econnector verify` says what the strangers say, with the exit statuses of the contract."""
import base64
import copy
import json
import re

from lxml import etree

import strangers_pdf
from artefacts import (
    NS, changed, cut_out, demo, flipped, parsed, stranger_root, under_foreign_namespace, values)
from harness import EXAMPLES, ROOT, econnector, folder, run, write

CHECKS = ("integrity", "chain", "revocation", "timestamp", "policy")


def facts(checks):
    made = demo()
    with checks.about("passed"):
        passed(checks, made)
    with checks.about("changed XML"):
        changed_xml(checks, made)
    with checks.about("changed PDF"):
        changed_pdf(checks, made)
    with checks.about("undecided"):
        undecided(checks, made)
    with checks.about("wrapped"):
        wrapped(checks, made)
    with checks.about("several files"):
        several(checks, made)


def verify(path, *options, anchor=None):
    """The result and the one object that `verify --json` prints for a file."""
    anchors = ["--anchor", anchor] if anchor else []
    result = econnector("verify", path, *anchors, "--json", *options)
    try:
        verdict = json.loads(result.text)
    except ValueError:
        verdict = {}
    return result, verdict


def passed(checks, made):
    files = {
        "the deposited XML": (made.xml, "XAdES", "B-LT"), "embedded.pdf": (made.embedded, "PAdES", "B-T"),
        "the stand-alone PDF": (made.pdf, "PAdES", "B-LT"),
        "the statement cut out of the request":
            (changed("cut.xml", cut_out(made.request)), "XAdES", "B-LT"),
        "the statement from under a foreign namespace":
            (changed("foreign.xml", under_foreign_namespace(made.request)), "XAdES", "B-LT"),
    }
    for name, (path, kind, level) in files.items():
        result, verdict = verify(path, anchor=made.root)
        if path == made.embedded:
            # B-T carries no revocation data: it lies in the statement around it.
            checks.fact(f"{name} alone: exit 2, signature intact",
                        result.status == 2 and one(verdict)["checks"]["integrity"] == "passed", result)
        else:
            checks.fact(f"{name}: exit 0 and TOTAL-PASSED",
                        result.ok and verdict.get("indication") == "TOTAL-PASSED", result)
            held = {check: one(verdict)["checks"].get(check) for check in CHECKS}
            checks.fact(f"{name}: every check passed", set(held.values()) == {"passed"}, held)
        signature = one(verdict)
        if path != made.embedded:
            checks.fact(f"{name}: one {kind} signature of level {level}",
                        (signature["format"], signature["level"]) == (kind, level), result)
        checks.fact(f"{name}: covers everything, nothing changed",
                    (signature["coverage"], signature["modifiedAfterSigning"]) == ("entire", False), result)
        checks.fact(f"{name}: names its signer", "serialNumber=1000234560" in signature["signer"], result)
    with_material(checks, made)
    result, verdict = verify(made.xml, "--policy", "national-deposit", anchor=made.root)
    checks.fact("national-deposit accepts the deposited XML",
                result.ok and verdict["indication"] == "TOTAL-PASSED", result)
    inside = one(verdict)["inside"]
    checks.fact("the PDF inside is judged and passes",
                [(item["format"], item["indication"]) for item in inside] == [("PAdES", "TOTAL-PASSED")],
                result)
    report = changed("report.xml", b"")
    result = econnector("verify", made.xml, "--anchor", made.root, "--report", report)
    document = parsed(report.read_bytes())
    words = document.xpath("//*[local-name()='SignatureValidationReport'][1]"
                           "/*[local-name()='SignatureValidationStatus']/*[local-name()='MainIndication']/text()")
    checks.fact("--report writes the verdict as XML of TS 119 102-2",
                result.ok and words == ["urn:etsi:019102:mainindication:total-passed"], result)
    against_schema(checks, report)


def against_schema(checks, report):
    """The report against ETSI's own schema, where the reference data is at hand."""
    schemas = ROOT.parent / "shared/corpora/schemas"
    if not schemas.exists():
        checks.skip("xmllint validates the report", "the schemas are not at hand")
        return
    result = run("xmllint", "--nonet", "--noout", "--schema", schemas / "TS119102-2-v141.xsd", report,
                 env={"XML_CATALOG_FILES": str(schemas / "catalog.xml")})
    checks.fact("xmllint validates the report against TS 119 102-2 v1.4.1", result.ok, result)


def with_material(checks, made):
    """The embedded PDF, judged with the revocation data of the statement around it."""
    material = folder("material")
    document = parsed(made.xml.read_bytes())
    for kind in ("EncapsulatedOCSPValue", "EncapsulatedCRLValue", "EncapsulatedX509Certificate"):
        for index, der in enumerate(values(document, f"//xades:{kind}")):
            write(material / f"{kind}-{index}.der", der)
    result, verdict = verify(made.embedded, "--other", material, anchor=made.root)
    checks.fact("embedded.pdf with --other: exit 0 and TOTAL-PASSED",
                result.ok and verdict.get("indication") == "TOTAL-PASSED", result)
    checks.fact("embedded.pdf with --other: level B-T", one(verdict)["level"] == "B-T", result)


def changed_xml(checks, made):
    data = made.xml.read_bytes()
    places = [("a name", b"<nom>"), ("an amount", b"<montantBrut>"), ("the UUID", b"<UUID>"),
              ("the signing time", b"<xades:SigningTime>"), ("the signature value", b'-signature-value">')]
    for name, marker in places:
        for policy in ("general", "national-deposit"):
            path = changed("judged.xml", flipped(data, marker))
            result, verdict = verify(path, "--policy", policy, anchor=made.root)
            checks.fact(f"a change in {name}: exit 1 and TOTAL-FAILED under {policy}",
                        result.status == 1 and verdict.get("indication") == "TOTAL-FAILED", result)
            checks.fact(f"a change in {name}: integrity failed under {policy}",
                        verdict["signatures"][0]["checks"]["integrity"] == "failed", result)
    evidence = [("the time-stamp", "//xades:EncapsulatedTimeStamp", 0),
                ("the time-stamp unit's OCSP answer", "//xades:EncapsulatedOCSPValue", 0),
                ("the signer's OCSP answer", "//xades:EncapsulatedOCSPValue", 1),
                ("the revocation list", "//xades:EncapsulatedCRLValue", 0)]
    for name, where, index in evidence:
        document = parsed(data)
        node = document.xpath(where, namespaces=NS)[index]
        node.text = one_bit_changed(node.text, -1 if "EncapsulatedTimeStamp" in where else 0.2)
        path = changed("judged.xml", etree.tostring(document, encoding="UTF-8", xml_declaration=True))
        result, verdict = verify(path, anchor=made.root)
        checks.fact(f"a change in {name}: no longer passed as B-LT",
                    verdict.get("indication") != "TOTAL-PASSED" or one(verdict)["level"] < "B-LT", result)
        if index == 0 and "time-stamp" in name:
            checks.fact(f"a change in {name}: the time-stamp proves nothing",
                        one(verdict)["level"] == "B-B"
                        and one(verdict)["checks"]["timestamp"] in ("failed", "indeterminate")
                        and one(verdict)["bestSignatureTime"] is None, result)
        result, verdict = verify(path, "--policy", "national-deposit", anchor=made.root)
        checks.fact(f"a change in {name}: not TOTAL-PASSED under national-deposit",
                    result.status in (1, 2) and verdict.get("indication") != "TOTAL-PASSED", result)


def one_bit_changed(text, where):
    """Base64 of DER with a bit changed at a share of its length, or counted from its end.

    A token ends with its signature value; the first fifth of OCSP answers and lists is signed.
    """
    der = bytearray(base64.b64decode(text))
    der[where if where < 0 else int(len(der) * where)] ^= 1
    return base64.b64encode(bytes(der)).decode()


def changed_pdf(checks, made):
    for label, path in (("embedded", made.embedded), ("stand-alone", made.pdf)):
        for name, data in strangers_pdf.changes(path.read_bytes()):
            result, verdict = verify(changed("judged.pdf", data), anchor=made.root)
            checks.fact(f"the {label} PDF with {name}: exit 1", result.status == 1, result)
            signatures = verdict.get("signatures", [])
            if "by an update" in name:
                checks.fact(f"the {label} PDF with {name}: modifiedAfterSigning",
                            len(signatures) == 1 and signatures[0]["modifiedAfterSigning"], result)
            else:
                # A byte of the cross-reference table leaves no PDF that could be read.
                unreadable = verdict.get("subIndication") == "FORMAT_FAILURE"
                checks.fact(f"the {label} PDF with {name}: integrity failed", unreadable or (
                    len(signatures) == 1 and signatures[0]["checks"]["integrity"] == "failed"), result)
            result, verdict = verify(
                changed("judged.pdf", data), "--policy", "national-deposit", anchor=made.root)
            checks.fact(f"the {label} PDF with {name}: TOTAL-FAILED under national-deposit",
                        result.status == 1 and verdict.get("indication") == "TOTAL-FAILED", result)
    appended = made.pdf.read_bytes() + b"%a comment\n"
    result, verdict = verify(changed("judged.pdf", appended), anchor=made.root)
    checks.fact("bytes appended to a PDF are not TOTAL-PASSED with entire coverage",
                not whole(verdict), result)
    result, _ = verify(changed("judged.pdf", made.pdf.read_bytes()[:-2000]), anchor=made.root)
    checks.fact("a PDF cut short is not TOTAL-PASSED", result.status != 0, result)


def undecided(checks, made):
    for name, path in (("XML", made.xml), ("PDF", made.pdf)):
        for label, anchor in (("without an anchor", None), ("with another anchor", stranger_root())):
            result, verdict = verify(path, anchor=anchor)
            checks.fact(f"the {name} {label}: exit 2 and INDETERMINATE",
                        result.status == 2 and verdict.get("indication") == "INDETERMINATE", result)
            checks.fact(f"the {name} {label}: NO_CERTIFICATE_CHAIN_FOUND, integrity passed",
                        verdict.get("subIndication") == "NO_CERTIFICATE_CHAIN_FOUND"
                        and one(verdict)["checks"]["integrity"] == "passed", result)
    rendered = changed("unsigned.pdf", b"")
    econnector("render", EXAMPLES / "valid-minimal.json", "-o", rendered)
    unsigned = {
        "an unsigned XML": EXAMPLES / "valid-minimal.xml", "an unsigned PDF": rendered,
        "an empty signature seat": changed("seat.xml", re.sub(
            rb"<ds:Signature .*</ds:Signature>", b"", made.xml.read_bytes(), flags=re.S)),
    }
    for name, path in unsigned.items():
        result, verdict = verify(path, anchor=made.root)
        checks.fact(f"{name}: exit 2, SIGNED_DATA_NOT_FOUND, no signatures",
                    result.status == 2 and verdict.get("indication") == "INDETERMINATE"
                    and verdict.get("subIndication") == "SIGNED_DATA_NOT_FOUND"
                    and verdict.get("signatures") == [], result)
    garbage = {
        "a text": b"Just a letter.\n", "nothing": b"", "random bytes": bytes(range(256)) * 64,
        "a PDF's first line": b"%PDF-1.7\n", "half an XML": made.xml.read_bytes()[:5000],
        "a DOCTYPE": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    }
    for name, data in garbage.items():
        result, verdict = verify(changed("garbage", data), anchor=made.root)
        told = result.status in (2, 65) or verdict.get("subIndication") == "FORMAT_FAILURE"
        checks.fact(f"{name} is not believed and not a crash",
                    result.status in (1, 2, 65) and told and "Fatal error" not in result.said, result)
    checks.refuses("a file that is not there: exit 65", verify(made.folder / "none.xml")[0], 65)
    result, verdict = verify(made.xml, "--at", "2019-06-01T00:00:00Z", anchor=made.root)
    checks.fact("judged at a time before it was signed it is not TOTAL-PASSED",
                result.status != 0 and verdict.get("indication") != "TOTAL-PASSED", result)


def wrapped(checks, made):
    for name, document in wrappings(made):
        data = etree.tostring(document, encoding="UTF-8", xml_declaration=True)
        for policy in ("general", "national-deposit"):
            result, verdict = verify(changed("wrapped.xml", data), "--policy", policy, anchor=made.root)
            checks.fact(f"{name}: never TOTAL-PASSED with entire coverage under {policy}",
                        not whole(verdict) and "Fatal error" not in result.said, result)


def wrappings(made):
    """Documents in which what is signed is not what is read."""
    def fresh():
        return parsed(made.xml.read_bytes())

    def find(node, path):
        return node.xpath(path, namespaces=NS)[0]

    original = fresh()
    forged = copy.deepcopy(original)
    find(forged, "entete/patient/nom").text = "Fälscher"
    signature = find(forged, "signature")
    for child in list(signature):
        signature.remove(child)
    find(forged, "libre").append(copy.deepcopy(original))
    yield "the signed statement inside a forged one", forged

    envelope = etree.Element("envelope")
    forged = copy.deepcopy(original)
    find(forged, "entete/patient/nom").text = "Fälscher"
    envelope.append(forged)
    envelope.append(copy.deepcopy(original))
    yield "a forged copy before the signed statement", envelope

    document = fresh()
    properties = find(document, "//xades:SignedProperties")
    twin = copy.deepcopy(properties)
    find(twin, ".//xades:SigningTime").text = "2020-01-01T00:00:00Z"
    properties.addprevious(twin)
    yield "a twin of SignedProperties with the same Id before it", document

    document = fresh()
    properties = find(document, "//xades:SignedProperties")
    twin = copy.deepcopy(properties)
    find(twin, ".//xades:SigningTime").text = "2020-01-01T00:00:00Z"
    moved = etree.SubElement(find(document, "//ds:Signature"), f"{{{NS['ds']}}}Object")
    properties.getparent().replace(properties, twin)
    moved.append(properties)
    yield "SignedProperties moved away, a forged one in their place", document

    document = fresh()
    properties = find(document, "//xades:SignedProperties")
    find(document, "entete/UUID").set("Id", properties.get("Id"))
    yield "an element of the form with the Id of SignedProperties", document

    document = fresh()
    reference = find(document, "//ds:Reference[@URI='']")
    block = etree.SubElement(find(document, "//ds:Signature"), f"{{{NS['ds']}}}Object", Id="content")
    block.append(copy.deepcopy(original))
    reference.set("URI", "#content")
    find(document, "entete/patient/nom").text = "Fälscher"
    yield "the document reference pointed at a copy", document

    document = fresh()
    twin = copy.deepcopy(find(document, "//ds:Signature"))
    find(document, "signature").append(twin)
    find(document, "entete/patient/nom").text = "Fälscher"
    yield "two signatures over a forged form", document

    document = fresh()
    seat = find(document, "signature")
    document.insert(0, seat)
    yield "the signature seat moved to the front", document

    document = fresh()
    document.append(copy.deepcopy(find(document, "document")))
    yield "a second document element", document

    document = fresh()
    find(document, "//ds:Reference[@URI='']").find(
        f".//{{{NS['ds']}}}Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")
    yield "another transform in the document reference", document


def several(checks, made):
    bad = changed("bad.xml", flipped(made.xml.read_bytes(), b"<nom>"))
    result = econnector("verify", made.xml, bad, made.pdf, "--anchor", made.root, "--json")
    lines = [json.loads(line) for line in result.text.splitlines()]
    checks.fact("one JSON object a file, one a line, in order",
                [line["file"] for line in lines] == [str(made.xml), str(bad), str(made.pdf)], result)
    checks.fact("the worst verdict gives the exit status", result.status == 1, result)


def one(verdict):
    signatures = verdict.get("signatures", [])
    if len(signatures) != 1:
        raise AssertionError(f"one signature was expected: {json.dumps(verdict)[:500]}")
    return signatures[0]


def whole(verdict):
    return verdict.get("indication") == "TOTAL-PASSED" and all(
        signature["coverage"] == "entire" and not signature["modifiedAfterSigning"]
        for signature in verdict.get("signatures", []))
