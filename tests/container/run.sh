#!/usr/bin/env bash
# The image, built from the Dockerfile's steps where no container engine is, and run with the earlier image's files.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$(dirname "$here")")

say() { printf 'container test: %s\n' "$*" >&2; }
fail() { say "$*"; [[ ! -e ${folder:-}/output ]] || tail -n 40 "$folder/output" >&2; exit 1; }

usage() {
  cat <<'TEXT'
Usage: tests/container/run.sh [--image FOLDER]

Builds what docker/Dockerfile describes, as a Debian root, and runs it with the earlier image's files. Wants root and
a quarter of an hour.

  --image FOLDER  one that image.py has built already, left as it is
TEXT
}

image=''
while (($#)); do
  case $1 in
    --image) image=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown option '$1'"; usage >&2; exit 2 ;;
  esac
done
((EUID == 0)) || fail "needs root: it makes Debian roots and mounts in them"
"$root/docker/install-deps.sh" machine
folder=$(mktemp -d)
container=''

end() {
  [[ -z $container ]] || kill -KILL "$container" 2>/dev/null || true
  rm -rf --one-file-system -- "$folder"
}
trap end EXIT

if [[ -n $image ]]; then
  cp -a --reflink=auto "$image/root" "$image/image.json" "$folder/"
else
  git -C "$root" archive --format=tar HEAD | { mkdir "$folder/context" && tar -x -C "$folder/context"; }
  "$here/image.py" "$folder/context" "$folder"
fi

# What a user of the earlier image has: both files, made by root on the host.
printf '{"ADMIN_PASSWORD": "from-the-earlier-image", "PORT": 5100}\n' >"$folder/config.json"
/usr/bin/python3 - "$folder/dreamina.db" <<'SQL'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("""CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR UNIQUE NOT NULL, password VARCHAR NOT NULL,
    region VARCHAR NOT NULL, session_id VARCHAR, points FLOAT NOT NULL, session_id_updated_at DATETIME,
    created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, jimeng_4_0_count INTEGER NOT NULL,
    jimeng_4_1_count INTEGER NOT NULL, nanobanana_count INTEGER NOT NULL, nanobananapro_count INTEGER NOT NULL,
    video_3_0_count INTEGER NOT NULL, error_count INTEGER NOT NULL, is_banned BOOLEAN NOT NULL, ban_until DATETIME)""")
database.execute("INSERT INTO accounts VALUES (1, 'old@example.com', 'p', 'us', 'us-0123456789abcdef0123456789abcdef', 9, "
                 "NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, 2, 3, 4, 5, 0, 0, NULL)")
database.commit()
SQL

# run_image [COMMAND]: as a container engine would, with a network, processes and mounts of its own.
run_image() {
  # shellcheck disable=SC2016 # the inner shell's variables
  unshare --mount --pid --net --uts --ipc --fork --kill-child bash -c '
    set -e
    image=$1 folder=$2
    ip link set lo up 2>/dev/null || true
    mount -t proc proc "$image/proc"
    mount -t tmpfs tmpfs "$image/run"
    touch "$image/app/dreamina.db" "$image/app/config.json"
    mount --bind "$folder/dreamina.db" "$image/app/dreamina.db"
    mount --bind "$folder/config.json" "$image/app/config.json"
    cd "$image"
    exec chroot "$image" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TZ=Asia/Shanghai \
      sh -c "cd /app && $3"
  ' - "$folder/root" "$folder" "${1:-exec container-start all}" >>"$folder/output" 2>&1 &
  container=$!
  until_true 30 has_begun
}
has_begun() { first=$(pgrep -P "$container" | head -n 1) && [[ -n $first ]]; }
inside() { (cd / && nsenter --target "$first" --mount --pid --net --root --wdns=/app -- "$@"); }

until_true() { # SECONDS COMMAND…
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    kill -0 "$container" 2>/dev/null || fail "the container ended"
    ((SECONDS < deadline)) || fail "not within its time: $*"
    read -rt 0.3 <> <(:) || true
  done
}

# Tells it to end, as an engine does, and expects that it ends well.
end_container() {
  kill -TERM "$first"
  for _ in $(seq 300); do kill -0 "$container" 2>/dev/null || break; read -rt 0.1 <> <(:) || true; done
  if kill -0 "$container" 2>/dev/null; then fail "TERM does not end it"; fi
  wait "$container" || fail "it did not end well: $?"
  container=''
}

mknod -m 666 "$folder/root/dev/null" c 1 3 2>/dev/null || true
for device in 'zero 5' 'random 8' 'urandom 9'; do
  read -r name minor <<<"$device"
  [[ -e $folder/root/dev/$name ]] || mknod -m 666 "$folder/root/dev/$name" c 1 "$minor"
done
ln -sfn /proc/self/fd "$folder/root/dev/fd"
ln -sfn /proc/self/fd/1 "$folder/root/dev/stdout"
ln -sfn /proc/self/fd/2 "$folder/root/dev/stderr"

say "the first run"
run_image
until_true 60 inside container-health
inside curl --silent --fail -H 'Authorization: Bearer from-the-earlier-image' http://127.0.0.1:5100/api/accounts |
  grep -q old@example.com || fail "the account of before is not there"
processes=$(ps -o uid=,comm= -p "$(pgrep --ns "$first" --nslist pid -d , .)")
grep -qE '[1-9][0-9]* +dreamina-fcgi' <<<"$processes" || fail "no worker runs: $processes"
if grep -E '^ +0 +(nginx|dreamina|multiwatch|bash)' <<<"$processes"; then fail "something of the service runs as root"; fi
inside curl --silent --fail -H 'Authorization: Bearer from-the-earlier-image' -H 'Content-Type: application/json' \
  -d '{"DEFAULT_POINTS": 7}' http://127.0.0.1:5100/api/settings >/dev/null || fail "a setting cannot be changed"
grep -q DEFAULT_POINTS "$folder/config.json" || fail "the mounted config.json has not the change"
workers() { pgrep --ns "$first" --nslist pid -x dreamina-fcgi | sort; }
# Of which none was there before.
restart_workers() {
  local before
  before=$(workers)
  inside container-start rolling-restart || fail "the rolling restart"
  renewed() { [[ -z $(comm -12 <(workers) - <<<"$before") && $(workers | wc -l) == $(wc -l <<<"$before") ]]; }
  until_true 30 renewed
  inside container-health "$@" || fail "nobody answers after the rolling restart"
}
restart_workers

say "the end"
end_container
grep -q 'the scheduler runs' "$folder/output" || fail "docker logs would not show the service's log"
[[ -z $(find "$folder/root/app" -name 'dreamina.db-wal' -size +0) ]] || fail "something is not written back into dreamina.db"

say "the second run, on what the first left"
ln -s /usr/local/bin "$folder/root/app/a-link" # as a program of the service could
run_image
until_true 60 inside container-health
inside curl --silent --fail -H 'Authorization: Bearer from-the-earlier-image' http://127.0.0.1:5100/api/settings |
  grep -q '"DEFAULT_POINTS":7' || fail "the change is gone"
[[ $(stat -c %u "$folder/root/usr/local/bin" "$folder/root/usr/local/bin/container-start" | sort -u) == 0 ]] ||
  fail "the service was given what a link leads to"
end_container

say "as the services of compose.yaml"
# Side by side in one container of ours: what they share of each other's is the socket and the data.
# shellcheck disable=SC2016 # the inner shell's variables
run_image "$(/usr/bin/python3 - "$root/docker/compose.yaml" <<'COMMANDS'
import sys, yaml
services = yaml.safe_load(open(sys.argv[1]))["services"].values()
for service in services:
    print(f'container-start {" ".join(service["command"])} & all="$all $!"')
COMMANDS
)"'
  trap "kill \$all" TERM; wait
  for one in $all; do wait "$one" || bad=$?; done; exit ${bad:-0}'
until_true 60 inside container-health workers
until_true 60 inside container-health
restart_workers workers
inside curl --silent --fail -H 'Authorization: Bearer from-the-earlier-image' http://127.0.0.1:5100/api/health |
  /usr/bin/python3 -c 'import json, sys; assert {c["name"]: c["state"] for c in json.load(sys.stdin)["checks"]}["scheduler"] == "ok"' || fail "the services do not work together"
inside curl --silent --fail -H 'Authorization: Bearer from-the-earlier-image' -H 'Content-Type: application/json' \
  -d '{"PORT": 5200}' http://127.0.0.1:5100/api/settings >/dev/null || fail "a setting cannot be changed"
until_true 30 inside curl --silent --fail --output /dev/null http://127.0.0.1:5200/healthz/live
end_container
say "all of it holds; the image's root has $(du -sm --exclude=proc "$folder/root" | cut -f 1) MB"
