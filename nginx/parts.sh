# shellcheck shell=bash
# Sourced by serve.sh: the parts of the service. Each is a process group of its own, so that Ctrl-C in the
# terminal reaches only serve.sh, and so that nothing of a part that died stays behind unseen. A part that
# ends is started again; the kernel ends the parts when serve.sh is killed (setpriv --pdeathsig).
# shellcheck disable=SC2154 # run and drain_seconds: serve.sh's

parts=()                      # names, in the order of starting
declare -A part_command       # name → function that sets `argv`
declare -A part_signal        # name → the signal that ends it gracefully
declare -A part_leader_signal # name → what its leader gets for that, and from the kernel when serve.sh dies
declare -A part_log           # name → its log file
declare -A part_pid           # name → its leader, which is its group too; empty while it is not running
declare -A part_birth         # name → the leader's start time, as the kernel counts it
declare -A part_started part_due part_failures
retired=() # groups whose leader died and whose rest finishes its requests: "group birth signal since"
stopping=0 # how many times INT, TERM or HUP came

# Sets `now`, in milliseconds. What goes on all the time takes no process: bash can lose a signal that comes while it
# waits for one, even if it is trapped.
now_ms() { now=$((${EPOCHREALTIME/[.,]/} / 1000)); }

# A pause without a process: reads from a pipe into which nobody writes.
nap() { read -rt "$1" -u 8 || true; }

# read_process PID: sets `process` to the fields of /proc/PID/stat from the state on (2 is the group, 19 the
# start time).
read_process() {
  local line
  process=()
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra process <<<"${line##*) }"
}

# group_lives GROUP [BIRTH]: whether a process of it runs that is not older than BIRTH. A zombie does not
# count: a container's first process may never collect it.
group_lives() {
  local directory process
  kill -0 -- "-$1" 2>/dev/null || return 1
  [[ -e /proc/self/stat ]] || return 0
  for directory in /proc/[0-9]*; do
    read_process "${directory#/proc/}" || continue
    [[ ${process[2]} != "$1" || ${process[0]} == [ZX] ]] || ((process[19] < ${2:-0})) || return 0
  done
  return 1
}

signal_group() { kill "-$1" -- "-$2" 2>/dev/null || true; }

# add_part NAME COMMAND SIGNAL LOG [LEADER_SIGNAL]
add_part() {
  parts+=("$1")
  part_command[$1]=$2 part_signal[$1]=$3 part_log[$1]=$4 part_leader_signal[$1]=${5:-$3}
  part_pid[$1]='' part_due[$1]=0 part_failures[$1]=0
}

start_part() {
  local name=$1 argv=() process=() now
  "${part_command[$name]}"
  # 5 is the settings' file, 6 to 9 are the terminal, the locks and the pipe of nap: a lock must not outlive serve.sh in
  # a part.
  (exec setsid -- setpriv --pdeathsig "${part_leader_signal[$name]}" -- "${argv[@]}") \
    </dev/null >>"${part_log[$name]}" 2>&1 5<&- 6>&- 7>&- 8>&- 9>&- &
  part_pid[$name]=$!
  now_ms
  part_started[$name]=$now
  read_process "$!" || true
  part_birth[$name]=${process[19]:-0}
  record_groups
}

boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }

# Writes down the groups, for a next start that finds what a killed serve.sh left.
record_groups() {
  local name entry lines
  lines=$(boot_id)
  for name in "${parts[@]}"; do
    [[ -z ${part_pid[$name]} ]] || lines+=$'\n'"${part_pid[$name]} ${part_birth[$name]} ${part_signal[$name]}"
  done
  for entry in "${retired[@]}"; do lines+=$'\n'${entry% *}; done
  printf '%s\n' "$lines" >"$run/groups.new" && mv "$run/groups.new" "$run/groups"
}

