#!/usr/bin/env bash
# Checks the sources without running them: form, style and what static analysis finds. See usage below.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"

checks=(clang-format clang-tidy layers shellcheck page contributor-files)

usage() {
  cat <<'TEXT'
Usage: tests/lint/run.sh [CHECK…]

Runs all checks, or those that are named, and says at the end which failed:

  clang-format       the form of the C++ sources
  clang-tidy         static analysis of the product's C++ sources and of the stand-in's
  layers             includes go downwards only, SQL and the libraries stay in their folders
  shellcheck         every shell script
  page               the page and its tests: types, ESLint, Prettier
  contributor-files  commit hook, changelog, pinned actions

tests/run.sh --lint installs what they need and calls this.
TEXT
}

say() { printf 'lint: %s\n' "$*" >&2; }

sources() { git ls-files -z -- "$@"; }

check_clang_format() { sources '*.cpp' '*.hpp' | xargs -0 clang-format --dry-run -Werror; }

# A folder's sources are analysed as one unit, as they may be compiled: the headers are parsed once for all of them.
check_clang_tidy() {
  local tree=$root/.build/lint
  cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DDREAMINA_UNITY=ON -DDREAMINA_UNITY_SIZE=0 \
    --log-level=WARNING || return
  cmake --build "$tree" --target embedded_files >/dev/null || return
  # The tests are left out: doctest's macros are most of what the analysis would see.
  python3 -c 'import json, sys
for entry in json.load(open(sys.argv[1])):
    if not any(part in entry["file"] for part in ("/unit_tests_", "/tests/unit/", "/bench/", "/fuzz/")): print(entry["file"], end="\0")' \
    "$tree/compile_commands.json" |
    xargs -0 -P "$(nproc)" -n 1 clang-tidy -p "$tree" --quiet --extra-arg=-Wno-unknown-warning-option 2> >(
      grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter' >&2
    )
}

check_layers() { /usr/bin/python3 tests/layers.py; }

# By their first line, since a few have no suffix.
check_shellcheck() {
  git grep -lIzE '^#!.*\b(ba)?sh$|^# shellcheck shell=' -- ':!tests/unit' |
    xargs -0 shellcheck --external-sources --source-path="$root"
}

check_page() {
  (cd static && npm run --silent typecheck && npm run --silent lint && npm run --silent format:check)
}

check_contributor_files() { /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/lint; }

case ${1:-} in -h | --help) usage; exit 0 ;; esac
(($#)) || set -- "${checks[@]}"
failed=()
for check in "$@"; do
  [[ " ${checks[*]} " == *" $check "* ]] || { say "there is no check '$check'; see --help"; exit 2; }
  say "$check"
  "check_${check//-/_}" || failed+=("$check")
done
((${#failed[@]} == 0)) || { say "failed: ${failed[*]}"; exit 1; }
say "all checks passed"
