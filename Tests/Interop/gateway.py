# SPDX-License-Identifier: Apache-2.0
"""The way to a session, as others see it: xmlsec1 on assertions and requests, an OpenSSL library on ID tokens."""
import base64
import json
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from artefacts import NS, changed, demo, flipped, parsed, pem, values
from forms import encoded, statement, uuid_of
from harness import econnector, poll, run
from services import Connector, Sandbox, enrolled, passphrase_file
from strangers_soap import IDS, chain

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
WST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"


def facts(checks):
    with checks.about("three steps"):
        steps(checks)
    with checks.about("SAML"):
        assertion(checks)
    with checks.about("WS-Trust"):
        trust(checks)
    with Sandbox() as sandbox:
        state = enrolled(sandbox)
        with checks.about("OpenID Connect"), \
                Connector(sandbox, state, "--profile", "open-oidc-2026") as connector:
            openid(checks, sandbox, connector)
        for service in ("identity", "sts"):
            sandbox.fault(service)
            # A connector that has just started has no session yet.
            with checks.about(f"{service} down"), Connector(sandbox, state) as connector:
                outage(checks, sandbox, connector, service)
        with checks.about("set-up"):
            setup(checks, sandbox, state)


def call(service):
    return next(call for call in demo().calls if call["service"] == service)


def steps(checks):
    order = [call["service"] for call in demo().calls]
    checks.fact("identity, session and exchange in this order, one session for all",
                list(dict.fromkeys(order)) == ["identity", "sts", "exchange"] and order.count("sts") == 1, order)


def verified(name, message, certificate, *ids):
    """xmlsec1's opinion of the first signature, or of the one at an XPath."""
    declared = [part for space, tag in IDS for part in ("--id-attr:Id", f"{space}:{tag}")]
    return run("xmlsec1", "--verify", *declared, *ids, "--pubkey-cert-pem", certificate,
               changed(f"{name}.xml", message))


def assertion(checks):
    request = call("identity")["request"].encode()
    own = changed("identity-request.pem", pem(values(parsed(request), "//wsse:BinarySecurityToken")[0]))
    checks.accepts("xmlsec1 accepts the request over its prefix lists", verified("identity-request", request, own))
    for what, mark in (("the eHealth ID", b"<saml:AttributeValue>"), ("the time", b"<wsu:Created>")):
        forged = flipped(request, mark)
        checks.refuses(f"and refuses a change in {what}", verified("identity-request-changed", forged, own))
    signed = parsed(request).xpath("//ds:Reference/@URI", namespaces=NS)
    checks.fact("three parts are signed", len(signed) == 3, signed)
    answer = call("identity")["answer"].encode()
    signer = changed("identity.pem", pem(values(parsed(answer), "//ds:X509Certificate")[0]))
    ids = ("--id-attr:ID", f"{SAML}:Assertion")
    checks.accepts("xmlsec1 accepts the assertion", verified("assertion", answer, signer, *ids))
    checks.accepts("openssl accepts its certificate", chain(signer, demo()))
    forged = flipped(answer, b"<saml:AttributeValue>")
    checks.refuses("and refuses another eHealth ID", verified("assertion-changed", forged, signer, *ids))


def trust(checks):
    request, answer = (call("sts")[part].encode() for part in ("request", "answer"))
    ids = ("--id-attr:ID", f"{SAML}:Assertion")
    own = changed("sts-request.pem", pem(values(parsed(request), "//wsse:BinarySecurityToken")[0]))
    at = ("--node-xpath", "/*/*[1]/*[1]/*[local-name()='Signature']")
    checks.accepts("xmlsec1 accepts the request", verified("sts-request", request, own, *ids, *at))
    forged = request.replace(b"Recipient=\"https", b"Recipient=\"HTTPS")
    checks.refuses("and refuses it around another assertion",
                   verified("sts-request-changed", forged, own, *ids, *at))
    signer = changed("identity.pem", pem(values(parsed(request), "//ds:X509Certificate")[0]))
    inner = ("--node-xpath", "//*[local-name()='Assertion']/*[local-name()='Signature']")
    checks.accepts("the assertion inside still holds", verified("sts-assertion", request, signer, *ids, *inner))
    platform = changed("sts-answer.pem", pem(values(parsed(answer), "//wsse:Security/wsse:BinarySecurityToken")[0]))
    checks.accepts("xmlsec1 accepts the answer", verified("sts-answer", answer, platform))
    token = parsed(answer).find(f".//{{{WST}}}RequestedSecurityToken")[0].text
    used = [item for item in demo().calls if item["service"] == "exchange"]
    checks.fact("every message carries its token", all(token in item["request"] for item in used))
    checks.fact("no artefact beside the recorded wire holds it", not elsewhere(token), elsewhere(token))


