# SPDX-License-Identifier: Apache-2.0
"""xmlsec1, signxml and xmllint judge the deposited statement."""
import base64

from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy
from signxml import SignatureConfiguration
from signxml.xades import XAdESVerifier

from artefacts import (
    NS, changed, cut_out, flipped, parsed, stranger_root, under_foreign_namespace, values)
from harness import PACK, run

# Where one character is changed: a name, what follows it in the document.
PLACES = [
    ("a name", b"<nom>"), ("an amount", b"<montantBrut>"), ("the total", b"<aPayer>"),
    ("the UUID", b"<UUID>"), ("the signing time", b"<xades:SigningTime>"),
    ("the certificate's digest", b"<xades:CertDigest>"),
    ("the signature value", b"-signature-value\">"), ("the embedded PDF", b"<document>"),
    ("the PDF's end", None),
]


def facts(checks, demo):
    data = demo.xml.read_bytes()
    checks.accepts("xmlsec1 accepts the statement", xmlsec1(demo.xml, demo))
    checks.fact("signxml accepts the statement", *signxml(data, demo.root))
    checks.refuses("xmlsec1 refuses another anchor", xmlsec1(demo.xml, demo, root=stranger_root()))
    holds, evidence = signxml(data, stranger_root())
    checks.fact("signxml refuses another anchor", not holds, evidence)
    for name, content in changes(data):
        refused(checks, f"with a change in {name}", content, demo)
    transported(checks, demo)
    valid(checks, demo)


def transported(checks, demo):
    forms = {
        "cut out of the recorded request by lxml": cut_out(demo.request),
        "cut out from under a foreign default namespace": under_foreign_namespace(demo.request),
    }
    for name, data in forms.items():
        path = changed(f"{name.replace(' ', '-')}.xml", data)
        checks.accepts(f"xmlsec1 accepts the statement {name}", xmlsec1(path, demo))
        checks.fact(f"signxml accepts the statement {name}", *signxml(data, demo.root))
        refused(checks, f"{name}, with a changed byte", flipped(data, b"<montantBrut>"), demo)


def valid(checks, demo):
    checks.accepts(
        "xmllint finds the statement valid against the pack's schema",
        run("xmllint", "--noout", "--nonet", "--schema", PACK / "schema.xsd", demo.xml))
    document = parsed(demo.xml.read_bytes())
    content = values(document, "/cns:memoireHonoraire/document")
    checks.fact("the XML holds one document", len(content) == 1, len(content))
    checks.fact("the document is embedded.pdf", content[:1] == [demo.embedded.read_bytes()])
    seats = document.xpath("/cns:memoireHonoraire/signature", namespaces=NS)
    checks.fact("there is one signature seat", len(seats) == 1, len(seats))
    checks.fact(
        "the seat holds one ds:Signature and no white space",
        [child.tag for child in seats[0]] == [f"{{{NS['ds']}}}Signature"] and not seats[0].text)


def changes(data):
    for name, marker in PLACES:
        if marker == b"<xades:CertDigest>":
            yield name, flipped(data[data.index(marker):], b"<ds:DigestValue>").join(
                [data[:data.index(marker)], b""])
        elif marker is None:
            at = data.rindex(b"</document>")
            pdf_end = base64.b64encode(b" ")[:2]
            yield name, data[:at - 4] + pdf_end + data[at - 2:]
        else:
            yield name, flipped(data, marker, 7 if marker == b"<document>" else 0)


def refused(checks, name, data, demo):
    path = changed("statement.xml", data)
    checks.refuses(f"xmlsec1 refuses the statement {name}", xmlsec1(path, demo))
    holds, evidence = signxml(data, demo.root)
    checks.fact(f"signxml refuses the statement {name}", not holds, evidence)


def xmlsec1(path, demo, root=None):
    return run(
        "xmlsec1", "--verify", "--id-attr:Id", f"{NS['xades']}:SignedProperties", "--trusted-pem",
        root or demo.root, "--untrusted-pem", demo.issuing, path)


def content_commitment():
    """What signxml asks of the signer's certificate: EN 319 412-2 gives it this key usage alone."""
    def check(_policy, _certificate, usage):
        if not usage.content_commitment:
            raise ValueError("the certificate is not for signing content")

    return ExtensionPolicy.permit_all().require_present(x509.KeyUsage, Criticality.AGNOSTIC, check)


def signxml(data, root, whole=f"{{{NS['cns']}}}memoireHonoraire"):
    """Whether signxml accepts, and what it says; `whole` is the root that must be what is signed."""
    try:
        results = XAdESVerifier().verify(
            data, ca_pem_file=str(root), ee_policy=content_commitment(), expect_references=2,
            expect_config=SignatureConfiguration(location=".//", require_x509=True))
    except Exception as error:  # signxml refuses by many kinds of exception
        return False, f"signxml: {type(error).__name__}: {error}"
    signed = results[0].signed_xml
    tag = None if signed is None else signed.tag
    return tag == whole, f"signxml: accepted; what is signed is {tag}"
