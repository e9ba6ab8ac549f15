#!/bin/sh
# Looks at the mailbox of the local stack in Chromium, light and dark, on a desk and on a telephone.
# Installs Debian's Chromium if there is none (about 20 s). HARPOON_SCREENSHOTS=folder keeps what it saw.
set -eu
cd "$(dirname "$0")/.."
browser=$(command -v "${HARPOON_BROWSER:-chromium}" || command -v google-chrome || true)
if [ -z "$browser" ]; then
  (apt-get update -qq &&
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core) >/dev/null
  browser=$(command -v chromium)
fi
HARPOON_BROWSER="$browser" npx --no-install vitest run test/infra/local/mailbox-browser.test.ts
