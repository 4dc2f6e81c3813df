#!/usr/bin/env bash
# The one list of Debian packages (12 and 13) that the project needs, and what installs the missing ones.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: docker/install-deps.sh [run] [image] [build] [page] [test] [lint] [package] [machine] [bench] [fuzz]

Installs the Debian packages that are missing, as root or through sudo. Without an argument: all groups
but image, lint, package, machine, bench and fuzz.

  run     what the running service needs beside our own programs
  image   what the health check of the container image needs beside run
  build   the C++ compiler, the build tools and the libraries
  page    Node.js and npm, unless a node of at least 18.20 and an npm are on PATH already
  test    what the tests need
  lint    what checking the sources needs beside that
  package what making the Debian package needs
  machine what testing the package on a machine of its own needs
  bench   what the benchmarks need
  fuzz    what the fuzz targets need beside build and test
  --help  this text

Does nothing, and needs no rights, when all of them are installed.
TEXT
}

run_packages=(nginx supervisor inotify-tools procps util-linux curl ca-certificates tzdata)
image_packages=(libfcgi-bin)
build_packages=(
  g++ cmake ninja-build ccache pkg-config
  libfcgi-dev nlohmann-json3-dev libcurl4-openssl-dev libsqlite3-dev libfmt-dev doctest-dev
  libsodium-dev libsystemd-dev zlib1g-dev libexpected-dev libcrypt-dev libevent-dev
  libcli11-dev
)
page_packages=(nodejs npm)
# The font is for Chinese text in the screenshots.
test_packages=(
  python3 python3-pytest python3-jsonschema spawn-fcgi multiwatch chromium-headless-shell shellcheck fonts-wqy-microhei
  postgresql
)
lint_packages=(clang-format clang-tidy)
package_packages=(debhelper gzip)
machine_packages=(systemd-container mmdebstrap lintian python3-yaml)
bench_packages=(python3 spawn-fcgi multiwatch wrk)
# Without a version: each Debian's own, clang 14 or 19. llvm names the lines in a sanitizer's report.
fuzz_packages=(clang libclang-rt-dev llvm)

oldest_node=18.20

say() { printf 'install-deps: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

version_at_least() { [[ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }

node_is_there() {
  local version
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  version=$(node --version 2>/dev/null) || return 1
  version_at_least "${version#v}" "$oldest_node"
}

wanted_packages() {
  local group
  for group in "$@"; do
    case $group in
      run) printf '%s\n' "${run_packages[@]}" ;;
      image) printf '%s\n' "${image_packages[@]}" ;;
      build) printf '%s\n' "${build_packages[@]}" ;;
      page) node_is_there || printf '%s\n' "${page_packages[@]}" ;;
      test) printf '%s\n' "${test_packages[@]}" ;;
      lint) printf '%s\n' "${lint_packages[@]}" ;;
      package) printf '%s\n' "${package_packages[@]}" ;;
      machine) printf '%s\n' "${machine_packages[@]}" ;;
      bench) printf '%s\n' "${bench_packages[@]}" ;;
      fuzz) printf '%s\n' "${fuzz_packages[@]}" ;;
    esac
  done
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing_packages() {
  local package
  wanted_packages "$@" | sort -u | while read -r package; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

# as_root COMMAND…: runs it directly or through sudo.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

require_rights() {
  ((EUID != 0)) || return 0
  command -v sudo >/dev/null ||
    fail "missing: $*. Installing them needs root: run docker/install-deps.sh as root, or install sudo."
  # Without a terminal, sudo's question for the password could not be answered.
  [[ -t 0 ]] || sudo -n true 2>/dev/null ||
    fail "missing: $*. sudo wants a password and there is no terminal: run docker/install-deps.sh as root."
}

# Debian starts nginx on port 80, and a supervisord of the system, as soon as they are installed, and at every boot. Those
# are not wanted: ours are started by nginx/serve.sh. policy-rc.d is what both systemd's and init's helpers ask
# before a start; the file is there only while apt runs, and never where they were installed before.
policy=/usr/sbin/policy-rc.d
policy_is_ours=no

# forbid_start SERVICE…
forbid_start() {
  [[ ! -e $policy ]] || return 0
  policy_is_ours=yes
  as_root tee "$policy" >/dev/null <<SCRIPT
#!/bin/sh
# Temporary, by install-deps.sh: these are installed but not started.
for service in $*; do
  case "\$1" in "\$service" | "\$service.service") exit 101 ;; esac
done
exit 0
SCRIPT
  as_root chmod 755 "$policy"
}

