"""Deaths in the gaps of a generation's way: see mischief.py."""

import contextlib
import os
import signal
import threading
import time

from mischief import Mischief

# A moment that does not come is not waited for longer.
PATIENCE = 3


class GenerationMischief(Mischief):
    """`receiver`: of webhooks."""

    def __init__(self, stack, plan, crowd, receiver):
        super().__init__(stack, plan, crowd)
        self.receiver = receiver
        self.killed = 0  # workers
        self.folder = stack.data / "generations"

    def is_due(self):
        return super().is_due() or self.stack.parts.ended()

    def go_on(self):
        """On the test's own thread, since what a thread has started ends with it: the scheduler is started again, as a
        process manager would."""
        if "scheduler" in self.stack.parts.ended():
            self.stack.parts.start("scheduler")
        while super().is_due():
            thread = threading.Thread(target=self.perform, args=[self.due.pop(0)], daemon=True)
            self.threads.append(thread)
            thread.start()

    def signal_one_of(self, program, number):
        super().signal_one_of(program, number)
        if program == "dreamina-fcgi":
            self.killed += 1

    def kill_all_workers(self, _=None):
        for pid in self.stack.worker_pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed += 1

    def kill_the_scheduler(self, _=None):
        self.signal_one_of("dreamina-schedu", signal.SIGKILL)

    def files(self, extension):
        with contextlib.suppress(OSError):
            return {entry.name for entry in os.scandir(self.folder) if entry.name.endswith(extension)}
        return set()

    def is_there_another(self, extension):
        """Whether one comes, looked for as often as can be."""
        before = self.files(extension)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.files(extension) - before:
                return True
        return False

    def kill_at_a_body(self, _):
        """It is on the disk; its row may be in the database, and its client may have been told."""
        if self.is_there_another(".body"):
            self.kill_all_workers()

    def kill_at_an_answer(self, _):
        """It is on the disk; the database may not say so yet."""
        if self.is_there_another(".answer"):
            self.kill_all_workers()

    def kill_during_a_delivery(self, _):
        """It has come, and has not been answered."""
        before = len(self.receiver.events)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if len(self.receiver.events) > before:
                return self.kill_the_scheduler()
