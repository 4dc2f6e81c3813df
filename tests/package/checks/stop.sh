# shellcheck shell=bash source-path=SCRIPTDIR
# All of it is stopped with requests in flight: each is answered first.
source "$(dirname "$0")/common.sh"

request() {
  status_of -H "Authorization: Bearer $password" -H 'Content-Type: application/json' \
    http://localhost:5100/v1/images/generations -d '{"model": "nobody-counts-this", "prompt": "a cat"}' >"/tmp/stopped-$1"
}
all_in_flight() { api http://localhost:5100/api/overview | grep -q '"in_flight":10\b'; }

curl --silent --fail --output /dev/null http://localhost:8080/_script -d '[{"path": "/v1/*", "delay_ms": 6000}]' || fail "the stand-in"
for number in $(seq 10); do request "$number" & done
until_true 10 all_in_flight
systemctl stop dreamina-manager.target
wait
[[ $(sort -u /tmp/stopped-*) == 200 ]] || fail "requests were lost: $(paste -sd ' ' /tmp/stopped-*)"
until_true 40 nothing_runs
systemctl start dreamina-manager.target
until_true 30 answers 200 http://localhost:5100/healthz/live
