#!/usr/bin/env bash
# Makes the screenshot of the README from the demo. See usage below.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")

usage() {
  cat <<'TEXT'
Usage: tests/browser/screenshot.sh [options]

Starts the demo on a free port with a data folder of its own, waits until it has served some requests, and writes the
overview page, as Chromium shows it at 1440x900, to .github/dashboard.png. Installs and builds nothing: run
nginx/serve.sh --demo once before, and docker/install-deps.sh test for Chromium.

  --requests N   how many requests to wait for (default: 400, which takes some ten minutes)
  --output FILE  where the picture goes
  --help         this text

DREAMINA_BUILD names another build tree than .build/release, CHROMIUM another browser.
TEXT
}

say() { printf 'screenshot: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
fail_usage() { say "$*"; exit 2; }

requests=400 output=$root/.github/dashboard.png
while (($#)); do
  case $1 in
    --requests)
      [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || fail_usage "--requests wants a number"
      requests=$2
      shift
      ;;
    --output)
      [[ -n ${2:-} ]] || fail_usage "--output wants a file"
      output=$(realpath -m "$2")
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) fail_usage "unknown option '$1'; see --help" ;;
  esac
  shift
done

folder=$(mktemp -d)
demo=''

end() {
  if [[ -n $demo ]]; then
    kill -TERM "$demo" 2>/dev/null || true
    wait "$demo" || true
  fi
  rm -rf -- "$folder"
}
trap end EXIT

# A password of its own, which both the service and the demo read: for the default one the page would show a dialog and
# a warning.
export ADMIN_PASSWORD=screenshot-$RANDOM$RANDOM HOST=127.0.0.1
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port

"$root/nginx/serve.sh" --demo --no-install --no-build --data "$folder/data" --port "$port" --workers 2 \
  >"$folder/serve.log" 2>&1 &
demo=$!

is_healthy() { curl --silent --fail --noproxy '*' --max-time 5 --output /dev/null "$url/healthz"; }

# Sets served to how many requests have ended. The password goes to curl on its standard input, not in the process list.
count_served() {
  local sums
  sums=$(printf 'header = "Authorization: Bearer %s"\n' "$ADMIN_PASSWORD" |
    curl --silent --fail --noproxy '*' --max-time 5 --config - "$url/api/stats?by=hour") || return 1
  served=$(/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["totals"]["requests"])' <<<"$sums")
}
has_traffic() { count_served && ((served >= requests)); }

# until_it SECONDS DOES: waits for a command to succeed while the demo lives.
until_it() {
  local deadline=$((SECONDS + $1))
  until "$2"; do
    kill -0 "$demo" 2>/dev/null || { cat "$folder/serve.log" >&2; fail "the demo has ended"; }
    ((SECONDS < deadline)) || { cat "$folder/serve.log" >&2; fail "$2 does not become true within $1 seconds"; }
    read -rt 1 <> <(:) || true
  done
}

until_it 120 is_healthy
say "waiting for $requests requests"
# The demo sends one every second or two, more slowly on a busy machine.
until_it $((60 + 4 * requests)) has_traffic

mkdir -p "$(dirname "$output")"
cd "$root/static" # where the packages are
DREAMINA_URL=$url PICTURE=$output node --input-type=module <<'JS'
import { writeFile } from 'node:fs/promises'

import { chromium } from '@playwright/test'

const { ADMIN_PASSWORD, CHROMIUM, DREAMINA_URL, PICTURE } = process.env
const browser = await chromium.launch({
  executablePath: CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
})
try {
  const page = await browser.newPage({
    baseURL: DREAMINA_URL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  await page.goto('/login')
  await page.getByLabel('Administrator password').fill(ADMIN_PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL((address) => address.pathname === '/')
  await page.getByRole('region', { name: 'Requests', exact: true }).locator('canvas').waitFor()
  await page.locator('[aria-busy=true], [data-loading]').first().waitFor({ state: 'detached' })
  // Nothing else shows that the chart is drawn: two pictures in a row are the same.
  let picture, before
  do {
    if (performance.now() > 60_000) throw new Error('the page does not come to rest')
    before = picture
    picture = await page.screenshot()
  } while (!before?.equals(picture))
  await writeFile(PICTURE, picture)
} finally {
  await browser.close()
}
JS
say "wrote $output"
