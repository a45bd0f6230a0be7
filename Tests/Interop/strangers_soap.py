# SPDX-License-Identifier: Apache-2.0
"""xmlsec1 judges the WS-Security signatures of the recorded messages."""
from artefacts import NS, changed, flipped, parsed, pem, values
from harness import run

IDS = [
    (NS["soap"], "Body"), (NS["wsu"], "Timestamp"), (NS["wsse"], "BinarySecurityToken"),
    (NS["ds"], "KeyInfo"),
]


def facts(checks, demo):
    for name, message in (("request", demo.request), ("answer", demo.answer)):
        certificate = values(parsed(message), "//wsse:BinarySecurityToken[contains(@ValueType, '#X509v3')]")[0]
        token = changed(f"{name}-token.pem", pem(certificate))
        path = changed(f"{name}.xml", message)
        checks.accepts(f"xmlsec1 accepts the {name}", xmlsec1(path, token))
        checks.accepts(f"openssl accepts the {name}'s certificate", chain(token, demo))
        for what, data in changes(name, message):
            path = changed(f"{name}-changed.xml", data)
            checks.refuses(f"xmlsec1 refuses the {name} with a change in {what}", xmlsec1(path, token))
        references(checks, name, message)


def changes(name, message):
    yield "the time", flipped(message, b"<wsu:Created>")
    yield "the signature", flipped(message, b"<ds:SignatureValue>")
    if name == "request":
        yield "the model", flipped(message, b'modelUID="')
        yield "the form", flipped(message, b"<montantBrut>")
        yield "the session token", session_token(message)
    else:
        yield "the national UUID", flipped(message, b"<cns:UuidSecu>")
        yield "the provider's UUID", flipped(message, b"<cns:UuidPrestataire>")


def session_token(message):
    """The message with another token in its header."""
    end = message.index(b"</wsse:BinarySecurityToken>", message.index(b"trust/token/bst"))
    return message[:end - 1] + (b"B" if message[end - 1:end] == b"A" else b"A") + message[end:]


def references(checks, name, message):
    """What is signed is what stands where SOAP reads it."""
    document = parsed(message)
    body = document.find(f"{{{NS['soap']}}}Body")
    identifier = body.get(f"{{{NS['wsu']}}}Id")
    path = "/soap:Envelope/soap:Header/wsse:Security/ds:Signature/ds:SignedInfo/ds:Reference/@URI"
    signed = document.xpath(path, namespaces=NS)
    checks.fact(f"the {name}'s Body is signed", f"#{identifier}" in signed, signed)
    stamp = document.xpath("//wsu:Timestamp/@wsu:Id", namespaces=NS)
    checks.fact(f"the {name}'s Timestamp is signed", f"#{stamp[0]}" in signed, signed)
    same = document.xpath("//@wsu:Id", namespaces=NS)
    checks.fact(f"the {name}'s ids are unique", len(same) == len(set(same)), same)


def xmlsec1(path, certificate):
    ids = [part for space, name in IDS for part in ("--id-attr:Id", f"{space}:{name}")]
    return run("xmlsec1", "--verify", *ids, "--pubkey-cert-pem", certificate, path)


def chain(certificate, demo):
    return run("openssl", "verify", "-CAfile", demo.root, "-untrusted", demo.issuing, certificate)
