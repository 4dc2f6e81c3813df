#!/bin/sh
# What supervisord runs for each part of the service: run-part.sh NAME. If supervisord is killed, the kernel tells the part
# to finish (setpriv --pdeathsig).
part=$1

# A part writes its log itself: that costs supervisord nothing, and several workers can share a file. Descriptor 3 stays
# supervisord's pipe, whose end tells it at once that the part has ended.
case $part in
  nginx) log=nginx-error ;;
  settings | rotation) log=serve ;;
  *) log=$part ;;
esac
log=${DREAMINA_LOG_FILE:-$DREAMINA_LOG_FOLDER/$log.log}
[ "$part" = place ] || exec 3>&1 >>"$log" 2>&1

# A worker's place in the pool. supervisord and the kernel speak to this shell, not to the worker itself, so that a worker
# which drains can leave its place to another: QUIT tells the worker to drain and ends this shell. supervisord then starts
# the successor at once, and the worker lives on by itself until it has finished what it has, for hours if need be.
keep_worker() {
  trap 'kill -TERM "$!"' TERM INT
  trap 'kill -QUIT "$!"; exit 0' QUIT
  # A shell gives its background processes no standard input unless told to. They keep nothing of supervisord's.
  exec 4<&0
  "$DREAMINA_BIN/dreamina-fcgi" --data "$DREAMINA_DATA" --wait 1000000 <&4 3>&- 4<&- &
  exec 4<&- </dev/null
  while :; do
    status=0
    wait "$!" || status=$?
    kill -0 "$!" 2>/dev/null || exit "$status" # else a signal came
  done
}

run() { # SIGNAL COMMAND...
  signal=$1
  shift
  exec setpriv --pdeathsig "$signal" -- "$@"
}

case $part in
  # What keeps them from starting is waited for, for days: supervisord would start them again and again.
  workers) run TERM /bin/sh "$0" place ;;
  place) keep_worker ;; # the same, once the kernel knows what to send it
  scheduler) run TERM "$DREAMINA_BIN/dreamina-scheduler" --data "$DREAMINA_DATA" --wait 1000000 ;;
  nginx)
    # The workers of a master that was killed still listen and may have requests: they finish those and end.
    pkill -QUIT --session 0 -x nginx
    run QUIT nginx -e "$log" -c "$RUNTIME_DIRECTORY/nginx/nginx.conf"
    ;;
  settings) run TERM "$DREAMINA_NGINX/follow-settings.sh" ;;
  rotation) run TERM "$DREAMINA_NGINX/rotate-logs.sh" "$DREAMINA_LOG_FOLDER" ;;
  stand-in)
    run TERM "$DREAMINA_BIN/dreamina-stand-in" --port "$DREAMINA_STAND_IN_PORT" --pictures --record off \
      --register-delay-ms 3000
    ;;
  demo) run TERM "$DREAMINA_NGINX/demo.sh" "$DREAMINA_ADDRESS" "http://127.0.0.1:$DREAMINA_STAND_IN_PORT" ;;
esac
