#!/bin/sh
# Mutation testing of the money path, which must stay under two minutes: from the licence to send
# to the last look for an order whose answer was lost. `npm run mutation` takes all of core.
set -eu
cd "$(dirname "$0")/.."
mutate=
for name in order-state execute-order take-lane record-outcome queue-again reconcile-orders \
  settle-uncertain look-up audit identity; do
  file="functions/core/$name.ts"
  [ -f "$file" ] || { echo "$0: there is no $file" >&2; exit 1; }
  mutate="$mutate${mutate:+,}$file"
done
npx --no-install stryker run --mutate "$mutate"
