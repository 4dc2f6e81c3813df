#!/usr/bin/env bash
# Fuzzes the parsers. See usage below.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
here=$root/tests/fuzz
tree=$root/.build/fuzz

usage() {
  cat <<'TEXT'
Usage: tests/fuzz/run.sh SECONDS [TARGET…]

Builds the fuzz targets with clang, into .build/fuzz, and runs each (or those that are named) for SECONDS, as many at
a time as there are processors. Each begins with the inputs in tests/fuzz/corpus/TARGET and with what earlier runs found. New inputs go to
.build/fuzz/corpus/TARGET, and those that break a property to .build/fuzz/crashes; then the script fails and says how to
replay them.

The packages it needs are those of docker/install-deps.sh run build test fuzz.
TEXT
}

say() { printf 'fuzz: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

build() {
  command -v clang++ >/dev/null || fail "clang++ is missing: run docker/install-deps.sh build test fuzz"
  # Warnings are the ordinary build's to judge: another clang has others.
  [[ -e $tree/build.ninja ]] ||
    cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ \
      -DDREAMINA_FUZZ=ON -DDREAMINA_WERROR=OFF
  cmake --build "$tree" --target dreamina-fuzz
}

all_targets() { (cd "$here/corpus" && printf '%s\n' *); }

# figure LOG NAME: the last "NAME: 123" in it.
figure() { grep -o "$2: *[0-9]*" "$1" | tail -n 1 | grep -o '[0-9]*$' || echo 0; }

# fuzz TARGET SECONDS: one line about it on standard output; false if a property was broken.
fuzz() {
  local found=$tree/corpus/$1 crashes=$tree/crashes log=$tree/logs/$1.log result=good options=() before after
  mkdir -p "$found" "$crashes" "$tree/logs"
  if [[ -e $here/dictionaries/$1.dict ]]; then options+=("-dict=$here/dictionaries/$1.dict"); fi
  before=$(find "$crashes" -name "$1-*" | sort)
  "$tree/bin/fuzz-$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$crashes/$1-" "${options[@]}" "$found" "$here/corpus/$1" >"$log" 2>&1 || result=FAILED
  printf '%-16s %s runs, %s/s, coverage %s, %s\n' "$1:" "$(figure "$log" number_of_executed_units)" \
    "$(figure "$log" average_exec_per_sec)" "$(figure "$log" cov)" "$result"
  [[ $result == FAILED ]] || return 0

  after=$(find "$crashes" -name "$1-*" | sort)
  grep -E 'the property does not hold|ERROR|runtime error|SUMMARY' "$log" >&2 || tail -n 20 "$log" >&2
  comm -13 <(printf '%s\n' "$before") <(printf '%s\n' "$after") | while read -r input; do
    say "$1: replay it with $tree/bin/fuzz-$1 $input"
  done
  say "$1: all that was said is in $log"
  return 1
}

case ${1:-} in
  -h | --help) usage; exit 0 ;;
  *[!0-9]* | '') usage >&2; exit 2 ;;
esac
seconds=$1
shift
mapfile -t known < <(all_targets)
if (($#)); then targets=("$@"); else targets=("${known[@]}"); fi
for target in "${targets[@]}"; do
  [[ " ${known[*]} " == *" $target "* ]] || { say "unknown target '$target': give some of ${known[*]}"; exit 2; }
done

build
broken=()
declare -A target_of=()

collect_one() {
  local pid result=0
  wait -n -p pid || result=$?
  ((result == 0)) || broken+=("${target_of[$pid]}")
  unset "target_of[$pid]"
}

for target in "${targets[@]}"; do
  if ((${#target_of[@]} == $(nproc))); then collect_one; fi
  fuzz "$target" "$seconds" &
  target_of[$!]=$target
done
while ((${#target_of[@]} > 0)); do collect_one; done
((${#broken[@]} == 0)) || fail "broken: ${broken[*]}"
