#!/bin/sh
# Prints the path of a Chromium, with which the tests look at the mailbox of the local stack when
# HARPOON_BROWSER names it. Installs Debian's if there is none (about 20 s).
set -eu
browser=$(command -v "${HARPOON_BROWSER:-chromium}" || command -v google-chrome || true)
if [ -z "$browser" ]; then
  (apt-get update -qq &&
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core) >/dev/null
  browser=$(command -v chromium)
fi
echo "$browser"
