# shellcheck shell=bash
# Sourced by serve.sh: what is built before the service can run, as far as something has changed.
# shellcheck disable=SC2154 # root, bin, demo, install and build: serve.sh's

build_targets() {
  local tree=$root/.build/release
  # An interrupted first configuration leaves a cache but no build file.
  [[ -e $tree/build.ninja ]] || cmake -S "$root" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release
  cmake --build "$tree" --target "$@"
}

# build_locked TARGET…: under a lock, since two may be started from one checkout at the same time.
build_locked() {
  mkdir -p "$root/.build"
  exec 7>"$root/.build/serve.lock"
  if ! flock -n 7; then
    say "another build of this checkout runs: waiting for it"
    flock 7
  fi
  build_targets "$@"
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

  if [[ $build == yes ]]; then build_locked "${targets[@]}" page; fi
  for program in "${targets[@]}"; do
    [[ -x $bin/$program ]] || fail "$bin/$program is not built: run without --no-build"
  done
  [[ -e $page/index.html ]] || say "the page is not built: only the API will answer"
}
