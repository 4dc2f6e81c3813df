"""Thousands in flight while everything that can happen happens: each request gets an answer, nothing stays stuck, the
counts are right, and the service comes back by itself."""

import collections
import contextlib
import dataclasses
import json
import os
import resource
import selectors
import signal
import socket
import time

import pytest

from http_client import JSON_TYPE, bearer, request_bytes
from locations import SERVE_SCRIPT
from mischief import disk, fill_up, locked_database
from polling import poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD, StandIn

IN_FLIGHT = int(os.environ.get("DREAMINA_CHAOS_IN_FLIGHT", 1200))
LOCKED_SECONDS = 3  # less than any patience
PATIENCE = 180  # of the test with all that is to happen, on a machine that does other things too
ACCOUNTS = 100
LIMIT = 10_000  # more than any account is asked


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "evenly": True, "config": {"LOG_LEVEL": "warning", "PROXY_TIMEOUT": 120, "LIMIT_JIMENG_4_0": LIMIT}}


@pytest.fixture
def upstream(stack, tmp_path):
    """One that is killed and comes back where it was; its records go with it."""

    class Flapping:
        received = collections.Counter()  # by session; only of lives that ended orderly

        def __init__(self):
            self.life = StandIn(tmp_path / "upstream.log", "--record", "counts")
            self.url, self.port = self.life.url, self.life.port

        def die(self):
            self.life.process.kill()
            self.life.process.wait(10)
            self.life.process.stdout.close()
            self.life = None

        def come_back(self):
            def started():
                with contextlib.suppress(AssertionError):
                    self.life = StandIn(tmp_path / "upstream.log", "--record", "counts", "--port", str(self.port))
                return self.life

            poll(started)

    one = Flapping()
    stack.change_settings(UPSTREAM_BASE_URL=one.url)
    yield one
    if one.life:
        one.life.stop()


@dataclasses.dataclass
class Crowd:
    """Clients that each send one request and wait for its answer, on one thread."""

    port: int
    outcomes: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    waiting: int = 0

    def __post_init__(self):
        self.selector = selectors.DefaultSelector()
        body = json.dumps({"model": "jimeng-4.0", "prompt": "x"}).encode()
        self.request = request_bytes(self.port, "POST", "/v1/images/generations", body,
                                     [bearer(PASSWORD), JSON_TYPE, ("Connection", "close")])

    def send(self, count):
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            connection.sendall(self.request)
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, bytearray())
            self.waiting += 1
            self.collect(0)

    def collect(self, within):
        for key, _ in self.selector.select(within):
            try:
                piece = key.fileobj.recv(65536)
            except ConnectionError:
                piece = b""
            if piece:
                key.data.extend(piece)
                continue
            self.selector.unregister(key.fileobj)
            key.fileobj.close()
            self.waiting -= 1
            line = bytes(key.data).split(b"\r\n", 1)[0].split()
            self.outcomes[int(line[1]) if len(line) > 1 else "none"] += 1

    def collect_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}; {self.waiting} wait, {self.outcomes}"
            self.collect(0.02)

    def collect_for(self, seconds):
        until = time.monotonic() + seconds
        self.collect_until(lambda: time.monotonic() >= until, "time passes")

    def collect_all(self):
        self.collect_until(lambda: self.waiting == 0, "everybody has an answer")


@pytest.fixture
def crowd(stack):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield Crowd(stack.port)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path):
    with disk(tmp_path / "disk", "6m") as is_small:
        if not is_small:
            pytest.skip("no file system may be mounted here")
        yield tmp_path / "disk"


def add_accounts(stack, count=ACCOUNTS):
    lines = "\n".join(f"chaos{number}@example.com:Chaos-Secret-{number}:{number:032x}" for number in range(count))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})["created_count"] == count


def calls(stack):
    counted = "SELECT coalesce(sum(calls), 0) FROM account_usage JOIN living_accounts ON id = account_id"
    return stack.query(counted)[0][0]


def received(stand_in):
    return stand_in.counts()["received"]


def kill_a_worker(stack):
    os.kill(stack.worker_pids()[0], signal.SIGKILL)


def all_is_well_again(stack):
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")
    in_flight_is_over(stack)
    poll(lambda: stack.query("SELECT count(*) FROM waiting") == [(0,)], what="no request waits")
    assert stack.query("SELECT count(*) FROM living_accounts WHERE in_flight <> 0 OR busy") == [(0,)]
    poll(lambda: stack.generate().status == 200, what="a request succeeds", every=0.2)


