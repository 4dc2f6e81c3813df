# shellcheck shell=bash
# Sourced: the settings that nginx's files are made from.
# shellcheck disable=SC2034,SC2154 # variables go both ways

# Sets host, where it is from, port, the times and password as the service itself understands its configuration; port stays as it is
# where the command line has set it (fixed_port). Fails, having said why, if the configuration cannot be used.
read_configuration() {
  local lines key value status=0
  lines=$("$bin/dreamina-fcgi" --data "$data" --check) || status=$?
  ((status == 0)) || return "$status"
  host='' host_source=default password='' port=${fixed_port:-} proxy_timeout=300 upload_size=1300 results=$data/results
  while IFS='=' read -r key value; do
    case $key in
      HOST) host=$value ;;
      HOST_SOURCE) host_source=$value ;;
      PORT) port=${port:-$value} ;;
      PROXY_TIMEOUT) proxy_timeout=$value ;;
      MAX_UPLOAD_SIZE) upload_size=$value ;;
      RESULTS) results=$value ;;
      PASSWORD) password=$value ;;
    esac
  done <<<"$lines"
  [[ $host =~ ^[][A-Za-z0-9.:%_*-]+$ ]] || { say "HOST '$host' is neither an address nor a host's name"; return 78; }
  [[ $results != *[\"\\\$[:cntrl:]]* ]] || { say "nginx's files cannot name the folder '$results'"; return 78; }
  for value in "$port" "$proxy_timeout" "$upload_size"; do
    [[ $value =~ ^[0-9]+$ ]] || { say "'$value' is not a number"; return 78; }
  done
}

# For people: HOST, and where it was set.
describe_host() {
  case ${host_source:-default} in
    file) printf "HOST '%s' (from %s)" "$host" "$data/config.json" ;;
    environment) printf "HOST '%s' (from the environment variable HOST)" "$host" ;;
    *) printf "HOST '%s' (the default)" "$host" ;;
  esac
}

# nginx does not start with a name that it cannot resolve, and does not say where it is from.
host_resolves() {
  local status=0
  getent ahosts "$(bare_address "$host")" >/dev/null 2>&1 || status=$?
  ((status != 2)) # not found
}

unresolved_host() {
  printf '%s' "$(describe_host) cannot be resolved: set it to an address of this machine, or to 0.0.0.0 for all of them"
}

port_is_taken() { # HOST PORT
  { : <>"/dev/tcp/$1/$2"; } 2>/dev/null
}
