#!/bin/sh
# Every layer of the fault-injection plan, bounded; FULL=1 runs the quantities of a change
# (security-requirements, 8.2). Prints what each layer counted; fails when one found a violation.
set -u
cd "$(dirname "$0")/.."
torture="$1"
if [ "${FULL:-0}" = 1 ]; then
    seeds=10000 each=5 random=500 cuts=2000 nth=200 road=100
else
    seeds=${SEEDS:-2000} each=1 random=20 cuts=200 nth=20 road=5
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export SWIFT_DETERMINISTIC_HASHING=1
status=0
"$torture" simulate --first 1 --seeds "$seeds" >"$out/1" 2>&1 &
first=$!
"$torture" simulate --first $((seeds + 1)) --seeds "$seeds" >"$out/2" 2>&1 &
second=$!
wait $first || status=1
wait $second || status=1
"$torture" kill --each "$each" --random "$random" >"$out/3" 2>&1 || status=1
"$torture" power --cuts "$cuts" >"$out/4" 2>&1 || status=1
"$torture" disk --nth "$nth" --road "$road" >"$out/5" 2>&1 || status=1
cat "$out"/[1-5]
echo
grep -hE '^(simulation|kill|power|disk): [0-9]' "$out"/[1-5]
exit $status
