# shellcheck shell=bash source-path=SCRIPTDIR
# An administrator installs the package: everything runs, as a user of its own, and the page is there.
source "$(dirname "$0")/common.sh"

DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends /root/package/dreamina-manager_*.deb >/dev/null
until_true 30 answers 200 http://localhost:5100/healthz/live
curl --silent http://localhost:5100/ | grep -q '<div id="app">' || fail "no page"
[[ $(stat -c '%a %U %G' /etc/dreamina-manager/config.json) == '640 dreamina-manager dreamina-manager' ]] || fail "config.json"
[[ $(stat -c '%a %U' /var/lib/dreamina-manager) == '750 dreamina-manager' ]] || fail "the data folder"
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
