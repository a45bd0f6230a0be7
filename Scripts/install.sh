#!/bin/sh
# Copies the programs from a build folder to bin/, anew: a running one is not written over.
set -eu
cd "$(dirname "$0")/.."
mkdir -p bin
for program in econnector econnector-token; do
    rm -f "bin/$program"
    cp "$1/$program" "bin/$program"
done
