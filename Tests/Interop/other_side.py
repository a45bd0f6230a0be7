# SPDX-License-Identifier: Apache-2.0
"""The other side of the wire as an outsider sees it over sockets: faults, authorities, mandates."""
import base64
import hashlib
import http.client
import json
import ssl
import subprocess
from urllib.parse import urlsplit

from forms import encoded, new_uuid, statement, uuid_of
from harness import econnector, folder, write
from services import Connector, Sandbox, enrolled, http_request


def facts(checks):
    with Sandbox() as sandbox:
        with checks.about("faults over sockets"):
            faults(checks, sandbox)
        with checks.about("two authorities of a kind"):
            authorities(checks, sandbox)
        with checks.about("mandates"):
            mandates(checks, sandbox)
        with checks.about("the signing service"):
            signing(checks, sandbox)
        state = enrolled(sandbox)
        with Connector(sandbox, state) as connector:
            with checks.about("the patient's side"):
                patient(checks, sandbox, connector)
            with checks.about("a deposit under faults"):
                struck(checks, sandbox, connector)


# Faults


def faults(checks, sandbox):
    pki = sandbox.addresses["pki"]

    def get():
        return http_request(pki, "GET", "/root.crl")

    def told(**rule):
        sandbox.admin("POST", "faults", {"service": "crl", **rule})

    whole = get().body
    told(fault="cut-before")
    checks.fact("a cut connection gives no answer", hung_up(pki, "/root.crl"))
    told(fault="cut-after", after=1, count=1)
    seen = [hung_up(pki, "/root.crl") for _ in range(3)]
    checks.fact("only the second of three calls is cut", seen == [False, True, False], seen)
    told(fault="truncated")
    checks.fact("half of an answer", len(get().body) < len(whole), get())
    told(fault="empty")
    checks.fact("an answer without a body", (get().status, get().body) == (200, b""), get())
    told(fault="html")
    checks.fact("a page instead of a list", b"<html>" in get().body, get())
    told(fault="quota", limit=1, per="minute")
    first, second = get(), get()
    checks.fact("429 with Retry-After over the quota", first.status == 200 and second.status == 429
                and 1 <= int(second.headers.get("Retry-After", 0)) <= 60, second)
    told(fault="none", delayMilliseconds=1)
    checks.fact("none ends it", get().status == 200, get())
    running = sandbox.admin("GET", "faults")
    checks.fact("the script and its calls are shown",
                [rule["service"] for rule in running] == ["crl"] and running[0]["calls"] >= 1, running)
    for bad in ({"service": "crl", "fault": "wrong-uuid"}, {"service": "crl"}, []):
        answer = http_request(sandbox.addresses["admin"], "POST", "/admin/faults",
                              json.dumps(bad).encode(), {"Content-Type": "application/json"})
        checks.fact(f"{bad} is judged", answer.status == (200 if bad == [] else 400), answer)
    sandbox.admin("POST", "faults", {"service": "crl", "fault": "none"})
    table = econnector("sandbox", "--list").text
    checks.fact("sandbox --list prints faults and delegates",
                "wrong-signature" in table and "delegates (fictitious)" in table, table)


def hung_up(base, path):
    try:
        http_request(base, "GET", path)
        return False
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return True


# PKI


