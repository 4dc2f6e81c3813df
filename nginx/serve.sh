#!/usr/bin/env bash
# Runs the whole service in the foreground: nginx, the pool of workers and the scheduler. See usage below.
# Installs and builds what is missing first; supervisord keeps the parts running.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx, for ordinary users too

usage() {
  cat <<'TEXT'
Usage: nginx/serve.sh [options]

Installs what is missing, builds, and runs Dreamina Manager in the foreground until Ctrl-C or TERM, which
let the requests in flight finish, within PROXY_TIMEOUT; a second one ends them. A rolling restart of the
workers, which lets generations of hours finish: nginx/rolling-restart.sh.

  --data DIR     the folder of config.json, the database, logs/ and run/ (default: data in the current
                 folder; with --demo, data/demo)
  --port N       where nginx listens (default: PORT of the settings, 5100)
  --workers N    how many workers (default: one per core)
  --demo         with a stand-in for the upstream and the register service, invented accounts and a trickle
                 of requests; in a data folder of its own
  --log-to-stderr  log to standard error instead of files in logs/, for a container
  --no-install   install nothing
  --no-build     use what is built
  --help         this text

Settings may also be given in the environment (HOST, PORT, ADMIN_PASSWORD, UPSTREAM_BASE_URL …);
config.json in the data folder comes first.
TEXT
}

say() { printf 'serve: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
fail_usage() { say "$*"; exit 2; }

# shellcheck source=nginx/build.sh
source "$here/build.sh"
# shellcheck source=nginx/configuration.sh
source "$here/configuration.sh"
# shellcheck source=nginx/render.sh
source "$here/render.sh"
# shellcheck source=nginx/apply.sh
source "$here/apply.sh"
# shellcheck source=nginx/supervisor.sh
source "$here/supervisor.sh"
# shellcheck source=nginx/demo_setup.sh
source "$here/demo_setup.sh"

data='' fixed_port='' workers='' demo=no install=yes build=yes log_to_stderr=no

whole_number() { # OPTION VALUE MOST
  if [[ ! $2 =~ ^[1-9][0-9]{0,8}$ ]] || (($2 > $3)); then
    fail_usage "$1 '$2': must be a whole number from 1 to $3"
  fi
}

read_options() {
  local option value
  while (($#)); do
    option=$1
    shift
    case $option in
      --data | --port | --workers)
        (($#)) || fail_usage "$option wants a value"
        value=$1
        shift
        ;;
      --data=* | --port=* | --workers=*)
        value=${option#*=}
        option=${option%%=*}
        ;;
    esac
    case $option in
      --data) [[ -n $value ]] || fail_usage "--data: must not be empty"; data=$value ;;
      --port) whole_number --port "$value" 65535; fixed_port=$value ;;
      --workers) whole_number --workers "$value" 1024; workers=$value ;;
      --demo) demo=yes ;;
      --log-to-stderr) log_to_stderr=yes ;;
      --no-install) install=no ;;
      --no-build) build=no ;;
      -h | --help) usage; exit 0 ;;
      *) fail_usage "unknown option '$option'; see --help" ;;
    esac
  done
}

# In a checkout, what is built there; where the programs were installed, they and the page that came with them.
find_what_runs() {
  if [[ -e $root/CMakeLists.txt ]]; then
    bin=${DREAMINA_BUILD:-$root/.build/release}/bin # tests run other builds
    page=$root/static/dist
  else
    bin=$(realpath "$root/../../bin")
    page=$root/page
    install=no build=no
  fi
}

# One serve.sh per data folder. The lock goes with the process, however it ends.
take_data_folder() {
  run=$data/run logs=$data/logs
  umask 077
  mkdir -p "$data" "$run" "$logs" || fail "cannot create the data folder $data"
  data=$(cd "$data" && pwd -P) run=$data/run logs=$data/logs tmp=$data/run/tmp
  check_path --data "$data"
  error_log="\"$logs/nginx-error.log\"" access_log="\"$logs/nginx-access.log\""
  if [[ $log_to_stderr == yes ]]; then error_log=stderr access_log=/dev/stderr; fi
  { exec 9>>"$run/serve.lock"; } 2>/dev/null || fail "cannot write to the data folder $data"
  # A killed serve.sh may have left a short command that still holds it for a moment.
  flock -w 2 9 || fail "another serve.sh (process $(cat "$run/serve.pid" 2>/dev/null)) runs on $data"
  echo $$ >"$run/serve.pid"
}

