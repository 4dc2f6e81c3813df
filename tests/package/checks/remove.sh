# shellcheck shell=bash source-path=SCRIPTDIR
# Removing keeps the data; purging asks, and takes only a yes.
source "$(dirname "$0")/common.sh"
export DEBIAN_FRONTEND=noninteractive

printf 'server { listen 80 default_server; root /var/www/html; }\n' >/etc/nginx/sites-available/default
apt-get -qq remove -y dreamina-manager >/dev/null
if something_runs; then fail "something runs after the removal"; fi
[[ -e /var/lib/dreamina-manager/dreamina.db && -e /etc/dreamina-manager/config.json ]] || fail "removing took the data"
dpkg -i /root/package/next.deb >/dev/null # it comes back as it was
until_true 30 answers 200 http://localhost:5100/healthz/live
systemctl --quiet is-enabled dreamina-manager.target || fail "what came back does not start with the machine"
apt-get -qq purge -y dreamina-manager &>/tmp/purge
for kept in /var/lib/dreamina-manager /var/lib/dreamina-manager-results /etc/dreamina-manager; do
  grep -Eq "kept .*$kept(,| |\$)" /tmp/purge || fail "purging does not say that it keeps $kept: $(cat /tmp/purge)"
done
[[ -e /var/lib/dreamina-manager/dreamina.db ]] || fail "purging took the data without a yes"
[[ -z $(find /etc/systemd/system /var/lib/systemd/deb-systemd-helper-* -name '*dreamina-*' 2>/dev/null) ]] || fail "purging left units enabled"

dpkg -i /root/package/next.deb >/dev/null
until_true 30 answers 200 http://localhost:5100/healthz/live
echo 'dreamina-manager dreamina-manager/remove-data boolean true' | debconf-set-selections
apt-get -qq purge -y dreamina-manager >/dev/null
[[ ! -e /var/lib/dreamina-manager && ! -e /var/lib/dreamina-manager-results && ! -e /etc/dreamina-manager ]] ||
  fail "purging left data after a yes: $(find /var/lib/dreamina-manager /etc/dreamina-manager | head)"
[[ ! -e /etc/nginx/conf.d/dreamina-manager.conf ]] || fail "purging left a file with nginx"
nginx -t -q || fail "nginx does not start any more"
