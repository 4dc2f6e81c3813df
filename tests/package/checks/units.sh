# shellcheck shell=bash source-path=SCRIPTDIR
# What systemd thinks of the units, and what they do when told.
source "$(dirname "$0")/common.sh"

for unit in /lib/systemd/system/dreamina-*; do
  name=${unit##*/}
  # Without manual pages, which it would show with a man that is not installed here.
  systemd-analyze verify --man=no "${name/@./@1.}" 2>/tmp/said || true
  if grep dreamina /tmp/said; then fail "systemd-analyze verify $name"; fi
done
while read -r document; do
  case $document in
    'man:dreamina-scheduler(8)') document=/usr/share/man/man8/dreamina-scheduler.8.gz ;;
    file:*) document=${document#file:} ;;
  esac
  [[ -s $document ]] || fail "a unit names $document, which is not there"
done < <(sed -n 's/^Documentation=//p' /lib/systemd/system/dreamina-* | tr ' ' '\n')
for unit in dreamina-fcgi@1 dreamina-scheduler dreamina-nginx dreamina-nginx-settings dreamina-rolling-restart \
            dreamina-thumbnails; do
  exposure=$(systemd-analyze security --no-pager "$unit.service" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
  printf '%s: exposure %s\n' "$unit" "$exposure"
  awk -v level="$exposure" 'BEGIN { exit !(level != "" && level < 2.0) }' || fail "$unit is too exposed: $exposure"
done

# What decodes files of strangers can write thumbnails, and put nothing in the place of a result.
systemctl cat dreamina-thumbnails | grep -qx 'ReadOnlyPaths=-/var/lib/dreamina-manager-results' || fail "results can be written"
# A setting that only the units know is another one on the command line.
settings=$(api http://localhost:5100/api/settings)
while read -r name; do
  if [[ $settings == *"\"$name\""* ]]; then fail "a unit sets $name for itself"; fi
done < <(sed -n 's/^Environment=\([A-Z_]*\)=.*/\1/p' /lib/systemd/system/dreamina-*)

[[ $(systemctl show -p Type --value dreamina-fcgi@1) == notify ]] || fail "no readiness"
systemctl reload 'dreamina-fcgi@*' dreamina-scheduler dreamina-nginx || fail "reload"
# A worker that hangs is found and replaced.
hanging=$(systemctl show -p MainPID --value dreamina-fcgi@1)
kill -STOP "$hanging"
replaced() { [[ $(systemctl show -p MainPID --value dreamina-fcgi@1) != @(0|"$hanging") ]]; }
until_true 90 replaced
answers 200 http://localhost:5100/healthz/live || fail "no worker answers after one hung"
# Levels of the journal: a line without one would be of the level info.
config=/etc/dreamina-manager/config.json
cp -p "$config" /tmp/config.json
echo '{"PORT": ' >"$config"
warned() { journalctl -u 'dreamina-fcgi@*' -p warning -o cat --no-pager | grep config.json >/tmp/warned; }
until_true 20 warned
# One that dies while the file is broken says what is wrong and waits; the others go on, and it is started once.
property() { systemctl show -p "$1" --value dreamina-fcgi@1; }
restarts=$(property NRestarts)
systemctl kill -s KILL dreamina-fcgi@1
waits() { [[ $(property ActiveState) == activating && $(property StatusText) == *config.json* ]]; }
until_true 20 waits
answers 200 http://localhost:5100/healthz/live || fail "the other workers do not go on"
# Who restarts a part hears that it does not start: a rolling restart ends there.
if systemctl restart dreamina-scheduler; then fail "a start with a broken config.json is said to be good"; fi
cp -p /tmp/config.json "$config"
runs() { [[ $(property ActiveState) == active ]]; }
until_true 40 runs
(($(property NRestarts) <= restarts + 2)) || fail "a worker was started again and again: $(property NRestarts) times"
if grep '^<' /tmp/warned; then fail "a level stands in the text"; fi
journalctl -u dreamina-scheduler --no-pager | grep -q 'the scheduler runs' || fail "no line in the journal"
if journalctl -u dreamina-scheduler -p warning --no-pager | grep 'the scheduler runs'; then fail "a word is a warning"; fi

systemctl stop dreamina-manager.target
until_true 40 nothing_runs
systemctl start dreamina-manager.target
until_true 30 answers 200 http://localhost:5100/healthz/live
