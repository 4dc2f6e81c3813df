"""The upstream's outage is not the accounts' fault: requests are refused at once, no account stays banned, and single
requests find out when it is back."""

import concurrent.futures
import json
import os
import signal

import pytest

from each_worker import ask_each_worker
from polling import poll
from ports import free_port
from stack import in_flight_is_over
from stand_in import HELD, StandIn

ACCOUNTS = 5


@pytest.fixture(autouse=True)
def closed_at_first(stack, stand_in):
    """An outage outlives the accounts that met it."""
    if state_of(stack) != "closed":
        account = stack.add_account()
        comes_back(stack)
        stack.api("DELETE", f"/api/accounts/{account['id']}")
        stand_in.clear()


@pytest.fixture
def upstream(stack, tmp_path):
    """One that may be killed, and come back where it was."""
    running = []

    def start(*options):
        running.append(StandIn(tmp_path / "upstream.log", *options))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def upstream_of(stack):
    told = stack.api("GET", "/api/upstream")
    told.pop("program")  # see test_which_upstream.py
    assert stack.api("GET", "/healthz")["upstream"]["state"] in ("closed", "open", "half_open")
    return told


def state_of(stack):
    return upstream_of(stack)["state"]


def add_accounts(stack, count=ACCOUNTS):
    return [stack.add_account() for _ in range(count)]


def comes_back(stack):
    def answers():
        return stack.generate().status == 200

    poll(answers, what="requests pass again", every=0.1)
    assert state_of(stack) == "closed"


def break_it(stack):
    """Requests until one is refused for it."""

    def refused():
        answer = stack.generate()
        return answer.status == 503 and b"upstream_down" in answer.body and answer  # the upstream has a 503 too

    return poll(refused, what="a request is refused because the upstream is down")


def nobody_is_to_blame(stack):
    for account in stack.accounts():
        assert (account["status"], account["is_banned"], account["error_count"], account["in_flight"]) == \
            ("active", False, 0, 0), account
        assert account["ban_until"] is None and not account["status_reason"], account
    used = "SELECT count(*) FROM account_usage JOIN living_accounts ON id = account_id WHERE calls <> 0"
    assert stack.query(used) == [(0,)]


def each_is_refused_at_once(stack, requests=200):
    """Many clients over both workers; one of them may be the probe, whose answer is the upstream's."""

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: stack.generate(), range(requests)))
    refused = [answer for answer in answers if answer.status == 503 and b"upstream_down" in answer.body]
    assert len(refused) >= requests - 8
    for answer in refused:
        assert answer.json()["error"]["code"] == "upstream_down"
        assert 1 <= int(answer.header("Retry-After")) <= 10
        assert answer.header("X-Dreamina-Attempts") == "0"


def only_single_probes_came(stack, stand_in, since):
    """One at a time, with a pause between them: no more than those that failed and the one that may be under way."""
    times = [request["time_us"] / 1e6 for request in stand_in.requests(since)]
    assert len(times) <= upstream_of(stack)["failed_probes"] + 1
    for earlier, later in zip(times, times[1:]):
        assert later - earlier > 0.5, f"two probes within {later - earlier:.3f} s"
    return len(times)


def last_request(stand_in):
    return max((request["id"] for request in stand_in.requests()), default=0)


@pytest.mark.parametrize("failure, dialect", [
    ("server_error", "b"), ("bad_gateway", "b"), ("unavailable", "a"),
    ("cannot_reach_provider", "a"), ("b.provider_unreachable.timeout", None),
])
def test_it_opens_and_lets_everybody_go(stack, stand_in, failure, dialect):
    add_accounts(stack)
    stand_in.script({"answer": failure, **({"dialect": dialect} if dialect else {})})
    assert upstream_of(stack) == {"state": "closed", "since": None, "next_probe_at": None, "failed_probes": None}
    first = stack.generate()
    assert first.status in (200, 500, 502, 503)  # the upstream's own word
    assert "upstream_down" not in first.body.decode()
    break_it(stack)
    in_flight_is_over(stack)
    nobody_is_to_blame(stack)

    met = last_request(stand_in)
    each_is_refused_at_once(stack)
    told = upstream_of(stack)
    assert told["state"] in ("open", "half_open") and told["since"] and told["next_probe_at"]
    poll(lambda: stack.generate() and upstream_of(stack)["failed_probes"] >= 2, what="probes fail", every=0.05)
    assert only_single_probes_came(stack, stand_in, met) >= 2
    in_flight_is_over(stack)
    nobody_is_to_blame(stack)

    stand_in.script()
    comes_back(stack)
    assert sum(account["jimeng_4_0_count"] for account in stack.accounts()) == 1


def test_each_worker_refuses(stack, stand_in):
    add_accounts(stack)
    stand_in.script({"answer": "server_error", "dialect": "b"})
    break_it(stack)
    # Until the next probe the upstream is not asked, whichever worker has the request.
    poll(lambda: stack.generate() and upstream_of(stack)["failed_probes"] >= 2, what="probes fail", every=0.05)
    met = last_request(stand_in)
    assert [(status, json.loads(body)["error"]["code"]) for status, body in ask_each_worker(stack, "/v1/things")] \
        == [(503, "upstream_down")] * 2
    assert last_request(stand_in) == met


