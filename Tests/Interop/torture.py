# SPDX-License-Identifier: Apache-2.0
"""A little of every layer of `make torture`, so that each still runs and still finds what it must."""
from harness import ROOT, run

TORTURE = ROOT / ".build" / "debug" / "torture"


def torture(*arguments):
    return run(TORTURE, *arguments, cwd=ROOT, timeout=180, env={"SWIFT_DETERMINISTIC_HASHING": "1"})


def facts(checks):
    if not TORTURE.exists():
        checks.skip("all layers", "swift build --product torture has not been run")
        return
    checks.accepts("A: simulated seeds", torture("simulate", "--seeds", "10"))
    checks.accepts("B: kills at places and at a random time",
                   torture("kill", "--each", "1", "--places", "3", "--random", "1"))
    power = ("power", "--cuts", "6", "--cuts-each", "6", "--forms", "40")
    checks.accepts("C: power cuts", torture(*power))
    checks.refuses("C: a disk that lies is found out", torture(*power, "--lying"), 1)
    checks.accepts("D: failing calls", torture("disk", "--nth", "1", "--road", "1"))
