"""An account has only so many requests in flight; who finds all of them busy waits in line, first come, first served,
over all workers."""

import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import signal
import threading
import time

import pytest

from each_worker import all_go_to
from http_client import JSON_TYPE, bearer, connect, read_answer, request_bytes
from polling import NeverHappened, poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"evenly": True, "config": {"ACCOUNT_MAX_CONCURRENCY": 1, "QUEUE_TIMEOUT": 200, "PROXY_TIMEOUT": 250,
                                       "LIMIT_JIMENG_4_0": 1000}}


@pytest.fixture
def begin(stack, stand_in):
    """Sends a request and leaves its answer to be read; those that are left over are closed."""
    connections = []

    def send(name, model="jimeng-4.0"):
        connection = connect(stack.port, timeout=120)
        connections.append(connection)
        body = json.dumps({"model": model, "prompt": name}).encode()
        connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations", body,
                                         [bearer(PASSWORD), JSON_TYPE]))
        return connection

    yield send
    for connection in connections:
        connection.close()
    stand_in.script()
    stand_in.release()
    in_flight_is_over(stack)
    nobody_waits(stack)


def waiting(stack):
    return stack.query("SELECT count(*) FROM waiting WHERE lease_id IS NULL")[0][0]


def leases(stack):
    return stack.query("SELECT count(*) FROM leases")[0][0]


def nobody_waits(stack):
    poll(lambda: stack.query("SELECT count(*) FROM waiting") == [(0,)], what="no request waits")


def in_line(stack, count):
    poll(lambda: waiting(stack) == count, what=f"{count} wait")


def with_upstream(stand_in, count):
    poll(lambda: len(stand_in.requests()) == count, what=f"the upstream has {count}")


def prompts(stand_in):
    return [json.loads(request["bytes"])["prompt"] for request in stand_in.requests()]


def most_at_once(stand_in):
    """Per account, by the times when the upstream got a request and was through with it."""
    events = collections.defaultdict(list)
    for request in stand_in.requests():
        assert request["took_ms"] is not None, "still under way"
        begun = request["time_us"] // 1000
        events[request["account"]] += [(begun, 1), (begun + request["took_ms"], -1)]
    most = {}
    for account, changes in events.items():
        now = most[account] = 0
        for _, change in sorted(changes):
            now += change
            most[account] = max(most[account], now)
    return most


def line_up(stack, begin, count, model="jimeng-4.0"):
    """One after the other, so that their order is known."""
    connections = []
    already = waiting(stack)
    for number in range(count):
        connections.append(begin(f"waits {number}", model))
        in_line(stack, already + number + 1)
    return connections


def workers_with_tickets(stack):
    return {worker for (worker,) in stack.query("SELECT DISTINCT worker FROM waiting")}


@pytest.mark.parametrize("accounts, limit", [(1, 1), (2, 1), (2, 3)])
def test_never_more_than_the_limit_at_once(stack, stand_in, accounts, limit):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=limit)
    for _ in range(accounts):
        stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": [20, 120]})
    with concurrent.futures.ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: stack.generate(timeout=120), range(40)))
    assert {answer.status for answer in answers} == {200}
    assert stand_in.counts()["most_in_flight"] == accounts * limit
    assert most_at_once(stand_in) == {f"us-{account['session_id']}": limit for account in stack.accounts()}
    in_flight_is_over(stack)
    nobody_waits(stack)
    assert sum(account["jimeng_4_0_count"] for account in stack.accounts()) == 40
    assert stack.query("SELECT count(*) FROM living_accounts WHERE busy") == [(0,)]


def test_served_in_the_order_in_which_they_came(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "times": 1}, {"path": "/v1/*", "delay_ms": 30})
    first = begin("first")
    with_upstream(stand_in, 1)
    line = []
    for number, worker in enumerate(stack.worker_pids() * 12):
        with all_go_to(stack, worker), contextlib.suppress(NeverHappened):
            line.append(begin(f"waits {number}"))
            # One that nginx sends over a kept connection to a stopped worker comes when that one goes on.
            poll(lambda: waiting(stack) == len(line), 0.5)
        in_line(stack, len(line))
    assert len(workers_with_tickets(stack)) == 2, "one worker alone has the whole line"
    stand_in.release()
    for connection in [first, *line]:
        assert read_answer(connection, "POST").status == 200
    assert prompts(stand_in) == ["first", *(f"waits {number}" for number in range(24))]