def test_an_upstream_that_is_killed_and_comes_back(stack, upstream):
    first = upstream("--port", str(free_port()))
    stack.change_settings(UPSTREAM_BASE_URL=first.url)
    add_accounts(stack, 1)  # it is not asked at all: how many accounts there are does not matter
    assert stack.generate().status == 200
    first.process.kill()
    first.process.wait(10)
    answer = stack.generate()
    assert (answer.status, answer.json()["error"]["code"]) == (502, "upstream_unreachable")
    break_it(stack)
    each_is_refused_at_once(stack)
    account = stack.accounts()[0]
    assert (account["status"], account["error_count"], account["jimeng_4_0_count"]) == ("active", 0, 1)

    upstream("--port", str(first.port))
    comes_back(stack)
    in_flight_is_over(stack)
    assert stack.accounts()[0]["jimeng_4_0_count"] == 2


def test_half_open_while_a_single_request_finds_out(stack, stand_in):
    add_accounts(stack)
    stand_in.script({"answer": "server_error", "dialect": "b"})
    break_it(stack)
    assert state_of(stack) == "open"
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    met = last_request(stand_in)
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        def until_one_passes():
            return poll(lambda: (answer := stack.generate(timeout=120)).status == 200 and answer, 120, "one passes",
                        every=0.05)

        passed = threads.submit(until_one_passes)
        poll(lambda: state_of(stack) == "half_open", what="half open")
        poll(lambda: stand_in.requests(met), what="the probe is with the upstream")
        each_is_refused_at_once(stack, 20)
        assert len(stand_in.requests(met)) == 1
        stand_in.release()
        assert passed.result().header("X-Dreamina-Attempts") == "1"
    assert state_of(stack) == "closed"
    stand_in.script()
    assert {stack.generate().status for _ in range(10)} == {200}


def test_a_success_in_between_and_a_failure_is_an_accounts_own(stack, stand_in):
    stack.change_settings(MAX_ATTEMPTS=1)
    accounts = add_accounts(stack)
    failure = {"answer": "server_error", "dialect": "b"}
    stand_in.script({**failure, "times": 2}, {"answer": "success", "times": 1}, {**failure, "times": 2})
    assert [stack.generate().status for _ in accounts] == [500, 500, 200, 500, 500]
    assert state_of(stack) == "closed"
    assert [(stack.account(a["id"])["is_banned"], stack.account(a["id"])["error_count"]) for a in accounts] == \
        [(True, 1), (True, 1), (False, 0), (True, 1), (True, 1)]

    # A third one in a row: from there on it is the upstream, and those before the success stay as they were.
    stand_in.script(failure)
    assert stack.generate().status == 500
    assert state_of(stack) == "open"
    assert [(stack.account(a["id"])["is_banned"], stack.account(a["id"])["error_count"]) for a in accounts] == \
        [(True, 1), (True, 1), (False, 0), (False, 0), (False, 0)]


def test_one_account_alone_is_no_outage(stack, stand_in):
    bad, *others = add_accounts(stack)
    stand_in.script({"answer": "server_error", "dialect": "b", "account": bad["session_id"]})
    assert [stack.generate().status for _ in range(10)] == [200] * 10
    assert state_of(stack) == "closed"
    seen = stack.account(bad["id"])
    assert (seen["is_banned"], seen["error_count"]) == (True, 1)
    assert {stack.account(other["id"])["error_count"] for other in others} == {0}


def test_too_many_requests_is_each_accounts_own(stack, stand_in):
    accounts = add_accounts(stack)
    stand_in.script({"answer": "rate_limited", "dialect": "b"})
    assert [stack.generate().status for _ in range(3)] == [429, 429, 503]
    assert state_of(stack) == "closed"
    assert all(stack.account(account["id"])["is_banned"] for account in accounts)


def test_another_upstream_starts_as_new(stack, stand_in, upstream):
    add_accounts(stack)
    stand_in.script({"answer": "server_error", "dialect": "b"})
    break_it(stack)
    other = upstream()
    stack.change_settings(UPSTREAM_BASE_URL=other.url)
    poll(lambda: state_of(stack) == "closed", what="closed without any request")
    assert stack.query("SELECT count(*) FROM upstream_failures") == [(0,)]
    assert {stack.generate().status for _ in range(5)} == {200}
    assert len(other.requests()) == 5


def test_the_worker_of_the_probe_is_killed(stack, stand_in):
    add_accounts(stack)
    stand_in.script({"answer": "server_error", "dialect": "b"})
    break_it(stack)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        met = last_request(stand_in)

        def until_one_is_sent():
            while not stand_in.requests(met):
                stack.generate(timeout=120)

        probing = threads.submit(until_one_is_sent)
        poll(lambda: state_of(stack) == "half_open", what="half open")
        poll(lambda: stand_in.requests(met), what="the probe is with the upstream")
        for pid in stack.worker_pids():
            os.kill(pid, signal.SIGKILL)
        probing.result()
    stand_in.script()
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")
    comes_back(stack)
    in_flight_is_over(stack)
