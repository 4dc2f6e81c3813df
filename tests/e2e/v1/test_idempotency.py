"""Idempotency-Key: the same request is sent once, whoever asks how often, and all get the same answer."""

import concurrent.futures
import os
import signal
import time

import pytest

import fastcgi_client
from each_worker import all_go_to
from generations import IMAGES, RESPOND_ASYNC, Client, body_of, prompts, read_answer
from http_client import bearer, multipart, send
from polling import poll
from stack import utc
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"PROXY_TIMEOUT": 60, "LIMIT_JIMENG_4_0": 1000}}


@pytest.fixture
def client(stack):
    return Client(stack)


def key():
    return ("Idempotency-Key", os.urandom(8).hex())


def test_a_repeated_request_gets_the_first_ones_answer_from_any_worker(stack, account, stand_in, client):
    same = key()
    first = client.ask("a cat", [same])
    assert first.status == 200 and first.header("Idempotent-Replayed") is None
    assert utc(first.header("Idempotency-Expires")) > time.time() + 23 * 3600
    for worker in stack.worker_pids():
        with all_go_to(stack, worker):
            status, headers, body = fastcgi_client.call(stack.socket_path(), "POST", IMAGES, stack.password,
                                                        body_of("a cat"), [same], timeout=30)
        assert (status, body) == (200, first.body)
        assert headers["idempotent-replayed"] == "true"
        assert headers["idempotency-expires"] == first.header("Idempotency-Expires")
        assert headers["content-type"] == first.header("Content-Type")
        assert headers["x-dreamina-request-id"] == first.header("X-Dreamina-Request-Id")
    quoted = client.ask("a cat", [("Idempotency-Key", f'"{same[1]}"')])
    assert quoted.header("Idempotent-Replayed") == "true"
    later = client.ask("a cat", [same, RESPOND_ASYNC])
    assert later.json()["id"] == "gen_" + first.header("X-Dreamina-Request-Id")
    assert prompts(stand_in) == ["a cat"]


def test_many_at_once_join_the_one_that_runs(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    same = key()
    with concurrent.futures.ThreadPoolExecutor(12) as threads:
        asked = [threads.submit(client.ask, "a cat", [same]) for _ in range(12)]
        poll(lambda: stand_in.requests(), what="the upstream has it")
        assert client.ask("a cat", [same, RESPOND_ASYNC]).status == 202
        stand_in.script()
        stand_in.release()
        answers = [each.result() for each in asked]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len([answer for answer in answers if answer.header("Idempotent-Replayed") is None]) == 1
    assert prompts(stand_in) == ["a cat"]


def test_a_failure_is_replayed_as_well(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "answer": "a.content_refused.-2006"})
    same = key()
    first, again = (client.ask("a cat", [same]) for _ in range(2))
    assert (again.status, again.body, again.header("Idempotent-Replayed")) == (first.status, first.body, "true")
    assert len(stand_in.requests()) == 1


def test_another_body_another_path_and_another_api_key(stack, account, stand_in, client):
    same = key()
    client.ask("a cat", [same])
    reused = client.ask("a dog", [same])
    assert (reused.status, reused.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert client.ask("a dog", [same], "/v1/images/compositions").header("Idempotent-Replayed") is None
    other = Client(stack, stack.api("POST", "/api/keys", {"name": f"key {same[1]}"})["key"])
    assert other.ask("a cat", [same]).header("Idempotent-Replayed") is None
    assert prompts(stand_in) == ["a cat", "a cat", "a dog"]


@pytest.mark.parametrize("value", ["", '""', "a" * 256, "a b"])
def test_a_key_that_is_none_is_refused(stack, account, stand_in, client, value):
    refused = client.ask("a cat", [("Idempotency-Key", value)])
    assert (refused.status, refused.json()["error"]["code"]) == (400, "invalid_idempotency_key")
    assert stand_in.requests() == []


def test_a_forms_boundary_is_no_part_of_what_is_asked(stack, account, stand_in):
    same = key()
    fields = [("model", None, None, b"jimeng-4.0"), ("prompt", None, None, b"a cat"),
              ("images", "a.png", "image/png", os.urandom(100_000))]

    def ask(parts, boundary):
        typed, body = multipart(parts, boundary)
        return send(stack.port, "POST", "/v1/images/compositions", body, [bearer(stack.password), typed, same])

    first = ask(fields, "one")
    assert first.status == 200
    assert ask(fields, "another").header("Idempotent-Replayed") == "true"
    assert ask([*fields[:2], ("images", "b.png", "image/png", fields[2][3])], "one").status == 422
    assert len(stand_in.requests()) == 1


def test_the_key_is_free_again_where_nothing_was_sent(stack, stand_in, client):
    same = key()
    refused = client.ask("a cat", [same])
    assert (refused.status, refused.json()["error"]["code"]) == (503, "no_account")
    stack.booked(refused)
    stack.add_account()
    sent = client.ask("a cat", [same])
    assert (sent.status, sent.header("Idempotent-Replayed")) == (200, None), sent.body
    assert prompts(stand_in) == ["a cat"]


def test_who_left_finds_the_answer_by_the_key(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    same = key()
    left = client.begin("a cat", [same])
    poll(lambda: stand_in.requests(), what="the upstream has it")
    left.close()
    back = client.begin("a cat", [same])
    stand_in.script()
    stand_in.release()
    answer = read_answer(back)
    back.close()
    assert (answer.status, answer.header("Idempotent-Replayed")) == (200, "true")
    assert prompts(stand_in) == ["a cat"]


def test_what_a_killed_worker_had_sent_is_not_sent_again(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    same = key()
    with client.begin("a cat", [same]):
        poll(lambda: stand_in.requests(), what="the upstream has it")
        before = stack.worker_pids()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        poll(lambda: len(stack.worker_pids()) == 2 and not set(before) & set(stack.worker_pids()),
             what="other workers are there")
    stand_in.script()
    stand_in.release()
    again = client.ask("a cat", [same])
    assert (again.status, again.json()["error"]["code"]) == (504, "outcome_unknown")
    assert again.header("X-Should-Retry") == "false" and again.header("Idempotent-Replayed") == "true"
    assert prompts(stand_in) == ["a cat"]


def test_a_plain_request_leaves_no_row(stack, account, client):
    before = stack.query("SELECT count(*) FROM generations")
    assert client.send("POST", IMAGES, body_of("a cat")).status == 200
    assert stack.query("SELECT count(*) FROM generations") == before
