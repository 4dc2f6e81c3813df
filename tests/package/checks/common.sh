# shellcheck shell=bash
# Sourced by the checks, which run inside the machine.
set -euo pipefail

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# until_true SECONDS COMMAND…
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || fail "not within its time: $*"
    read -rt 0.2 <> <(:) || true
  done
}

status_of() { curl --silent --output /dev/null --write-out '%{http_code}' --max-time 20 "$@" || true; }
answers() { [[ $(status_of "$2") == "$1" ]]; } # STATUS URL

# A name as the kernel keeps it, 15 characters of it.
something_runs() { pgrep -x dreamina-fcgi >/dev/null || pgrep -x dreamina-schedu >/dev/null; }
nothing_runs() { ! something_runs; }

password='Package-Test-1'
api() { curl --silent --fail --max-time 20 -H "Authorization: Bearer $password" -H 'Content-Type: application/json' "$@"; }
