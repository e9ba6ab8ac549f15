#!/bin/sh
# Drives the bundles on the Node.js that Lambda runs them on, fetched from npm.
# MAJOR=22 tries another one.
set -eu
cd "$(dirname "$0")/.."
major="${MAJOR:-24}"
node="$(npx --yes "node@$major" -p process.execPath)"
LAMBDA_NODE="$node" LAMBDA_NODE_MAJOR="$major" npx vitest run test/infra/bundle.test.ts test/infra/bundle-runtime.test.ts
