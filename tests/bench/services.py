"""Services with many accounts, written into the database before the start."""

import collections
import contextlib
import pathlib
import re
import sqlite3
import subprocess
import time
import uuid

from locations import SERVE_SCRIPT, programs
from polling import poll
from stack import Stack

OUT_OF_THE_WAY = 1_000_000_000
LIMITS = {name: OUT_OF_THE_WAY for name in ("LIMIT_JIMENG_4_0", "LIMIT_JIMENG_4_1", "LIMIT_NANOBANANA",
                                            "LIMIT_NANOBANANAPRO", "LIMIT_VIDEO_3_0")}

STATUS_OF_A_LINE = re.compile(r'" (\d{3}) \d+ \d')


class Service(Stack):
    """A Stack as it would run for real: two workers, limits that no account reaches, the default log level."""

    def __init__(self, folder, upstream_url, regions, environment=None):
        config = {"UPSTREAM_BASE_URL": upstream_url, "LOG_LEVEL": "info", "PROXY_TIMEOUT": 300, **LIMITS}
        super().__init__(folder, config, workers=2, environment=environment, serve_script=SERVE_SCRIPT)
        self.regions = regions

    def start(self):
        fill(self.data, self.regions)
        return super().start()

    def in_flight(self):
        return self.query("SELECT count(*) FROM leases")[0][0]

    def calls(self):
        return self.query("SELECT coalesce(sum(calls), 0) FROM account_usage")[0][0]

    def statuses(self):
        """What nginx has answered since the start, by status."""
        log = (self.data / "logs" / "nginx-access.log").read_text()
        return collections.Counter(STATUS_OF_A_LINE.findall(log))

    def wait_until_idle(self):
        poll(lambda: self.in_flight() == 0, 60, "no request is in flight any more", every=0.05)

    def proportional_memory(self):
        """Of all workers: what is shared counts once."""
        total = 0
        for pid in self.worker_pids():
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
        return total


def fill(data, regions):
    """One account for each region of the list, as if it had been imported."""
    subprocess.run([programs() / "dreamina-fcgi", "--data", str(data), "--check"], check=True, stdout=subprocess.DEVNULL)
    now = int(time.time() * 1000)
    rows = ((f"account{number}@example.com", f"Account-Secret-{number}!", region, uuid.uuid4().hex, 100.0, now, now)
            for number, region in enumerate(regions))
    with contextlib.closing(sqlite3.connect(data / "dreamina.db", timeout=10)) as database, database:
        database.executemany("INSERT INTO accounts (email, password, region, session_id, points, created_at, updated_at)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