def test_who_waits_too_long_is_told_that_all_are_busy(stack, stand_in, begin):
    stack.change_settings(QUEUE_TIMEOUT=1)
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    first = begin("first")
    with_upstream(stand_in, 1)
    begun = time.monotonic()
    answer = stack.generate()
    assert time.monotonic() - begun > 0.9
    stand_in.release()
    error = answer.json()["error"]
    assert (answer.status, error["code"]) == (503, "no_account")
    assert "1 busy with as many requests as ACCOUNT_MAX_CONCURRENCY allows" in error["message"]
    assert int(answer.header("Retry-After")) >= 1
    assert answer.header("X-Dreamina-Attempts") == "0"
    assert read_answer(first, "POST").status == 200
    assert prompts(stand_in) == ["first"]


def test_no_waiting_where_the_setting_says_so(stack, stand_in, begin):
    stack.change_settings(QUEUE_TIMEOUT=0)
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    first = begin("first")
    with_upstream(stand_in, 1)
    answer = stack.generate()
    assert leases(stack) == 1  # the first one's: it was not waited for
    stand_in.release()
    assert answer.status == 503 and "busy" in answer.json()["error"]["message"]
    assert answer.header("Retry-After")
    assert waiting(stack) == 0
    assert read_answer(first, "POST").status == 200


def test_no_longer_waiting_does_not_hold_up_who_finds_an_account_free(stack, stand_in, begin):
    """Some wait by the setting as it was; those that may not wait are served what is free all the same."""
    stack.add_account(region="us")
    stack.add_account(region="us", points=0)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "model": "jimeng-4.0"})
    begin("first")
    with_upstream(stand_in, 1)
    line_up(stack, begin, 1)
    stack.change_settings(QUEUE_TIMEOUT=0)
    assert stack.generate("nanobanana").status == 200
    assert stack.generate("jimeng-4.0").status == 503


def test_a_client_that_goes_away_leaves_the_line(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "times": 1})
    first = begin("first")
    with_upstream(stand_in, 1)
    line = line_up(stack, begin, 3)
    line[0].close()
    line[2].close()
    poll(lambda: waiting(stack) == 1, what="two have left the line")
    assert leases(stack) == 1
    stand_in.release()
    assert read_answer(first, "POST").status == 200
    assert read_answer(line[1], "POST").status == 200
    assert prompts(stand_in) == ["first", "waits 1"]


def test_all_clients_go_away(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "times": 1})
    begin("first")
    with_upstream(stand_in, 1)
    for connection in line_up(stack, begin, 10):
        connection.close()
    poll(lambda: waiting(stack) == 0, what="the line is empty")
    stand_in.release()
    in_flight_is_over(stack)  # the one that was sent is let finish
    assert prompts(stand_in) == ["first"]
    assert stack.accounts()[0]["jimeng_4_0_count"] == 1


def test_clients_that_go_at_the_moment_of_their_turn(stack, stand_in):
    """Given an account or not, sent or not: nothing is left over."""
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": [0, 10]})
    body = b'{"model": "jimeng-4.0"}'
    request = request_bytes(stack.port, "POST", "/v1/images/generations", body, [bearer(PASSWORD), JSON_TYPE])

    def hasty(number):
        with connect(stack.port) as connection:
            connection.sendall(request)
            connection.settimeout(0.001 * (number % 50 + 1))
            try:
                connection.recv(1)
            except TimeoutError:
                pass

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        list(threads.map(hasty, range(400)))
    in_flight_is_over(stack)
    nobody_waits(stack)
    assert stack.accounts()[0]["jimeng_4_0_count"] == len(stand_in.requests())
    assert stack.generate().status == 200


def test_a_worker_is_killed_with_some_in_flight_and_some_in_line(stack, stand_in):
    for _ in range(2):
        stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "times": 2}, {"path": "/v1/*", "delay_ms": 50})
    outcomes = collections.Counter()

    def client():
        try:
            outcomes[stack.generate(timeout=120).status] += 1
        except (OSError, http.client.HTTPException):
            outcomes["broken"] += 1

    with concurrent.futures.ThreadPoolExecutor(100) as threads:
        done = [threads.submit(client) for _ in range(2)]
        with_upstream(stand_in, 2)

        for number, worker in enumerate(stack.worker_pids(), 1):
            with all_go_to(stack, worker):
                done += [threads.submit(client) for _ in range(12)]
                poll(lambda: len(workers_with_tickets(stack)) == number)
        in_line(stack, 24)
        os.kill(stack.worker_pids()[0], signal.SIGKILL)
        stand_in.release()
        concurrent.futures.wait(done)
    assert sum(outcomes.values()) == len(done)
    assert set(outcomes) <= {200, 502, "broken"}, outcomes
    assert outcomes[200] >= 1 and outcomes[502] + outcomes["broken"] >= 1, outcomes
    poll(lambda: len(stack.worker_pids()) == 2, what="two workers again")
    in_flight_is_over(stack)
    nobody_waits(stack)
    assert {stack.generate().status for _ in range(6)} == {200}
    assert max(most_at_once(stand_in).values()) <= 2  # what the killed one had sent may still be with the upstream
    booked = sum(account["jimeng_4_0_count"] for account in stack.accounts())
    assert len(stand_in.requests()) <= booked <= len(stand_in.requests()) + 2


