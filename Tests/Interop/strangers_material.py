# SPDX-License-Identifier: Apache-2.0
"""openssl judges time-stamp, OCSP answers, revocation list and chain that the statement carries."""
from lxml import etree

from artefacts import NS, changed, flipped, parsed, pem, stranger_root, values
from harness import run


def facts(checks, demo):
    document = parsed(demo.xml.read_bytes())
    signer = changed("signer.pem", pem(values(document, "//ds:X509Certificate")[0]))
    checks.accepts("openssl accepts the signer's chain", verify(signer, demo.root, demo))
    checks.accepts("openssl accepts the time-stamp unit's chain", verify(demo.tsa, demo.root, demo))
    checks.refuses("openssl refuses the chain to another root", verify(signer, stranger_root(), demo))
    certificate(checks, signer)
    timestamp(checks, document, demo)
    ocsp(checks, document, signer, demo)
    revocation_list(checks, document, demo)


def certificate(checks, signer):
    text = run("openssl", "x509", "-in", signer, "-noout", "-text").text
    usage = text.split("X509v3 Key Usage: critical")[1].split("\n")[1].strip()
    checks.fact("the signer's key may only sign content", usage == "Non Repudiation", usage)
    for name in ("Authority Information Access", "CRL Distribution Points", "Certificate Policies"):
        checks.fact(f"the signer's certificate has {name}", f"X509v3 {name}" in text
                    or name in text, text)


def timestamp(checks, document, demo):
    tokens = values(document, "//xades:SignatureTimeStamp/xades:EncapsulatedTimeStamp")
    checks.fact("there is one signature time-stamp", len(tokens) == 1, len(tokens))
    token = changed("stamp.der", tokens[0])
    value = document.find(f".//{{{NS['ds']}}}SignatureValue")
    stamped = etree.tostring(value, method="c14n", exclusive=True, with_tail=False)
    data = changed("stamped", stamped)
    checks.accepts("openssl accepts the time-stamp token", ts(token, data, demo.root, demo))
    other = changed("not-stamped", flipped(stamped, b'-signature-value">'))
    checks.refuses("openssl refuses the token for other data", ts(token, other, demo.root, demo))
    checks.refuses(
        "openssl refuses the token under another root", ts(token, data, stranger_root(), demo))
    text = run("openssl", "ts", "-reply", "-in", token, "-token_in", "-text")
    checks.fact("the token's digest is SHA-256", "Hash Algorithm: sha256" in text.text, text)


def ocsp(checks, document, signer, demo):
    answers = values(document, "//xades:EncapsulatedOCSPValue")
    checks.fact("there is an OCSP answer for signer and time-stamp unit", len(answers) == 2, len(answers))
    for name, certificate in (("the signer", signer), ("the time-stamp unit", demo.tsa)):
        results = [status(answer, certificate, demo) for answer in answers]
        accepted = [result for result in results if is_good(result)]
        checks.fact(f"openssl finds {name} good by OCSP", len(accepted) == 1, "\n".join(map(str, results)))
    for index, answer in enumerate(answers):
        path = changed(f"ocsp-{index}.der", answer)
        checks.accepts(
            f"openssl reads OCSP answer {index + 1}",
            run("openssl", "asn1parse", "-inform", "DER", "-in", path))


def status(answer, certificate, demo):
    path = changed("ocsp.der", answer)
    return run(
        "openssl", "ocsp", "-respin", path, "-issuer", demo.issuing, "-cert", certificate, "-CAfile",
        demo.root, "-no_nonce", "-validity_period", "86400")


def is_good(result):
    return result.ok and "Response verify OK" in result.said and ": good" in result.text


def revocation_list(checks, document, demo):
    lists = values(document, "//xades:EncapsulatedCRLValue")
    checks.fact("there is one revocation list", len(lists) == 1, len(lists))
    path = changed("root.crl", lists[0])
    result = crl(path, demo.root)
    checks.fact("openssl accepts the revocation list", result.ok and "verify OK" in result.said, result)
    result = crl(path, stranger_root())
    checks.fact("openssl refuses the list under another root", "verify OK" not in result.said, result)


def crl(path, root):
    return run("openssl", "crl", "-inform", "DER", "-in", path, "-CAfile", root, "-noout")


def verify(certificate, root, demo):
    return run(
        "openssl", "verify", "-CAfile", root, "-no-CApath", "-untrusted", demo.issuing, certificate)


def ts(token, data, root, demo):
    chain = changed("tsa-chain.pem", demo.tsa.read_bytes() + demo.issuing.read_bytes())
    return run(
        "openssl", "ts", "-verify", "-data", data, "-in", token, "-token_in", "-CAfile", root,
        "-untrusted", chain)