def test_the_database_is_locked_while_thousands_are_in_flight(stack, stand_in, crowd):
    add_accounts(stack)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    crowd.send(IN_FLIGHT // 2)
    crowd.collect_until(lambda: received(stand_in) == IN_FLIGHT // 2, "half of them are with the upstream")
    stand_in.script()
    with locked_database(stack.data / "dreamina.db"):
        locked_until = time.monotonic() + LOCKED_SECONDS
        stand_in.release()
        crowd.send(IN_FLIGHT // 2)
        crowd.collect_for(max(0, locked_until - time.monotonic()))
    crowd.collect_all()
    assert crowd.outcomes == {200: IN_FLIGHT // 2 * 2}
    in_flight_is_over(stack)
    assert calls(stack) == IN_FLIGHT // 2 * 2 == received(stand_in)
    assert {account["error_count"] for account in stack.accounts()} == {0}
    all_is_well_again(stack)


def test_workers_are_killed_and_the_database_is_locked(stack, stand_in, crowd):
    add_accounts(stack)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    crowd.send(IN_FLIGHT)
    crowd.collect_until(lambda: received(stand_in) == IN_FLIGHT, "all of them are with the upstream")
    kill_a_worker(stack)
    with locked_database(stack.data / "dreamina.db"):
        stand_in.release()
        crowd.collect_for(LOCKED_SECONDS)
    crowd.send(100)
    crowd.collect_for(0.5)
    kill_a_worker(stack)
    stand_in.script()
    stand_in.release()
    crowd.collect_all()
    assert set(crowd.outcomes) <= {200, 502}, crowd.outcomes
    assert crowd.outcomes[502] > 0  # of those that were killed
    all_is_well_again(stack)
    booked = calls(stack) - 1  # the one that just succeeded
    asked = received(stand_in) - 1
    # What was sent is counted, also where the worker died on it; what had an account and was not sent yet may be.
    assert asked <= booked <= IN_FLIGHT + 100
    assert crowd.outcomes[200] <= asked


def test_the_upstream_flaps_while_workers_are_killed(stack, upstream, crowd):
    add_accounts(stack)
    slow = {"path": "/v1/*", "delay_ms": 3000}
    failing = {"answer": "server_error", "dialect": "b"}
    sent = 0

    def send(count):
        nonlocal sent
        crowd.send(count)
        sent += count

    upstream.life.script(slow)
    send(IN_FLIGHT // 3)
    upstream.life.script(failing)  # from now on it answers 500
    send(200)
    crowd.collect_for(1)
    kill_a_worker(stack)
    upstream.life.script(slow)
    send(IN_FLIGHT // 3)
    crowd.collect_for(1)
    upstream.die()
    send(200)
    with locked_database(stack.data / "dreamina.db"):
        crowd.collect_for(LOCKED_SECONDS)
    upstream.come_back()
    upstream.life.script({"path": "/v1/*", "delay_ms": 300})
    send(IN_FLIGHT // 3)
    crowd.collect_for(1)
    kill_a_worker(stack)
    send(200)
    crowd.collect_all()
    assert sum(crowd.outcomes.values()) == sent
    assert set(crowd.outcomes) <= {200, 500, 502, 503}, crowd.outcomes
    all_is_well_again(stack)
    # The outage was not theirs: what errors they have come of requests that were cut.
    accounts = stack.accounts()
    assert not [account for account in accounts if account["is_banned"]], "banned for an outage"
    assert crowd.outcomes[200] < calls(stack) <= sent + 1
    assert stack.api("GET", "/api/upstream")["state"] == "closed"


def test_the_disk_is_full(small_disk, new_stack, stand_in):
    stack = new_stack({"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": LIMIT}, name=small_disk / "stack",
                      serve_script=SERVE_SCRIPT).start()
    poll(lambda: stack.pids("dreamina-schedu"), what="the scheduler runs")
    add_accounts(stack, 20)
    stand_in.clear()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    crowd = Crowd(stack.port)
    crowd.send(200)
    crowd.collect_until(lambda: received(stand_in) == 200, "all of them are with the upstream")
    filler = fill_up(stack.data)
    for scheduler in stack.pids("dreamina-schedu"):
        os.kill(scheduler, signal.SIGKILL)  # what starts it again has no room to say so
    stand_in.script()
    stand_in.release()
    crowd.send(600)  # what SQLite has at hand already may hold some of them
    crowd.collect_all()  # on a full disk
    assert set(crowd.outcomes) == {200, 503} and crowd.outcomes[200] >= 200, crowd.outcomes
    assert received(stand_in) == crowd.outcomes[200]  # no request is sent uncounted
    filler.unlink()
    all_is_well_again(stack)
    poll(lambda: stack.pids("dreamina-schedu"), what="the scheduler runs again")
    assert calls(stack) == received(stand_in)
    assert {account["error_count"] for account in stack.accounts()} == {0}
    assert stack.stop() == 0
