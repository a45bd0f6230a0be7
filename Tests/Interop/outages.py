# SPDX-License-Identifier: Apache-2.0
"""Services fail and come back: no accepted form is lost, and none counts twice."""
import os
import re
import shutil
import signal
import socket
import time

from forms import encoded, statement, uuid_of
from harness import econnector, folder, run
from services import Connector, Sandbox, enrolled, passphrase_file

# What is switched off, and what the form says meanwhile.
OUTAGES = {
    "both time-stamp authorities down": (
        [("tsa", "unavailable"), ("tsa2", "unavailable")], ("waiting",), ("ECN-2001",)),
    "OCSP and revocation lists down": (
        [("ocsp", "unavailable"), ("ocsp2", "unavailable"), ("crl", "unavailable")], ("waiting",), ("ECN-2101",)),
    "MySecu down": (
        [("exchange", "unavailable")], ("waiting", "unknown"), ("ECN-2201", "ECN-2202")),
    "MySecu's answer lost": ([("exchange", "lost-answer")], ("unknown",), ("ECN-2202",)),
    "the time-stamps lost on their way": (
        [("tsa", "lost-answer"), ("tsa2", "lost-answer")], ("waiting",), ("ECN-2001",)),
}
HELD_UP = ("waiting", "unknown", "attention", "final")


def facts(checks):
    with Sandbox() as sandbox:
        state = enrolled(sandbox)
        with Connector(sandbox, state) as connector:
            for name, (faults, states, codes) in OUTAGES.items():
                with checks.about(name):
                    outage(checks, sandbox, connector, faults, states, codes)
            for service in ("ocsp", "crl"):
                with checks.about(f"{service} alone down"):
                    one_way_left(checks, sandbox, connector, service)
        gone = None
        with checks.about("the sandbox gone"):
            gone = sandbox_gone(checks, sandbox, state)
        if gone:
            with gone:
                with checks.about("wrong set-up"):
                    wrong_setup(checks, gone, state)
                with checks.about("the disk full"):
                    disk_full(checks, gone, state)
                with checks.about("a revoked certificate"):
                    revoked(checks, gone, state)


def outage(checks, sandbox, connector, faults, states, codes):
    for service, fault in faults:
        sandbox.fault(service, fault)
    uuid = submitted(checks, connector)
    held = connector.until(uuid, *HELD_UP)
    problem = held.get("problem", {})
    checks.fact(f"the form is {' or '.join(states)} with {' or '.join(codes)}",
                held.get("state") in states and problem.get("code") in codes, held)
    checks.fact("the problem says who must act, and what",
                problem.get("actor") and problem.get("do") and problem.get("title", {}).get("de"), held)
    checks.fact("the next attempt has a time", bool(held.get("nextAttemptAt")), held)
    for service, _ in faults:
        sandbox.fault(service, "none")
    final_once(checks, sandbox, connector, uuid)


def one_way_left(checks, sandbox, connector, service):
    """OCSP and lists replace each other, and a current list is kept, so the form may arrive."""
    sandbox.fault(service)
    uuid = submitted(checks, connector)
    held = connector.until(uuid, *HELD_UP)
    checks.fact("the form arrives the other way, or waits with ECN-2101",
                held.get("state") == "final" or held.get("problem", {}).get("code") == "ECN-2101", held)
    sandbox.fault(service, "none")
    final_once(checks, sandbox, connector, uuid)


def submitted(checks, connector):
    form = statement()
    answer = connector.submit(encoded(form))
    checks.fact("the form is accepted although services fail", answer.status == 202, answer)
    return uuid_of(form)


def final_once(checks, sandbox, connector, uuid):
    done = connector.until(uuid, "final", "attention", seconds=40)
    checks.fact("the form becomes final when the service is back", done.get("state") == "final", done)
    entries = sandbox.entries(uuid)
    checks.fact("it stands in the ledger once, with one effect",
                [entry["effects"] for entry in entries] == [1], entries)


def sandbox_gone(checks, sandbox, state):
    """The other side's process ends and starts again while the connector runs.

    The connector reads the addresses when it starts, so it is started again with the sandbox.
    """
    with Connector(sandbox, state) as connector:
        sandbox.stop(signal.SIGKILL)
        uuid = submitted(checks, connector)
        held = connector.until(uuid, *HELD_UP)
        checks.fact("with the sandbox gone the form waits with ECN-2001",
                    held.get("state") == "waiting" and held.get("problem", {}).get("code") == "ECN-2001", held)
        checks.fact("the connector still answers", connector.send("GET", "/v1/info").status == 200)
    again = Sandbox(sandbox.state)
    with Connector(again, state) as connector:
        final_once(checks, again, connector, uuid)
    return again


def wrong_setup(checks, sandbox, state):
    passphrases(checks, sandbox, state)
    ports(checks, sandbox, state)
    right = passphrase_file(state)
    empty = folder("empty")
    result = serve(empty, sandbox.state, passphrase_file(empty))
    checks.fact("serve without keys names keys enrol",
                result.status in (1, 69) and "keys enrol" in result.said, result)
    result = serve(state, empty, right)
    checks.fact("serve without a sandbox: exit 69, names the file",
                result.status == 69 and "sandbox.json" in result.said, result)
    result = econnector("submit", "-", "--state", empty, input=encoded(statement()))
    checks.fact("submit without a connector: exit 69, says what to start",
                result.status == 69 and "serve" in result.said, result)
    new = folder("unknown")
    result = econnector("keys", "enrol", "--provider", "11111111", "--state", new,
                        "--sandbox", sandbox.state, "--passphrase-file", passphrase_file(new))
    checks.fact("a provider that is not registered: exit 1, says so",
                result.status == 1 and "registered" in result.said, result)


