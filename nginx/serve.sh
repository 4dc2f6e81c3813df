#!/usr/bin/env bash
# Runs the whole service in the foreground: nginx, the pool of workers and the scheduler. See usage below.
# Installs and builds what is missing first; parts.sh beside it keeps the parts alive.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx, for ordinary users too

usage() {
  cat <<'TEXT'
Usage: nginx/serve.sh [options]

Installs what is missing, builds, and runs Dreamina Manager in the foreground until Ctrl-C or TERM, which
let the requests in flight finish; a second one ends them.

  --data DIR     the folder of config.json, the database, logs/ and run/ (default: data in the current
                 folder; with --demo, data/demo)
  --port N       where nginx listens (default: PORT of the settings, 5100)
  --workers N    how many workers (default: one per core)
  --demo         with a stand-in for the upstream and the register service, invented accounts and a trickle
                 of requests; in a data folder of its own
  --log-to-stderr  everything is said there, for a container; otherwise in files of logs/
  --no-install   install nothing
  --no-build     use what is built
  --help         this text

Settings may also be given in the environment (HOST, PORT, ADMIN_PASSWORD, UPSTREAM_BASE_URL …);
config.json in the data folder comes first.
TEXT
}

terminal=2 # the descriptor for what is said
say() { printf 'serve: %s\n' "$*" >&"$terminal"; }
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
# shellcheck source=nginx/parts.sh
source "$here/parts.sh"
# shellcheck source=nginx/service.sh
source "$here/service.sh"
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
  exec 8<> <(:)
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

# Workers that end again and again do not end multiwatch: their starts are counted.
report_restless_workers() {
  local size
  size=$(stat -c %s "$run/worker-starts" 2>/dev/null) || return 0
  if ((size > 40 + workers)); then
    say "workers end soon after they start, $size times in half a minute"
    show_log "$(log_file workers)"
  fi
  : >"$run/worker-starts"
}

# Every writer appends, so a log can be copied and emptied under them.
rotate_logs() {
  local log
  for log in "$logs"/*.log; do
    (($(stat -c %s "$log" 2>/dev/null || echo 0) > 64 * 1024 * 1024)) || continue
    cp "$log" "$log.1" && : >"$log"
  done
}

log_file() { # NAME
  if [[ $log_to_stderr == yes ]]; then echo /dev/stderr; else echo "$logs/$1.log"; fi
}

take_settings() {
  local status=0
  remember_settings
  read_configuration || status=$?
  ((status == 0)) || { say "the configuration in $data is not usable"; exit "$status"; }
  drain_seconds=$((proxy_timeout + 30))
}

# Keeps the settings' file open, and its time.
remember_settings() {
  exec 5<&-
  settings_there=no
  { exec 5<"$data/config.json"; } 2>/dev/null && touch -r "$data/config.json" "$run/settings-time" && settings_there=yes
  return 0
}

# Whether it is another file, or of another time; also where an older one takes its place.
settings_changed() {
  local file=$data/config.json
  [[ -e $file ]] || { [[ $settings_there == yes ]]; return; }
  [[ $settings_there == no || ! $file -ef /dev/fd/5 || $file -nt $run/settings-time || $file -ot $run/settings-time ]]
}

# shellcheck disable=SC2317 # called by name
reload_nginx() { kill -HUP "${part_pid[nginx]}" 2>/dev/null || true; }

# HOST, PORT and what else nginx's files say, changed by hand or in the page.
follow_settings() {
  [[ -n ${part_pid[nginx]} ]] && settings_changed || return 0
  remember_settings
  apply_settings reload_nginx
  address=$(reachable_address "$host" "$port")
}

supervise() {
  local next=$((SECONDS + 30))
  # From here on bash's own notices ("… Killed") go to a file: say says the same in fewer words.
  exec 6>&2
  terminal=6
  exec 2>>"$(log_file serve)"
  while ((!stopping)); do
    check_parts
    follow_settings
    if ((SECONDS >= next)); then
      next=$((SECONDS + 30))
      report_restless_workers
      rotate_logs
    fi
    nap 0.3
  done
}

# nginx first, which finishes what it has begun while the workers still answer; then they.
stop_service() {
  local fresh
  # PROXY_TIMEOUT may have been changed meanwhile: nothing in flight lasts longer.
  fresh=$(timeout 5 "$bin/dreamina-fcgi" --data "$data" --check 2>/dev/null | sed -n 's/^PROXY_TIMEOUT=//p') || fresh=
  if [[ $fresh =~ ^[0-9]+$ ]]; then drain_seconds=$((fresh + 30)); fi
  say "stopping: letting the requests in flight finish"
  stop_part demo 1
  stop_part nginx "$drain_seconds"
  stop_part workers "$drain_seconds"
  wait_for_retired "$drain_seconds"
  stop_part scheduler 30
  stop_part stand-in 5
}

end_service() {
  stop_service
  if ((stopping > 1)); then fail "ended by force"; fi
  say "stopped"
  exit 0
}

# A function, since the trap's text would be parsed when the signal comes, amid whatever bash parses just then.
# shellcheck disable=SC2317 # called by trap
on_signal() { stopping=$((stopping + 1)); }

# shellcheck disable=SC2317 # called by trap
finish() {
  local status=$?
  trap - EXIT
  kill_parts
  if [[ $socket == */dreamina-??????/workers.sock ]]; then rm -rf -- "${socket%/*}"; fi
  rm -f -- "$run"/{socket-folder,groups,serve.pid,workers.sock,settings-time} "$data/nginx.json"
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
  drain_seconds=30 socket=''
  raise_open_files
  trap finish EXIT
  trap on_signal INT TERM HUP
  end_leftovers
  if [[ $demo == yes ]]; then
    prepare_demo
  else
    refuse_demo_folder
  fi
  take_settings
  require_free_port
  choose_socket
  start_service
  # What runs is not ended by a line that cannot be written: the disk may be full, the terminal gone.
  set +e
  if [[ $demo == yes ]]; then add_part demo demo_command TERM "$(log_file demo)"; fi
  announce
  supervise
  end_service
}

main "$@"
