# shellcheck shell=bash
# Sourced by serve.sh: the demo's data folder and its stand-in for the upstream and the register service.
# shellcheck disable=SC2034,SC2154 # variables go both ways

# The file that marks a data folder as a demo's; it holds the stand-in's port.
demo_mark() { printf '%s/demo' "$data"; }

require_demo_folder() {
  local file
  [[ ! -e $(demo_mark) ]] || return 0
  for file in config.json dreamina.db; do
    [[ ! -e $data/$file ]] ||
      fail "$data holds a real pool ($file): the demo wants a folder of its own, another --data or none"
  done
  : >"$(demo_mark)"
}

refuse_demo_folder() {
  [[ ! -e $(demo_mark) ]] || fail "$data is a demo's data folder: start it with --demo, or give another --data"
}

write_demo_config() { # OLD_PORT
  local config=$data/config.json new=127.0.0.1:$stand_in_port
  if [[ ! -e $config ]]; then
    cat >"$config.new" <<TEXT
{
  "UPSTREAM_BASE_URL": "http://$new",
  "REGISTER_API_URL": "http://$new",
  "REGISTER_API_KEY": "$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')",
  "STORE_RESULTS": "copy",
  "RESULTS_HOSTS": "$new",
  "RESULTS_MAX_GB": 0.2
}
TEXT
  else
    # Only the stand-in's address; what else was set in the demo stays.
    sed "s#\b127\.0\.0\.1:$1\b#$new#g" "$config" >"$config.new"
  fi
  mv "$config.new" "$config"
}

prepare_demo() {
  local old_port
  require_demo_folder
  old_port=$(<"$(demo_mark)")
  stand_in_port=${old_port:-$((20000 + RANDOM % 10000))}
  while port_is_taken 127.0.0.1 "$stand_in_port"; do stand_in_port=$((20000 + RANDOM % 10000)); done
  echo "$stand_in_port" >"$(demo_mark)"
  write_demo_config "${old_port:-0}"
}
