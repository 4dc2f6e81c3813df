# shellcheck shell=bash source-path=SCRIPTDIR
# A new version over a running one, with requests in flight: none is lost.
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
first=$(systemctl show -p MainPID --value dreamina-fcgi@1)
# Each request is in flight for three seconds: the programs that are told to end have all the time some to finish.
curl --silent --fail --output /dev/null http://localhost:8080/_script -d '[{"path": "/v1/*", "delay_ms": 3000}]' || fail "the stand-in"
for _ in $(seq 20); do load & done
DEBIAN_FRONTEND=noninteractive dpkg -i /root/package/next.deb >/dev/null
all_new() {
  [[ $(systemctl show -p MainPID --value dreamina-fcgi@1) != @(0|"$first") ]] &&
    [[ $(systemctl show -p ActiveState --value dreamina-rolling-restart) == inactive ]]
}
until_true 120 all_new
touch /tmp/load-ends
wait
[[ ! -e /tmp/load-failed ]] || fail "requests were lost: $(wc -l </tmp/load-failed)"
printf 'upgrade: %s requests, none lost\n' "$(paste -sd+ /tmp/load-done | tee /tmp/sum)"
dpkg-query -W -f '${Version}' dreamina-manager | grep -q 99 || fail "the version"
api http://localhost:5100/api/accounts | grep -q a@example.com || fail "the account is gone"
