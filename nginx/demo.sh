#!/usr/bin/env bash
# demo.sh SERVICE_URL STAND_IN_URL: fills an empty pool with invented accounts, through the API like any
# client, and then sends a request every second or two until it is ended. Started by serve.sh --demo.
set -euo pipefail

service=$1
stand_in=$2
password=${ADMIN_PASSWORD:-admin123}

first_names=(mia liam yuki chen noah emma haruto wei sofia lucas aoi jing olivia ethan sakura ming ava leo ren lin)
last_names=(tanaka miller wong)
regions=(us hk jp sg cn)
account_count=60
ban_hours=(1 4 12 24 null)

# Bodies and credentials go to curl in its configuration on standard input, not in the process list.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# send METHOD URL [BODY]: sets `status` and `answer`.
send() {
  local reply
  reply=$(
    {
      if [[ $2 == "$service"* ]]; then printf 'header = %s\n' "$(quoted "Authorization: Bearer $password")"; fi
      if (($# > 2)); then printf 'header = "Content-Type: application/json"\ndata = %s\n' "$(quoted "$3")"; fi
    } | curl --silent --show-error --noproxy '*' --max-time 120 --request "$1" --write-out '\n%{http_code}' \
      --config - --url "$2"
  ) || reply=$'\n000'
  status=${reply##*$'\n'}
  answer=${reply%$'\n'*}
}

# must METHOD PATH [BODY]: a call to the service that has to succeed.
must() {
  local method=$1 path=$2
  shift 2
  send "$method" "$service$path" "$@"
  [[ $status == 2?? ]] && return
  echo "demo: $method $path answered $status: $answer" >&2
  if [[ $status == 401 ]]; then
    echo "demo: the password is not the one the demo knows: give it in ADMIN_PASSWORD. No requests are sent." >&2
    exec sleep infinity
  fi
  exit 1
}

email_of() { # NUMBER
  printf '%s.%s@example.com' "${first_names[$1 % ${#first_names[@]}]}" "${last_names[$1 / ${#first_names[@]}]}"
}

# The same for every run, since the stand-in's script names some of them.
session_of() { printf '%s' "demo session $1" | md5sum | cut -d ' ' -f 1; }

state_of() { # NUMBER
  if (($1 % 10 == 3)); then echo banned
  elif (($1 % 15 == 7)); then echo disabled
  elif (($1 % 12 == 5)); then echo no_session
  elif (($1 % 14 == 9)); then echo no_points
  elif (($1 % 20 == 11)); then echo expired
  elif (($1 % 20 == 16)); then echo failing
  else echo active; fi
}

add_account() { # NUMBER
  local state points session id
  state=$(state_of "$1")
  points=$((40 + $1 * 37 % 160)).0
  session="\"$(session_of "$1")\""
  if [[ $state == no_points ]]; then points=0.0; fi
  if [[ $state == no_session ]]; then session=null; fi
  must POST /api/accounts "{\"email\":\"$(email_of "$1")\",\"password\":\"invented-$1\",\"region\":\"${regions[$1 % 5]}\",\"session_id\":$session,\"points\":$points}"
  [[ $answer =~ \"id\":\ *([0-9]+) ]] || { echo "demo: no id in the answer to a new account" >&2; exit 1; }
  id=${BASH_REMATCH[1]}
  case $state in
    banned) must POST "/api/accounts/$id/ban" "{\"duration_hours\":${ban_hours[$1 / 10 % ${#ban_hours[@]}]}}" ;;
    disabled) must POST "/api/accounts/$id/disable" ;;
  esac
}

fill_empty_pool() {
  local number
  must GET '/api/accounts?size=1'
  [[ $answer =~ \"total\":\ *0[^0-9] ]] || return 0
  for ((number = 0; number < account_count; number++)); do add_account "$number"; done
  echo "demo: $account_count invented accounts added"
}

# Expired sessions, a few failures, and the time that a generation takes. A stand-in that was started again
# has forgotten it.
script_stand_in() {
  local number rules='' answers=(rate_limited generation_failed server_error)
  send GET "$stand_in/_script"
  [[ $answer != *demo-* && $answer != *delay_ms* ]] || return 0
  for ((number = 0; number < account_count; number++)); do
    case $(state_of "$number") in
      expired) rules+="{\"account\":\"$(session_of "$number")\",\"answer\":\"session_expired\"}," ;;
      failing) rules+="{\"account\":\"$(session_of "$number")\",\"answer\":\"${answers[number / 20 % 3]}\",\"delay_ms\":[500,2000]}," ;;
    esac
  done
  send POST "$stand_in/_script" "[$rules{\"path\":\"/v1/*\",\"delay_ms\":[800,6000]}]"
  [[ $status == 2?? ]] || echo "demo: the stand-in did not take its script: $status $answer" >&2
}

prompts=('a lighthouse in a storm' 'a paper boat on a quiet lake' 'a fox reading a map' 'tea on a rainy balcony')

send_request() {
  local prompt=${prompts[RANDOM % ${#prompts[@]}]}
  case $((RANDOM % 10)) in
    0 | 1 | 2) send POST "$service/v1/images/generations" "{\"model\":\"jimeng-4.0\",\"prompt\":\"$prompt\"}" ;;
    3 | 4) send POST "$service/v1/images/generations" "{\"model\":\"jimeng-4.1\",\"prompt\":\"$prompt\"}" ;;
    5 | 6) send POST "$service/v1/images/generations" "{\"model\":\"nanobanana\",\"prompt\":\"$prompt\"}" ;;
    7) send POST "$service/v1/images/generations" "{\"model\":\"nanobananapro\",\"prompt\":\"$prompt\"}" ;;
    8) send POST "$service/v1/videos/generations" "{\"model\":\"jimeng-video-3.0\",\"prompt\":\"$prompt\"}" ;;
    9) send POST "$service/v1/chat/completions" "{\"model\":\"jimeng-4.5\",\"messages\":[{\"role\":\"user\",\"content\":\"$prompt\"}]}" ;;
  esac
}

# It is started beside the service.
until curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "$service/healthz/live"; do sleep 0.2; done
fill_empty_pool
for ((round = 0; ; round++)); do
  if ((round % 10 == 0)); then script_stand_in; fi
  send_request &
  sleep "1.$((RANDOM % 10))"
done
