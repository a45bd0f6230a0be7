# SPDX-License-Identifier: Apache-2.0
"""Each dependency fails for a while with a hundred forms waiting, then comes back: how long until
the first of them has left, and until all are delivered.

    outages.py [--forms 100] [--outage 90] [--only NAME]
"""
import argparse
import signal
import time

import place
from forms import encoded, uuid_of

AIM = 60.0
OUTAGES = {
    "tsa": ["tsa", "tsa2"], "revocation": ["ocsp", "ocsp2", "crl"], "platform": ["exchange"],
    "identity": ["identity", "sts"], "everything": None,
}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--forms", type=int, default=100)
    options.add_argument("--outage", type=float, default=90)
    options.add_argument("--only", choices=OUTAGES)
    options = options.parse_args()
    services = place.installed()
    for name in [options.only] if options.only else OUTAGES:
        # What one outage leaves behind (sessions, revocation data) helps the next: anew each time.
        with services.Sandbox(None, "--port", str(PORT)) as sandbox:
            state = services.enrolled(sandbox, place.PROVIDER)
            with services.Connector(sandbox, state) as connector:
                measure(options, services, name, sandbox, connector)


# The sandbox comes back where it was.
PORT = 48_710


def measure(options, services, name, sandbox, connector):
    listener = place.Listener(connector)
    faults = OUTAGES[name]
    if faults is None:
        sandbox.stop(signal.SIGKILL)
    for service in faults or []:
        sandbox.fault(service)
    line = place.Line(connector.url, connector.secret)
    sent, start = set(), time.time()
    for number in range(options.forms):
        time.sleep(max(0, start + number * options.outage / options.forms - time.time()))
        form = place.statement()
        status, answer = line.send("POST", "/v1/forms", encoded(form))
        if status != 202:
            raise RuntimeError(f"{status}: {answer[:300]}")
        sent.add(uuid_of(form))
    waiting = len(sent - listener.final.keys())
    back = sandbox
    if faults is None:
        back = services.Sandbox(sandbox.state, "--port", str(PORT))
    for service in faults or []:
        sandbox.fault(service, "none")
    end = time.time()
    place.wait_until(lambda: sent <= listener.final.keys(), 90)
    for uuid in sorted(sent - listener.final.keys())[:3]:
        place.say(f"{name}: {connector.status(uuid)}")
    report(name, sent, listener, end, f"{waiting} forms waited, outage of {end - start:.0f} s")
    if back is not sandbox:
        back.stop()


def report(name, sent, listener, end, note):
    after = sorted(listener.final[uuid] - end for uuid in sent & listener.final.keys())
    after = [seconds for seconds in after if seconds > 0]
    missing = len(sent - listener.final.keys())
    if missing or not after:
        raise RuntimeError(f"{name}: {missing} of {len(sent)} forms not final after 90 s; {note}")
    place.milliseconds(f"service-back-{name}", "ours", after[0], f"first form; {note}")
    place.milliseconds(f"service-back-{name}-all", "ours", after[-1], "last form")
    place.milliseconds(f"service-back-{name}", "aim", AIM)
    place.milliseconds(f"service-back-{name}-all", "aim", AIM)


main()
