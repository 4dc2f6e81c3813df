"""What happens to the service while clients use it."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time

from polling import poll
from ports import free_port


@contextlib.contextmanager
def locked_database(file, how="EXCLUSIVE"):
    """Held by another process, as far as the service can tell: no other process can write."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        database.execute(f"BEGIN {how}")
        yield
        database.execute("ROLLBACK")


@contextlib.contextmanager
def disk(folder, size):
    """A file system of its own in the folder; yields whether it may be mounted here."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    yield mounted.returncode == 0
    if mounted.returncode == 0:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill_up(folder):
    """Returns the file that takes all the room there was."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


class Mischief:
    """Does what the plan says when the crowd has come so far; each in a thread of its own, so that two may fall
    together."""

    def __init__(self, stack, plan, crowd):
        self.stack, self.crowd = stack, crowd
        self.due = list(plan.events)
        self.dice = random.Random(plan.seed)
        self.done = []  # in words
        self.failures = []
        self.threads = []
        self.disk = threading.Lock()  # a full disk also keeps the test from writing config.json

    def is_due(self):
        return self.due and self.due[0].after <= self.crowd.sent

    def go_on(self):
        """Begins what is due by now."""
        while self.is_due():
            thread = threading.Thread(target=self.perform, args=[self.due.pop(0)], daemon=True)
            self.threads.append(thread)
            thread.start()

    def end(self):
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive(), f"mischief without end, after {self.done}"
        assert not self.failures, self.failures

    def perform(self, event):
        try:
            getattr(self, event.what.replace(" ", "_"))(event.lasts)
            self.done.append(event.what)
        except Exception as error:  # for the test's own thread, which would not see it here
            self.failures.append(f"{event}: {error!r}")

    def signal_one_of(self, program, number):
        # There may be none: it is being started again.
        pid = self.dice.choice(poll(lambda: self.stack.pids(program), what=f"{program} runs"))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def kill_a_worker(self, _):
        self.signal_one_of("dreamina-fcgi", signal.SIGKILL)

    def stop_a_worker(self, _):
        self.signal_one_of("dreamina-fcgi", signal.SIGTERM)

    def kill_the_scheduler(self, _):
        self.signal_one_of("dreamina-schedu", signal.SIGKILL)

    def stop_the_scheduler(self, _):
        self.signal_one_of("dreamina-schedu", signal.SIGTERM)

    def lock_the_database(self, lasts):
        with locked_database(self.stack.data / "dreamina.db", self.dice.choice(["IMMEDIATE", "EXCLUSIVE"])):
            time.sleep(lasts)

    def fill_the_disk(self, lasts):
        with self.disk:
            filler = fill_up(self.stack.data)
            time.sleep(lasts)
            filler.unlink()

    def move_the_upstream(self, lasts):
        """To where nobody listens, and back."""
        with self.disk:
            before = dict(self.stack.config)
            self.stack.write_config({**before, "UPSTREAM_BASE_URL": f"http://127.0.0.1:{free_port()}"})
            time.sleep(lasts)
            self.stack.write_config(before)
