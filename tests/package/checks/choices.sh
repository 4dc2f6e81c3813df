# shellcheck shell=bash source-path=SCRIPTDIR
# What an administrator has disabled, masked or added stays so when the package is installed again.
source "$(dirname "$0")/common.sh"
export DEBIAN_FRONTEND=noninteractive

state_is() { [[ $(systemctl is-enabled "$1" 2>/dev/null) == "$2" ]] || fail "$1 is $(systemctl is-enabled "$1" 2>&1), not $2"; }
choices_are_kept() {
  state_is dreamina-manager.target enabled
  state_is dreamina-fcgi.socket enabled
  state_is dreamina-nginx.service disabled
  state_is dreamina-nginx-settings.path disabled
  state_is dreamina-scheduler.service masked
  state_is dreamina-fcgi@1.service enabled
  state_is dreamina-fcgi@2.service disabled
  state_is dreamina-fcgi@9.service enabled
}
runs() { systemctl --quiet is-active "$1"; }

systemctl --quiet disable --now dreamina-nginx.service dreamina-fcgi@2.service
systemctl --quiet mask --now dreamina-scheduler.service
systemctl --quiet enable dreamina-fcgi@9.service
choices_are_kept
dpkg -i /root/package/next.deb >/dev/null || fail "installing over units that are masked and disabled"
choices_are_kept

apt-get -qq remove -y dreamina-manager >/dev/null
nothing_runs || fail "something runs after the removal"
dpkg -i /root/package/next.deb >/dev/null || fail "installing again with units that are masked and disabled"
choices_are_kept
until_true 30 runs dreamina-fcgi@9.service
for unit in dreamina-nginx dreamina-scheduler dreamina-fcgi@2; do
  if runs "$unit.service"; then fail "$unit runs, against the administrator's choice"; fi
done

systemctl --quiet disable --now dreamina-fcgi@9.service
systemctl --quiet unmask dreamina-scheduler.service
systemctl --quiet enable --now dreamina-fcgi@2.service dreamina-nginx.service dreamina-scheduler.service
until_true 30 answers 200 http://localhost:5100/healthz/live
