"""A limit is a limit, under any load, from any number of workers, also when they are killed."""

import collections
import concurrent.futures
import http.client
import itertools
import json
import os
import signal
import threading

import pytest

from polling import poll
from stack import PASSWORD, in_flight_is_over

LIMIT = 60
CLIENTS = 64


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3, "evenly": True,
            "config": {"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": LIMIT, "LIMIT_NANOBANANA": LIMIT}}


def add_accounts(stack, count):
    lines = "\n".join(f"exact{number}@example.com:Exact-Secret-{number}:{number:032x}" for number in range(count))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})["created_count"] == count


def fire(stack, total, models):
    """`total` requests from many clients on kept connections, the models in turn; how often each (model, status) came.
    "broken" where a worker was killed during the answer."""
    numbers = itertools.count()
    seen = collections.Counter()
    bodies = [json.dumps({"model": model, "prompt": "x"}).encode() for model in models]
    headers = {"Authorization": f"Bearer {PASSWORD}", "Content-Type": "application/json"}

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
        mine = collections.Counter()
        while (number := next(numbers)) < total:
            which = number % len(models)
            try:
                connection.request("POST", "/v1/images/generations", bodies[which], headers)
                answer = connection.getresponse()
                answer.read()
                mine[models[which], answer.status] += 1
            except (OSError, http.client.HTTPException):
                connection.close()
                mine[models[which], "broken"] += 1
        connection.close()
        seen.update(mine)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(seen.values()) == total
    return seen


def calls_in_database(stack):
    """{(session, model): calls}"""
    return {(session, model): calls for session, model, calls in stack.query(
        "SELECT session_id, model, calls FROM account_usage JOIN living_accounts ON id = account_id WHERE calls > 0")}


def received_upstream(stand_in, what="received"):
    return {(token.removeprefix("us-"), model): count[what] for token, account in stand_in.counts()["accounts"].items()
            for model, count in account["models"].items() if count[what] > 0}


def test_six_thousand_of_ten_thousand(stack, stand_in):
    add_accounts(stack, 50)  # 50 accounts, two models, 60 calls of each
    seen = fire(stack, 10_000, ["jimeng-4.0", "nanobanana"])
    assert seen == {("jimeng-4.0", 200): 3000, ("jimeng-4.0", 503): 2000,
                    ("nanobanana", 200): 3000, ("nanobanana", 503): 2000}
    in_flight_is_over(stack)

    booked = calls_in_database(stack)
    assert len(booked) == 100 and set(booked.values()) == {LIMIT}
    assert booked == received_upstream(stand_in) == received_upstream(stand_in, "succeeded")
    accounts = stack.accounts()
    assert [(account["jimeng_4_0_count"], account["nanobanana_count"], account["in_flight"], account["error_count"])
            for account in accounts] == [(LIMIT, LIMIT, 0, 0)] * 50
    assert stack.query("SELECT count(*) FROM leases") == [(0,)]
    assert not {"Traceback", "error"} & {word for word in stack.log_texts()["workers.log"].split()}


def test_while_workers_are_killed(stack, stand_in):
    accounts = 50
    add_accounts(stack, accounts)
    stand_in.script({"path": "/v1/*", "delay_ms": [50, 350]})

    def kill_five_in_turn():
        """Each between requests: some hundred come between two of them, and enough is left when the last one has died."""
        for number in range(1, 6):
            poll(lambda: stand_in.counts()["received"] >= number * 300, what="requests go on")
            victims = poll(stack.worker_pids, what="a worker")
            os.kill(victims[number % len(victims)], signal.SIGKILL)

    seen = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        killer = thread.submit(kill_five_in_turn)
        while not killer.done():
            seen += fire(stack, 300, ["jimeng-4.0"])
        killer.result()
    assert ("jimeng-4.0", 503) not in seen, "the accounts were used up before the last worker was killed"

    poll(lambda: len(stack.worker_pids()) == 3, what="three workers again")
    in_flight_is_over(stack)
    # What the killed ones had in flight counts as used; all else can still be used, and no more than that.
    stand_in.script()
    seen += fire(stack, accounts * LIMIT, ["jimeng-4.0"])
    in_flight_is_over(stack)

    booked, received = calls_in_database(stack), received_upstream(stand_in)
    assert set(booked.values()) == {LIMIT} and len(booked) == accounts
    for key, calls in booked.items():
        assert received.get(key, 0) <= calls, f"{key} was called {received[key]} times upstream, {calls} are booked"
    assert set(seen) <= {("jimeng-4.0", what) for what in (200, 502, 503, "broken")}
    answered = seen["jimeng-4.0", 200]
    broken = seen["jimeng-4.0", 502] + seen["jimeng-4.0", "broken"]
    assert 0 < broken and answered <= accounts * LIMIT <= answered + broken
