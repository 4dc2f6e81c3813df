# shellcheck shell=bash
# Sourced: fills in nginx's files.
# shellcheck disable=SC2154 # here, host, port and the like: the script that sources it has them

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

# bare_address HOST: what to connect to, without a port and brackets.
bare_address() {
  case $1 in
    0.0.0.0 | '*' | '::' | '[::]') printf 127.0.0.1 ;;
    \[*\]) printf '%s' "${1:1:-1}" ;;
    *) printf '%s' "$1" ;;
  esac
}

# render FILE FOLDER: one of nginx's files, filled in. It and its callers are asked whether they succeed, so errexit is off
# in them: a half-written file is told by hand.
render() {
  local text
  IFS= read -rd '' text <"$here/$1.in" || [[ -n $text ]] || return 1 # without a process for each file
  text=${text//@USER@/"$nginx_user"}
  text=${text//@OPEN_FILES@/"$open_files"}
  text=${text//@LISTEN@/"$listen"}
  text=${text//@SOCKET@/"$socket"}
  text=${text//@PAGE@/"$page"}
  text=${text//@ERROR_LOG@/"$error_log"}
  text=${text//@ACCESS_LOG@/"$access_log"}
  text=${text//@RUN@/"$run"}
  text=${text//@TMP@/"$tmp"}
  text=${text//@RESULTS@/"$results"}
  text=${text//@UPLOAD_SIZE@/"${upload_size}m"}
  # The workers end a request after PROXY_TIMEOUT, whatever it waits for.
  text=${text//@PROXY_WAIT@/"$((proxy_timeout + 60))s"}
  text=${text//@SHUTDOWN_WAIT@/"$((proxy_timeout + 300))s"}
  # Beside nginx.conf, which is where nginx looks for what a file includes.
  text=${text//@CONF@/}
  printf '%s' "$text" >"$2/$1"
}

# Sets open_files to how many nginx and the workers may have open.
read_open_files() {
  open_files=$(ulimit -Hn)
  if [[ $open_files == unlimited ]] || ((open_files > 65536)); then open_files=65536; fi
}

# $tmp is where nginx puts large bodies: on a disk, since a tmpfs would hold them in memory.
render_nginx() { # FOLDER
  local file listen
  listen=$(listen_address "$host" "$port")
  # As root, nginx's workers would run as a user who cannot read a checkout under /root.
  nginx_user=
  if ((EUID == 0)); then nginx_user="user $(id -un) $(id -gn);"; fi
  mkdir -p "$1" "$tmp" || return 1
  for file in nginx.conf upstream.conf v1.conf workers.conf worker-call.conf stored-results.conf page.conf page-headers.conf reply.conf; do
    render "$file" "$1" || return 1
  done
}
