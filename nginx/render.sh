# shellcheck shell=bash
# Sourced by serve.sh: fills in nginx's files.
# shellcheck disable=SC2154 # here, root, host, port and the like: serve.sh's

# Inside nginx's double quotes these characters would end the text or start a variable, and there is no way
# to write a dollar sign.
check_path() {
  [[ $2 != *[\"\\\$[:cntrl:]]* ]] ||
    fail_usage "$1 '$2': nginx can not use a path with a quote, a backslash, a dollar sign or a control character"
}

# listen_address HOST PORT, as nginx writes it.
listen_address() {
  case $1 in
    '::' | '[::]') printf '[::]:%s ipv6only=off' "$2" ;; # IPv4 too, as everywhere else
    \[*\]) printf '%s:%s' "$1" "$2" ;;
    *:*) printf '[%s]:%s' "$1" "$2" ;;
    *) printf '%s:%s' "$1" "$2" ;;
  esac
}

# reachable_address HOST PORT: where this machine can reach it, as a part of a URL.
reachable_address() {
  case $1 in
    0.0.0.0 | '*' | '::' | '[::]') printf '127.0.0.1:%s' "$2" ;;
    \[*\]) printf '%s:%s' "$1" "$2" ;;
    *:*) printf '[%s]:%s' "$1" "$2" ;;
    *) printf '%s:%s' "$1" "$2" ;;
  esac
}

render() {
  local text
  text=$(<"$here/$1.in")
  text=${text//@USER@/"$nginx_user"}
  text=${text//@OPEN_FILES@/"$open_files"}
  text=${text//@LISTEN@/"$(listen_address "$host" "$port")"}
  text=${text//@SOCKET@/"$socket"}
  text=${text//@PAGE@/"$root/static/dist"}
  text=${text//@LOGS@/"$logs"}
  text=${text//@RUN@/"$run"}
  printf '%s\n' "$text" >"$run/$1"
}

render_nginx() {
  local file
  # As root, nginx's workers would run as a user who cannot read a checkout under /root.
  nginx_user=
  if ((EUID == 0)); then nginx_user="user $(id -un) $(id -gn);"; fi
  for file in nginx.conf upstream.conf locations.conf workers.conf page.conf reply.conf; do render "$file"; done
  mkdir -p "$run/tmp"
}