def test_both_workers_are_killed(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "times": 1})
    begin("first")
    with_upstream(stand_in, 1)
    line_up(stack, begin, 6)
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    poll(lambda: len(stack.worker_pids()) == 2, what="two workers again")
    nobody_waits(stack)
    in_flight_is_over(stack)
    assert stack.generate().status == 200


def test_raising_the_limit_lets_those_go_that_wait(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    begin("first")
    with_upstream(stand_in, 1)
    line_up(stack, begin, 3)
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=3)
    with_upstream(stand_in, 3)
    in_line(stack, 1)
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=0)
    with_upstream(stand_in, 4)
    nobody_waits(stack)


def test_a_new_account_serves_those_that_wait(stack, stand_in, begin):
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    begin("first")
    with_upstream(stand_in, 1)
    line_up(stack, begin, 2)
    stack.add_account()
    with_upstream(stand_in, 2)
    in_line(stack, 1)


def test_who_waits_in_vain_is_told_at_once(stack, stand_in, begin):
    """The account they wait for is disabled: there is no account left to wait for."""
    account = stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    first = begin("first")
    with_upstream(stand_in, 1)
    second = line_up(stack, begin, 1)[0]
    stack.api("POST", f"/api/accounts/{account['id']}/disable")
    answer = read_answer(second, "POST")
    assert answer.status == 503 and "1 disabled" in answer.json()["error"]["message"]
    assert leases(stack) == 1  # the first one's: it was not waited for
    stand_in.release()
    assert read_answer(first, "POST").status == 200


def test_another_model_whose_accounts_are_free_is_not_held_up(stack, stand_in, begin):
    stack.add_account(region="us")
    stack.add_account(region="us", points=0)  # for models that need none
    stand_in.script({"path": "/v1/*", "model": "jimeng-4.0", "delay_ms": HELD})
    begin("first")
    with_upstream(stand_in, 1)
    line_up(stack, begin, 5)
    for _ in range(4):
        assert stack.generate("nanobanana").status == 200
    assert waiting(stack) == 5


def test_the_next_attempt_waits_as_well(stack, stand_in, begin):
    """The first account refuses while the only other one is busy: its turn comes."""
    busy, refusing = stack.add_account(), stack.add_account()
    stand_in.script({"account": refusing["session_id"], "answer": "rate_limited", "dialect": "b"},
                    {"account": busy["session_id"], "delay_ms": HELD, "times": 1})
    first = begin("first")
    with_upstream(stand_in, 1)
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        second = thread.submit(stack.generate, timeout=120)
        in_line(stack, 1)
        stand_in.release()
        answer = second.result()
    assert (answer.status, answer.header("X-Dreamina-Attempts")) == (200, "2")
    assert read_answer(first, "POST").status == 200
    assert max(most_at_once(stand_in).values()) == 1


def test_the_line_moves_while_many_come_and_go(stack, stand_in):
    """Two models that share some of the accounts; everybody is served within their time."""
    stack.change_settings(LIMIT_JIMENG_4_0=60)
    for number in range(6):
        stack.add_account(region="us", points=100 if number < 3 else 0)
    # The points of accounts in use are asked for now and then; here they stay as they are.
    stand_in.script({"path": "/v1/*", "delay_ms": [5, 30]}, {"path": "/token/points", "status": 503})
    statuses = collections.Counter()
    lock = threading.Lock()

    def client(number):
        answer = stack.generate("nanobanana" if number % 2 else "jimeng-4.0", timeout=120)
        with lock:
            statuses[answer.status] += 1

    with concurrent.futures.ThreadPoolExecutor(48) as threads:
        list(threads.map(client, range(600)))
    # 300 of each model, and 3 accounts with 60 calls of jimeng-4.0: the others find all at their limit.
    assert statuses == {200: 480, 503: 120}
    assert max(most_at_once(stand_in).values()) == 1
    in_flight_is_over(stack)
    nobody_waits(stack)
