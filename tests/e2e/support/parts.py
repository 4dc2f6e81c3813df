"""The service's parts, started by the test itself with the files of nginx/serve.sh: up in a fraction of a second.
Workers that die are started again by multiwatch; the others are not."""

import pathlib
import signal
import subprocess

from locations import build_tree
from polling import poll

PREPARE_SCRIPT = pathlib.Path(__file__).resolve().parent / "prepare_parts.sh"
# What each part's leader gets from the kernel when the test run ends, however it ends. multiwatch would pass another signal
# on than the one it gets: the kernel sends the workers TERM once it is gone.
DEATH_SIGNALS = {"workers": "KILL", "scheduler": "TERM", "nginx": "QUIT"}
LOGS = {"workers": "workers.log", "scheduler": "scheduler.log", "nginx": "nginx-error.log"}


class Parts:
    def __init__(self, data, port, workers, environment, output):
        self.running = {}
        self.commands = {}
        self.logs = data / "logs"
        self.environment = {**environment, "DREAMINA_BUILD": str(build_tree())}
        prepared = subprocess.run(["bash", PREPARE_SCRIPT, data, str(port), str(workers)], env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output.write_bytes(prepared.stderr)
        if prepared.returncode != 0:
            raise RuntimeError(f"the parts cannot be started: {prepared.stderr.decode()}")
        for name, command in commands_of(prepared.stdout.decode()):
            self.commands[name] = command
            self.start(name)

    def start(self, name):
        """Again as well, once it has ended. It ends with the thread that has started it."""
        with open(self.logs / LOGS[name], "ab") as said:
            self.running[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", DEATH_SIGNALS[name], "--", *self.commands[name]], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)

    def ended(self):
        """{name: status} of those that have ended."""
        return {name: part.returncode for name, part in self.running.items() if part.poll() is not None}

    def stop(self, worker_pids, within):
        """In the order of serve.sh. Returns 0 if nginx and the scheduler end with that. The workers get TERM from the
        kernel once multiwatch is gone; `worker_pids` tells which are left."""
        self.end("nginx", signal.SIGQUIT, within)
        self.end("workers", signal.SIGKILL, within)
        poll(lambda: worker_pids() == [], within, "the workers have ended")
        self.end("scheduler", signal.SIGTERM, within)
        return max(abs(self.running[name].returncode) for name in ("nginx", "scheduler"))

    def end(self, name, signal_number, within):
        self.running[name].send_signal(signal_number)
        self.running[name].wait(within)

    def reap(self):
        for part in self.running.values():
            part.kill()
            part.wait(10)


def commands_of(text):
    """(name, arguments) from what prepare_parts.sh prints."""
    words = text.split("\0")[:-1]
    while words:
        name, count = words[0], int(words[1])
        yield name, words[2:2 + count]
        words = words[2 + count:]
