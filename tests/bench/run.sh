#!/usr/bin/env bash
# Measures the service beside plain nginx. See usage below; bench.py does the work.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")
PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx, for ordinary users too

usage() {
  cat <<'TEXT'
Usage: tests/bench/run.sh [options]

Installs what is missing, builds, starts nginx with two workers, the scheduler and a stand-in for the upstream, and
measures them side by side with plain nginx proxy_pass on the same upstream. Takes less than five minutes.
Prints a table; a figure that falls short is no failure, but a failed request is: exit code 1.

  --rows NAME[,NAME]  only these rows (--list names them)
  --quick             one pair of each, shorter: to see that it works
  --json FILE         the figures as JSON too
  --list              the rows' names
  --no-install        install nothing
  --no-build          use what is built (DREAMINA_BUILD may name another build tree than .build/release)
  --help              this text
TEXT
}

say() { printf 'bench: %s\n' "$*" >&2; }

install=yes build=yes
arguments=()
for argument in "$@"; do
  case $argument in
    --no-install) install=no ;;
    --no-build) build=no ;;
    --list) install=no build=no arguments+=("$argument") ;;
    -h | --help) usage; exit 0 ;;
    *) arguments+=("$argument") ;;
  esac
done

if [[ $install == yes ]]; then
  groups=(run bench)
  if [[ $build == yes ]]; then groups+=(build); fi
  "$root/docker/install-deps.sh" "${groups[@]}"
fi

if [[ $build == yes ]]; then
  # shellcheck source=nginx/build.sh
  source "$root/nginx/build.sh"
  build_locked dreamina-fcgi dreamina-scheduler dreamina-stand-in dreamina-transaction-times >&2 # without the page
  export DREAMINA_BUILD=$root/.build/release
fi

export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 "$here/bench.py" "${arguments[@]}"