# What an earlier run left because its serve.sh was killed: it gets three seconds to end.
end_leftovers() {
  local group birth signal tries process left=()
  [[ -r $run/groups && -e /proc/self/stat ]] || return 0
  {
    read -r boot
    # After a boot the numbers are other processes'.
    [[ $boot == "$(boot_id)" ]] || return 0
    while read -r group birth signal; do
      # The number is another program's if its leader is not the one that was written down.
      if read_process "$group" && [[ ${process[19]} != "$birth" ]]; then continue; fi
      group_lives "$group" "$birth" || continue
      signal_group "$signal" "$group"
      left+=("$group $birth")
    done
  } <"$run/groups"
  ((${#left[@]})) || return 0
  say "an earlier run on this data folder was killed: ending what it left"
  for group in "${left[@]}"; do
    read -r group birth <<<"$group"
    for ((tries = 0; tries < 30; tries++)); do
      group_lives "$group" "$birth" || continue 2
      nap 0.1
    done
    signal_group KILL "$group"
  done
}

# check_parts: starts what has ended. To be called a few times a second.
check_parts() {
  local name status now
  now_ms
  for name in "${parts[@]}"; do
    if [[ -n ${part_pid[$name]} ]]; then
      if kill -0 "${part_pid[$name]}" 2>/dev/null; then continue; fi
      status=0
      wait "${part_pid[$name]}" || status=$?
      part_ended "$name" "$status" "$now"
    elif ((part_due[$name] <= now)); then
      start_part "$name"
    fi
  done
  end_retired "$now"
}

part_ended() {
  local name=$1 status=$2 now=$3 delay why="ended with status $2"
  local lived=$((now - part_started[$name]))
  if ((status > 128)); then why="was killed by signal $((status - 128))"; fi

  # Its rest (workers without multiwatch, nginx workers without their master) may hold the port, but also
  # somebody's request: it is told to finish, and is not waited for.
  if group_lives "${part_pid[$name]}"; then
    # Where the leader's death is the signal (LEADER_SIGNAL is KILL), the kernel has told them already.
    if [[ ${part_leader_signal[$name]} != KILL ]]; then
      signal_group "${part_signal[$name]}" "${part_pid[$name]}"
    fi
    retired+=("${part_pid[$name]} ${part_birth[$name]} ${part_signal[$name]} $now")
  fi
  part_pid[$name]=''

  if ((lived > 10000)); then part_failures[$name]=0; fi
  part_failures[$name]=$((part_failures[$name] + 1))
  if ((status == 137)); then
    # kill -9 comes from outside, so it says nothing of the part.
    delay=$((lived > 900 ? 0 : 500))
    say "$name $why: starting it again"
  else
    delay=$((100 << (part_failures[$name] < 8 ? part_failures[$name] : 8)))
    say "$name $why after $((lived / 1000)) s: starting it again in $((delay / 1000)).$((delay % 1000 / 100)) s"
    if ((part_failures[$name] > 2)); then show_log "${part_log[$name]}"; fi
  fi
  part_due[$name]=$((now + delay))
}

show_log() {
  [[ $1 != /dev/stderr ]] || return 0
  say "the last lines of $1:"
  tail -n 5 "$1" 2>/dev/null | sed 's/^/    /' >&"$terminal"
}

# end_retired NOW: forgets those that have finished, kills those that have had their time.
end_retired() {
  local entry group birth signal since still=()
  ((${#retired[@]})) || return 0
  for entry in "${retired[@]}"; do
    read -r group birth signal since <<<"$entry"
    group_lives "$group" "$birth" || continue
    if (($1 - since > drain_seconds * 1000)); then signal_group KILL "$group"; fi
    still+=("$entry")
  done
  retired=("${still[@]}")
}

# stop_part NAME SECONDS: ends it gracefully and waits, at most that long or until a second signal.
stop_part() {
  local group=${part_pid[$1]:-} deadline
  [[ -n $group ]] || return 0
  kill "-${part_leader_signal[$1]}" "$group" 2>/dev/null || true
  deadline=$((SECONDS + $2))
  while group_lives "$group" && ((SECONDS < deadline && stopping < 2)); do nap 0.1; done
  signal_group KILL "$group"
}

# wait_for_retired SECONDS
wait_for_retired() {
  local deadline=$((SECONDS + $1)) now
  while ((${#retired[@]} && SECONDS < deadline && stopping < 2)); do
    now_ms
    end_retired "$now"
    nap 0.1
  done
}

# Nothing that was ever started stays behind, whatever went before.
kill_parts() {
  local name entry
  for name in "${parts[@]}"; do
    [[ -n ${part_pid[$name]} ]] || continue
    signal_group KILL "${part_pid[$name]}"
  done
  for entry in "${retired[@]}"; do signal_group KILL "${entry%% *}"; done
}
