"""Load by wrk, which one core of this machine can drive faster than any of what is measured."""

import contextlib
import json
import pathlib
import signal
import subprocess

REQUEST_SCRIPT = pathlib.Path(__file__).with_name("request.lua")
POLL_SCRIPT = pathlib.Path(__file__).with_name("polls.lua")
IMAGES = "/v1/images/generations"


class Load:
    """What one run of wrk measured."""

    def __init__(self, figures):
        self.requests = figures["requests"]
        self.seconds = figures["duration_us"] / 1e6
        self.per_second = self.requests / self.seconds
        self.bytes_per_second = figures["bytes"] / self.seconds
        self.mean = figures["mean_us"] / 1e6
        self.p50 = figures["p50_us"] / 1e6
        self.p99 = figures["p99_us"] / 1e6
        self.errors = {kind: count for kind, count in figures["errors"].items() if count}

    @property
    def failed(self):
        return sum(self.errors.values())


class Wrk:
    """A run on its way. `requests`: no more than so many, one for each connection if they are as many.
    `headers`: further ones, "Name: value"."""

    def __init__(self, port, body_file, token, connections, seconds, path=IMAGES, requests=None, headers=()):
        self.start(port, connections, seconds, path, REQUEST_SCRIPT,
                   [str(body_file), token, "" if requests is None else str(requests), *headers])

    def start(self, port, connections, seconds, path, script, arguments):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "wrk", "--threads", "1", "--connections", str(connections),
             "--duration", f"{seconds}s", "--timeout", "60s", "--script", str(script),
             f"http://127.0.0.1:{port}{path}", "--", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def result(self):
        """Waits until its time is over."""
        output, _ = self.process.communicate()
        line = next((line for line in output.splitlines() if line.startswith("figures ")), None)
        if line is None:
            raise RuntimeError(f"wrk ended with {self.process.returncode}: {output}")
        return Load(json.loads(line.removeprefix("figures ")))

    def stop(self):
        """Its time is over now: wrk ends orderly on INT, cutting what is in flight."""
        self.process.send_signal(signal.SIGINT)
        return self.result()


class Pollers(Wrk):
    """Clients that ask once in `pause` seconds what has become of generations: a file of "id entity-tag" lines."""

    def __init__(self, port, file, token, clients, pause, seconds):
        self.start(port, clients, seconds, "/", POLL_SCRIPT, [str(file), token, str(int(pause * 1000)), str(clients)])


@contextlib.contextmanager
def running(*arguments, kind=Wrk, **options):
    """A Wrk that ends with the block, whatever happens in it."""
    wrk = kind(*arguments, **options)
    try:
        yield wrk
    finally:
        if wrk.process.poll() is None:
            wrk.process.kill()
            wrk.process.communicate()