def elsewhere(token):
    files = [path for path in demo().folder.rglob("*") if path.is_file() and path.name != "calls.json"]
    return [path for path in files if token.encode() in path.read_bytes()]


def openid(checks, sandbox, connector):
    form = statement()
    connector.submit(encoded(form))
    uuid = uuid_of(form)
    held = connector.until(uuid, "final", "attention", "unknown")
    checks.fact("a form arrives", held.get("state") == "final", held)
    checks.fact("once", [entry["effects"] for entry in sandbox.entries(uuid)] == [1])
    calls = [item for item in sandbox.admin("GET", "calls") if item["service"] in ("identity", "sts")]
    answers = [json.loads(item["answer"]) for item in calls if item["answer"].startswith("{")]
    keys = next(answer["keys"] for answer in answers if "keys" in answer)
    forms = [parse_qs(item["request"]) for item in calls if "grant_type" in item["request"]]
    exchanged = next(item for item in forms if "subject_token" in item)
    token = exchanged["subject_token"][0]
    checks.fact("the provider gave the ID token", token in [answer.get("id_token") for answer in answers])
    checks.fact("another library accepts the ID token", jws_holds(token, keys[0]))
    head, body, value = token.split(".")
    claims = json.loads(decoded(body))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "1"}).encode()).decode().rstrip("=")
    checks.fact("and refuses another subject", not jws_holds(f"{head}.{other}.{value}", keys[0]))
    checks.fact("it is for this client and login", claims["aud"] == "open-econnector" and claims["nonce"], claims)
    redeemed = next(item for item in forms if "code_verifier" in item)
    checks.fact("the verifier is 32 octets", len(decoded(redeemed["code_verifier"][0])) == 32)
    checks.fact("it is exchanged for a session of the space", exchanged["scope"] == ["provider:90000135"], exchanged)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jws_holds(token, key):
    head, body, value = token.split(".")
    raw = decoded(value)
    numbers = ec.EllipticCurvePublicNumbers(
        *(int.from_bytes(decoded(key[name]), "big") for name in ("x", "y")), ec.SECP256R1())
    signature = utils.encode_dss_signature(*(int.from_bytes(half, "big") for half in (raw[:32], raw[32:])))
    try:
        numbers.public_key().verify(signature, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        return len(raw) == 64
    except InvalidSignature:
        return False


def outage(checks, sandbox, connector, service):
    form = statement()
    connector.submit(encoded(form))
    uuid = uuid_of(form)
    held = poll(lambda: (status := connector.status(uuid)).get("problem") and status)
    checks.fact("the form waits, and nothing was deposited",
                held and held["problem"]["code"] == "ECN-2207" and not sandbox.entries(uuid), held)
    sandbox.fault(service, "none")
    held = connector.until(uuid, "final")
    checks.fact("it arrives", held.get("state") == "final", held)
    checks.fact("once", [entry["effects"] for entry in sandbox.entries(uuid)] == [1])


def setup(checks, sandbox, state):
    passphrase = passphrase_file(state)
    (state / "provider").unlink()
    serve = ("serve", "--port", "0", "--state", state, "--sandbox", sandbox.state, "--passphrase-file", passphrase)
    checks.refuses("serve without a provider code says how to give one", econnector(*serve), 64)
    checks.refuses("an unknown profile is refused", econnector(*serve, "--profile", "nowhere-1999"))
