#!/bin/sh
# Starts AWS's own DynamoDB Local in memory, for the contract tests, and prints two lines:
#
#     DYNAMODB_LOCAL_URL=http://127.0.0.1:PORT
#     DYNAMODB_LOCAL_PID=PID
#
# so that a caller can say:  eval "$(.ci/dynamodb-local.sh)"; ...; kill "$DYNAMODB_LOCAL_PID"
#
# The jar comes inside an npm package, which is kept in a cache folder outside the project (347 MB):
# HARPOON_CI_CACHE, or the user's cache folder. Needs Java 17; installs Debian's if there is none.
set -eu

version=2.9.30
cache="${HARPOON_CI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/harpoon-ci}"
folder="$cache/amplify-dynamodb-simulator-$version"
emulator="$folder/node_modules/amplify-dynamodb-simulator/emulator"

if ! command -v java >/dev/null 2>&1; then
  (apt-get update && apt-get install -y --no-install-recommends default-jre-headless) >&2
fi

if [ ! -f "$emulator/DynamoDBLocal.jar" ]; then
  mkdir -p "$folder"
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-save \
    "amplify-dynamodb-simulator@$version" >&2
fi

free_port='const s = require("node:net").createServer();
s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'
port=$(node -e "$free_port")
url="http://127.0.0.1:$port"

cd "$emulator"
java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -sharedDb \
  -port "$port" >"$folder/dynamodb-local.log" 2>&1 &
pid=$!

# Any HTTP answer means that it listens; without a signature that is 400.
answers='fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))'
tries=0
until node -e "$answers" "$url"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ] || ! kill -0 "$pid" 2>/dev/null; then
    echo "DynamoDB Local did not start; its log:" >&2
    cat "$folder/dynamodb-local.log" >&2
    kill "$pid" 2>/dev/null || true
    exit 1
  fi
  sleep 0.5
done

echo "DYNAMODB_LOCAL_URL=$url"
echo "DYNAMODB_LOCAL_PID=$pid"
