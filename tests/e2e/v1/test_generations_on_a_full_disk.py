"""No room, at each step of a generation's way. What cannot be kept is refused and not counted; what has been sent is
never sent again, and is told of as far as it is known."""

import contextlib
import json
import os
import subprocess

import pytest

from generations import IMAGES, RESPOND_ASYNC, Client, prompts
from mischief import disk, fill_up
from polling import poll
from receiver import Receiver, assert_verifies
from stack import in_flight_is_over
from stand_in import HELD

LARGE = 300_000  # more than a body that is kept in memory, and than the room there is
ROOM = 64 * 1024


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()


@contextlib.contextmanager
def mounted(folder, size):
    folder.mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], capture_output=True)
    if done.returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_folder(stack):
    """Of generations' files alone."""
    with mounted(stack.data / "generations", ROOM) as folder:
        yield folder


@pytest.fixture
def small_disk(tmp_path):
    """Of everything."""
    with disk(tmp_path / "disk", "48m") as is_small:
        if not is_small:
            pytest.skip("no file system may be mounted here")
        yield tmp_path / "disk"


def is_uncounted(stack, account):
    in_flight_is_over(stack)
    assert stack.query("SELECT count(*) FROM requests WHERE attempts > 0") == [(0,)]
    assert stack.account(account["id"])["usage"] == {}


@pytest.fixture(scope="module")
def stack_options():
    return {"config": {"WEBHOOK_ALLOW_HOSTS": "127.0.0.1", "LIMIT_JIMENG_4_0": 1000}}


@pytest.fixture
def client(stack, account, receiver):
    return client_of(stack, receiver)


def client_of(stack, receiver):
    made = stack.api("POST", "/api/keys", {"name": f"shop {os.urandom(4).hex()}"})
    changed = stack.api("PUT", f"/api/keys/{made['id']}/webhook", {"url": receiver.url})
    stack.secrets.update({made["key"], changed["secret"]})
    client = Client(stack, made["key"])
    client.secret = changed["secret"]
    client.key_id = made["id"]
    return client


def calls_of(stack, client):
    return stack.query("SELECT calls, in_flight FROM api_keys WHERE id = ?", client.key_id)


def large_body(prompt):
    return json.dumps({"model": "jimeng-4.0", "prompt": prompt, "padding": "p" * LARGE}).encode()


def test_no_room_for_the_body(stack, account, stand_in, client, small_folder, receiver):
    filler = fill_up(small_folder)
    small = client.ask("small")
    large = client.send("POST", IMAGES, large_body("large"), [RESPOND_ASYNC])
    filler.unlink()
    half = client.send("POST", IMAGES, large_body("half of it"), [RESPOND_ASYNC])
    for refused in (small, large, half):
        assert (refused.status, refused.json()["error"]["code"]) == (507, "storage_full")
    assert list(small_folder.iterdir()) == []
    assert stack.query("SELECT count(*) FROM generations") == [(0,)]
    assert calls_of(stack, client) == [(0, 0)]
    is_uncounted(stack, account)
    assert stand_in.requests() == []
    # Nothing stands in the way of the next one.
    assert client.ended(client.queue("later"))["status"] == "completed"
    assert len(receiver.wait_for(1)) == 1


def test_no_room_for_the_answer(stack, account, stand_in, client, small_folder, receiver):
    stand_in.script({"path": "/v1/*", "body": {"created": 1, "data": [{"url": "u"}], "padding": "p" * LARGE}})
    key = ("Idempotency-Key", f"no-room-{os.urandom(4).hex()}")
    number = client.queue("a cat", [key])
    done = client.ended(number)
    assert done["status"] == "completed" and "result" not in done
    for answer in (client.result(number), client.ask("a cat", [key]), client.ask("a cat", [key, RESPOND_ASYNC])):
        if answer.status == 200:
            assert answer.json()["id"] == number
            continue
        assert (answer.status, answer.json()["error"]["code"]) == (410, "answer_not_kept")
    (event,) = receiver.wait_for(1)
    assert_verifies(event, client.secret)
    body = json.loads(event.body)
    assert (body["type"], body["data"]["id"]) == ("generation.completed", number)
    assert "result" not in body["data"]
    assert [prompt for prompt in prompts(stand_in)] == ["a cat"]
    assert sum(stack.account(account["id"])["usage"].values()) == 1
    assert calls_of(stack, client) == [(1, 0)]
    poll(lambda: list(small_folder.iterdir()) == [], what="nothing is left behind")


