# SPDX-License-Identifier: Apache-2.0
"""What an installation keeps, gives back and hands over: copies, audit, exports, chains, mandates."""
import json
import sqlite3
import tarfile
import time

from forms import encoded, new_uuid, statement, uuid_of
from harness import econnector, folder, poll, write
from services import Connector, Sandbox, enrolled, passphrase_file

DELEGATE, PROVIDER = "1000900018", "90000135"


def facts(checks):
    with Sandbox() as sandbox:
        state = enrolled(sandbox)
        with Connector(sandbox, state, "--health-interval", "1") as connector:
            with checks.about("chains on the command line"):
                chains(checks, sandbox, connector)
            with checks.about("authorities that stand in"):
                stand_in(checks, sandbox, connector)
            with checks.about("doctor"):
                doctor(checks, sandbox, connector)
            with checks.about("export"):
                export(checks, connector)
            with checks.about("backup"):
                kept = backup(checks, sandbox, connector)
        with checks.about("restore"):
            restored(checks, sandbox, *kept)
        with checks.about("audit"):
            audit(checks, state)
        with checks.about("a delegate"):
            delegate(checks, sandbox)


def sent(checks, connector):
    form = statement()
    answer = connector.submit(encoded(form))
    done = connector.until(uuid_of(form), "final", "attention")
    checks.fact("a form arrives", answer.status == 202 and done.get("state") == "final", done)
    return uuid_of(form)


# Taking back and replacing


def chains(checks, sandbox, connector):
    state = ("--state", connector.state)
    simple = sent(checks, connector)
    result = econnector("cancel", simple, "--reason", "erreur", *state)
    checks.accepts("cancel: exit 0", result)
    gone = connector.until(simple, "cancelled")
    checks.fact("the form is cancelled", gone.get("state") == "cancelled", gone)
    ledger = sandbox.entries(simple)
    checks.fact("also at the platform", [entry["state"] for entry in ledger] == ["CANCELED"], ledger)
    result = econnector("cancel", simple, "--reason", "autre", "--language", "de", *state)
    checks.fact("once more: exit 1, in the caller's language",
                result.status == 1 and "ECN-1019" in result.said and "das Formular bleibt" in result.said, result)

    old, form = sent(checks, connector), statement()
    new = uuid_of(form)
    file = write(folder("replacement") / "form.json", encoded(form))
    checks.accepts("cancel --replace: exit 0",
                   econnector("cancel", old, "--reason", "erreur", "--replace", file, *state))
    done = connector.until(new, "final", "attention")
    checks.fact("the new form arrives", done.get("state") == "final", done)
    entries = {entry["uuid"]: entry for entry in sandbox.admin("GET", "ledger")}
    checks.fact("the platform links both", entries[old]["state"] == "CANCEL_REPLACED"
                and entries[old]["replacedBy"] == new and entries[new]["replaces"] == old, entries[old])

    paid = sent(checks, connector)
    sandbox.admin("POST", "reimbursement", {"uuid": paid})
    econnector("cancel", paid, "--reason", "erreur", *state)
    found = poll(lambda: [
        form for form in connector.send("GET", "/v1/forms?state=attention").json["forms"]
        if form.get("links", {}).get("cancels") == paid])
    checks.fact("too late: ECN-2208, and why", bool(found) and found[0]["problem"]["code"] == "ECN-2208"
                and "OEC-ANN-003" in found[0]["problem"]["detail"], found)
    checks.fact("the form stays", connector.status(paid)["state"] == "final", connector.status(paid))


# Services that stand in for one another


def stand_in(checks, sandbox, connector):
    for down, other in (("tsa", "tsa2"), ("ocsp", "ocsp2")):
        # A script that does nothing counts the calls that it lets pass.
        sandbox.fault(other, "none")
        sandbox.fault(down)
        sent(checks, connector)
        counts = {rule["service"]: rule["calls"] for rule in sandbox.admin("GET", "faults")}
        checks.fact(f"{down} down: {other} is asked, and the form does not wait",
                    counts.get(down, 0) > 0 and counts.get(other, 0) > 0, counts)
        sandbox.fault(down, "none")


