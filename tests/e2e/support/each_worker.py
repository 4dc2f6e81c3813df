"""Each worker's own answer, for what only that can show. Whether all have taken a change of the settings is told by
GET /api/settings/schema; see Stack.wait_until_live."""

import contextlib
import fcntl
import os
import pathlib
import signal
import sqlite3

import fastcgi_client
from polling import poll


@contextlib.contextmanager
def all_go_to(stack, worker):
    """New connections to the workers' socket reach this one alone: the others are stopped, outside of any write to the
    database, which the one that goes on might wait for."""
    others = [pid for pid in stack.worker_pids() if pid != worker]
    try:
        with nobody_writes(stack):
            for pid in others:
                os.kill(pid, signal.SIGSTOP)
            poll(lambda: all(is_stopped(pid) for pid in others), what="the other workers have stopped")
        yield
    finally:
        for pid in others:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def nobody_writes(stack):
    """Where the test itself holds the database, or it cannot be written to, that is so anyway."""
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", isolation_level=None, timeout=0.5)) as held:
        with contextlib.suppress(sqlite3.OperationalError):
            held.execute("BEGIN IMMEDIATE")
        yield


def is_stopped(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] in "TZ"
    except OSError:
        return True


def is_locked(file):
    with open(file) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True


def all_have_started(stack):
    """One that has only begun might wait for what another one holds that does the same. Each has a file of its own, and
    writes into it once it acts on the settings."""
    told = [file.read_text() for file in (stack.data / "workers").glob("*.lock") if is_locked(file)]
    pids = stack.worker_pids()
    return len(told) == len(pids) == stack.workers and all(told) and pids


def ask_each_worker(stack, path, password=None):
    """[(status, body)]"""
    answers = []
    for worker in poll(lambda: all_have_started(stack), what="all workers have started"):
        with all_go_to(stack, worker):
            answers.append(fastcgi_client.ask(stack.socket_path(), path, password or stack.password, timeout=30))
    return answers
