#!/usr/bin/env bash
# Measures ourselves and the peers that are installed, all in this run, and prints one table.
# `make bench` builds the release programs first; `make bench-peers` installs the peers.
#   BIN     folder of the release programs        WORK  folder for inputs and figures
#   PYTHON  interpreter that has the peers
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

bin=${BIN:-$(swift build -c release --show-bin-path)}
work=${WORK:-.build/bench}
python=${PYTHON:-.venv/bin/python}
figures=$work/figures.jsonl
pin=()
# One core for everyone: the aims are about one core.
command -v taskset >/dev/null && pin=(taskset -c 0)

rm -rf "$work"
mkdir -p "$work/install/bin"
work=$(cd "$work" && pwd)
figures=$work/figures.jsonl
sandbox=""
serve=""
trap '[ -z "$serve" ] || kill "$serve" 2>/dev/null || true; [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true' EXIT

say() { echo "bench: $*" >&2; }

# figure JOB WHO VALUE UNIT NOTE
figure() {
    printf '{"job":"%s","who":"%s","value":%s,"unit":"%s","note":"%s"}\n' "$@" >>"$figures"
}

microseconds() { echo "${EPOCHREALTIME/./}"; }

middle() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

start_up() {
    for _ in {1..21}; do
        start=$(microseconds)
        "${pin[@]}" "$work/install/bin/econnector" uuid >/dev/null
        echo $(($(microseconds) - start))
    done | middle
}

resident_kilobytes() {
    if [ -r "/proc/$1/status" ]; then
        awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
    else
        ps -o rss= -p "$1" | tr -d ' '
    fi
}

# Starts `econnector serve`, sets $serve and $took, and leaves it running.
serve_once() {
    local start line
    start=$(microseconds)
    exec {answers}< <(exec "${pin[@]}" "$work/install/bin/econnector" serve --port 0 \
        --state "$work/connector" --sandbox "$work/sandbox" \
        --passphrase-file "$work/passphrase" 2>>"$work/serve.log")
    serve=$!
    read -r line <&"$answers" || { say "serve did not start: $(tail -n 2 "$work/serve.log")"; exit 1; }
    took=$(($(microseconds) - start))
}

stop_serve() {
    kill "$serve"
    # It says nothing more; the pipe closes when it has ended.
    cat <&"$answers" >/dev/null
    exec {answers}<&-
    serve=""
}

services() {
    local program=$work/install/bin/econnector line provider times=""
    head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/passphrase"
    provider=$("$program" sandbox --list | awk '!code && $1 ~ /^[0-9]+$/ { code = $1 } END { print code }')
    exec {sandbox_answers}< <(exec "$program" sandbox --port 0 --state "$work/sandbox" 2>"$work/sandbox.log")
    sandbox=$!
    # Its last line names the file with the addresses.
    while read -r line <&"$sandbox_answers"; do case $line in addresses*) break ;; esac; done
    "$program" keys enrol --provider "$provider" --state "$work/connector" --sandbox "$work/sandbox" \
        --passphrase-file "$work/passphrase" >/dev/null 2>>"$work/serve.log"
    for _ in 1 2; do
        serve_once
        times+="$took"$'\n'
        stop_serve
    done
    serve_once
    times+="$took"$'\n'
    figure serve-ready ours "$(printf %s "$times" | middle)000" nanoseconds "two keys unlocked"
    # At rest: what start-up needed for a moment has been given back.
    sleep 3
    figure memory ours "$(resident_kilobytes "$serve")" kilobytes "resident, 3 s after it was ready"
    stop_serve
}

# Both sides share the machine: the crowd and the sandbox it talks to.
insurer() {
    say "two hundred doctors: 200 simulations a second, then as many statements as they can"
    "$bin/bench" insurer "$PWD" "$work/sandbox/sandbox.json" "${PACE_SECONDS:-20}" >>"$figures"
    say "$("$bin/bench" payments "$PWD" "$work/sandbox/sandbox.json" "${PAYMENT_SECONDS:-60}")"
}

openssl_speed() {
    command -v openssl >/dev/null || return 0
    local version numbers
    version=$(openssl version | awk '{ print $2 }')
    # The last line ends with signatures and verifications a second.
    numbers=$("${pin[@]}" openssl speed -seconds 1 ecdsap256 2>/dev/null | tail -n 1)
    figure bare-sign "openssl $version" "$(awk '{ printf "%d", 1e9 / $(NF-1) }' <<<"$numbers")" nanoseconds ""
    figure bare-verify "openssl $version" "$(awk '{ printf "%d", 1e9 / $NF }' <<<"$numbers")" nanoseconds ""
}

peer() {
    local script=$1 module=$2
    if [ -x "$python" ] && "$python" -c "import $module" 2>/dev/null; then
        say "$module"
        # What a peer prints beside its figure is not ours.
        "${pin[@]}" "$python" "Benchmarks/peers/$script" "$work" 2>"$work/$module.log" | grep '^{' >>"$figures" \
            || say "$script failed: $(tail -n 1 "$work/$module.log")"
    else
        say "$module is not installed: make bench-peers"
    fi
}

cp "$bin/econnector" "$work/install/bin/econnector"
ln -s "$PWD/Packs" "$PWD/Data" "$work/install/"

say "ourselves"
"${pin[@]}" "$bin/bench" measure "$PWD" "$work" >>"$figures"
peer typst_render.py typst
peer weasyprint_render.py weasyprint
peer pyhanko_sign.py pyhanko
peer signxml_sign.py signxml
peer pyhanko_validate.py pyhanko
peer signxml_verify.py signxml
openssl_speed
say "start-up and memory"
figure start-up ours "$(start_up)000" nanoseconds "median of 21 starts"
services
insurer
echo
"$bin/bench" table <"$figures"
echo "Figures: ${figures#"$PWD"/}"
