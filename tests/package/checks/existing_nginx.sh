# shellcheck shell=bash source-path=SCRIPTDIR
# The machine's own nginx gets /v1 and the page under a path, by what the README pastes.
source "$(dirname "$0")/common.sh"

before=$(curl --silent http://localhost/ | md5sum)
cat >/etc/nginx/sites-available/default <<'SITE'
server {
    listen 80 default_server;
    root /var/www/html;
    index index.html index.htm index.nginx-debian.html;
    include snippets/dreamina-v1.conf;
    set $dreamina_base /dreamina;
    location = /dreamina { return 301 /dreamina/; }
    location ^~ /dreamina/ { include snippets/dreamina-page.conf; }
}
SITE
nginx -t -q || fail "nginx -t"
systemctl reload nginx
is_there() { answers 200 http://localhost/dreamina/accounts; }
until_true 10 is_there
[[ $(curl --silent http://localhost/ | md5sum) == "$before" ]] || fail "their site has changed"
curl --silent http://localhost/dreamina/ | grep -q 'src="/dreamina/assets/' || fail "the page does not know its path"
[[ $(status_of http://localhost/dreamina/api/me) == 401 ]] || fail "/dreamina/api"
api -o /dev/null http://localhost/v1/images/generations -d '{"model": "jimeng-4.0"}' || fail "/v1 behind the machine's nginx"
