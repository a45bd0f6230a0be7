#!/usr/bin/env bash
# check.sh format: swift-format is content.   check.sh layers: every import is one its target declares.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
format) swift format lint --strict -r Sources Tests Fuzz Benchmarks Package.swift ;;
layers)
    swift package describe --type json 2>/dev/null | python3 Scripts/layers.py
    ;;
*) echo "usage: check.sh format|layers" >&2; exit 64 ;;
esac
