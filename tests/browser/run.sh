#!/usr/bin/env bash
# Starts the whole service on a free port with a data folder of its own, the stand-in for its upstream and its register
# service, and the browser's tests against them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")
folder=$(mktemp -d)
bin=${DREAMINA_BUILD:-$root/.build/release}/bin
started=()

end() {
  local at
  for ((at = ${#started[@]} - 1; at >= 0; at--)); do
    kill -TERM "${started[at]}" 2>/dev/null || true
    wait "${started[at]}" || true
  done
  rm -rf -- "$folder"
}
trap end EXIT

# until_it DOES PID LOG: waits for a command to succeed while a process lives; else shows what that said.
until_it() {
  for _ in $(seq 300); do
    if "$1"; then return; fi
    kill -0 "$2" 2>/dev/null || break
    read -rt 0.1 <> <(:) || true
  done
  cat "$3" >&2
  exit 1
}

"$bin/dreamina-stand-in" --port 0 --register-delay-ms 300 >"$folder/stand-in.log" 2>&1 &
started+=($!)
says_where() { stand_in=http://$(grep -om 1 '127\.0\.0\.1:[0-9]*' "$folder/stand-in.log"); }
until_it says_where "$!" "$folder/stand-in.log"

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=browser-$RANDOM$RANDOM
cat >"$folder/config.json" <<JSON
{"ADMIN_PASSWORD": "$password", "HOST": "127.0.0.1", "UPSTREAM_BASE_URL": "$stand_in",
 "REGISTER_API_URL": "$stand_in", "REGISTER_API_KEY": "browser-tests",
 "WEBHOOK_ALLOW_HOSTS": "${stand_in#http://}", "RESULTS_HOSTS": "${stand_in#http://}", "RESULTS_MIN_FREE_GB": 0}
JSON

"$root/nginx/serve.sh" --no-install --no-build --data "$folder" --port "$port" --workers 2 >"$folder/serve.log" 2>&1 &
started+=($!)
is_healthy() { curl --silent --fail --noproxy '*' --output /dev/null "http://127.0.0.1:$port/healthz"; }
until_it is_healthy "$!" "$folder/serve.log"

cd "$root/static"
DREAMINA_URL=http://127.0.0.1:$port DREAMINA_PASSWORD=$password DREAMINA_STAND_IN=$stand_in \
  npx --no-install playwright test -c ../tests/browser/playwright.config.ts "$@"
