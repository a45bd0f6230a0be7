#!/bin/sh
# Runs every fuzz target for FUZZ_SECONDS (default 60) on its kept corpus; what is found stands in
# Fuzz/Findings. No input may take 2 seconds or 256 MiB (security-requirements, 7.5).
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
program=$(FUZZ=1 swift build -c release -Xcc -O2 --sanitize=fuzzer --scratch-path .build-fuzz --show-bin-path)/fuzz
mkdir -p Fuzz/Findings
status=0
for target in ${FUZZ_TARGETS:-der cms tsp ocsp crl xml xades pdf page price pid}; do
    work=$(mktemp -d)
    echo "fuzz: $target, $seconds s"
    if ! FUZZ_TARGET=$target "$program" "$work" "Fuzz/Corpora/$target" -max_total_time="$seconds" -timeout=2 \
        -rss_limit_mb=512 -malloc_limit_mb=256 -artifact_prefix="Fuzz/Findings/$target-" -print_final_stats=1 2>"$work.log"; then
        echo "fuzz: $target FAILED:"; tail -30 "$work.log"; status=1
    fi
    grep -E "stat::number_of_executed_units|stat::peak_rss_mb|stat::slowest_unit" "$work.log" || true
    rm -rf "$work" "$work.log"
done
exit $status
