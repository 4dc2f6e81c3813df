#!/usr/bin/env bash
# prepare_parts.sh DATA PORT WORKERS: readies a data folder for the service as nginx/serve.sh does, and prints the command
# of each part for a test that starts them itself: its name, the number of its arguments and these, each ended by a NUL.
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
# shellcheck source=nginx/supervisor.sh
source "$here/supervisor.sh"

# print_command NAME ARGUMENT…
print_command() {
  local name=$1
  shift
  printf '%s\0' "$name" "$#" "$@"
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
read_open_files
ulimit -n "$open_files"
prepare_nginx || fail "nginx does not accept $run/nginx/nginx.conf: $refusal"
# multiwatch takes its arguments for ASCII, which a path need not be, unless CHARSET says otherwise.
print_command workers env CHARSET=UTF-8 spawn-fcgi -n -s "$socket" -M 0600 -b 4096 -- \
  "$(command -v multiwatch)" -f "$workers" -r 2147483646 -t 100 -- \
  "$(command -v setpriv)" --pdeathsig TERM -- "$bin/dreamina-fcgi" --data "$data"
print_command scheduler "$bin/dreamina-scheduler" --data "$data"
print_command nginx nginx -e "$logs/nginx-error.log" -c "$run/nginx/nginx.conf"
