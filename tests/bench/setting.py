"""What all rows work with: the stand-in, plain nginx, the services, and what went wrong."""

import contextlib
import json
import shutil

from load import IMAGES, running
from locations import build_tree
from plain_proxy import PlainProxy
from services import Service
from stack import PASSWORD
from stand_in import StandIn

PROMPT = "a lighthouse on a cliff above a rough sea at dusk, oil on canvas"


class Setting:
    def __init__(self, folder, quick):
        self.folder = folder
        self.quick = quick
        self.failures = []
        self.services = {}
        self.body = self.request_body("small")

    def __enter__(self):
        with contextlib.ExitStack() as ends:
            ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.stand_in = StandIn(self.folder / "stand-in.log", "--record", "counts")
            ends.callback(self.stand_in.stop)
            self.plain = PlainProxy(self.folder / "plain", self.stand_in.port)
            ends.callback(self.plain.stop)
            self.ends = ends.pop_all()
        return self

    def __exit__(self, *raised):
        return self.ends.__exit__(*raised)

    def pairs(self, count):
        return 1 if self.quick else count

    def seconds(self, count):
        return max(1, count // 2) if self.quick else count

    def request_body(self, name, model="jimeng-4.0", **fields):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"model": model, "prompt": PROMPT, "ratio": "16:9", "resolution": "2k", **fields}))
        return file

    def service(self, name="usual", regions=("us",) * 100, environment=None):
        """Started when first asked for, and kept for the rows that follow."""
        if name not in self.services:
            service = self.services[name] = Service(self.folder / name, self.stand_in.url, regions, environment)
            self.ends.callback(service.kill_all)  # at once: what it holds is thrown away
            service.start()
        return self.services[name]

    def end_service(self, name):
        self.services.pop(name).kill_all()

    def new_script(self, *rules):
        """For rows that begin: the counts are reset too."""
        self.stand_in.script(*rules)
        self.stand_in.clear()

    def load(self, port, seconds, connections=64, body=None, path=IMAGES, what="", headers=()):
        """One run of wrk in which no request may fail."""
        with self.running(port, seconds, connections, body, path, headers=headers) as wrk:
            return self.checked(wrk.result(), what)

    def running(self, port, seconds, connections, body=None, path=IMAGES, requests=None, headers=()):
        return running(port, body or self.body, PASSWORD, connections, seconds, path, requests, headers)

    def checked(self, load, what):
        if load.failed:
            self.failures.append(f"{what}: {load.failed} of {load.requests} requests failed: {load.errors}")
        return load

    def transaction_times_library(self):
        return build_tree() / "bin" / "dreamina-transaction-times.so"
