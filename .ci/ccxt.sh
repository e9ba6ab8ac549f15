#!/bin/sh
# Installs ccxt outside of the project (it is 6 MB of exchanges) and lets it trade on the simulator.
set -eu
cd "$(dirname "$0")/.."
version=4.5.84
cache="${HARPOON_CI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/harpoon-ci}"
folder="$cache/ccxt-$version"
if [ ! -d "$folder/node_modules/ccxt" ]; then
  mkdir -p "$folder"
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-save \
    "ccxt@$version" protobufjs@7 >&2
fi
node --import ./operator/typescript.js test/third-party/run-ccxt.ts "$folder/node_modules/ccxt"
