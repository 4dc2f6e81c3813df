"""A rolling restart of the workers: successors start, and those of before finish what they have, however long that takes.
A stop has a term."""

import concurrent.futures
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from generations import Client, prompts
from http_client import bearer, begin_answer, connect, request_bytes
from locations import ROOT, SERVE_SCRIPT
from polling import poll
from receiver import Receiver
from stack import in_flight_is_over
from stand_in import HELD

PROXY_TIMEOUT = 3
VIDEOS = "/v1/videos/generations"
# What a stopped worker gives its requests (drain_margin in worker.cpp), and then some.
TERM = PROXY_TIMEOUT + 10 + 1


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT, "config": {"PROXY_TIMEOUT": PROXY_TIMEOUT, "LIMIT_JIMENG_4_0": 1_000_000,
                                                     "WEBHOOK_ALLOW_HOSTS": "127.0.0.1"}}


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()


@pytest.fixture
def client(stack):
    return Client(stack)


@pytest.fixture
def films(stand_in):
    """The upstream has each film in work until it is let; it answers what is asked of its other routes at once."""
    stand_in.script({"path": VIDEOS, "delay_ms": HELD})
    yield lambda: [request for request in stand_in.requests() if request["target"] == VIDEOS]
    stand_in.release()


def begin(client, films):
    known = len(films())
    answer = client.ask("a film", target=VIDEOS)
    assert answer.status == 202, answer.body
    poll(lambda: len(films()) > known, what="the upstream has it")
    return answer.json()["id"]


def restart(stack):
    """Returns once all successors serve."""
    ended = subprocess.run(["bash", ROOT / "nginx" / "rolling-restart.sh", stack.data], capture_output=True, text=True,
                           timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert f"{stack.workers} workers were replaced" in ended.stderr


def worker_of(stack, number):
    return stack.query("SELECT worker FROM generations WHERE id = ?", number.removeprefix("gen_"))[0][0]


def workers_check(stack):
    return next(check for check in stack.api("GET", "/api/health")["checks"] if check["name"] == "workers")


def drained_are_gone(stack):
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="only the successors are there")


class Load:
    """Clients that send one request after the other, and what they were answered."""

    def __init__(self, stack, clients):
        self.over = threading.Event()
        self.statuses = []
        self.threads = concurrent.futures.ThreadPoolExecutor(clients)
        self.running = [self.threads.submit(self.send, stack) for _ in range(clients)]

    def send(self, stack):
        while not self.over.is_set():
            self.statuses.append(stack.generate().status)

    def goes_on(self):
        known = len(self.statuses)
        poll(lambda: len(self.statuses) > known + 100, what="requests are served")

    def end(self):
        self.over.set()
        for each in self.running:
            each.result()
        self.threads.shutdown()
        return set(self.statuses)


def test_generations_outlive_rolling_restarts_and_no_request_fails(stack, stand_in, films, receiver):
    for _ in range(4):
        stack.add_account()
    key = stack.api("POST", "/api/keys", {"name": "films"})
    secret = stack.api("PUT", f"/api/keys/{key['id']}/webhook", {"url": receiver.url, "hosts": ["127.0.0.1"]})["secret"]
    stack.secrets.update({key["key"], secret})
    client = Client(stack, key["key"])

    first = begin(client, films)
    workers = stack.worker_pids()
    load = Load(stack, 8)
    try:
        load.goes_on()
        restart(stack)
        began = time.monotonic()
        successors = set(stack.worker_pids()) - set(workers)
        assert len(successors) == 2
        load.goes_on()
        second = begin(client, films)  # of a successor, which the next restart replaces
        assert worker_of(stack, second) != worker_of(stack, first)
        restart(stack)
        load.goes_on()

        check = poll(lambda: (now := workers_check(stack))["facts"].get("draining") == 2 and now,
                     what="only the two that have a generation drain")
        assert check["state"] == "ok" and check["facts"] == {"running": 2, "up_to_date": 2, "draining": 2}
        assert "2 more only finish" in check["message"]
        poll(lambda: time.monotonic() - began > TERM, what="what a stop would let it have is over")
        assert [client.status(first), client.status(second)] == ["in_progress", "in_progress"]
        restart(stack)
        load.goes_on()
    finally:
        statuses = load.end()
    assert statuses == {200}
    stand_in.release()
    assert client.ended(first)["status"] == "completed"
    assert client.ended(second)["status"] == "completed"
    assert len(films()) == 2  # one request each
    events = [json.loads(event.body) for event in receiver.wait_for(2)]
    assert sorted((event["type"], event["data"]["id"]) for event in events) == [
        ("generation.completed", first), ("generation.completed", second)]
    drained_are_gone(stack)
    assert workers_check(stack)["facts"] == {"running": 2, "up_to_date": 2}
    in_flight_is_over(stack)
    calls = sum(account["jimeng_4_0_count"] for account in stack.accounts())
    assert calls == len(load.statuses) + 2


