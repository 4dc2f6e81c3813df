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

  --lint              form, style and static analysis of all sources instead (tests/lint/run.sh)
  --sanitize[=KIND]   the C++ unit tests under sanitizers instead: KIND is address (with undefined behaviour) or
                      thread; without it, one after the other
  --fuzz SECONDS      the fuzzers instead, each for so long (tests/fuzz/run.sh)
  --no-unit           everything but the C++ unit tests, which are not built either: for a run after --sanitize
  --no-install        install nothing
  --help              this text

Behind -- stand arguments for ctest, such as -R unit to choose tests by name.
TEXT
}

say() { printf 'tests: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
fail_usage() { say "$*"; exit 2; }

what=all sanitizers=(address thread) fuzz_seconds='' install=yes targets=(all)
ctest_arguments=()

read_options() {
  while (($#)); do
    case $1 in
      --lint) what=lint ;;
      --sanitize) what=sanitize ;;
      --sanitize=address | --sanitize=thread) what=sanitize sanitizers=("${1#*=}") ;;
      --fuzz)
        [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || fail_usage "--fuzz wants a number of seconds"
        what=fuzz fuzz_seconds=$2
        shift
        ;;
      --no-unit) targets=(end-to-end) ctest_arguments+=(--label-exclude unit) ;;
      --no-install) install=no ;;
      -h | --help) usage; exit 0 ;;
      --) shift; ctest_arguments+=("$@"); return ;;
      *) fail_usage "unknown option '$1'; see --help" ;;
    esac
    shift
  done
}

install_packages() {
  local groups
  case $what in
    all) groups=(run build page test) ;;
    lint) groups=(build page test lint) ;;
    sanitize) groups=(run build test) ;;
    fuzz) groups=(build fuzz) ;;
  esac
  "$root/docker/install-deps.sh" "${groups[@]}"
}

# run_sanitized KIND. A folder's sources are one unit here: that compiles fastest, and shows that no two of them use a
# name for different things, which other units would meet only when a file is added.
run_sanitized() {
  local tree=$root/.build/$1
  say "building with the $1 sanitizer"
  cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1" \
    -DDREAMINA_SANITIZE="$1" -DDREAMINA_UNITY_SIZE=0
  cmake --build "$tree" --target dreamina-unit-tests
  ctest --test-dir "$tree" --output-on-failure -L unit --parallel "$(nproc)" "${ctest_arguments[@]}"
}

read_options "$@"
if [[ $install == yes ]]; then install_packages; fi
# shellcheck source=nginx/build.sh
source "$root/nginx/build.sh"

case $what in
  lint)
    build_locked page-packages
    exec "$root/tests/lint/run.sh"
    ;;
  sanitize)
    for sanitizer in "${sanitizers[@]}"; do run_sanitized "$sanitizer"; done
    ;;
  fuzz)
    exec "$root/tests/fuzz/run.sh" "$fuzz_seconds"
    ;;
  all)
    build_locked "${targets[@]}" page
    # Most end-to-end tests wait for something most of the time, so there are more of them than processors.
    ctest --test-dir "$root/.build/release" --output-on-failure --parallel "$((2 * $(nproc)))" "${ctest_arguments[@]}"
    ;;
esac
