#!/bin/sh
# Mutation testing of the money path, which must stay under two minutes: from the licence to send
# to the last look for an order whose answer was lost. `npm run mutation` takes all of core.
set -eu
cd "$(dirname "$0")/.."
mutate=
for name in order-state audit identity execute/execute-order execute/take-lane \
  execute/record-outcome execute/queue-again reconcile/reconcile-orders \
  reconcile/settle-uncertain reconcile/look-up; do
  file="functions/core/$name.ts"
  [ -f "$file" ] || { echo "$0: there is no $file" >&2; exit 1; }
  mutate="$mutate${mutate:+,}$file"
done
npx --no-install stryker run --mutate "$mutate"
