#!/usr/bin/env bash
# Starts the whole service on a free port with a data folder of its own, and the browser's tests against it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")
folder=$(mktemp -d)
service=''

end() {
  if [[ -n $service ]]; then
    kill -TERM "$service" 2>/dev/null || true
    wait "$service" || true
  fi
  rm -rf -- "$folder"
}
trap end EXIT

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=browser-$RANDOM$RANDOM
printf '{"ADMIN_PASSWORD": "%s", "HOST": "127.0.0.1"}\n' "$password" >"$folder/config.json"

"$root/nginx/serve.sh" --no-install --no-build --data "$folder" --port "$port" --workers 2 >"$folder/serve.log" 2>&1 &
service=$!
healthy=no
for _ in $(seq 300); do
  if curl --silent --fail --noproxy '*' --output /dev/null "http://127.0.0.1:$port/healthz"; then healthy=yes; break; fi
  kill -0 "$service" 2>/dev/null || break
  read -rt 0.1 <> <(:) || true
done
if [[ $healthy == no ]]; then
  cat "$folder/serve.log" >&2
  exit 1
fi

cd "$root/static"
DREAMINA_URL=http://127.0.0.1:$port DREAMINA_PASSWORD=$password \
  npx --no-install playwright test -c ../tests/browser/playwright.config.ts "$@"