announce() {
  echo "Dreamina Manager runs at http://$address/ (nginx listens on $(listen_address "$host" "$port"), workers: $workers)"
  echo "Data: $data   Logs: $logs"
  case $password in
    default) echo "Password: still the default, admin123. Change it in the settings before others can reach this address." ;;
    plain) echo "Password: set (kept as plain text; the settings page keeps a hash)." ;;
    hash) echo "Password: set (kept as a hash)." ;;
    *) echo "Password: state unknown." ;;
  esac
  if [[ $demo == yes ]]; then echo "Demo: the accounts are invented, and the upstream is a stand-in on port $stand_in_port."; fi
  echo "Ctrl-C ends it."
}

take_settings() {
  local status=0
  settings_stamp=$(stamp_of_settings)
  read_configuration || status=$?
  ((status == 0)) || { say "the configuration in $data is not usable"; exit "$status"; }
}

require_free_port() {
  host_resolves || fail "$(unresolved_host)"
  if port_is_taken "$(bare_address "$host")" "$port"; then
    fail "port $port is taken by another program: choose another with --port"
  fi
}

# What supervisord's parts, and shipped.sh among them, read.
export_environment() {
  export DREAMINA_NGINX=$here DREAMINA_BIN=$bin DREAMINA_PAGE=$page DREAMINA_DATA=$data DREAMINA_WORKERS=$workers
  export RUNTIME_DIRECTORY=$run CACHE_DIRECTORY=$tmp DREAMINA_SOCKET=$socket DREAMINA_PORT=$fixed_port
  export DREAMINA_LOG=$access_log DREAMINA_ERROR_LOG=$error_log DREAMINA_ADDRESS=http://$address
  export DREAMINA_STAND_IN_PORT=${stand_in_port:-0} DREAMINA_LOG_FOLDER=$logs DREAMINA_APPLIED_SETTINGS=$settings_stamp
  if [[ $log_to_stderr == yes ]]; then export DREAMINA_LOG_FILE=/proc/$$/fd/2; fi
}

