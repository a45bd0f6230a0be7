# SPDX-License-Identifier: Apache-2.0
"""The whole road over HTTP, a steady number of forms a second, time-stamps of 50 ms; then as many
forms as the machine bears.

    road.py [--level B-T|B-B] [--rate 20] [--seconds 60] [--flood 600]
"""
import argparse
import queue
import threading
import time
from urllib.parse import urlsplit

import place
from forms import encoded, uuid_of

DELAY = 50
AIMS = {"B-T": 0.180, "B-B": 0.120}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--level", default="B-T", choices=AIMS)
    options.add_argument("--rate", type=float, default=20)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--flood", type=int, default=600)
    options = options.parse_args()
    # What the platform bears is not what is measured here.
    services = place.installed(embedded=options.level, pacing={})
    with services.Sandbox() as sandbox:
        state = services.enrolled(sandbox, place.PROVIDER)
        with services.Connector(sandbox, state) as connector:
            for service in ("tsa", "tsa2"):
                sandbox.admin("POST", "faults", {
                    "service": service, "fault": "none", "delayMilliseconds": DELAY})
            measure(options, sandbox, connector)


def measure(options, sandbox, connector):
    listener = place.Listener(connector)
    # Sessions, revocation data and connections are had before the first measured form.
    drive(connector, listener, options.rate, 20)
    ours, theirs = place.Usage(connector.process), place.Usage(sandbox.process)
    sent = drive(connector, listener, options.rate, int(options.rate * options.seconds))
    used = f"connector {ours.cores():.2f} of a core, sandbox {theirs.cores():.2f}"
    report(options, sandbox, listener, sent, used)
    if options.flood:
        flood(options, sandbox, connector, listener)


def flood(options, sandbox, connector, listener):
    """All at once: what limits the road is the processor, not waiting."""
    ours, theirs, start = place.Usage(connector.process), place.Usage(sandbox.process), time.time()
    sent = drive(connector, listener, 1e6, options.flood)
    each = (max(listener.final[uuid] for uuid in sent) - start) / len(sent)
    place.milliseconds(
        f"service-{options.level.lower()}-flood", "ours", each,
        f"{1 / each:.0f} forms a second of {len(sent)} handed in at once;"
        f" connector {ours.cores():.2f} of a core, sandbox {theirs.cores():.2f},"
        f" of {place.os.cpu_count()} cores")


def report(options, sandbox, listener, sent, used):
    road = [listener.final[uuid] - start for uuid, (start, _) in sent.items()]
    told = [listener.told[uuid] - start for uuid, (start, _) in sent.items()]
    accepted = [answered - start for start, answered in sent.values()]
    job = f"service-{options.level.lower()}"
    note = f"{len(sent)} forms at {options.rate:g} a second, {used}"
    place.milliseconds(job, "ours", place.middle(road), note)
    place.milliseconds(f"{job}-p99", "ours", place.middle(road, 0.99), "of the same forms")
    place.milliseconds(f"{job}-told", "ours", place.middle(told), "until the event stream said so")
    place.milliseconds(f"{job}-accepted", "ours", place.middle(accepted), "until 202")
    stamps = 2 if options.level == "B-T" else 1
    place.milliseconds(
        job, "floor", stamps * asked(sandbox), f"{stamps} time-stamps in sequence, asked bare")
    place.milliseconds(job, "aim", AIMS[options.level])
    place.milliseconds(f"{job}-p99", "aim", 0.450)


def drive(connector, listener, rate, count):
    """Hands forms in when each is due, whatever became of the others; waits until all are final.

    Returns when each was handed in and when it was answered."""
    due, sent = queue.SimpleQueue(), {}
    workers = [threading.Thread(target=work, args=(connector, due, sent)) for _ in range(16)]
    for worker in workers:
        worker.start()
    start = time.time() + 0.2
    for number in range(count):
        due.put((start + number / rate, place.statement()))
    for _ in workers:
        due.put(None)
    for worker in workers:
        worker.join()
    if not place.wait_until(lambda: all(uuid in listener.told for uuid in sent), 60):
        late = [uuid for uuid in sent if uuid not in listener.told]
        raise RuntimeError(f"{len(late)} forms are not final: {connector.status(late[0])}")
    return sent


def work(connector, due, sent):
    line = place.Line(connector.url, connector.secret)
    while (item := due.get()) is not None:
        moment, form = item
        time.sleep(max(0, moment - time.time()))
        body, start = encoded(form), time.time()
        status, answer = line.send("POST", "/v1/forms", body)
        if status != 202:
            raise RuntimeError(f"{status}: {answer[:300]}")
        sent[uuid_of(form)] = (start, time.time())


def asked(sandbox):
    """Median seconds of a bare request to the time-stamp authority, with its delay."""
    address = urlsplit(sandbox.addresses["timestampAuthorities"][0])
    connection = place.http.client.HTTPConnection(address.hostname, address.port)
    imprint = bytes.fromhex("3031300d060960864801650304020105000420") + bytes(32)
    body = bytes([0x30, 3 + len(imprint) + 3, 2, 1, 1]) + imprint + bytes([1, 1, 0xFF])
    times = []
    for _ in range(21):
        start = time.time()
        connection.request("POST", address.path, body, {"Content-Type": "application/timestamp-query"})
        connection.getresponse().read()
        times.append(time.time() - start)
    return place.middle(times)


main()
