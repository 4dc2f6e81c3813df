# shellcheck shell=bash source-path=SCRIPTDIR
# HOST, PORT and MAX_UPLOAD_SIZE of the settings are applied to the nginx that is shipped, or kept with a word.
source "$(dirname "$0")/common.sh"

change() { api -o /dev/null "http://localhost:$1/api/settings" -d "$2"; } # PORT JSON
state() { grep -q "\"fault\": $1" /var/lib/dreamina-manager/nginx.json; }

change 5100 '{"PORT": 5200}'
until_true 20 answers 200 http://localhost:5200/healthz/live
until_true 10 answers 000 http://localhost:5100/healthz/live # the old port is closed
change 5200 '{"PORT": 80}' # the machine's own nginx has it
until_true 20 state '"taken"'
answers 200 http://localhost:5200/healthz/live || fail "a change that failed is not rolled back"
api http://localhost:5200/api/settings/schema | grep -q '"fault":"taken"' || fail "the page is not told"
change 5200 '{"PORT": 5100, "MAX_UPLOAD_SIZE": 1}'
until_true 20 answers 200 http://localhost:5100/healthz/live
# Strangers can have nginx take in large bodies, too: they must not go into memory.
bodies=$(sed -n 's/.*client_body_temp_path *"\(.*\)";/\1/p' /run/dreamina-nginx/nginx/nginx.conf)
[[ $(stat -f -c %T "$bodies") != tmpfs ]] || fail "large bodies go into memory: $bodies"
head -c 3000000 /dev/zero >/tmp/large
[[ $(status_of -H "Authorization: Bearer $password" --data-binary @/tmp/large http://localhost:5100/v1/images/edits) == 413 ]] ||
  fail "MAX_UPLOAD_SIZE is not applied"
change 5100 '{"MAX_UPLOAD_SIZE": 1300}'
until_true 20 grep -q 1300m /run/dreamina-nginx/nginx/v1.conf
change 5100 '{"HOST": "127.0.0.2"}' # which overlaps the address that nginx has
until_true 20 answers 200 http://127.0.0.2:5100/healthz/live
until_true 10 answers 000 http://127.0.0.1:5100/healthz/live
api http://127.0.0.2:5100/api/settings -o /dev/null -d '{"HOST": "0.0.0.0"}'
until_true 20 answers 200 http://127.0.0.1:5100/healthz/live
