#!/usr/bin/env bash
# Applies changes of the settings to the running nginx until it is ended: see shipped.sh, whose environment it wants.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=nginx/apply.sh
source "$here/apply.sh" # stamp_of_settings
data=$DREAMINA_DATA
applied=${DREAMINA_APPLIED_SETTINGS:-} # what nginx was started with

apply_changes() {
  while [[ $applied != "$(stamp_of_settings)" ]]; do
    applied=$(stamp_of_settings)
    "$here/shipped.sh" apply || true # it has said why
  done
}

# The folder tells that another file has taken the settings' place; the file, where it alone is mounted in a container,
# that it was written. Where a file system tells nothing, a look once a minute must do. What the service itself writes there
# all the time, the scheduler's heartbeat above all, would cost several processes a second.
watched=("$data")
[[ ! -f $data/config.json ]] || watched+=("$data/config.json")
setpriv --pdeathsig TERM -- \
  inotifywait --quiet --monitor --event close_write,moved_to,moved_from,delete,attrib \
  --exclude '/(dreamina\.db|scheduler\.lock|nginx\.json)[^/]*$' "${watched[@]}" |
  while
    apply_changes
    status=0
    read -rt 60 _ || status=$?
    ((status == 0 || status > 128)) # above 128 is the minute; 1 is the end of inotifywait
  do :; done
