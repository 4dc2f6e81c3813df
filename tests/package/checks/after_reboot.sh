# shellcheck shell=bash source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"

until_true 60 answers 200 http://localhost:5100/healthz/live
api http://localhost:5100/api/accounts | grep -q a@example.com || fail "the account is gone after a reboot"
until_true 30 answers 200 http://localhost/dreamina/
