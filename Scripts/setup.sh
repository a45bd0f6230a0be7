#!/usr/bin/env bash
# Installs what building and testing need on Debian 12; does nothing when all is there.
#   setup.sh build   libraries and fonts          setup.sh test   also other people's verifiers
#   setup.sh peers   also the programs that `make bench` compares with
set -euo pipefail
cd "$(dirname "$0")/.."

build="pkg-config libxml2-dev zlib1g-dev libqrencode-dev libsqlite3-dev libp11-kit-dev fonts-liberation2 fonts-dejavu-core"
test="libxml2-utils xmlsec1 qpdf poppler-utils openssl softhsm2 opensc python3-venv"

need() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        command -v apt-get >/dev/null || { echo "setup: install ${missing[*]} with your package manager" >&2; exit 69; }
        local sudo=""
        [ "$(id -u)" = 0 ] || sudo="sudo"
        echo "setup: installing ${missing[*]}" >&2
        $sudo apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    fi
}

python_packages() {
    local stamp
    stamp=".venv/.$1-$(sha256sum "$2" | cut -c1-16)"
    [ -e "$stamp" ] && return
    [ -x .venv/bin/python ] || python3 -m venv .venv
    echo "setup: installing Python packages of $2" >&2
    .venv/bin/pip install -q --disable-pip-version-check -r "$2" >&2
    touch "$stamp"
}

case "${1:-build}" in
build) need $build ;;
test)
    need $build $test
    python_packages test Tests/Interop/requirements.txt
    ;;
peers)
    need $build $test
    python_packages test Tests/Interop/requirements.txt
    python_packages peers Benchmarks/peers/requirements.txt
    ;;
*) echo "usage: setup.sh build|test|peers" >&2; exit 64 ;;
esac
