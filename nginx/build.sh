# shellcheck shell=bash
# Sourced by serve.sh: what is built before the service can run, each only when something has changed.
# shellcheck disable=SC2154 # root, bin, demo, install and build: serve.sh's

build_programs() {
  local tree=$root/.build/release
  # An interrupted first configuration leaves a cache but no build file.
  [[ -e $tree/build.ninja ]] || cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release
  cmake --build "$tree" --target "$@"
}

# One line for all that the page is built from.
page_sources_hash() {
  (
    cd "$root/static" || exit
    node --version
    find . \( -name node_modules -o -name dist -o -name test-results -o -name playwright-report \) -prune \
      -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  ) | sha256sum | cut -d ' ' -f 1
}

fetch_page_packages() {
  local stamp=$root/.build/page-packages.stamp packages
  packages=$(cat "$root/static/package.json" "$root/static/package-lock.json" | sha256sum | cut -d ' ' -f 1)
  if [[ -d $root/static/node_modules && -e $stamp && $(<"$stamp") == "$packages" ]]; then return; fi
  say "fetching the page's packages"
  rm -f "$stamp"
  (cd "$root/static" && npm ci --no-audit --no-fund --loglevel=error)
  echo "$packages" >"$stamp"
}

build_page() {
  local stamp=$root/.build/page.stamp sources
  sources=$(page_sources_hash)
  if [[ -e $root/static/dist/index.html && -e $stamp && $(<"$stamp") == "$sources" ]]; then return; fi

  fetch_page_packages
  say "building the page"
  rm -f "$stamp"
  (cd "$root/static" && npm run --silent build)
  echo "$sources" >"$stamp"
}

# build_all TARGET…: under a lock, since two copies may be started from one checkout at the same time.
build_all() {
  mkdir -p "$root/.build"
  exec 7>"$root/.build/serve.lock"
  if ! flock -n 7; then
    say "another build of this checkout runs: waiting for it"
    flock 7
  fi
  build_programs "$@"
  build_page
  exec 7>&-
}

install_and_build() {
  local groups=(run) targets=(dreamina-fcgi dreamina-scheduler) program
  if [[ $build == yes ]]; then groups+=(build page); fi
  if [[ $demo == yes ]]; then targets+=(dreamina-stand-in); fi

  if [[ $install == yes ]]; then "$root/docker/install-deps.sh" "${groups[@]}" || exit 1; fi
  for program in nginx supervisord inotifywait pkill setsid setpriv flock curl; do
    command -v "$program" >/dev/null || fail "$program is missing: run docker/install-deps.sh ${groups[*]}"
  done

  if [[ $build == yes ]]; then build_all "${targets[@]}"; fi
  for program in "${targets[@]}"; do
    [[ -x $bin/$program ]] || fail "$bin/$program is not built: run without --no-build"
  done
  [[ -e $page/index.html ]] || say "the page is not built: only the API will answer"
}
