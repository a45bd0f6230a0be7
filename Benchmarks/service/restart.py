# SPDX-License-Identifier: Apache-2.0
"""How long `econnector serve` takes to be ready with 50 000 queued forms (and with none).

    restart.py [--forms 50000]
"""
import argparse
import signal
import subprocess
import time

import place

AIM = 5.0


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--forms", type=int, default=50_000)
    options = options.parse_args()
    services = place.installed()
    with services.Sandbox() as sandbox:
        state = services.enrolled(sandbox, place.PROVIDER)
        empty, _ = started(services, sandbox, state, wait=0)
        start = time.time()
        subprocess.run(
            [place.BIN / "bench", "queue", place.ROOT, state, str(options.forms)], check=True)
        size = (state / "transmissions.sqlite").stat().st_size / 1e9
        place.say(f"{options.forms} forms queued in {time.time() - start:.0f} s, {size:.1f} GB")
        times = [started(services, sandbox, state) for _ in range(3)]
        place.milliseconds(
            "service-restart", "ours", place.middle([ready for ready, _ in times]),
            f"{options.forms} forms queued; first form final after "
            f"{place.middle([moved for _, moved in times]):.2f} s")
        place.milliseconds("service-restart", "floor", empty, "nothing queued")
        place.milliseconds("service-restart", "aim", AIM)


def started(services, sandbox, state, wait=10):
    """Seconds until it says that it is ready, and until a form is final; then it is killed."""
    start = time.time()
    connector = services.Connector(sandbox, state)
    ready = time.time() - start
    status, _ = place.Line(connector.url, connector.secret).send("GET", "/v1/status")
    if status != 200:
        raise RuntimeError(f"/v1/status: {status}")
    moved = time.time() - start if place.wait_until(lambda: finals(connector), wait) else 0
    connector.stop(signal.SIGKILL)
    return ready, moved


def finals(connector):
    return connector.send("GET", "/v1/forms?state=final&limit=1").json.get("forms")


main()
