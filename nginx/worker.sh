#!/bin/sh
# What multiwatch runs for each worker: worker.sh POOL_START STARTS PROGRAM ARGUMENT…
#
# multiwatch starts a worker again the moment it ends, or (after a number of quick ends) never again.
# We want neither: it is told to go on for ever, and the pause that keeps this from being a hot loop is
# here. POOL_START is when the pool began (Unix time); the first workers start without the pause.
# STARTS is a file that grows by one byte per start, by which serve.sh sees that workers end again and
# again.
pool_start=$1 starts=$2
shift 2

printf . >>"$starts"
[ $(($(date +%s) - pool_start)) -lt 2 ] || sleep 0.5

exec "$@"
