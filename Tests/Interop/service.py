# SPDX-License-Identifier: Apache-2.0
"""The connector as practice software meets it: over HTTP, against a sandbox in a process of its own."""
import collections
import concurrent.futures
import json
import signal

import service_bad_input
from artefacts import changed
from forms import encoded, new_uuid, statement, uuid_of
from harness import EXAMPLES, econnector
from services import Connector, Sandbox, enrolled, http_request

STATEMENTS, CALLERS = 200, 16


def facts(checks):
    with Sandbox() as sandbox:
        state = enrolled(sandbox)
        with Connector(sandbox, state) as connector:
            with checks.about("one form"):
                one_form(checks, sandbox, connector)
            with checks.about("access"):
                access(checks, connector)
            with checks.about("bad input"):
                service_bad_input.facts(checks, sandbox, connector)
            with checks.about("many forms"):
                many_forms(checks, sandbox, connector)
        with checks.about("killed"):
            killed(checks, sandbox, state)


def one_form(checks, sandbox, connector):
    form = statement()
    uuid, body = uuid_of(form), encoded(form)
    accepted = connector.submit(body)
    checks.fact("a good form is accepted with 202", accepted.status == 202, accepted)
    checks.fact("the answer names the UUID", accepted.json.get("uuid") == uuid, accepted)
    done = connector.until(uuid, "final", "attention")
    checks.fact("the form becomes final", done.get("state") == "final", done)
    documents(checks, sandbox, connector, uuid)
    replay = connector.submit(body)
    checks.fact("the same bytes are answered as before",
                replay.status == 202 and replay.headers.get("Idempotency-Replayed") == "true"
                and replay.json.get("uuid") == uuid, replay)
    other = statement(uuid)
    other["memoireHonoraire"]["entete"]["patient"]["prenom"] = "Andere"
    refused(checks, "other bytes under the same UUID", connector.submit(encoded(other)), 422, "ECN-1005")
    refused(checks, "the same form in upper case and other spacing",
            connector.submit(body.replace(b'": ', b'":  ')), 422, "ECN-1005")
    entries = sandbox.entries(uuid)
    checks.fact("the ledger holds the form once, with one effect",
                [entry["effects"] for entry in entries] == [1], entries)
    without_trace(checks, connector)
    made = connector.send("POST", "/v1/uuid")
    checks.fact("/v1/uuid gives a version-4 UUID in lower case",
                made.status == 200 and made.json["uuid"][14] == "4"
                and made.json["uuid"] == made.json["uuid"].lower(), made)
    new = new_uuid()
    answer = connector.submit(xml_form(new), "application/xml")
    checks.fact("XML is accepted as JSON is", answer.status == 202, answer)
    checks.fact("the form sent as XML becomes final",
                connector.until(new, "final", "attention").get("state") == "final", connector.status(new))


def xml_form(uuid):
    """The minimal XML example under a UUID of its own."""
    data = (EXAMPLES / "valid-minimal.xml").read_bytes()
    start = data.index(b"<UUID>") + 6
    return data[:start] + uuid.encode() + data[start + 36:]


