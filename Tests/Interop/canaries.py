# SPDX-License-Identifier: Apache-2.0
"""DP-04: what stands in forms, and what is secret, is nowhere outside them."""
import io
import json
import tarfile

from forms import encoded, new_uuid, statement, uuid_of
from harness import econnector, write
from services import PASSPHRASE, Connector, Sandbox, enrolled

NAMES = ("Kanarinapfel", "Zwitscherine")
NUMBER = "2010123199966"
BILL = "CANARY-4711"
AMOUNT = "62.6"
TOKEN = "canary-token-0123456789"
PATH = "canary-path-9876"
REASON = "canary reason"


def facts(checks):
    with Sandbox() as sandbox:
        state = enrolled(sandbox)
        with Connector(sandbox, state) as connector:
            secrets = [connector.secret, PASSPHRASE, *exercise(checks, sandbox, connector, state)]
            shown = outputs(connector)
            shown["doctor"] = econnector("doctor", "--state", state, "--language", "en").text.encode()
            bundle = write(state.parent / f"{state.name}-bundle.tar", b"")
            econnector("doctor", "--state", state, "--bundle", bundle)
            shown["doctor's bundle"] = bundle.read_bytes()
            connector.stop()
            shown["what it printed"] = connector.said.encode()
    texts = [*NAMES, NUMBER, BILL, TOKEN, PATH, REASON, *secrets]
    for name, content in shown.items():
        found = [text for text in (*texts, AMOUNT) if text.encode() in content]
        checks.fact(f"DP-04: no canary in {name}", not found, found)
    own = {"client-secret", "passphrase-for-tests"}
    for path in sorted(path for path in state.rglob("*") if path.is_file() and path.name not in own):
        content = path.read_bytes()
        found = [text for text in texts if text.encode() in content]
        checks.fact(f"DP-04: no canary in the file {path.relative_to(state)}", not found, found)


def exercise(checks, sandbox, connector, state):
    """Good forms and bad ones, refusals and outages; returns further secrets."""
    form = canary()
    connector.submit(encoded(form))
    done = connector.until(uuid_of(form), "final", "attention")
    checks.fact("the form with canaries is delivered", done.get("state") == "final", done)
    broken = canary()
    broken["memoireHonoraire"]["entete"]["patient"]["matricule"] = NUMBER[:-1] + "x"
    connector.submit(encoded(broken))
    unknown = canary()
    unknown["memoireHonoraire"][NAMES[0]] = NUMBER
    connector.submit(encoded(unknown))
    undrawable = canary()
    undrawable["memoireHonoraire"]["entete"]["patient"]["prenom"] = NAMES[1] + "漢"
    connector.submit(encoded(undrawable))
    connector.submit(encoded(form)[:-20])
    connector.send("GET", f"/v1/forms/{PATH}")
    connector.send("GET", "/v1/status", headers={"Authorization": f"Bearer {TOKEN}"})
    connector.send("GET", f"/v1/forms?q={NUMBER}")
    sandbox.stamps()
    held = canary()
    connector.submit(encoded(held))
    connector.until(uuid_of(held), "waiting")
    sandbox.stamps("none")
    body = json.dumps({"reason": REASON}).encode()
    connector.send("POST", f"/v1/forms/{uuid_of(form)}/cancel", body, {"Content-Type": "application/json"})
    connector.until(uuid_of(form), "cancelled")
    hook = connector.send("POST", "/v1/webhooks", json.dumps({"url": "http://127.0.0.1:9/"}).encode(),
                          {"Content-Type": "application/json"})
    checks.fact("a webhook is made", hook.status == 201, hook)
    return [hook.json["secret"], hook.json["secret"].removeprefix("whsec_")]


def outputs(connector):
    shown = {name: connector.send("GET", path).body for name, path in {
        "the events": "/v1/events?limit=1000", "the metrics": "/metrics", "the status": "/v1/status",
        "the list of forms": "/v1/forms", "the webhooks": "/v1/webhooks",
    }.items()}
    bundle = connector.send("POST", "/v1/diagnostics").body
    with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
        for member in archive.getmembers():
            shown[f"the bundle's {member.name}"] = archive.extractfile(member).read()
    return shown


def canary():
    form = statement(new_uuid())
    head = form["memoireHonoraire"]["entete"]
    for person in (head["patient"], head["assure"]):
        person["nom"], person["prenom"] = NAMES
    head["patient"]["matricule"] = NUMBER
    head["numeroMemoireHonoraires"] = BILL
    return form
