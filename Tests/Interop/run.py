# SPDX-License-Identifier: Apache-2.0
"""Other people's programs judge what ours made, and ours is asked what it must refuse.

    .venv/bin/python Tests/Interop/run.py [SUBJECT...]

Subjects are the files beside this one that have a function `facts`. All of them run otherwise: first
what is timed, alone; then the others in lanes side by side.
"""
import importlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True

import harness  # noqa: E402
import services  # noqa: E402

TIMED = ["strangers"]
LANES = [
    ["service", "attacks", "canaries"],
    ["judge", "cli", "grades", "schema", "torture"],
    ["outages", "size", "tokens", "pid", "other_side", "gateway", "keeping"],
]
SUBJECTS = TIMED + [name for lane in LANES for name in lane]
TOOLS = ["xmlsec1", "xmllint", "openssl", "qpdf", "pdfinfo"]
CLOSING = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")


def main(wanted):
    unknown = [name for name in wanted if name not in SUBJECTS]
    if unknown:
        sys.exit(f"unknown subject {' '.join(unknown)}; there are {' '.join(SUBJECTS)}")
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or not harness.PROGRAM.exists():
        absent = " ".join(missing) or harness.PROGRAM
        sys.exit(f"missing: {absent}; run Scripts/setup.sh test and make build")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    counts = judged(wanted) if wanted else in_lanes()
    passed, failed, skipped = counts
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped or wanted else ""))
    sys.exit(1 if failed else 0)


def judged(subjects):
    """Runs subjects one after the other in this process."""
    checks = harness.Checks()
    try:
        for name in subjects:
            started = time.monotonic()
            before = checks.passed
            with checks.about(name):
                importlib.import_module(name).facts(checks)
            seconds = time.monotonic() - started
            print(f"{name}: {checks.passed - before} passed in {seconds:.1f} s", flush=True)
    finally:
        services.stop_all()
    return checks.passed, checks.failed, checks.skipped


def in_lanes():
    """Each lane is this program with its subjects; what they say is printed lane by lane."""
    totals = [judged(TIMED)]
    lanes = [
        subprocess.Popen([sys.executable, __file__, *lane], stdout=subprocess.PIPE, text=True)
        for lane in LANES
    ]
    try:
        for lane, process in zip(LANES, lanes):
            said, _ = process.communicate()
            closing = CLOSING.search(said)
            print(said[:closing.start()] if closing else said, end="", flush=True)
            totals.append(tuple(map(int, closing.groups())) if closing else (0, 1, 0))
            if not closing:
                print(f"FAILED {' '.join(lane)}: the lane ended without a result")
    finally:
        for process in lanes:
            if process.poll() is None:
                process.terminate()
                process.wait()
    return [sum(column) for column in zip(*totals)]


if __name__ == "__main__":
    main(sys.argv[1:])