def doctor(checks, sandbox, connector):
    arguments = ("doctor", "--json", "--state", connector.state, "--sandbox", sandbox.state)
    def well():
        result = econnector(*arguments)
        return result if result.ok else None
    result = poll(well, seconds=40, every=0.5) or econnector(*arguments)
    checks.accepts("nothing is wrong: exit 0", result)
    for service in ("tsa", "tsa2"):
        sandbox.fault(service)
    started = time.monotonic()

    def seen():
        services = connector.send("GET", "/v1/status").json["services"]
        return [one for one in services if one["service"] == "timestamps" and one["state"] == "down"]
    down = poll(seen, seconds=30, every=0.2)
    checks.fact("a dead authority is red within 30 s, with since when", bool(down) and down[0].get("since")
                and time.monotonic() - started < 30, down)
    result = econnector(*arguments)
    checks.fact("doctor: exit 1, and names them", result.status == 1 and "horodatage" in result.said, result)
    bundle = folder("bundle") / "diagnostics.tar"
    econnector("doctor", "--bundle", bundle, "--state", connector.state, "--sandbox", sandbox.state)
    with tarfile.open(bundle) as archive:
        names = archive.getnames()
    checks.fact("the bundle is a tar with the events", any("events" in name for name in names), names)
    for service in ("tsa", "tsa2"):
        sandbox.fault(service, "none")
    sent(checks, connector)


# What is kept


def export(checks, connector):
    person = str(statement()["memoireHonoraire"]["entete"]["patient"]["matricule"])
    out = folder("export")
    result = econnector("export", "--patient", "-", "-o", out, "--state", connector.state,
                        input=f"{person}\n".encode())
    checks.accepts("export: exit 0", result)
    index = json.loads((out / "index.json").read_bytes())
    names = {name for form in index["forms"] for name in form["files"]}
    checks.fact("every form of the person, and every file named",
                len(index["forms"]) >= 4 and names | {"index.json"} == {path.name for path in out.iterdir()}, index)
    checks.fact("the files are for their owner alone",
                all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir()))
    checks.fact("the number stands in no output", person not in result.text + result.said, result)
    result = econnector("export", "--patient", "-", "-o", folder("other"), "--state", connector.state,
                        input=b"1972040521245\n")
    checks.fact("of a stranger: no form", result.ok and result.text.startswith("0 forms"), result)
    result = econnector("export", "--patient", "-", "-o", folder("none"), "--state", connector.state, input=b"12\n")
    checks.refuses("no matricule: exit 65", result, 65)


def backup(checks, sandbox, connector):
    """A copy made while one form waits and one is on its way; both arrive after it was made."""
    for service in ("tsa", "tsa2"):
        sandbox.fault(service)
    form = statement()
    connector.submit(encoded(form))
    connector.until(uuid_of(form), "waiting")
    file = folder("backup") / "copy.oecb"
    phrase = passphrase_file(folder("phrase"), "the passphrase of the copy")
    result = econnector("backup", "create", file, "--state", connector.state, "--passphrase-file", phrase)
    checks.accepts("a copy of a running connector: exit 0", result)
    for service in ("tsa", "tsa2"):
        sandbox.fault(service, "none")
    done = connector.until(uuid_of(form), "final", seconds=60)
    checks.fact("the form arrives after the copy was made", done.get("state") == "final", done)
    later = sent(checks, connector)
    wrong = passphrase_file(folder("wrong"), "another passphrase")
    result = econnector("backup", "restore", file, "--state", folder("wrong") / "s", "--passphrase-file", wrong)
    checks.refuses("another passphrase opens nothing: exit 1", result, 1)
    return file, phrase, uuid_of(form), later


def restored(checks, sandbox, file, phrase, waited, later):
    """The old copy asks before it sends: nothing counts twice."""
    state = folder("restored") / "state"
    result = econnector("backup", "restore", file, "--state", state, "--passphrase-file", phrase)
    checks.accepts("restore: exit 0", result)
    # The sandbox's addresses and the keys' passphrase are the old ones.
    with Connector(sandbox, state) as connector:
        done = connector.until(waited, "final", "attention")
        checks.fact("the form that arrived meanwhile ends with its receipt", done.get("state") == "final", done)
        checks.fact("it stands in the ledger once",
                    [entry["effects"] for entry in sandbox.entries(waited)] == [1], sandbox.entries(waited))
        checks.fact("nothing was sent again", done.get("attempts") == 0, done)
        answer = connector.send("GET", f"/v1/forms/{later}")
        checks.fact("of what came after the copy it knows nothing", answer.status == 404, answer)
        sent(checks, connector)
    result = econnector("audit", "verify", "--state", state)
    checks.accepts("its audit holds", result)


