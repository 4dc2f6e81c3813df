#!/usr/bin/env bash
# nginx's files, made from the settings: for dreamina-nginx.service, the container and follow-settings.sh. See usage below.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

usage() {
  cat <<'TEXT'
Usage: shipped.sh prepare | apply

  prepare   makes nginx's files, before it starts
  apply     makes them again after a change of the settings: tested with nginx -t, reloaded, and
            rolled back if nothing answers then

DREAMINA_DATA is the data folder, RUNTIME_DIRECTORY where nginx's files go, CACHE_DIRECTORY where large bodies pass
through, DREAMINA_SOCKET the workers' socket;
DREAMINA_BIN and DREAMINA_PAGE say where the programs and the page are, if not where they were installed;
DREAMINA_LOG where requests are logged, if not in the system's log, and DREAMINA_ERROR_LOG where nginx's errors are, if
not on standard error; DREAMINA_PORT the port, whatever the settings say.
TEXT
}

say() { printf 'nginx: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
fail_usage() { say "$*"; exit 2; }

# shellcheck source=nginx/configuration.sh
source "$here/configuration.sh"
# shellcheck source=nginx/render.sh
source "$here/render.sh"
# shellcheck source=nginx/apply.sh
source "$here/apply.sh"

reload_nginx() { kill -HUP "$(<"$run/nginx.pid")"; }

# Where the settings cannot be used, which has been said: ends when they have changed, or after half a minute. Who is to
# start nginx would ask for them again at once.
hold_back() { # STATUS
  local seconds
  for ((seconds = 0; seconds < 30; seconds++)); do
    [[ $(stamp_of_settings) == "$seen" ]] || break
    read -rt 1 <> <(:) || true
  done
  exit "$1"
}

data=${DREAMINA_DATA:-/var/lib/dreamina-manager}
run=${RUNTIME_DIRECTORY:-/run/dreamina-nginx}
tmp=${CACHE_DIRECTORY:-$run/tmp}
socket=${DREAMINA_SOCKET:-/run/dreamina-manager/workers.sock}
bin=${DREAMINA_BIN:-$(realpath "$here/../../../bin")}
page=${DREAMINA_PAGE:-$(realpath "$here/../page")}
read_open_files
# journald has both, unless DREAMINA_LOG says otherwise.
error_log=${DREAMINA_ERROR_LOG:-stderr}
# shellcheck disable=SC2034 # configuration.sh reads it
fixed_port=${DREAMINA_PORT:-}
access_log=${DREAMINA_LOG:-syslog:server=unix:/dev/log,nohostname,tag=dreamina_nginx}

case ${1:-} in
  prepare)
    trap 'exit 0' TERM INT QUIT # bash itself would pass QUIT over
    seen=$(stamp_of_settings)
    read_configuration || hold_back $?
    prepare_nginx || fail "nginx does not accept $run/nginx/nginx.conf: $refusal"
    ;;
  apply)
    read_nginx_state || fail "$data/nginx.json is damaged: restart nginx"
    # A change that comes while one is applied is not told again.
    applied=''
    until [[ $applied == "$(stamp_of_settings)" ]]; do
      applied=$(stamp_of_settings)
      apply_settings reload_nginx
    done
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
