# SPDX-License-Identifier: Apache-2.0
"""Both sides as release programs of their own, what they use of the machine, and one line a figure.

`BIN` names the folder of the release programs; `Tests/Interop` knows how to start them.
"""
import http.client
import json
import os
import shutil
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("BIN", ROOT / ".build" / "release"))
sys.path.insert(0, str(ROOT / "Tests" / "Interop"))
import harness  # noqa: E402

# Who bills in the full example of the fee statement.
PROVIDER = "91234560"
FULL = (harness.EXAMPLES / "valid-full.json").read_text("utf-8")


def statement():
    """The full example as a new form of its own."""
    form = json.loads(FULL)
    form["memoireHonoraire"]["entete"]["UUID"] = str(uuid.uuid4())
    return form


def installed(embedded=None, pacing=None):
    """The programs with packs and data beside them; `embedded` and `pacing` change the profile."""
    place = harness.scratch() / "install"
    shutil.rmtree(place, ignore_errors=True)
    (place / "bin").mkdir(parents=True)
    shutil.copy2(BIN / "econnector", place / "bin")
    (place / "Packs").symlink_to(ROOT / "Packs")
    shutil.copytree(ROOT / "Data", place / "Data")
    path = place / "Data" / "profiles" / "lu-mysecu-2023.json"
    profile = json.loads(path.read_text("utf-8"))
    if embedded:
        profile["pdf"]["embeddedLevel"] = embedded
    if pacing is not None:
        profile["pacing"] = pacing
    path.write_text(json.dumps(profile), "utf-8")
    harness.PROGRAM = place / "bin" / "econnector"
    import services
    services.PROGRAM = harness.PROGRAM
    return services


def figure(job, who, value, unit, note=""):
    """`who` is ours, floor or aim; one line of JSON, and one for people."""
    print(json.dumps({"job": job, "who": who, "value": round(value), "unit": unit, "note": note}))
    sys.stdout.flush()


def milliseconds(job, who, seconds, note=""):
    figure(job, who, seconds * 1e9, "nanoseconds", note)


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def middle(values, share=0.5):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Usage:
    """What a process has used since: seconds of processor, and megabytes it holds."""

    def __init__(self, process):
        self.pid, self.start, self.used = process.pid, time.monotonic(), self._seconds(process.pid)

    @staticmethod
    def _seconds(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cores(self):
        return (self._seconds(self.pid) - self.used) / (time.monotonic() - self.start)

    @property
    def kilobytes(self):
        return resident(self.pid)


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


class Line:
    """One connection that is kept."""

    def __init__(self, url, secret):
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def send(self, method, path, body=None):
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


class Listener(threading.Thread):
    """Reads the stream of events: when each form was complete, was final, and when that was told."""

    def __init__(self, connector):
        super().__init__(daemon=True)
        self.connector, self.open, self.last = connector, threading.Event(), time.time()
        self.complete, self.final, self.told = {}, {}, {}
        self.start()
        self.open.wait(10)

    def run(self):
        address = urlsplit(self.connector.url)
        connection = http.client.HTTPConnection(address.hostname, address.port)
        connection.request("GET", "/v1/events?after=0", headers={
            "Authorization": f"Bearer {self.connector.secret}", "Accept": "text/event-stream"})
        stream = connection.getresponse()
        for line in stream:
            self.open.set()
            if line.startswith(b"data:"):
                event, self.last = json.loads(line[5:]), time.time()
                if event["state"] == "complete_lt":
                    self.complete[event["uuid"]] = moment(event["at"])
                if event["state"] == "final":
                    self.final[event["uuid"]] = moment(event["at"])
                    self.told[event["uuid"]] = time.time()


def moment(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def wait_until(condition, seconds, every=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every)
    return False