def authorities(checks, sandbox):
    work = folder("authorities")
    pki = sandbox.addresses["pki"]
    data = write(work / "data", "stamp me")
    query = work / "query.tsq"
    openssl(work, "ts", "-query", "-data", data, "-sha256", "-cert", "-out", query)
    root = sandbox.root
    issuing = work / "issuing.pem"
    openssl(work, "x509", "-inform", "DER", "-out", issuing,
            "-in", save(work / "issuing.cer", http_request(pki, "GET", "/issuing.cer").body))
    names = []
    for path in ("/tsa", "/tsa2"):
        answer = http_request(pki, "POST", path, query.read_bytes(),
                              {"Content-Type": "application/timestamp-query"})
        reply = save(work / f"reply{path[1:]}.tsr", answer.body)
        verified = openssl(work, "ts", "-verify", "-in", reply, "-queryfile", query,
                           "-CAfile", root, "-untrusted", issuing)
        checks.fact(f"openssl verifies the stamp of {path}", "Verification: OK" in verified, verified)
        names.append(openssl(work, "ts", "-reply", "-in", reply, "-text"))
    checks.fact("the two stamps come from two units", "Unit 2" in names[1] and "Unit 2" not in names[0])
    addresses = sandbox.addresses
    checks.fact("sandbox.json names both of each",
                addresses["timestampAuthorities"] == [f"{pki}/tsa", f"{pki}/tsa2"]
                and addresses["ocspResponders"] == [f"{pki}/ocsp", f"{pki}/ocsp2"], addresses)
    unit = work / "unit2.pem"
    openssl(work, "x509", "-inform", "DER", "-out", unit,
            "-in", save(work / "unit2.cer", http_request(pki, "GET", "/tsa2.cer").body))
    urls = openssl(work, "x509", "-in", unit, "-noout", "-ocsp_uri").split()
    checks.fact("a certificate names both responders", urls == addresses["ocspResponders"], urls)
    asked = work / "ocsp.req"
    openssl(work, "ocsp", "-issuer", issuing, "-cert", unit, "-no_nonce", "-reqout", asked)
    for path in ("/ocsp", "/ocsp2"):
        answer = http_request(pki, "POST", path, asked.read_bytes(),
                              {"Content-Type": "application/ocsp-request"})
        said = openssl(work, "ocsp", "-issuer", issuing, "-cert", unit, "-CAfile", root, "-no_nonce",
                       "-respin", save(work / f"{path[1:]}.resp", answer.body))
        checks.fact(f"openssl believes {path}", "unit2.pem: good" in said, said)


def openssl(work, *arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=work, capture_output=True, text=True)
    return done.stdout + done.stderr


def save(path, content):
    path.write_bytes(content)
    return path


# Signing and stamping, by a stranger's keys and requests


def signing(checks, sandbox):
    work = folder("signing")
    key, request = work / "me.key", work / "me.csr"
    openssl(work, "req", "-new", "-newkey", "rsa:3072", "-nodes", "-keyout", key, "-subj", "/CN=me",
            "-outform", "DER", "-out", request)
    answer = http_request(sandbox.addresses["pki"], "POST", "/enrol?provider=90000135&profile=authentication",
                          request.read_bytes(), {"Content-Type": "application/pkcs10"})
    chain = save(work / "me.pem", answer.body)
    checks.fact("a request made by openssl is certified", answer.status == 200, answer)
    value = b"what is to be signed"
    body = {"uuid": new_uuid(), "provider": "90000135",
            "values": [base64.b64encode(value).decode()],
            "digests": [base64.b64encode(hashlib.sha256(value).digest()).decode()]}
    status, said = over_mutual_tls(sandbox, chain, key, body)
    signed = json.loads(said)
    checks.fact("the service signs and stamps", status == 200 and len(signed["timestamps"]) == 1, said)
    signer = save(work / "signer.cer", base64.b64decode(signed["certificates"][0]))
    public = write(work / "signer.pub", openssl(work, "x509", "-inform", "DER", "-in", signer,
                                                "-noout", "-pubkey"))
    signature = save(work / "value.sig", base64.b64decode(signed["signatures"][0]))
    verified = openssl(work, "dgst", "-sha256", "-verify", public, "-signature", signature,
                       save(work / "value", value))
    checks.fact("openssl verifies the value", "Verified OK" in verified, verified)
    issuing = work / "issuing.pem"
    openssl(work, "x509", "-inform", "DER", "-out", issuing,
            "-in", save(work / "issuing.cer", http_request(sandbox.addresses["pki"], "GET", "/issuing.cer").body))
    token = save(work / "token.tst", base64.b64decode(signed["timestamps"][0]))
    verified = openssl(work, "ts", "-verify", "-data", work / "value", "-in", token, "-token_in",
                       "-CAfile", sandbox.root, "-untrusted", issuing)
    checks.fact("openssl verifies the stamp", "Verification: OK" in verified, verified)
    checks.fact("the same request gets the same answer",
                over_mutual_tls(sandbox, chain, key, body) == (status, said))
    foreign = {**body, "uuid": new_uuid(), "provider": "91234560"}
    checks.fact("another provider's key signs nothing",
                over_mutual_tls(sandbox, chain, key, foreign)[0] == 403)


