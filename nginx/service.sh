# shellcheck shell=bash
# Sourced by serve.sh: the service's commands and its start.
# shellcheck disable=SC2034,SC2154,SC2317 # variables go both ways, and the commands are called by name

require_free_port() {
  host_resolves || fail "$(unresolved_host)"
  if port_is_taken "$(bare_address "$host")" "$port"; then
    fail "port $port is taken by another program: choose another with --port"
  fi
}

# The address of a unix socket has at most 107 bytes, and nginx and spawn-fcgi want a plain one.
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

nginx_command() { argv=(nginx -e "$(log_file nginx-error)" -c "$run/nginx/nginx.conf"); }
scheduler_command() { argv=("$bin/dreamina-scheduler" --data "$data"); }

workers_command() {
  # The old workers may still be finishing on the old socket, which needs no name for that.
  rm -f "$socket"
  # No limit of restarts: one that multiwatch gave up on would be missing until the next start.
  # multiwatch takes its arguments for ASCII, which a path need not be, unless CHARSET says otherwise.
  argv=(
    env CHARSET=UTF-8 spawn-fcgi -n -s "$socket" -M 0600 -b 4096 --
    "$(command -v multiwatch)" -f "$workers" -r 2147483646 -t 100 --
    "$(command -v setpriv)" --pdeathsig TERM --
    /bin/sh "$here/worker.sh" "$EPOCHSECONDS" "$run/worker-starts" "$bin/dreamina-fcgi" --data "$data"
  )
}

# wait_until SECONDS COMMAND…: keeps the parts alive meanwhile; fails if one of them does not come up.
wait_until() {
  local deadline=$((SECONDS + $1)) name
  shift
  until "$@"; do
    if ((stopping)); then end_service; fi
    check_parts
    for name in "${parts[@]}"; do
      [[ ${part_failures[$name]} -lt 3 ]] || fail "$name does not start"
    done
    ((SECONDS < deadline)) || return 1
    nap 0.1
  done
}

# In the background, since a signal interrupts the wait for that.
is_healthy() {
  curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "http://$address/healthz" 8>&- 9>&- &
  wait "$!"
}

raise_open_files() {
  open_files=$(ulimit -Hn)
  if [[ $open_files == unlimited ]] || ((open_files > 65536)); then open_files=65536; fi
  ulimit -n "$open_files"
}

start_service() {
  : >"$run/worker-starts"
  prepare_nginx || fail "nginx does not accept $run/nginx/nginx.conf: $refusal"
  # multiwatch has no say in how the workers end: it would pass another signal on than the one it gets
  # (in Debian 12 even another than the one it is told with -s). It is killed, upon which the kernel sends
  # each worker TERM (setpriv --pdeathsig), so that a crash of multiwatch goes the same way.
  add_part workers workers_command TERM "$(log_file workers)" KILL
  add_part scheduler scheduler_command TERM "$(log_file scheduler)"
  add_part nginx nginx_command QUIT "$(log_file nginx-error)"

  address=$(reachable_address "$host" "$port")
  if ! wait_until 60 is_healthy; then
    show_log "$(log_file workers)"
    show_log "$(log_file nginx-error)"
    fail "http://$address/healthz did not answer within 60 seconds"
  fi
}
