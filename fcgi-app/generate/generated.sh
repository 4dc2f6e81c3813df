#!/usr/bin/env bash
# Writes the files that follow from the programs' tables, or says which of them are stale. See usage below.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
types=$root/static/node_modules/.bin/openapi-typescript

usage() {
  cat <<'TEXT'
Usage: fcgi-app/generate/generated.sh [--check] BUILD

Writes README.md and .github/README.zh-CN.md (their short tables of settings), fcgi-app/README.md (the table of all
settings), scheduler/README.md (the table of timed jobs), fcgi-app/api/openapi.json (settings, an account's fields and
enumerations) and static/src/api/schema.d.ts, by the tables that dreamina-generate in the build tree BUILD was built
with. All of them or, where one cannot be made, none. Run it through the build, which brings that program up to date
first:

  cmake --build BUILD --target generated
  cmake --build BUILD --target generated-check

  --check   write nothing; name the stale files, show where they differ and exit with 1 if there are any
  --help    this text
TEXT
}

say() { printf 'generated: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

check=no build=
while (($#)); do
  case $1 in
    --check) check=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) say "unknown option '$1'; see --help"; exit 64 ;;
    *) [[ -z $build ]] || { say "one build tree, not '$1' as well; see --help"; exit 64; }
      build=$1 ;;
  esac
  shift
done
[[ -n $build ]] || { usage >&2; exit 64; }

generate=$build/bin/dreamina-generate
[[ -x $generate ]] || fail "$generate is missing: run cmake --build $build --target dreamina-generate"
[[ -x $types ]] || fail "static/node_modules is missing or lacks openapi-typescript: run npm ci in static/"

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# What is made stands below $made as it stands in the checkout.
"$generate" "$root" "$made"
mkdir -p "$made/static/src/api"
"$types" "$made/fcgi-app/api/openapi.json" --output "$made/static/src/api/schema.d.ts" >"$made/log" 2>&1 || {
  cat "$made/log" >&2
  fail "openapi-typescript cannot read the description made from fcgi-app/api/openapi.json"
}

stale=()
for file in README.md .github/README.zh-CN.md fcgi-app/README.md scheduler/README.md fcgi-app/api/openapi.json static/src/api/schema.d.ts; do
  new=$made/$file
  if cmp -s "$new" "$root/$file"; then continue; fi
  stale+=("$file")
  if [[ $check == no ]]; then
    cp "$new" "$root/$file"
    say "wrote $file"
  else
    say "$file is stale:"
    diff -U 0 --label "$file" --label "$file as it should be" "$root/$file" "$new" | head -n 20 >&2 || true
  fi
done

if [[ ${#stale[@]} == 0 ]]; then
  say "all files are current"
elif [[ $check == yes ]]; then
  fail "stale: ${stale[*]}. Run cmake --build ${build#"$root"/} --target generated, and commit what it writes."
fi