allow_start_again() {
  [[ $policy_is_ours == yes ]] || return 0
  policy_is_ours=no
  as_root rm -f "$policy"
}

# With its first installation Debian makes a PostgreSQL that runs from then on. The tests start their own, so only the
# programs are wanted: while apt runs, a file tells the package so.
no_cluster=/etc/postgresql-common/createcluster.d/dreamina-manager.conf
no_cluster_is_ours=no

forbid_cluster() {
  no_cluster_is_ours=yes
  as_root mkdir -p "${no_cluster%/*}"
  as_root tee "$no_cluster" >/dev/null <<<'create_main_cluster = off'
}

allow_cluster_again() {
  [[ $no_cluster_is_ours == yes ]] || return 0
  no_cluster_is_ours=no
  as_root rm -f "$no_cluster"
}

disable_service() { # SERVICE
  if [[ -d /run/systemd/system ]]; then
    as_root systemctl disable --quiet "$1.service" || say "could not disable Debian's $1.service"
  elif [[ -e /etc/init.d/$1 ]]; then
    as_root update-rc.d "$1" disable >/dev/null 2>&1 || true
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

install_packages() {
  local service unwanted=()
  if [[ " $* " == *" nginx "* ]] && ! is_installed nginx-common; then unwanted+=(nginx); fi
  if [[ " $* " == *" supervisor "* ]]; then unwanted+=(supervisor); fi

  # One broken third-party source must not stop us: apt-get install says what it cannot find.
  apt update || say "apt-get update failed; going on with the package lists at hand"
  trap 'allow_start_again; allow_cluster_again' EXIT
  if ((${#unwanted[@]})); then forbid_start "${unwanted[@]}"; fi
  if [[ " $* " == *" postgresql "* ]]; then forbid_cluster; fi
  apt install -y --no-install-recommends "$@" || fail "apt-get could not install: $*"
  allow_start_again
  allow_cluster_again
  for service in "${unwanted[@]}"; do disable_service "$service"; done
}

main() {
  local group groups=() missing
  for group in "$@"; do
    case $group in
      run | image | build | page | test | lint | package | machine | bench | fuzz) groups+=("$group") ;;
      -h | --help) usage; return 0 ;;
      *) say "unknown group '$group': give run, image, build, page, test, lint, package, machine, bench or fuzz"; exit 2 ;;
    esac
  done
  ((${#groups[@]})) || groups=(run build page test)

  command -v dpkg-query >/dev/null ||
    fail "this is no Debian: dpkg-query is missing. Install by hand: $(wanted_packages "${groups[@]}" | tr '\n' ' ')"
  # No process substitution: it needs /dev/fd, which a bare root does not have.
  local names
  names=$(missing_packages "${groups[@]}")
  [[ -n $names ]] || return 0
  mapfile -t missing <<<"$names"

  require_rights "${missing[@]}"
  say "installing ${missing[*]}"
  install_packages "${missing[@]}"

  # An old node in front of Debian's on PATH would still be the one that runs.
  if [[ " ${groups[*]} " == *" page "* ]]; then
    hash -r
    node_is_there ||
      fail "node $(node --version 2>/dev/null || true) at $(command -v node) is older than $oldest_node and hides Debian's: put /usr/bin first in PATH"
  fi
}

main "$@"
