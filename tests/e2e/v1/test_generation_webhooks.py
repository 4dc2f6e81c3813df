"""What becomes of an asynchronous request reaches its client's address: once it is in the database, and at least once."""

import json
import os
import signal

import pytest

from generations import Client
from polling import poll
from receiver import Receiver, assert_verifies
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"config": {"WEBHOOK_ALLOW_HOSTS": "127.0.0.1"}}


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()


@pytest.fixture
def client(stack, account, receiver):
    made = stack.api("POST", "/api/keys", {"name": "shop"})
    changed = stack.api("PUT", f"/api/keys/{made['id']}/webhook", {"url": receiver.url, "hosts": ["127.0.0.1"]})
    stack.secrets.update({made["key"], changed["secret"]})
    client = Client(stack, made["key"])
    client.secret = changed["secret"]
    yield client
    stack.api("POST", f"/api/keys/{made['id']}/revoke")


def test_a_client_hears_of_its_result_without_asking(client, receiver):
    number = client.queue("a cat")
    (event,) = receiver.wait_for(1)
    assert_verifies(event, client.secret)
    body = json.loads(event.body)
    assert body["type"] == "generation.completed"
    assert (body["data"]["id"], body["data"]["status"]) == (number, "completed")
    assert body["data"]["result"] == client.result(number).json()


def test_what_is_cancelled_or_fails_is_told_as_that(stack, stand_in, client, receiver):
    stand_in.script({"path": "/v1/*", "status": 400, "body": {"error": {"message": "no such size"}}})
    failed = client.queue("a dog")
    (event,) = receiver.wait_for(1)
    body = json.loads(event.body)
    assert (body["type"], body["data"]["id"]) == ("generation.failed", failed)
    assert body["data"]["error"].keys() == {"code", "message", "retryable", "may_have_been_paid"}


def test_one_of_a_killed_worker_is_told_once_it_is_known(stack, stand_in, client, receiver):
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    number = client.queue("a house")
    client.is_("in_progress", number)
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    (event,) = receiver.wait_for(1)
    assert_verifies(event, client.secret)
    body = json.loads(event.body)
    assert (body["type"], body["data"]["id"]) == ("generation.failed", number)
    stand_in.release()
    poll(lambda: len(stack.worker_pids()) == stack.workers, what="the workers are there again")


def test_a_request_names_an_address_of_its_own(client, receiver):
    number = client.queue("a tree", [("X-Dreamina-Webhook", f"{receiver.url}/of-this-one")])
    (event,) = receiver.wait_for(1)
    assert event.path.endswith("/of-this-one")
    assert json.loads(event.body)["data"]["id"] == number

    refused = client.ask("a tree", [("Prefer", "respond-async"), ("X-Dreamina-Webhook", "https://other.example/")])
    assert refused.status == 400
    assert refused.json()["error"]["code"] == "invalid_webhook"
    assert "other.example" in refused.json()["error"]["message"]
