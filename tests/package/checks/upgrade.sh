# shellcheck shell=bash source-path=SCRIPTDIR
# A new version over a running one, with requests and a generation of many minutes in flight: none is lost.
source "$(dirname "$0")/common.sh"

load() {
  local number=0
  while [[ ! -e /tmp/load-ends ]]; do
    [[ $(status_of -H "Authorization: Bearer $password" -H 'Content-Type: application/json' \
      http://localhost:5100/v1/images/generations -d '{"model": "nobody-counts-this", "prompt": "a cat"}') == 200 ]] || echo "$number" >>/tmp/load-failed
    number=$((number + 1))
  done
  echo "$number" >>/tmp/load-done
}

rm -f /tmp/load-*
workers() { # of the state serving or draining: their main processes
  local unit
  for unit in $(systemctl list-units --plain --no-legend --state=active 'dreamina-fcgi@*' | cut -d ' ' -f 1); do
    if [[ $(systemctl show -p StatusText --value "$unit") == "$1"* ]]; then systemctl show -p MainPID --value "$unit"; fi
  done | sort
}
first=$(workers serving)
[[ -n $first ]] || fail "no worker says that it serves"
# Each request is in flight for three seconds: the programs that are told to end have all the time some to finish.
curl --silent --fail --output /dev/null http://localhost:8080/_script \
  -d '[{"path": "/v1/videos/*", "delay_ms": 300000}, {"path": "/v1/*", "delay_ms": 3000}]' || fail "the stand-in"
film=$(api -H 'Prefer: respond-async' http://localhost:5100/v1/videos/generations -d '{"model": "nobody-counts-this", "prompt": "a film"}' |
  sed -n 's/.*"id": *"\([^"]*\)".*/\1/p')
film_is() { api "http://localhost:5100/v1/generations/$film" | grep -q "\"status\": *\"$1\""; }
until_true 20 film_is in_progress
for _ in $(seq 20); do load & done
DEBIAN_FRONTEND=noninteractive dpkg -i /root/package/next.deb >/dev/null
all_new() { # as many as there were
  [[ $(systemctl show -p ActiveState --value dreamina-rolling-restart) == inactive ]] &&
    [[ $(workers serving | wc -l) == $(wc -l <<<"$first") && -z $(comm -12 <(workers serving) - <<<"$1") ]]
}
until_true 120 all_new "$first"
second=$(workers serving)
systemctl start dreamina-rolling-restart # while those of before still drain
until_true 120 all_new "$second"
touch /tmp/load-ends
wait
[[ ! -e /tmp/load-failed ]] || fail "requests were lost: $(wc -l </tmp/load-failed)"
# Only the worker that has the film is left of those of before; it is no fault, and systemd starts none again.
one_drains() { [[ $(workers draining | wc -l) == 1 && $(pgrep -cx dreamina-fcgi) == $(($(wc -l <<<"$first") + 1)) ]]; }
until_true 60 one_drains
film_is in_progress || fail "the film was cut: $(api "http://localhost:5100/v1/generations/$film")"
api http://localhost:5100/api/health | grep -q '"draining": *1' || fail "the worker that drains is not told"
curl --silent --fail --output /dev/null -X POST http://localhost:8080/_release || fail "the stand-in"
until_true 30 film_is completed
none_drains() { [[ -z $(workers draining) && $(pgrep -cx dreamina-fcgi) == $(wc -l <<<"$first") ]]; }
until_true 30 none_drains
printf 'upgrade: %s requests, none lost\n' "$(paste -sd+ /tmp/load-done | tee /tmp/sum)"
dpkg-query -W -f '${Version}' dreamina-manager | grep -q 99 || fail "the version"
api http://localhost:5100/api/accounts | grep -q a@example.com || fail "the account is gone"