def test_what_waits_goes_to_a_successor_and_events_are_followed_there(stack, stand_in, client, films):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=1)
    stack.add_account()
    sent = begin(client, films)
    waiting = client.queue("a picture")
    with connect(stack.port, timeout=60) as connection:
        connection.sendall(request_bytes(stack.port, "GET", f"/v1/generations/{waiting}/events",
                                         headers=[bearer(stack.password)]))
        response = begin_answer(connection)
        restart(stack)
        assert response.read().startswith(b"event: generation.queued\n")  # and it ends
    poll(lambda: worker_of(stack, waiting) not in (None, worker_of(stack, sent)), what="another worker has it")
    assert client.status(waiting) == "queued"
    stand_in.release()
    for number in (sent, waiting):
        assert client.ended(number)["status"] == "completed"
    assert prompts(stand_in) == ["a film", "a picture"]
    drained_are_gone(stack)


def test_a_blocking_request_is_answered_by_the_worker_that_drains(stack, stand_in):
    stack.change_settings(PROXY_TIMEOUT=60)
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        answer = threads.submit(stack.generate, timeout=120)
        poll(stand_in.requests, what="the upstream has it")
        before = stack.worker_pids()
        restart(stack)
        poll(lambda: len(stack.worker_pids()) == 3 and set(stack.worker_pids()) & set(before),
             what="the one that has it is left")
        stand_in.release()
        assert answer.result().status == 200
    drained_are_gone(stack)


def test_a_stop_has_a_term_for_what_drains_as_well(stack, stand_in, client, films):
    stack.add_account()
    number = begin(client, films)
    restart(stack)
    poll(lambda: len(stack.worker_pids()) == 3, what="the one that has it is left")
    began = time.monotonic()
    stack.process.terminate()
    assert stack.process.wait(60) == 0
    assert time.monotonic() - began < TERM + 15  # nginx and the scheduler end as well
    assert stack.processes() == []
    stand_in.release()
    stack.start()
    told = client.ended(number)
    assert told["status"] == "failed" and told["error"]["may_have_been_paid"]
    assert len(films()) == 1


def test_a_worker_that_is_told_to_stop_while_it_drains_has_a_term(stack, client, films):
    stack.add_account()
    begin(client, films)
    before = stack.worker_pids()
    restart(stack)
    (left,) = poll(lambda: len(now := set(stack.worker_pids()) & set(before)) == 1 and now, what="one is left")
    os.kill(left, signal.SIGTERM)
    poll(lambda: left not in stack.worker_pids(), within=TERM + 15, what="it has ended")
    assert len(stack.worker_pids()) == 2
    in_flight_is_over(stack)


def test_a_restart_that_finds_nothing_says_so(tmp_path):
    ended = subprocess.run(["bash", ROOT / "nginx" / "rolling-restart.sh", tmp_path], capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == 1 and "nothing runs here" in ended.stderr
