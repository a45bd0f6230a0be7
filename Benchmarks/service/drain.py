# SPDX-License-Identifier: Apache-2.0
"""The platform was away and forms queued: how they reach it when it is back.

    drain.py [--forms 30000] [--pace 50]

The queue is written as the intake writes it, so that nobody waits four hours; signing needs its own
time and comes first.
"""
import argparse
import collections
import subprocess
import time

import place


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--forms", type=int, default=30_000)
    options.add_argument("--pace", type=int, default=50)
    options = options.parse_args()
    services = place.installed(pacing={"platform": options.pace})
    with services.Sandbox() as sandbox:
        state = services.enrolled(sandbox, place.PROVIDER)
        subprocess.run(
            [place.BIN / "bench", "queue", place.ROOT, state, str(options.forms)], check=True)
        sandbox.fault("deposit")
        with services.Connector(sandbox, state) as connector:
            measure(options, sandbox, connector)


def measure(options, sandbox, connector):
    start = time.time()
    listener = place.Listener(connector)
    ready = len(listener.complete)
    while ready < options.forms:
        time.sleep(2)
        if (now := len(listener.complete)) == ready and time.time() - listener.last > 60:
            raise RuntimeError(f"{now} of {options.forms} forms are signed, and no more")
        ready = now
    place.say(f"{options.forms} forms signed in {time.time() - start:.0f} s; the platform comes back")
    sandbox.fault("deposit", "none")
    back = time.time()
    while len(listener.final) < options.forms:
        time.sleep(1)
        if time.time() - listener.last > 120:
            raise RuntimeError(f"{len(listener.final)} of {options.forms} forms arrived")
    report(options, sorted(listener.final.values()), back)


def report(options, finals, back):
    # The last second is not a whole one.
    seconds = collections.Counter(int(moment - finals[0]) for moment in finals)
    whole = [seconds[second] for second in range(int(finals[-1] - finals[0]))]
    mean = sum(whole) / len(whole)
    place.milliseconds(
        "service-drain", "ours", finals[-1] - back,
        f"{options.forms} forms; first after {finals[0] - back:.1f} s, {mean:.1f} a second on"
        f" average, at most {max(whole)} in a second: {max(whole) / mean:.2f} times the mean")
    place.milliseconds("service-drain", "floor", options.forms / options.pace,
                       f"at the platform's {options.pace} a second")


main()