def audit(checks, state):
    result = econnector("audit", "verify", "--json", "--state", state)
    report = json.loads(result.text or "{}")
    checks.fact("an audit nobody touched: exit 0", result.ok and report["faults"] == [], result)
    path = state / "transmissions.sqlite"
    with sqlite3.connect(path) as database:
        number, entry = database.execute(
            "SELECT sequence, entry FROM audit ORDER BY sequence LIMIT 1 OFFSET 5").fetchone()
        database.execute("UPDATE audit SET entry = ? WHERE sequence = ?",
                         (entry.replace(b"form", b"Form", 1), number))
    database.close()
    result = econnector("audit", "verify", "--state", state)
    checks.fact("a changed row: exit 1, named",
                result.status == 1 and f"entry {number} was changed" in result.text, result)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE audit SET entry = ? WHERE sequence = ?", (entry, number))
        database.execute("DELETE FROM audit WHERE sequence = ?", (number + 1,))
    database.close()
    result = econnector("audit", "verify", "--state", state)
    checks.fact("a removed row: exit 1, named", result.status == 1
                and f"entry {number + 1} is missing" in result.text, result)


# Acting for somebody


def delegate(checks, sandbox):
    state = enrolled(sandbox, PROVIDER, "--delegate", DELEGATE)
    with Connector(sandbox, state) as connector:
        form = statement()
        body = encoded(form)
        answer = connector.submit(body)
        checks.fact("without a mandate: 403 ECN-1020", (answer.status, answer.code) == (403, "ECN-1020"), answer)
        result = econnector("submit", "-", "--state", state, "--language", "de", input=body)
        checks.fact("submit says so in the user's language",
                    result.status == 1 and "ECN-1020" in result.said and "Mandat" in result.said, result)
        result = econnector(
            "mandates", "give", "--from-provider", PROVIDER, "--to", DELEGATE, "--name", "Sophie Délégué",
            "--form", "memoire-honoraires", "--from", "2026-01-01", "--state", state)
        checks.accepts("mandates give: exit 0", result)
        given = json.loads(result.text)
        answer = connector.submit(body)
        done = connector.until(uuid_of(form), "final", "attention")
        checks.fact("with one the form is signed by the delegate and arrives",
                    answer.status == 202 and done.get("state") == "final", done)
        ledger = sandbox.entries(uuid_of(form))
        checks.fact("the platform knows whose it is and who sent it",
                    [(entry["provider"], entry["sender"]) for entry in ledger] == [(PROVIDER, DELEGATE)], ledger)
        xml = connector.send("GET", f"/v1/forms/{uuid_of(form)}/xml").body.decode()
        checks.fact("the signature claims the role", f"Délégué autorisé du prestataire {PROVIDER}" in xml, xml[:200])
        # The platform's own book counts too.
        mandate = {"delegate": DELEGATE, "provider": PROVIDER}
        sandbox.admin("POST", "mandates", {**mandate, "scopes": ["pid"], "from": "2026-01-01"})
        refused = statement()
        connector.submit(encoded(refused))
        held = connector.until(uuid_of(refused), "attention", "final")
        checks.fact("a mandate that the platform does not know is none: OEC-SIG-007",
                    "OEC-SIG-007" in held.get("problem", {}).get("detail", ""), held)
        sandbox.admin("POST", "mandates", {**mandate, "scopes": ["memoire-honoraires", "pid"], "from": "2026-01-01"})
        checks.accepts("mandates withdraw: exit 0", econnector("mandates", "withdraw", given["id"], "--state", state))
        again = connector.submit(encoded(statement()))
        checks.fact("withdrawn: 403 again", (again.status, again.code) == (403, "ECN-1020"), again)