def documents(checks, sandbox, connector, uuid):
    kinds = {"pdf": "application/pdf", "xml": "application/xml", "report": "application/xml",
             "receipt": "application/json"}
    for name, kind in kinds.items():
        answer = connector.send("GET", f"/v1/forms/{uuid}/{name}")
        checks.fact(f"/{name} is there as {kind}",
                    answer.status == 200 and answer.headers["Content-Type"] == kind and answer.body, answer)
        for header, value in (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")):
            checks.fact(f"/{name} is sent with {header}", answer.headers.get(header) == value, answer)
        if name in ("pdf", "xml"):
            path = changed(f"fetched.{name}", answer.body)
            checks.accepts(f"verify passes the fetched {name}",
                           econnector("verify", path, "--anchor", sandbox.root))
    receipt = connector.send("GET", f"/v1/forms/{uuid}/receipt").json
    checks.fact("the receipt names the national UUID of the ledger",
                receipt.get("nationalUUID") == sandbox.entries(uuid)[0].get("nationalUUID"), receipt)
    missing = connector.send("GET", f"/v1/forms/{uuid}/nothing")
    refused(checks, "a document that does not exist", missing, 404, "ECN-1010")
    refused(checks, "a form that was never sent", connector.send("GET", f"/v1/forms/{new_uuid()}"),
            404, "ECN-1006")


def without_trace(checks, connector):
    form = statement()
    uuid = uuid_of(form)
    form["memoireHonoraire"]["entete"]["patient"]["matricule"] = "2010123199967"
    refused(checks, "a form with a wrong check digit", connector.submit(encoded(form)), 422, "ECN-1004")
    refused(checks, "the refused form's UUID", connector.send("GET", f"/v1/forms/{uuid}"), 404, "ECN-1006")
    good = connector.submit(encoded(statement(uuid)))
    checks.fact("the UUID of a refused form stays free", good.status == 202, good)


def access(checks, connector):
    port = connector.url.rsplit(":", 1)[1]
    body = encoded(statement())

    def send(method="POST", path="/v1/forms", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return connector.send(
            method, path, body if method == "POST" else None,
            {"Content-Type": "application/json", **headers})

    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", "127.0.0.1:1", f"localhost.:{port}"):
        refused(checks, f"Host {host}", send(Host=host), 421, "ECN-1008")
    local = send("GET", f"/v1/forms/{new_uuid()}", Host=f"localhost:{port}")
    refused(checks, "Host localhost reaches the routes", local, 404, "ECN-1006")
    refused(checks, "no secret", send(Authorization=None), 403, "ECN-1009")
    refused(checks, "a wrong secret", send(Authorization="Bearer " + "0" * 64), 403, "ECN-1009")
    refused(checks, "the secret without Bearer", send(Authorization=connector.secret), 403, "ECN-1009")
    for origin in ("https://evil.example", "null", connector.url):
        refused(checks, f"Origin {origin}", send(Origin=origin), 403, "ECN-1012")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""):
        refused(checks, f"Content-Type {kind!r}", send(Content_Type=kind), 415, "ECN-1003")
    refused(checks, "PUT of /v1/forms", send("PUT"), 405, "ECN-1011")
    refused(checks, "POST to a form", send(path=f"/v1/forms/{new_uuid()}"), 405, "ECN-1011")
    refused(checks, "DELETE of /v1/uuid", send("DELETE", "/v1/uuid"), 405, "ECN-1011")
    allowed = send("PUT", "/v1/uuid").headers.get("Allow")
    checks.fact("a 405 names the methods in Allow", allowed == "POST", allowed)
    for path in ("/", "/v1", "/v1/nothing", "/v1/forms/", "/v1/forms/x/pdf/y", "/admin/ledger"):
        refused(checks, f"GET {path}", send("GET", path), 404)
    info = http_request(connector.url, "GET", "/v1/info")
    checks.fact("/v1/info needs no secret", info.status == 200 and info.json.get("api") == "1", info)
    checks.fact("an answer names no program and version", "Server" not in info.headers, info)


def many_forms(checks, sandbox, connector):
    forms = [statement() for _ in range(STATEMENTS)]
    uuids = [uuid_of(form) for form in forms]
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(lambda form: connector.submit(encoded(form)), forms))
    statuses = collections.Counter(answer.status for answer in answers)
    checks.fact(f"{STATEMENTS} forms from {CALLERS} callers are all accepted",
                statuses == {202: STATEMENTS}, statuses)
    end = [connector.until(uuid, "final", "attention", seconds=60) for uuid in uuids]
    states = collections.Counter(status.get("state") for status in end)
    checks.fact(f"{STATEMENTS} forms become final", states == {"final": STATEMENTS}, states)
    once_in_ledger(checks, sandbox, uuids)
    receipts = {connector.send("GET", f"/v1/forms/{uuid}/receipt").json.get("nationalUUID") for uuid in uuids}
    checks.fact("every form has a receipt of its own", len(receipts) == STATEMENTS, len(receipts))


def once_in_ledger(checks, sandbox, uuids):
    ledger = sandbox.admin("GET", "ledger")
    counts = collections.Counter(entry["uuid"] for entry in ledger)
    wrong = {uuid: counts[uuid] for uuid in uuids if counts[uuid] != 1}
    checks.fact(f"each of {len(uuids)} forms stands in the ledger exactly once", not wrong, wrong)
    effects = [entry for entry in ledger if entry["uuid"] in set(uuids) and entry["effects"] != 1]
    checks.fact("each has one effect", not effects, json.dumps(effects))


def killed(checks, sandbox, state):
    """kill -9 while forms are under way; a restart finishes every accepted one."""
    uuids = []
    for share in (0, 1):
        with Connector(sandbox, state) as connector:
            forms = [statement() for _ in range(20)]
            with concurrent.futures.ThreadPoolExecutor(8) as callers:
                answers = list(callers.map(lambda form: connector.submit(encoded(form)), forms))
            uuids += [uuid_of(form) for form, answer in zip(forms, answers) if answer.status == 202]
            if share:
                # Let some forms arrive, so that others are caught in the later stages.
                connector.until(uuids[-20], "final", "attention")
            connector.stop(signal.SIGKILL)
    checks.fact("forms were accepted before the connector was killed", len(uuids) == 40, len(uuids))
    with Connector(sandbox, state) as connector:
        end = [connector.until(uuid, "final", "attention", seconds=60) for uuid in uuids]
        states = collections.Counter(status.get("state") for status in end)
        checks.fact("after the restart every accepted form becomes final", states == {"final": 40},
                    [status for status in end if status.get("state") != "final"])
        once_in_ledger(checks, sandbox, uuids)


def refused(checks, name, answer, status, code=None):
    """A problem+json with this status and code, complete in its members."""
    problem = answer.json
    members = {"type", "title", "status", "detail", "code", "do", "retry", "actor", "traceId"}
    checks.fact(
        f"{name}: {status} {code or ''}".rstrip(),
        answer.status == status and (code is None or answer.code == code)
        and answer.headers.get("Content-Type") == "application/problem+json"
        and members <= set(problem) and problem["status"] == status, answer)
