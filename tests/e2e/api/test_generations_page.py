"""What the page is told of requests that outlive their connection, and what the administrator does about them."""

import os
import signal

import pytest

from generations import Client
from polling import poll
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"ACCOUNT_MAX_CONCURRENCY": 1}}


@pytest.fixture
def client(stack):
    return Client(stack)


@pytest.fixture
def held(stand_in):
    """The upstream answers once it is let."""
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})

    def let_go():
        stand_in.script()
        stand_in.release()

    yield let_go
    let_go()


def shown(stack, number):
    return stack.api("GET", f"/api/generations/{number}")


def listed(stack, query):
    return [each["id"] for each in stack.api("GET", f"/api/generations?{query}")["items"]]


def test_from_the_202_to_the_stored_answer(stack, account, stand_in, client, held):
    running = client.queue("a cat")
    client.is_("in_progress", running)
    waiting, unwanted = client.queue("a dog"), client.queue("a cow")
    assert set(listed(stack, "state=open")) >= {running, waiting, unwanted}
    assert [shown(stack, each)["queue_position"] for each in (running, waiting, unwanted)] == [None, 1, 2]

    assert stack.call("POST", f"/api/generations/{unwanted}/cancel").status == 200
    assert stack.call("POST", f"/api/generations/{running}/cancel").status == 202
    assert shown(stack, running)["detached_at"] is not None
    held()
    client.ended(running)
    client.ended(waiting)
    assert client.status(unwanted) == "cancelled"
    assert sum(stack.account(account["id"])["usage"].values()) == 2

    done = poll(lambda: (seen := shown(stack, waiting))["request"] and seen, what="the log has it")
    assert [each["account_id"] for each in done["request"]["attempts"]] == [account["id"]]
    assert {"name": "X-Dreamina-Request-Id", "value": done["request_id"]} in done["answer"]["headers"]
    answer = stack.call("GET", f"/api/generations/{waiting}/answer")
    assert answer.body == client.result(waiting).body
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Content-Disposition") == f'attachment; filename="{waiting}.json"'

    assert stack.call("DELETE", f"/api/generations/{waiting}").status == 200
    assert client.get(waiting).status == 404
    assert waiting not in listed(stack, "state=ended")


def test_what_a_killed_worker_left_is_sent_again_on_purpose_only(stack, account, stand_in, client, held):
    lost = client.queue("a cat")
    client.is_("in_progress", lost)
    poll(lambda: len(stand_in.requests()) == 1, what="the upstream has it")
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    failed = poll(lambda: (seen := shown(stack, lost))["state"] == "failed" and seen, what="it has failed")
    assert (failed["error_code"], failed["may_have_been_paid"], failed["can_retry"]) == ("outcome_unknown", True, True)
    held()

    again = stack.call("POST", f"/api/generations/{lost}/retry")
    assert again.status == 202
    assert again.json()["retry_of"] == lost
    assert client.ended(again.json()["id"])["status"] == "completed"
    assert len(stand_in.requests()) == 2
    refused = stack.call("POST", f"/api/generations/{again.json()['id']}/retry")
    assert (refused.status, refused.json()["code"]) == (409, "generation_completed")
    rows = stack.api("GET", "/api/audit?subject=generation")["items"]
    assert (rows[0]["action"], rows[0]["subject_id"]) == ("retry", again.json()["id"])
