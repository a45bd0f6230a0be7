# SPDX-License-Identifier: Apache-2.0
"""Other people's programs judge what ours made, and ours is asked what it must refuse.

    .venv/bin/python Tests/Interop/run.py [SUBJECT...]

Subjects are the files beside this one that have a function `facts`; all of them otherwise.
"""
import importlib
import shutil
import sys
import time

sys.dont_write_bytecode = True

import harness  # noqa: E402
import services  # noqa: E402

SUBJECTS = ["cli", "strangers", "judge", "service", "outages", "size"]
TOOLS = ["xmlsec1", "xmllint", "openssl", "qpdf", "pdfinfo"]


def main(wanted):
    unknown = [name for name in wanted if name not in SUBJECTS]
    if unknown:
        sys.exit(f"unknown subject {' '.join(unknown)}; there are {' '.join(SUBJECTS)}")
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or not harness.PROGRAM.exists():
        sys.exit(f"missing: {' '.join(missing) or harness.PROGRAM}; run Scripts/setup.sh test, make build")
    checks = harness.Checks()
    try:
        for name in wanted or SUBJECTS:
            started = time.monotonic()
            before = checks.passed
            with checks.about(name):
                importlib.import_module(name).facts(checks)
            print(f"{name}: {checks.passed - before} passed in {time.monotonic() - started:.1f} s", flush=True)
    finally:
        services.stop_all()
    if checks.skipped:
        print(f"{checks.skipped} skipped")
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
