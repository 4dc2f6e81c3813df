#!/usr/bin/env bash
# rotate-logs.sh FOLDER: keeps the logs there below 64 MB each, and one older file of each, until it is ended.
set -euo pipefail
shopt -s nullglob

while sleep 30; do
  for log in "$1"/*.log; do
    (($(stat -c %s "$log") > 64 * 1024 * 1024)) || continue
    # Every writer appends, so a log can be copied and emptied under them.
    cp "$log" "$log.1" && : >"$log"
  done
done
