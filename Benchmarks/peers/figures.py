# SPDX-License-Identifier: Apache-2.0
"""What the peers share: warm-up, median, and one line of JSON a figure."""

import json
import statistics
import sys
import time


def median(body, iterations, warm_up):
    """The median of one call in nanoseconds, after calls that are not counted."""
    for index in range(warm_up):
        body(index)
    durations = []
    for index in range(iterations):
        start = time.perf_counter_ns()
        body(warm_up + index)
        durations.append(time.perf_counter_ns() - start)
    return int(statistics.median(durations))


def figure(job, who, value, note="", unit="nanoseconds"):
    line = {"job": job, "who": who, "value": value, "unit": unit, "note": note}
    print(json.dumps(line, ensure_ascii=False))
    sys.stdout.flush()
