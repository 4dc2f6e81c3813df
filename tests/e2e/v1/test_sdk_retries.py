"""JOIN_SDK_RETRIES by itself: what OpenAI's library repeats after its client left is not sent again, and a request that is
not lost leaves no row."""

import pytest

from generations import Client, prompts, read_answer
from polling import poll
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"PROXY_TIMEOUT": 60, "LIMIT_JIMENG_4_0": 1000}}


@pytest.fixture
def client(stack):
    return Client(stack)


def retry(count):
    return [("X-Stainless-Retry-Count", str(count))]


def rows(stack):
    return stack.query("SELECT count(*) FROM generations")[0][0]


def lose(stack, stand_in, client, prompt, headers):
    """A client that has gone while its request is with the upstream; that one's number."""
    before = len(stand_in.requests())
    connection = client.begin(prompt, headers)
    poll(lambda: len(stand_in.requests()) > before, what="the upstream has it")
    known = rows(stack)
    connection.close()
    poll(lambda: rows(stack) > known, what="it has a row")
    return stack.query("SELECT id FROM generations ORDER BY created_at DESC")[0][0]


def let_go(stand_in):
    stand_in.script()
    stand_in.release()


def test_a_request_that_is_not_lost_leaves_no_row(stack, account, stand_in, client):
    before = rows(stack)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    connection = client.begin("a cat", retry(0))
    poll(lambda: stand_in.requests(), what="the upstream has it")
    assert rows(stack) == before
    let_go(stand_in)
    assert read_answer(connection).status == 200
    connection.close()
    assert client.ask("a cat", retry(0)).status == 200
    assert rows(stack) == before


def test_a_client_that_got_blanks_has_got_no_answer(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    connection = client.begin("a lion", [*retry(0), ("X-Dreamina-Heartbeat", "1")])
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")  # the first blank brings the head
    known = rows(stack)
    connection.close()
    poll(lambda: rows(stack) > known, what="it has a row")
    again = client.begin("a lion", retry(1))
    poll(lambda: stack.query("SELECT count(*) FROM generations WHERE client_lost_at IS NOT NULL") == [(0,)],
         what="the retry has joined")
    let_go(stand_in)
    answer = read_answer(again)
    again.close()
    assert (answer.status, answer.header("Idempotent-Replayed")) == (200, "true")
    assert answer.json()["data"]
    assert prompts(stand_in) == ["a lion"]


def test_a_retry_joins_what_lost_its_client(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    number = lose(stack, stand_in, client, "a tiger", retry(0))
    again = client.begin("a tiger", retry(1))
    poll(lambda: stack.query("SELECT client_lost_at FROM generations WHERE id = ?", number) == [(None,)],
         what="the retry has joined")
    let_go(stand_in)
    answer = read_answer(again)
    again.close()
    assert (answer.status, answer.header("Idempotent-Replayed")) == (200, "true")
    assert answer.header("X-Dreamina-Request-Id") == number
    assert answer.json()["data"]
    assert prompts(stand_in) == ["a tiger"]
    assert sum(stack.account(account["id"])["usage"].values()) == 1


def test_a_retry_that_comes_late_gets_the_stored_answer_once(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    number = lose(stack, stand_in, client, "a lion", retry(0))
    let_go(stand_in)
    assert client.ended(number)["status"] == "completed"
    assert client.ask("a lion", retry(0)).header("Idempotent-Replayed") is None
    assert client.ask("a lion", retry(1)).header("X-Dreamina-Request-Id") == number
    assert client.ask("a lion", retry(1)).header("Idempotent-Replayed") is None
    assert prompts(stand_in) == ["a lion"] * 3


def test_what_failed_unpaid_is_sent_again(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD, "answer": "a.content_refused.-2006"})
    number = lose(stack, stand_in, client, "a dog", retry(0))
    let_go(stand_in)
    poll(lambda: client.get(number).status == 404, what="it is forgotten")
    assert client.ask("a dog", retry(1)).header("Idempotent-Replayed") is None
    assert prompts(stand_in) == ["a dog"] * 2


def test_a_client_that_repeats_nothing_by_itself_leaves_no_row(stack, account, stand_in, client):
    before = rows(stack)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    connection = client.begin("a cat", ())
    poll(lambda: stand_in.requests(), what="the upstream has it")
    connection.close()
    let_go(stand_in)
    poll(lambda: stack.query("SELECT count(*) FROM leases") == [(0,)], what="it has ended")
    assert rows(stack) == before
