# shellcheck shell=bash source-path=SCRIPTDIR
# An administrator installs the package: everything runs, as a user of its own, and the page is there.
source "$(dirname "$0")/common.sh"

DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends /root/package/dreamina-manager_*.deb >/dev/null
until_true 30 answers 200 http://localhost:5100/healthz/live
curl --silent http://localhost:5100/ | grep -q '<div id="app">' || fail "no page"
[[ $(stat -c '%a %U %G' /etc/dreamina-manager/config.json) == '640 dreamina-manager dreamina-manager' ]] || fail "config.json"
[[ $(stat -c '%a %U' /var/lib/dreamina-manager) == '750 dreamina-manager' ]] || fail "the data folder"
results=/var/lib/dreamina-manager-results
[[ $(stat -c '%a %U' "$results") == '750 dreamina-manager' ]] || fail "the folder of results"
[[ $(stat -c '%a %U' "$results/thumbnails") == '755 dreamina-manager' ]] || fail "the folder of thumbnails"
for program in dreamina-fcgi dreamina-scheduler; do
  [[ $(ps -o user:32= -C "$program" | sort -u | tr -d ' ') == dreamina-manager ]] || fail "$program runs as another user"
done
(($(pgrep -c dreamina-fcgi) >= 2)) || fail "one worker alone"
# The first thing everybody does, from this machine.
password=admin123
api http://localhost:5100/api/settings -d '{"ADMIN_PASSWORD": "Package-Test-1"}' >/dev/null || fail "the password cannot be changed"
password='Package-Test-1'
until_true 10 api -o /dev/null http://localhost:5100/api/settings
[[ -L /var/lib/dreamina-manager/config.json ]] || fail "config.json is not a link any more"
grep -q ADMIN_PASSWORD /etc/dreamina-manager/config.json || fail "the change is not in /etc"

systemd-run --quiet --unit=stand-in /root/checks/dreamina-stand-in --port 8080 --record off
api http://localhost:5100/api/accounts -d '{"email": "a@example.com", "password": "x", "session_id": "0123456789abcdef0123456789abcdef"}' >/dev/null
generate() { api -o /dev/null http://localhost:5100/v1/images/generations -d '{"model": "jimeng-4.0", "prompt": "a cat"}'; }
until_true 20 generate

# A result is stored by the service, kept by a command line, and sent by nginx.
png=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
api -o /dev/null http://localhost:5100/api/settings -d '{"STORE_RESULTS": "copy", "RESULTS_MIN_FREE_GB": 0}' || fail "storing"
curl --silent --fail --output /dev/null http://localhost:8080/_script -d '[{"path": "/v1/images/*", "method": "POST", "status": 200,
  "headers": {"Content-Type": "application/json"}, "body": "{\"data\": [{\"b64_json\": \"'$png'\"}]}"}]' || fail "the stand-in"
is_stored() { generate && api 'http://localhost:5100/api/results?state=stored' | grep -q '"stored"'; }
until_true 30 is_stored
stored() { find "$results" -path "$results/[0-9a-f][0-9a-f]/*" -type f; }
[[ $(stored | wc -l) == 1 ]] || fail "the result is not in $results"
for command in '--once fetch_results' '--once prune' '--once backup'; do
  # shellcheck disable=SC2086 # words
  runuser -u dreamina-manager -- dreamina-scheduler --data /var/lib/dreamina-manager $command >/dev/null || fail "$command"
done
[[ $(stored | wc -l) == 1 ]] || fail "a command line took the result"
[[ -L /var/lib/dreamina-manager/results ]] || fail "a command line uses another folder than the services"
content=$(api http://localhost:5100/api/results | sed -n 's/.*"content_url": *"\([^"]*\)".*/\1/p' | head -n 1)
[[ $(api "http://localhost:5100$content" | base64 -w 0) == "$png" ]] || fail "nginx does not send the result"
api -o /dev/null http://localhost:5100/api/settings -d '{"STORE_RESULTS": "off"}' || fail "no storing"
curl --silent --fail --output /dev/null http://localhost:8080/_script -d '[]' || fail "the stand-in"
