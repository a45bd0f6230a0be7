# SPDX-License-Identifier: Apache-2.0
"""A million forms whose bodies retention has erased: what `serve` holds in memory, and how long
status, list and search take.

    history.py [--forms 1000000]
"""
import argparse
import re
import subprocess
import time

import place
from forms import encoded, uuid_of

AIM = 0.020


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--forms", type=int, default=1_000_000)
    options = options.parse_args()
    services = place.installed()
    with services.Sandbox() as sandbox:
        state = services.enrolled(sandbox, place.PROVIDER)
        before, _ = measured(services, sandbox, state)
        start = time.time()
        subprocess.run(
            [place.BIN / "bench", "history", place.ROOT, state, str(options.forms)], check=True)
        size = (state / "transmissions.sqlite").stat().st_size / 1e9
        place.say(f"{options.forms} forms written in {time.time() - start:.0f} s, {size:.1f} GB")
        after, times = measured(services, sandbox, state)
        note = f"resident, {options.forms} forms, after the same work"
        place.figure("service-memory", "ours", after, "kilobytes", note)
        place.figure("service-memory", "floor", before, "kilobytes", "no forms")
        for name, seconds in times.items():
            place.milliseconds(
                f"service-{name}", "ours", place.middle(seconds),
                f"slowest of {len(seconds)}: {max(seconds) * 1e3:.1f} ms")
            place.milliseconds(f"service-{name}", "aim", AIM)


def measured(services, sandbox, state):
    """Kilobytes after twenty forms and many questions, and the seconds of each kind of question."""
    with services.Connector(sandbox, state) as connector:
        line = place.Line(connector.url, connector.secret)
        sent = []
        for _ in range(20):
            form = place.statement()
            line.send("POST", "/v1/forms", encoded(form))
            sent.append(uuid_of(form))
        for uuid in sent:
            connector.until(uuid, "final")
        matricule = re.search(rb'"matricule": *"(\d{13})"', encoded(form)).group(1).decode()
        questions = {
            "status": ("GET", "/v1/status", None),
            "form": ("GET", f"/v1/forms/{sent[0]}", None),
            "list": ("GET", "/v1/forms?limit=50", None),
            "list-final": ("GET", "/v1/forms?state=final&limit=50", None),
            "search": ("GET", f"/v1/forms?q={matricule}", None),
            "events": ("GET", "/v1/events?after=1000&limit=100", None),
        }
        times = {name: [asked(line, *question) for _ in range(50)]
                 for name, question in questions.items()}
        # At rest, what the questions needed for a moment has been given back.
        time.sleep(3)
        return place.resident(connector.process.pid), times


def asked(line, method, path, body):
    start = time.time()
    status, answer = line.send(method, path, body)
    if status != 200:
        raise RuntimeError(f"{path}: {status}: {answer[:200]}")
    return time.time() - start


main()
