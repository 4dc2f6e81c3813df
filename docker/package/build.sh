#!/usr/bin/env bash
# Builds the Debian package: docker/package/build.sh [FOLDER], where it goes (default: .build/package).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
into=${1:-$root/.build/package}
tree=$root/.build/deb

say() { printf 'package: %s\n' "$*" >&2; }

"$root/docker/install-deps.sh" build page package
mkdir -p "$into"
into=$(cd "$into" && pwd -P) # cpack runs in another folder
cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DDREAMINA_TESTS=OFF -DDREAMINA_WERROR=OFF
cmake --build "$tree" --target all page
(cd "$tree" && cpack -G DEB -B "$into")
rm -rf "$into/_CPack_Packages"
say "built $(find "$into" -maxdepth 1 -name "*.deb" -newer "$tree/CPackConfig.cmake")"
