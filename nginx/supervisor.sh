# shellcheck shell=bash
# Sourced: what supervisord, which keeps the parts of the service running, is started with.
# shellcheck disable=SC2034,SC2154 # variables go both ways

# supervisor_command PART…: sets `argv` to the command that runs these parts, and exports what supervisord.conf and
# run-part.sh read beside what their callers export: DREAMINA_NGINX, DREAMINA_BIN, DREAMINA_DATA, RUNTIME_DIRECTORY, and
# DREAMINA_LOG_FILE for all parts or DREAMINA_LOG_FOLDER for a file each.
supervisor_command() {
  local part name
  for part in workers scheduler nginx settings rotation stand-in demo; do
    name=${part^^}
    export "DREAMINA_RUN_${name//-/_}=false"
  done
  for part in "$@"; do
    name=${part^^}
    export "DREAMINA_RUN_${name//-/_}=true"
  done
  export DREAMINA_WORKERS=${DREAMINA_WORKERS:-1} DREAMINA_SOCKET=${DREAMINA_SOCKET:-$RUNTIME_DIRECTORY/workers.sock}
  export DREAMINA_SOCKET_MODE=${DREAMINA_SOCKET_MODE:-0600}
  argv=(supervisord --configuration "$DREAMINA_NGINX/supervisord.conf")
  # It warns of running as root unless it is told to.
  if ((EUID == 0)); then argv+=(--user root); fi
}

# end_drained_workers [PGREP-OPTION…]: workers that have left their place (see run-part.sh) are no parts of supervisord's
# any more: they are told here that the service ends. The process group of each is named after the shell that it left.
# shellcheck disable=SC2120 # without options, all there are
end_drained_workers() {
  local pids pid group
  pids=$(pgrep -d , "$@" -x dreamina-fcgi) || return 0
  while read -r pid group; do
    kill -0 "$group" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
  done < <(ps -o pid=,pgid= -p "$pids")
}

# The address of a unix socket has at most 107 bytes, and nginx and supervisord want a plain one.
choose_socket() {
  local old
  socket=$run/workers.sock
  if old=$(cat "$run/socket-folder" 2>/dev/null) && [[ $old == */dreamina-?????? && -O $old ]]; then
    rm -rf -- "$old"
  fi
  rm -f -- "$run/socket-folder" "$socket"
  if ((${#socket} > 100)) || [[ $socket == *[^A-Za-z0-9/._-]* ]]; then
    socket=$(TMPDIR=/tmp mktemp -d -t dreamina-XXXXXX)
    echo "$socket" >"$run/socket-folder"
    socket+=/workers.sock
  fi
}
