"""The processes of one service, found by what they cannot lose."""

import collections
import os
import pathlib

Process = collections.namedtuple("Process", "pid program command")


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _holds_a_file_below(pid, folder):
    try:
        return any(os.readlink(link).startswith(folder) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def processes_of(mark, data, program=None):
    """All that carry the mark in their environment, name the data folder, or have a file of it open. nginx writes over
    its environment, and its workers name nothing. With `program`, a name as /proc has it, only those: one look at each
    of the others."""
    found = []
    folder = str(data)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        directory = pathlib.Path("/proc") / pid
        if int(pid) == os.getpid():
            continue
        name = _read(directory / "comm").decode(errors="replace").strip()
        if program is not None and name != program:
            continue
        command = _read(directory / "cmdline").replace(b"\0", b" ").decode(errors="replace").strip()
        if not command:
            continue  # a zombie, or the kernel's own
        if (mark.encode() in _read(directory / "environ") or folder in command
                or ("nginx" in command and _holds_a_file_below(pid, folder))):
            found.append(Process(int(pid), name, command))
    return found


def memory(pid, field):
    """VmRSS, VmHWM … in bytes."""
    for line in _read(pathlib.Path(f"/proc/{pid}/status")).decode().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} is gone")


def forget_peak(pid):
    """From now on VmHWM is the peak since now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