def over_mutual_tls(sandbox, chain, key, body):
    context = ssl.create_default_context(cafile=str(sandbox.root))
    context.load_cert_chain(chain, key)
    address = urlsplit(sandbox.addresses["exchange"])
    connection = http.client.HTTPSConnection(address.hostname, address.port, context=context, timeout=30)
    try:
        connection.request("POST", "/sign", json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


# Mandates and the patient


def mandates(checks, sandbox):
    given = sandbox.admin("GET", "mandates")
    checks.fact("the register holds one", len(given) == 1 and given[0]["provider"] == "90000135", given)
    one = {"delegate": given[0]["delegate"], "provider": "90000135"}
    sandbox.admin("POST", "mandates", {**one, "withdraw": True})
    checks.fact("it can be withdrawn", sandbox.admin("GET", "mandates") == [])
    sandbox.admin("POST", "mandates", {**one, "scopes": ["pid"], "from": "2026-01-01", "to": "2026-12-31"})
    checks.fact("and given again", sandbox.admin("GET", "mandates")[0]["scopes"] == ["pid"])


def patient(checks, sandbox, connector):
    form = statement()
    identifier = uuid_of(form)
    connector.submit(encoded(form))
    done = connector.until(identifier, "final", "attention")
    checks.fact("a form is deposited", done.get("state") == "final", done)
    entry = sandbox.entries(identifier)[0]
    checks.fact("its entry says whose it is and what it is",
                entry["state"] == "RECEIVED" and entry["provider"] and entry["form"], entry)
    person = matricule(form)
    shown = sandbox.admin("GET", f"documents?person={person}")
    checks.fact("it shows up for the person", identifier in [item["uuid"] for item in shown], shown)
    checks.fact("no admin view of entries names the person", "person" not in entry, entry)
    asked = sandbox.admin("POST", "reimbursement", {"uuid": identifier})
    checks.fact("the person asks for reimbursement", asked["state"] == "REIMBURSEMENT_ASKED", asked)
    sandbox.admin("POST", "reimbursement", {"uuid": identifier})
    paid = [item for item in sandbox.admin("GET", "payments") if item["uuid"] == identifier]
    checks.fact("and is paid once, however often he asks", len(paid) == 1 and paid[0]["effects"] == 1, paid)


def struck(checks, sandbox, connector):
    """What happens once to a deposit over sockets: it arrives, and counts once."""
    faults = ("cut-before", "cut-after", "html", "empty", "truncated", "wrong-signature", "duplicate")
    forms = {}
    for fault in faults:
        form = statement()
        forms[uuid_of(form)] = (fault, form)
    sandbox.admin("POST", "faults", [
        {"service": "deposit", "fault": fault, "uuid": identifier, "count": 1}
        for identifier, (fault, _) in forms.items()])
    for _, form in forms.values():
        connector.submit(encoded(form))
    for identifier, (fault, _) in forms.items():
        done = connector.until(identifier, "final", "attention", seconds=60)
        effects = [entry["effects"] for entry in sandbox.entries(identifier)]
        checks.fact(f"{fault}: final, once in the ledger", done.get("state") == "final" and effects == [1],
                    (done, effects))
    strikes = [rule["strikes"] for rule in sandbox.admin("GET", "faults") if rule["service"] == "deposit"]
    checks.fact("every fault struck once", strikes == [1] * len(faults), strikes)


def matricule(form):
    return str(next(iter(form.values()))["entete"]["patient"]["matricule"])
