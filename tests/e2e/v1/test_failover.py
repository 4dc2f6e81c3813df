"""The client never notices that an account was exhausted: the next one gets the same request."""

import hashlib
import os

import pytest

GOES_ON = ["session_expired", "points_used_up", "rate_limited", "server_error"]
THE_CLIENTS_ANSWER = ["content_refused", "bad_parameters"]


def tokens(stand_in):
    return [request["account"] for request in stand_in.requests()]


@pytest.mark.parametrize("dialect", ["a", "b"])
@pytest.mark.parametrize("failure", GOES_ON)
def test_the_next_account_answers(stack, stand_in, dialect, failure):
    if dialect == "a" and failure in ("rate_limited", "server_error"):
        pytest.skip("that dialect has no such answer of its own")
    first, second = stack.add_account(), stack.add_account()
    stand_in.script({"answer": failure, "dialect": dialect, "times": 1})
    answer = stack.generate()
    assert answer.status == 200 and "data" in answer.json()
    assert answer.header("X-Dreamina-Attempts") == "2"
    assert tokens(stand_in) == [f"us-{first['session_id']}", f"us-{second['session_id']}"]
    assert stack.account(first["id"])["jimeng_4_0_count"] == 0
    assert stack.account(second["id"])["jimeng_4_0_count"] == 1
    assert [stack.account(account["id"])["in_flight"] for account in (first, second)] == [0, 0]


@pytest.mark.parametrize("dialect", ["a", "b"])
@pytest.mark.parametrize("refusal", THE_CLIENTS_ANSWER)
def test_what_is_the_clients_fault_is_not_tried_again(stack, stand_in, dialect, refusal):
    for _ in range(2):
        stack.add_account()
    stand_in.script({"answer": refusal, "dialect": dialect})
    assert stack.generate().header("X-Dreamina-Attempts") == "1"
    assert len(stand_in.requests()) == 1
    assert {account["error_count"] for account in stack.accounts()} == {0}


def test_at_most_max_attempts_and_never_the_same_account_twice(stack, stand_in):
    stack.change_settings(MAX_ATTEMPTS=3)
    for _ in range(5):
        stack.add_account()
    stand_in.script({"answer": "rate_limited", "dialect": "b"})
    answer = stack.generate()
    assert (answer.status, answer.header("X-Dreamina-Attempts")) == (429, "3")
    assert len(set(tokens(stand_in))) == len(tokens(stand_in)) == 3
    assert [account["status"] for account in stack.accounts()].count("banned") == 3


def test_one_attempt_only_where_the_setting_says_so(stack, stand_in):
    stack.change_settings(MAX_ATTEMPTS=1)
    for _ in range(2):
        stack.add_account()
    stand_in.script({"answer": "rate_limited", "dialect": "b", "times": 1})
    assert stack.generate().status == 429


@pytest.mark.parametrize("failure", ["b.generation_failed.5001", "b.provider_unreachable.refused"])
def test_some_failures_get_one_more_try(stack, stand_in, failure):
    for _ in range(4):
        stack.add_account()
    stand_in.script({"answer": failure})
    assert stack.generate().header("X-Dreamina-Attempts") == "2"
    assert len(stand_in.requests()) == 2


def test_the_last_whole_answer_of_the_upstream_is_the_clients(stack, stand_in):
    """The second account's answer is cut: what the first one was told is whole."""
    stack.add_account()
    stack.add_account()
    stand_in.script({"answer": "rate_limited", "dialect": "b", "times": 1}, {"cut": "mid_body"})
    answer = stack.generate()
    assert (answer.status, answer.header("X-Dreamina-Attempts")) == (429, "2")
    assert "error" in answer.json()


def test_what_may_have_been_paid_for_is_not_asked_twice(stack, stand_in):
    for _ in range(3):
        stack.add_account()
    stand_in.script({"cut": "after_headers"})
    answer = stack.generate()
    assert (answer.status, answer.json()["error"]["code"]) == (502, "upstream_cut")
    stand_in.script({"answer": "gave_up_waiting", "dialect": "b"})
    assert stack.generate().status == 524
    assert len(stand_in.requests()) == 2
    assert sum(account["jimeng_4_0_count"] for account in stack.accounts()) == 2


def test_a_large_body_is_replayed_whole(stack, stand_in):
    stack.add_account()
    stack.add_account()
    body = os.urandom(3_000_000)
    stand_in.script({"answer": "server_error", "dialect": "b", "times": 1})
    answer = stack.v1(body=body)
    assert (answer.status, answer.header("X-Dreamina-Attempts")) == (200, "2")
    assert [request["sha256"] for request in stand_in.requests()] == [hashlib.sha256(body).hexdigest()] * 2


def test_the_answer_does_not_tell_who_served_it(stack, stand_in):
    account = stack.add_account()
    answer = stack.generate()
    told = repr(answer.headers) + answer.body.decode()
    assert answer.header("X-Dreamina-Request-Id")
    assert account["email"] not in told and account["session_id"] not in told
