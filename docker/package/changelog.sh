#!/usr/bin/env bash
# Reads the list of changes, .github/CHANGELOG.md: see usage below.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: docker/package/changelog.sh [--file FILE] COMMAND

  latest                            the newest released version
  notes VERSION                     what that version changed, as the text of a release
  debian VERSION MAINTAINER OUTPUT  writes all released versions as a Debian changelog; VERSION must be the newest

A release is a section "## [1.2.3] - 2026-12-31". "## [Unreleased]" is left out.
TEXT
}

fail() { printf 'changelog: %s\n' "$*" >&2; exit 1; }

file=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)/.github/CHANGELOG.md
versions=()         # newest first
declare -A dates texts

# Reads the sections. A wrapped paragraph or list item becomes one line: a release's text shows each line end.
read_file() {
  local line number=0 version='' release='^## \[([0-9]+\.[0-9]+\.[0-9]+)\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})$'
  while IFS= read -r line; do
    number=$((number + 1))
    if [[ $line =~ $release ]]; then
      version=${BASH_REMATCH[1]}
      [[ -z ${dates[$version]:-} ]] || fail "$file:$number: version $version has a section already"
      date -d "${BASH_REMATCH[2]}" >/dev/null 2>&1 || fail "$file:$number: ${BASH_REMATCH[2]} is not a date"
      versions+=("$version")
      dates[$version]=${BASH_REMATCH[2]} texts[$version]=''
    elif [[ $line == '## [Unreleased]' ]]; then
      version=''
    elif [[ $line == '## '* ]]; then
      fail "$file:$number: '$line' is neither '## [Unreleased]' nor like '## [1.2.3] - 2026-12-31'"
    elif [[ -z $version || $line =~ ^\[[^]]+\]:' ' ]]; then
      continue # the introduction, what is not released, and the links' targets
    elif [[ -z $line || $line =~ ^\ *[-#] || ${texts[$version]: -1} == $'\n' ]]; then
      texts[$version]+=$'\n'$line
    else
      texts[$version]+=" ${line#"${line%%[! ]*}"}"
    fi
  done <"$file"
  ((${#versions[@]})) || fail "$file: no version is released in it"
}

# without_blank_ends: the standard input without empty lines at both ends.
without_blank_ends() { sed -e '/./,$!d' | sed -e ':all' -e '/^\n*$/{$d;N;b all' -e '}'; }

print_notes() {
  [[ -n ${dates[$1]:-} ]] || fail "$file: version $1 has no section"
  without_blank_ends <<<"${texts[$1]}"
}

# debian_items VERSION: the section in the form that deb-changelog(5) knows.
debian_items() {
  local line
  print_notes "$1" | sed -E 's/\[([^]]*)\]\([^)]*\)/\1/g; s/\*\*//g' | while IFS= read -r line; do
    case $line in
      '') ;;
      '#'*) printf '\n  [ %s ]\n' "${line##*# }" ;;
      *) line=${line##*([ ])}; fold -s -w 74 <<<"${line#- }" | sed -e '1s/^/  * /; 1!s/^/    /; s/ *$//' ;;
    esac
  done
}

print_debian() {
  local maintainer=$2 version
  [[ $1 == "${versions[0]}" ]] || fail "$file: the newest version is ${versions[0]}, and this is $1"
  for version in "${versions[@]}"; do
    printf 'dreamina-manager (%s-1) stable; urgency=medium\n\n' "$version"
    debian_items "$version"
    printf '\n -- %s  %s\n\n' "$maintainer" "$(LC_ALL=C date -uRd "${dates[$version]}")"
  done | cat -s
}

shopt -s extglob
if [[ ${1:-} == --file && $# -gt 1 ]]; then file=$2; shift 2; fi
case ${1:-}:$# in
  latest:1) read_file; echo "${versions[0]}" ;;
  notes:2) read_file; print_notes "$2" ;;
  debian:4) read_file; print_debian "$2" "$3" >"$4" ;;
  --help:1 | -h:1) usage ;;
  *) usage >&2; exit 2 ;;
esac