def test_a_blocking_client_gets_what_there_is_no_room_to_keep(stack, account, stand_in, client, small_folder):
    stand_in.script({"path": "/v1/*", "body": {"created": 1, "data": [{"url": "u"}], "padding": "p" * LARGE}})
    key = ("Idempotency-Key", f"no-room-{os.urandom(4).hex()}")
    answer = client.send("POST", IMAGES, json.dumps({"model": "jimeng-4.0", "prompt": "a dog"}).encode(), [key])
    assert answer.status == 200 and len(answer.body) > LARGE
    again = client.ask("a dog", [key])
    assert (again.status, again.json()["error"]["code"]) == (410, "answer_not_kept")
    assert prompts(stand_in) == ["a dog"]
    poll(lambda: list(small_folder.iterdir()) == [], what="nothing is left behind")


@pytest.fixture
def service(small_disk, new_stack, receiver):
    stack = new_stack({"WEBHOOK_ALLOW_HOSTS": "127.0.0.1", "LIMIT_JIMENG_4_0": 1000}, name=small_disk / "stack")
    stack.start()
    stack.account_id = stack.add_account()["id"]
    return stack, client_of(stack, receiver)


def test_no_room_in_the_database_for_the_request(service, stand_in, receiver):
    stack, client = service
    filler = fill_up(stack.data)
    refused = [client.ask(f"a cat {i}") for i in range(3)]
    large = client.send("POST", IMAGES, large_body("large"), [RESPOND_ASYNC])
    filler.unlink()
    for answer in refused:
        assert answer.status in (503, 507), (answer.status, answer.body)
        assert answer.json()["error"]["code"] in ("database_unavailable", "storage_full"), answer.body
    assert large.json()["error"]["code"] == "internal_error"  # nginx has no room for it, and no other word
    assert stand_in.requests() == []
    in_flight_is_over(stack)
    assert stack.query("SELECT count(*) FROM generations") == [(0,)]
    assert [file.name for file in (stack.data / "generations").glob("*")] == []
    assert calls_of(stack, client) == [(0, 0)]
    assert stack.account(stack.account_id)["usage"] == {}
    assert client.ended(client.queue("later"))["status"] == "completed"
    (event,) = receiver.wait_for(1)
    assert_verifies(event, client.secret)
    assert prompts(stand_in) == ["later"]


def test_no_room_in_the_database_for_the_end(service, stand_in, receiver):
    """It runs for as long as its end cannot be kept, and is never sent again."""
    stack, client = service
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    key = ("Idempotency-Key", "no-room-for-the-end")
    number = client.queue("a cat", [key])
    client.is_("in_progress", number)
    poll(lambda: len(stand_in.requests()) == 1, what="it has been sent")
    filler = fill_up(stack.data)
    stand_in.release()
    poll(lambda: "was not committed" in stack.log_texts()["workers.log"] or client.status(number) == "completed",
         what="the database has refused the end, or had room for it still")
    repeated = client.ask("a cat", [key, RESPOND_ASYNC])
    assert repeated.status in (200, 202, 503, 507)
    filler.unlink()
    stand_in.script()
    done = client.ended(number)
    assert done["status"] == "completed"
    assert client.result(number).status in (200, 410)  # there was no room for its answer
    (event,) = receiver.wait_for(1)
    assert_verifies(event, client.secret)
    assert json.loads(event.body)["type"] == "generation.completed"
    in_flight_is_over(stack)
    assert prompts(stand_in) == ["a cat"]
    assert calls_of(stack, client) == [(1, 0)]


def test_no_room_for_what_became_of_a_webhook(service, stand_in, receiver):
    """It is told again at most as often as the scheduler has to forget that it was."""
    stack, client = service
    receiver.hold()
    number = client.queue("a cat")
    client.ended(number)
    receiver.wait_for(1)
    filler = fill_up(stack.data)
    receiver.release()
    poll(lambda: "cannot be recorded yet" in stack.log_texts()["scheduler.log"]
         or stack.query("SELECT 1 FROM webhook_deliveries WHERE delivered_at IS NOT NULL"),
         what="the scheduler could not note it, or had room for it still")
    filler.unlink()
    poll(lambda: stack.query("SELECT attempts FROM webhook_deliveries WHERE delivered_at IS NOT NULL") == [(1,)],
         what="it is delivered")
    assert len({event.headers["webhook-id"] for event in receiver.events}) == 1
    for event in receiver.events:
        assert_verifies(event, client.secret)
