#!/usr/bin/env bash
# Tests everything: installs what is missing, builds, and runs all tests through ctest. See usage below.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PATH=$PATH:/usr/sbin:/sbin # where Debian has nginx, for ordinary users too

usage() {
  cat <<'TEXT'
Usage: tests/run.sh [options] [-- CTEST-ARGUMENT…]

Without options: everything — rules and stores, the real nginx with workers, scheduler and a stand-in for the
upstream, the page's own tests, and the page in a headless Chromium.

  --sanitize     the C++ tests under AddressSanitizer with UndefinedBehaviorSanitizer, then ThreadSanitizer
  --no-install   install nothing
  --help         this text

Behind -- stand arguments for ctest, such as -R unit to choose tests by name.
TEXT
}

say() { printf 'tests: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

sanitize=no install=yes
ctest_arguments=()

read_options() {
  while (($#)); do
    case $1 in
      --sanitize) sanitize=yes ;;
      --no-install) install=no ;;
      -h | --help) usage; exit 0 ;;
      --) shift; ctest_arguments=("$@"); return ;;
      *) say "unknown option '$1'; see --help"; exit 2 ;;
    esac
    shift
  done
}

# run_sanitized TREE KIND
run_sanitized() {
  local tree=$root/.build/$1
  say "building with the $2 sanitizer"
  cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DDREAMINA_SANITIZE="$2"
  cmake --build "$tree"
  ctest --test-dir "$tree" --output-on-failure -L unit "${ctest_arguments[@]}"
}

read_options "$@"
if [[ $install == yes ]]; then
  if [[ $sanitize == yes ]]; then groups=(run build test); else groups=(run build page test); fi
  "$root/docker/install-deps.sh" "${groups[@]}"
fi

if [[ $sanitize == yes ]]; then
  run_sanitized asan address
  run_sanitized tsan thread
  exit
fi

# shellcheck source=nginx/build.sh
source "$root/nginx/build.sh"
build_all all
ctest --test-dir "$root/.build/release" --output-on-failure "${ctest_arguments[@]}"