# Sets `boot`.
read_boot_id() { boot=unknown; { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || true; }

# Everything of the service is in the session of its supervisord. Sets `supervisor`.
start_supervisor() {
  local argv=() parts=(workers scheduler nginx settings)
  if [[ $demo == yes ]]; then parts+=(stand-in demo); fi
  if [[ $log_to_stderr == no ]]; then parts+=(rotation); fi
  supervisor_command "${parts[@]}"
  # 9 is the lock, which must not outlive serve.sh.
  (exec setsid setpriv --pdeathsig TERM -- "${argv[@]}") </dev/null 9>&- {nothing_to_read}>&- &
  supervisor=$!
  sessions+=("$supervisor")
  printf '%s\n' "$boot" "${sessions[@]}" >"$run/sessions"
}

# If serve.sh and supervisord were killed, the kernel has told the parts to finish, but not nginx's workers if their master
# was killed too. After a boot the numbers are other processes'.
end_leftovers() {
  local old=() session
  read_boot_id
  mapfile -t old < <(cat "$run/sessions" 2>/dev/null)
  [[ ${#old[@]} -gt 1 && ${old[0]} == "$boot" ]] || return 0
  pkill -QUIT --session "$(IFS=,; echo "${old[*]:1}")" -x nginx || true
  # Workers that drain may still be there, and end with this one at the latest.
  for session in "${old[@]:1}"; do
    if pgrep --session "$session" -x dreamina-fcgi >/dev/null; then sessions+=("$session"); fi
  done
}

# Bash can lose a signal that comes while it waits for a process in the foreground, even if it is trapped. Once the service
# starts, processes are waited for in the background, which a signal interrupts.
quietly() { "$@" >/dev/null 2>&1 & wait "$!"; }

# A tenth of a second, without a process for it.
pause() { read -rt 0.1 -u "$nothing_to_read" || true; }

# Asked last, since curl takes longer to load than to ask.
is_healthy() { # HOST
  port_is_taken "$1" "$port" || return
  quietly curl --silent --fail --noproxy '*' --max-time 2 "http://$address/healthz"
}

# Sets `exits` to how often a part has ended since supervisord was started.
count_exits() { # PART
  local line
  exits=0
  while read -r line; do
    if [[ $line == *" exited: $1"* ]]; then exits=$((exits + 1)); fi
  done <"$run/supervisord.log"
}

wait_until_healthy() {
  local deadline=$((SECONDS + 60)) part probed_host
  probed_host=$(bare_address "$host")
  until is_healthy "$probed_host"; do
    ((!stopping)) || return 0
    for part in workers scheduler nginx; do
      count_exits "$part"
      ((exits < 3)) || give_up "$part does not start"
    done
    ((SECONDS < deadline)) || give_up "http://$address/healthz did not answer within 60 seconds"
    pause
  done
}

give_up() { # WHY
  local log
  if [[ $log_to_stderr == yes ]]; then fail "$1"; fi
  for log in workers scheduler nginx-error; do
    say "the last lines of $logs/$log.log:"
    tail -n 5 "$logs/$log.log" 2>/dev/null | sed 's/^/    /' >&2
  done
  fail "$1"
}

# Until supervisord has ended because it was told to.
supervise() {
  local status
  while :; do
    status=0
    wait "$supervisor" || status=$?
    if kill -0 "$supervisor" 2>/dev/null; then continue; fi # a signal came
    ((!stopping)) || return 0
    say "supervisord ended with status $status: starting it again"
    quietly sleep 1 || true
    if ((!stopping)); then start_supervisor; fi
  done
}

# Parts of a supervisord that was killed may still finish what they have.
await_sessions() {
  local session
  for session in "${sessions[@]}"; do
    while ((stopping < 2)) && quietly pgrep --session "$session"; do pause; done
  done
}

# A function, since the trap's text would be parsed when the signal comes, in the middle of what bash parses then.
# shellcheck disable=SC2317 # called by trap
on_signal() {
  stopping=$((stopping + 1))
  if ((stopping == 1)); then
    say "stopping: letting the requests in flight finish"
    [[ -z $supervisor ]] || kill -TERM "$supervisor" 2>/dev/null || true
    # In the background, where nothing is lost: see quietly.
    if ((${#sessions[@]})); then
      end_drained_workers --session "$(IFS=,; echo "${sessions[*]}")" &
      ending=$!
    fi
  else
    kill_sessions
  fi
}

kill_sessions() {
  ((${#sessions[@]})) || return 0
  pkill -KILL --session "$(IFS=,; echo "${sessions[*]}")" || true
}

# Nothing that was ever started stays behind, whatever went before.
# shellcheck disable=SC2317 # called by trap
finish() {
  local status=$?
  trap - EXIT
  kill_sessions
  [[ -z $ending ]] || wait "$ending" || true
  if [[ $socket == */dreamina-??????/workers.sock ]]; then rm -rf -- "${socket%/*}"; fi
  rm -f -- "$run"/{socket-folder,sessions,serve.pid,workers.sock} "$data/nginx.json"
  exit "$status"
}

main() {
  read_options "$@"
  find_what_runs
  check_path "the checkout's path" "$root"
  if [[ -z $data ]]; then data=$PWD/data$([[ $demo == no ]] || echo /demo); fi
  [[ -n $workers ]] || workers=$(nproc)

  install_and_build
  take_data_folder
  socket='' supervisor='' ending='' sessions=() stopping=0
  exec {nothing_to_read}<> <(:)
  read_open_files
  ulimit -n "$open_files"
  end_leftovers
  trap finish EXIT
  if [[ $demo == yes ]]; then
    prepare_demo
  else
    refuse_demo_folder
  fi
  take_settings
  require_free_port
  choose_socket
  address=$(reachable_address "$host" "$port")
  export_environment
  prepare_nginx || fail "nginx does not accept $run/nginx/nginx.conf: $refusal"
  announcement=$(announce)
  : >"$run/supervisord.log"
  trap on_signal INT TERM HUP
  start_supervisor
  wait_until_healthy
  # What runs is not ended by a line that cannot be written: the disk may be full, the terminal gone.
  set +e
  ((stopping)) || printf '%s\n' "$announcement"
  supervise
  await_sessions
  ((stopping < 2)) || fail "ended by force"
  say "stopped"
}

main "$@"