def passphrases(checks, sandbox, state):
    """On a copy of the keys, because a wrong attempt delays the next (KC-11)."""
    copied = folder("copied")
    shutil.copytree(state / "keys", copied / "keys")
    wrong = passphrase_file(folder("wrong"), "not the passphrase at all")
    for attempt in ("first", "second"):
        result = serve(copied, sandbox.state, wrong)
        checks.refuses(f"a wrong passphrase, {attempt} attempt: exit 1", result, 1)
        checks.fact(f"a wrong passphrase, {attempt} attempt: a sentence says so",
                    re.search("passphrase is wrong|wrong passphrase", result.said)
                    and not re.search(r"\w\(\w+: ", result.said), result)
    short = passphrase_file(folder("short"), "short")
    result = econnector("keys", "enrol", "--provider", "90000135", "--state", folder("short"),
                        "--sandbox", sandbox.state, "--passphrase-file", short)
    checks.fact("a passphrase that is too short: exit 1, says how long it must be",
                result.status == 1 and "12" in result.said, result)


def ports(checks, sandbox, state):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = serve(state, sandbox.state, passphrase_file(state), port)
        checks.fact("serve on a port in use: exit 69, names the port",
                    result.status == 69 and str(port) in result.said, result)
        result = econnector("sandbox", "--port", str(port), "--state", folder("taken"), timeout=10)
        checks.fact("sandbox on a port in use: exit 69, names the port",
                    result.status == 69 and str(port) in result.said, result)


def serve(state, sandbox, passphrase, port=0):
    """`serve` that is expected to end by itself."""
    return econnector("serve", "--state", state, "--sandbox", sandbox, "--port", str(port),
                      "--passphrase-file", passphrase, timeout=10)


def disk_full(checks, sandbox, state):
    """The state directory on a file system that fills up (RE-11)."""
    mount = folder("small")
    tried = run("mount", "-t", "tmpfs", "-o", "size=700m,mode=0700", "tmpfs", mount)
    if not tried.ok:
        checks.skip("full disk", "a file system cannot be mounted here")
        return
    try:
        shutil.copytree(state / "keys", mount / "keys")
        shutil.copy(state / "provider", mount / "provider")
        os.chmod(mount / "keys", 0o700)
        shutil.copy(state / "provider", mount / "provider")
        fill_and_go_on(checks, sandbox, mount)
    finally:
        run("umount", "-l", mount)


def fill_and_go_on(checks, sandbox, mount):
    with Connector(sandbox, mount) as connector:
        final_once(checks, sandbox, connector, submitted(checks, connector))
        sandbox.stamps()
        held = submitted(checks, connector)
        connector.until(held, "waiting")
        ballast = mount / "ballast"
        fill(ballast)
        form = statement()
        refusal = connector.submit(encoded(form))
        checks.fact("RE-11: on a full disk a form is refused with 507 ECN-3001",
                    (refusal.status, refusal.code) == (507, "ECN-3001"), refusal)
        checks.fact("and the caller is told when to come again",
                    "Retry-After" in refusal.headers, refusal)
        checks.fact("the refused form left no trace",
                    connector.send("GET", f"/v1/forms/{uuid_of(form)}").status == 404,
                    connector.status(uuid_of(form)))
        sandbox.stamps("none")
        # The reserve gives what is in flight the room to end.
        final_once(checks, sandbox, connector, held)
        status = connector.send("GET", "/v1/status").json
        checks.fact("the status says that it is the disk, and whose affair that is",
                    (status["disk"]["state"], status["cause"]) == ("reserve", "you"), status)
        ballast.unlink()
        again = submitted(checks, connector)
        final_once(checks, sandbox, connector, again)
        checks.fact("the reserve is made again",
                    (mount / "reserve").stat().st_size == 64 << 20, os.listdir(mount))


def fill(path):
    """Writes until nothing more fits."""
    with open(path, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    if file.write(b"\0" * size) < size:
                        break
            except OSError:
                continue


def revoked(checks, sandbox, state):
    with Connector(sandbox, state) as connector:
        # A list fetched now, while OCSP is down, must not speak for the signer later (AS-03).
        one_way_left(checks, sandbox, connector, "ocsp")
        sandbox.stamps()
        uuid = submitted(checks, connector)
        connector.until(uuid, "waiting")
        sandbox.admin("POST", "revoke", {"provider": "90000135"})
        sandbox.stamps("none")
        forms = {"a form that was signed before": uuid, "a new form": submitted(checks, connector)}
        for name, form in forms.items():
            stopped = connector.until(form, "attention", "final", seconds=10)
            problem = stopped.get("problem", {})
            checks.fact(f"{name}: attention with ECN-2102",
                        (stopped.get("state"), problem.get("code")) == ("attention", "ECN-2102"), stopped)
            checks.fact(f"{name}: nothing reached the platform", sandbox.entries(form) == [], sandbox.entries(form))
        listed = econnector("keys", "list", "--state", state)
        checks.accepts("keys list still lists the keys", listed)


