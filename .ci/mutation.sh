#!/bin/sh
# Mutation testing of all of core, folder by folder: which test reaches which change is kept in
# memory, and of all folders at once that is gigabytes and three times slower. The gate is that of
# the whole. `.ci/mutation.sh money` takes the money path alone, which must stay under two minutes:
# from the licence to send to the last look for an order whose answer was lost.
set -eu
cd "$(dirname "$0")/.."

if [ "${1-}" = money ]; then
  mutate=
  for name in order-state audit identity execute/execute-order execute/take-lane \
    execute/record-outcome execute/queue-again reconcile/reconcile-orders \
    reconcile/settle-uncertain reconcile/look-up; do
    file="functions/core/$name.ts"
    [ -f "$file" ] || { echo "$0: there is no $file" >&2; exit 1; }
    mutate="$mutate${mutate:+,}$file"
  done
  exec npx --no-install stryker run --mutate "$mutate"
fi
[ $# -eq 0 ] || { echo "$0: there is no $1" >&2; exit 1; }

# Each run adds its folder to the results of those before it, and its gate is that of all of them:
# the last one counts. A run that fails before it has results leaves no report.
results=.stryker/all-of-core.json
report=.stryker/report.json
rm -f "$results"
for folder in functions/core/*/ functions/core/; do
  case $folder in
    functions/core/) mutate='functions/core/*.ts' ;;
    *) mutate="$folder**/*.ts" ;;
  esac
  printf '\n== %s\n' "$folder"
  rm -f "$report"
  passes=true
  npx --no-install stryker run --incremental --incrementalFile "$results" --mutate "$mutate" ||
    passes=false
  [ -f "$report" ] || { echo "$0: $folder has no result" >&2; exit 1; }
done
$passes
