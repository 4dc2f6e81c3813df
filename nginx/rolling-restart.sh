#!/usr/bin/env bash
# A rolling restart of the workers that serve.sh or a container runs: see usage below.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: nginx/rolling-restart.sh [FOLDER]

Replaces the workers one after the other, without losing a request. Each leaves its place to a successor, which
runs the program that is there now, and ends by itself once what it has is finished: requests within
PROXY_TIMEOUT, generations within GENERATION_TIMEOUT or VIDEO_GENERATION_TIMEOUT.

  FOLDER   the data folder of serve.sh (default: data in the current folder)
TEXT
}

say() { printf 'rolling-restart: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# A worker serves within a second; the first one of a new version may have a database to bring up to date.
patience=120

# The shells that run-part.sh keeps the places with.
places() { pgrep -P "$supervisor" -f 'run-part\.sh place$' || true; }

# It has begun to act on the settings, which it writes into its file: see core/pool/worker_presence.
serves() { # WORKER
  local file
  for file in "/proc/$1/fd/"*; do
    file=$(readlink "$file") || continue
    if [[ $file == */workers/*.lock && -s $file ]]; then return 0; fi
  done
  return 1
}

# The place that was not there before, with a worker that serves.
successor_serves() { # PLACE-BEFORE…
  local place worker
  for place in $(places); do
    [[ " $* " != *" $place "* ]] || continue
    worker=$(pgrep -P "$place" -x dreamina-fcgi) || continue
    if serves "$worker"; then return 0; fi
  done
  return 1
}

renew() { # PLACE
  local before deadline=$((SECONDS + patience))
  before=$(places)
  kill -QUIT "$1" 2>/dev/null || return 0 # it has died: a new one comes by itself
  # shellcheck disable=SC2086 # one word for each
  until successor_serves $before; do
    ((SECONDS < deadline)) || fail "no worker has come within $patience s in place of the one that drains: see the log. The others are as they were"
    sleep 0.1
  done
}

main() {
  local run places_now place count=0
  case ${1:-} in
    -h | --help) usage; exit 0 ;;
    -*) say "unknown option '$1'; see --help"; exit 2 ;;
  esac
  run=${RUNTIME_DIRECTORY:-${1:-data}/run}
  { read -r supervisor <"$run/supervisord.pid"; } 2>/dev/null || fail "nothing runs here: there is no $run/supervisord.pid"
  # Two at once would each wait for successors of the other's.
  exec 9>"$run/rolling-restart.lock"
  flock -n 9 || fail "another rolling restart is under way"
  places_now=$(places)
  [[ -n $places_now ]] || fail "process $supervisor, which $run/supervisord.pid names, runs no workers"
  for place in $places_now; do
    renew "$place"
    count=$((count + 1))
  done
  say "$count workers were replaced"
}

main "$@"
