# shellcheck shell=bash
# Sourced: the settings that nginx's files are made from.
# shellcheck disable=SC2034,SC2154 # variables go both ways

# Sets host, port, the times and password as the service itself understands its configuration; port stays as it is
# where the command line has set it (fixed_port). Fails, having said why, if the configuration cannot be used.
read_configuration() {
  local lines key value status=0
  lines=$("$bin/dreamina-fcgi" --data "$data" --check) || status=$?
  ((status == 0)) || return "$status"
  host='' password='' port=${fixed_port:-} proxy_timeout=300 upload_size=1300
  while IFS='=' read -r key value; do
    case $key in
      HOST) host=$value ;;
      PORT) port=${port:-$value} ;;
      PROXY_TIMEOUT) proxy_timeout=$value ;;
      MAX_UPLOAD_SIZE) upload_size=$value ;;
      PASSWORD) password=$value ;;
    esac
  done <<<"$lines"
  [[ $host =~ ^[][A-Za-z0-9.:%_*-]+$ ]] || { say "HOST '$host' is neither an address nor a host's name"; return 78; }
  for value in "$port" "$proxy_timeout" "$upload_size"; do
    [[ $value =~ ^[0-9]+$ ]] || { say "'$value' is not a number"; return 78; }
  done
}

port_is_taken() { # HOST PORT
  (: <>"/dev/tcp/$1/$2") 2>/dev/null
}
