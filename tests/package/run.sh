#!/usr/bin/env bash
# The Debian package on a Debian with systemd, booted from a root made for it: see usage below.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")

usage() {
  cat <<'TEXT'
Usage: tests/package/run.sh [--root FOLDER] [--package FILE]

Builds the package, lets lintian look at it, boots a Debian of its own in systemd-nspawn and in it installs, uses,
upgrades under load, removes and purges the package. Wants root and some minutes.

  --root FOLDER   a Debian root that is there already (debootstrap's), left as it is; otherwise one is made
  --package FILE  a package that is built already
TEXT
}

say() { printf 'package test: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

base='' package=''
while (($#)); do
  case $1 in
    --root) base=$2; shift 2 ;;
    --package) package=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown option '$1'"; usage >&2; exit 2 ;;
  esac
done
((EUID == 0)) || fail "needs root: it boots a machine"

folder=$(mktemp -d)
machine=$folder/machine
booted=''

end() {
  if [[ -n $booted ]]; then
    kill -TERM "$booted" 2>/dev/null || true
    wait "$booted" 2>/dev/null || true
  fi
  rm -rf --one-file-system -- "$folder"
}
trap end EXIT

make_root() {
  if [[ -n $base ]]; then
    cp -a --reflink=auto "$base" "$machine"
  else
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,nginx,curl,adduser,debconf,python3,procps,apt-utils \
      "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$machine"
  fi
  mkdir -p "$machine/root/package" "$machine/root/checks"
  cp "$folder"/packages/*.deb "$machine/root/package/"
  cp "$here"/checks/* "$root"/.build/release/bin/dreamina-stand-in "$machine/root/checks/"
  # What it depends on, while the root can still use this machine's ways to Debian's packages.
  cp /etc/resolv.conf "$machine/etc/resolv.conf" 2>/dev/null || true
  cp -rn /etc/apt/apt.conf.d/. "$machine/etc/apt/apt.conf.d/" 2>/dev/null || true
  chroot "$machine" apt-get -q update >/dev/null
  # The stand-in's own library is a test's need, not the package's.
  chroot "$machine" apt-get -qq install -y --no-install-recommends libevent-2.1-7 libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7 >/dev/null
  chroot "$machine" apt-get -qq install -y --no-install-recommends --download-only "/root/package/$package" >/dev/null
}

inside() { nsenter --target "$leader" --all --wdns=/root -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"; }

boot() {
  systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$machine" --boot >"$folder/console" 2>&1 </dev/null &
  booted=$!
  for _ in $(seq 300); do
    leader=$(pgrep -P "$booted" -x systemd | head -n 1 || true)
    if [[ -n $leader && $(inside systemctl is-system-running 2>/dev/null) == @(running|degraded) ]]; then return; fi
    kill -0 "$booted" || { cat "$folder/console"; fail "the machine does not boot"; }
    read -rt 0.2 <> <(:) || true
  done
  fail "the machine does not come up"
}

halt() {
  inside systemctl poweroff || true
  wait "$booted" || true
  booted=''
}

"$root/docker/install-deps.sh" machine build
# shellcheck source=nginx/build.sh
source "$root/nginx/build.sh"
build_locked dreamina-stand-in
mkdir "$folder/packages"
if [[ -n $package ]]; then cp "$package" "$folder/packages/"; else "$root/docker/package/build.sh" "$folder/packages"; fi
package=$(basename "$folder"/packages/*.deb)
say "lintian"
lintian --fail-on error --suppress-tags bad-distribution-in-changes-file "$folder"/packages/*.deb
dpkg-deb -R "$folder"/packages/*.deb "$folder/next"
described=$(zcat "$folder/next/usr/share/doc/dreamina-manager/changelog.Debian.gz" |
  dpkg-parsechangelog --file - --show-field Version 2>&1)
[[ $described == "$(dpkg-deb --field "$folder"/packages/*.deb Version)" ]] || fail "the changelog is of another version: $described"
# The next version: the same programs under a higher number.
sed -i 's/^Version: .*/Version: 99.0.0-1/' "$folder/next/DEBIAN/control"
make_root
dpkg-deb -b "$folder/next" "$machine/root/package/next.deb" >/dev/null

boot
for check in install units settings existing_nginx upgrade stop choices; do
  say "$check"
  inside bash "/root/checks/$check.sh" || { inside journalctl -u 'dreamina-*' -n 60 --no-pager; fail "$check failed"; }
done
say "reboot"
halt
boot
inside bash /root/checks/after_reboot.sh || fail "after_reboot failed"
say "remove and purge"
inside bash /root/checks/remove.sh || fail "remove failed"
halt
say "all of it holds"
