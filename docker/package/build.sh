#!/usr/bin/env bash
# Builds the Debian package: docker/package/build.sh [FOLDER], where it goes (default: .build/package).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")
into=${1:-$root/.build/package}
tree=$root/.build/deb

say() { printf 'package: %s\n' "$*" >&2; }

"$root/docker/install-deps.sh" build page package
mkdir -p "$into"
into=$(cd "$into" && pwd -P) # it is named from another folder
cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DDREAMINA_TESTS=OFF -DDREAMINA_WERROR=OFF
cmake --build "$tree" --target all page

# debhelper wants to stand beside debian/. The version is the build's, the changelog our list of changes.
stage=$root/.build/debian
rm -rf "$stage"
mkdir "$stage"
cp -r "$here/debian" "$stage/"
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$tree/CMakeCache.txt")
maintainer=$(sed -n 's/^Maintainer: //p' "$here/debian/control")
"$here/changelog.sh" debian "$version" "$maintainer" "$stage/debian/changelog"
(cd "$stage" && TREE=$tree INTO=$into DEB_RULES_REQUIRES_ROOT=no debian/rules binary)
say "built $(find "$into" -maxdepth 1 -name "*.deb" -newer "$stage/debian/changelog")"
