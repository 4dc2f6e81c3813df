#!/usr/bin/env bash
# prepare_parts.sh DATA PORT WORKERS: readies a data folder for the service as nginx/serve.sh does, with the same
# functions, and prints the command of each part for a test that starts them itself: its name, the number of its
# arguments and these, each ended by a NUL.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
here=$root/nginx
PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx, for ordinary users too

say() { printf 'prepare_parts: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
fail_usage() { say "$*"; exit 2; }

# shellcheck source=nginx/configuration.sh
source "$here/configuration.sh"
# shellcheck source=nginx/render.sh
source "$here/render.sh"
# shellcheck source=nginx/apply.sh
source "$here/apply.sh"
# shellcheck source=nginx/service.sh
source "$here/service.sh"

log_file() { printf '%s/%s.log' "$logs" "$1"; }

print_command() { # NAME
  local argv=()
  "$1_command"
  printf '%s\0' "$1" "${#argv[@]}" "${argv[@]}"
}

# shellcheck disable=SC2034 # fixed_port and workers are read by what is sourced
data=$(cd "$1" && pwd -P) fixed_port=$2 workers=$3
run=$data/run logs=$data/logs tmp=$run/tmp
# shellcheck disable=SC2034
bin=$DREAMINA_BUILD/bin page=$root/static/dist
# shellcheck disable=SC2034
error_log="\"$logs/nginx-error.log\"" access_log="\"$logs/nginx-access.log\""
umask 077
mkdir -p "$run" "$logs"
check_path DATA "$data"
read_configuration
choose_socket
raise_open_files
prepare_nginx || fail "nginx does not accept $run/nginx/nginx.conf: $refusal"
: >"$run/worker-starts"
for part in workers scheduler nginx; do print_command "$part"; done
