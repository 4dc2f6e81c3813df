"""KEEP_UNREAD_RESULTS and JOIN_SDK_RETRIES: what a client did not take is there for it later, and OpenAI's library may ask
again as it likes."""

import pytest

from generations import Client, prompts, read_answer
from polling import poll
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"KEEP_UNREAD_RESULTS": True, "PROXY_TIMEOUT": 60, "LIMIT_JIMENG_4_0": 1000}}


@pytest.fixture
def client(stack):
    return Client(stack)


def retry(count):
    return [("X-Stainless-Retry-Count", str(count))]


def rows(stack):
    return stack.query("SELECT count(*) FROM generations")[0][0]


def lose(stack, stand_in, client, prompt, headers=()):
    """A client that has gone while its request is with the upstream; that one's number in the log."""
    before = len(stand_in.requests())
    connection = client.begin(prompt, headers)
    poll(lambda: len(stand_in.requests()) > before, what="the upstream has it")
    lost = stack.query("SELECT count(*) FROM generations WHERE client_lost_at IS NOT NULL")[0][0]
    connection.close()
    poll(lambda: stack.query("SELECT count(*) FROM generations WHERE client_lost_at IS NOT NULL")[0][0] > lost,
         what="the client is lost")
    return stack.query("SELECT id FROM generations WHERE client_lost_at IS NOT NULL ORDER BY id DESC")[0][0]


def let_go(stand_in):
    stand_in.script()
    stand_in.release()


def test_an_answer_that_was_taken_is_not_kept(stack, account, client):
    before = rows(stack)
    answer = client.ask("a cat", ())
    assert answer.status == 200 and answer.header("Idempotent-Replayed") is None
    poll(lambda: rows(stack) == before, what="the row is gone")
    folder = stack.data / "generations"
    number = answer.header("X-Dreamina-Request-Id")
    assert not folder.exists() or not list(folder.glob(number + "*"))
    assert client.get(number).status == 404


def test_one_that_was_not_is(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    number = lose(stack, stand_in, client, "a cat")
    let_go(stand_in)
    assert client.ended("gen_" + number)["status"] == "completed"
    assert client.result(number).status == 200


def test_a_client_that_waited_for_long_enough_is_told_where_its_answer_will_be(stack, account, stand_in, client):
    stack.change_settings(PROXY_TIMEOUT=1)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    late = client.ask("a cat", ())
    assert (late.status, late.header("X-Should-Retry")) == (504, "false")
    let_go(stand_in)
    number = late.header("X-Dreamina-Request-Id")
    assert client.ended(number)["status"] == "completed"
    assert prompts(stand_in) == ["a cat"]


def test_a_librarys_own_retry_joins_what_it_repeats(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    number = lose(stack, stand_in, client, "a tiger", retry(0))
    again = client.begin("a tiger", retry(1))
    poll(lambda: stack.query("SELECT client_lost_at FROM generations WHERE id = ?", number) == [(None,)],
         what="the retry has joined")
    again.close()  # impatient once more
    poll(lambda: stack.query("SELECT client_lost_at FROM generations WHERE id = ?", number) != [(None,)],
         what="the client is lost again")
    last = client.begin("a tiger", retry(2))
    poll(lambda: stack.query("SELECT client_lost_at FROM generations WHERE id = ?", number) == [(None,)],
         what="the retry has joined")
    let_go(stand_in)
    answer = read_answer(last)
    last.close()
    assert (answer.status, answer.header("Idempotent-Replayed")) == (200, "true")
    assert answer.header("X-Dreamina-Request-Id") == number
    assert prompts(stand_in) == ["a tiger"]


def test_equal_requests_that_are_meant_are_all_sent(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    lose(stack, stand_in, client, "a lion", retry(0))
    let_go(stand_in)
    assert client.ask("a lion", retry(0)).header("Idempotent-Replayed") is None
    assert client.ask("a dog", retry(1)).header("Idempotent-Replayed") is None
    other = Client(stack, stack.api("POST", "/api/keys", {"name": "another"})["key"])
    assert other.ask("a lion", retry(1)).header("Idempotent-Replayed") is None
    assert client.ask("a lion", retry(1)).header("Idempotent-Replayed") == "true"
    assert client.ask("a lion", retry(1)).header("Idempotent-Replayed") is None
    assert prompts(stand_in) == ["a dog"] + ["a lion"] * 4
