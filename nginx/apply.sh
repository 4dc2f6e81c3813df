# shellcheck shell=bash
# Sourced: nginx's files are made from the settings, and again when those change. $run/nginx is a link to the
# folder in use, so that nginx has either all of the old files or all of the new ones.
# shellcheck disable=SC2034,SC2154 # variables go both ways

# Long enough for nginx to open a port on a busy machine.
patience_tenths=50

# What the page shows of it: where nginx listens, and which change it could not make. See api/settings/nginx_state.
write_nginx_state() { # HOST PORT FAULT
  local fault=null port_fixed=false
  [[ -z $3 ]] || fault="\"$3\""
  [[ -z ${fixed_port:-} ]] || port_fixed=true
  printf '{"host": "%s", "port": %s, "port_fixed": %s, "fault": %s}\n' "$1" "$2" "$port_fixed" "$fault" >"$data/nginx.json.new" &&
    mv "$data/nginx.json.new" "$data/nginx.json"
}

# Sets host and port to where nginx listens now.
read_nginx_state() {
  local text
  text=$(<"$data/nginx.json") || return 1
  [[ $text =~ \"host\":\ \"([^\"]+)\",\ \"port\":\ ([0-9]+) ]] || return 1
  host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}
}

# What changes with the settings' file, also where an older one takes its place.
stamp_of_settings() { stat -Lc '%i %y %z %s' "$data/config.json" 2>/dev/null || true; }

# Sets refusal to nginx's own words if it does not take the files in FOLDER.
test_nginx() { # FOLDER
  refusal=
  if ! host_resolves; then refusal=$(unresolved_host); return 1; fi
  refusal=$(nginx -q -t -e stderr -c "$1/nginx.conf" 2>&1) && { refusal=; return; }
  case $refusal in
    *'Cannot assign requested address'* | *'Address family not supported'*)
      refusal+="; $(describe_host) is no address of this machine"
      ;;
  esac
  return 1
}

use_nginx_folder() { # NAME
  ln -sfn "$1" "$run/nginx.new" && mv -T "$run/nginx.new" "$run/nginx"
}

# At the start: there is nothing to fall back on.
prepare_nginx() {
  rm -rf -- "$run"/nginx-{a,b}
  refusal="its files cannot be written to $run"
  render_nginx "$run/nginx-a" || return 1
  use_nginx_folder nginx-a
  test_nginx "$run/nginx" || return 1
  write_nginx_state "$host" "$port" ''
}

answers() { # HOST PORT
  curl --silent --noproxy '*' --max-time 2 --output /dev/null "http://$(reachable_address "$1" "$2")/healthz/live"
}

comes_up() { # HOST PORT
  local tries
  for ((tries = 0; tries < patience_tenths; tries++)); do
    answers "$1" "$2" && return
    read -rt 0.1 <> <(:) || true
  done
  return 1
}

# Keeps what runs, and says so.
keep_nginx() { # FAULT WORDS…
  local fault=$1
  shift
  say "the changed settings are not applied to nginx: $*"
  host=$running_host port=$running_port
  write_nginx_state "$host" "$port" "$fault"
}

# apply_settings RELOAD…: RELOAD is what tells nginx to reload its files. Requests in flight go on.
apply_settings() {
  local running_host=$host running_port=$port now next
  # What is wrong with the file is said by the service, which goes on with the last good settings.
  read_configuration 2>/dev/null || { host=$running_host port=$running_port; return 0; }
  now=$(readlink "$run/nginx")
  next=nginx-a
  if [[ $now == nginx-a ]]; then next=nginx-b; fi
  rm -rf -- "${run:?}/$next"
  if ! render_nginx "$run/$next"; then keep_nginx refused "its files cannot be written to $run"; return; fi
  if diff -rq "$run/$now" "$run/$next" >/dev/null; then
    write_nginx_state "$host" "$port" ''
    return
  fi

  if ! test_nginx "$run/$next"; then keep_nginx refused "$refusal"; return; fi
  if [[ $port != "$running_port" ]] && port_is_taken "$(bare_address "$host")" "$port"; then
    keep_nginx taken "port $port is taken by another program"
    return
  fi
  use_nginx_folder "$next"
  "$@"
  if ! comes_up "$host" "$port"; then
    use_nginx_folder "$now"
    "$@"
    keep_nginx unanswered "nothing answered at $(reachable_address "$host" "$port") afterwards"
    return
  fi
  write_nginx_state "$host" "$port" ''
  say "nginx has taken the changed settings and listens on $(listen_address "$host" "$port")"
}
