"""Requests that outlive their connection: asked for with 202, polled, fetched, cancelled; and whatever is killed meanwhile,
none is sent twice, and none is lost without being named."""

import concurrent.futures
import json
import os
import shutil
import signal

import pytest

from generations import IMAGES, RESPOND_ASYNC, Client, body_of, prompts
from http_client import bearer, begin_answer, connect, request_bytes
from mischief import locked_database
from polling import poll
from stack import in_flight_is_over
from stand_in import HELD, header_of


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"ACCOUNT_MAX_CONCURRENCY": 1, "QUEUE_TIMEOUT": 60, "PROXY_TIMEOUT": 60,
                                     "LIMIT_JIMENG_4_0": 1000}}


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


def with_upstream(stand_in, count):
    poll(lambda: len(stand_in.requests()) == count, what=f"the upstream has {count}")


def kill_workers(stack):
    """All at once, and waits until others are there in their place."""
    before = stack.worker_pids()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    poll(lambda: len(stack.worker_pids()) == stack.workers and not set(before) & set(stack.worker_pids()),
         what="other workers are there")


def files_of(stack):
    folder = stack.data / "generations"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def key_of(stack, **terms):
    return stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}", **terms})["key"]


def test_a_request_is_answered_at_once_and_its_answer_is_fetched_later(stack, account, stand_in, client, held):
    asked = client.ask("a cat")
    assert asked.status == 202
    seen = asked.json()
    assert (seen["object"], seen["model"], seen["progress"]) == ("generation", "jimeng-4.0", 0)
    assert asked.header("Preference-Applied") == "respond-async"
    assert asked.header("Cache-Control") == "no-store"
    assert asked.header("Location") == seen["poll_url"] == f"/v1/generations/{seen['id']}"
    assert int(asked.header("Retry-After")) >= 1
    client.is_("in_progress", seen["id"])
    running = client.get(seen["id"])
    assert running.status == 202 and running.header("Retry-After")
    tag = running.header("ETag")
    for known in (tag, tag.removeprefix("W/"), f'"0", {tag}', "*"):
        assert client.get(seen["id"], [("If-None-Match", known)]).status == 304
    early = client.result(seen["id"])
    assert (early.status, early.json()["error"]["code"]) == (409, "not_finished")
    held()
    done = client.ended(seen["id"])
    assert (done["status"], done["progress"], done["attempts"]) == ("completed", 100, 1)
    result = client.result(seen["id"])
    plain = client.send("POST", IMAGES, body_of("a cat"))
    assert (result.status, result.header("Content-Type")) == (200, plain.header("Content-Type"))
    assert result.json() == done["result"]
    assert result.json().keys() == plain.json().keys()
    assert result.header("X-Dreamina-Request-Id") == seen["id"].removeprefix("gen_")
    assert client.get(result.header("X-Dreamina-Request-Id")).status == 200
    assert f"{seen['id'].removeprefix('gen_')}.body" not in files_of(stack)
    assert sum(stack.account(account["id"])["usage"].values()) == 2


def test_what_is_ours_to_read_does_not_reach_the_upstream(stack, account, stand_in, client):
    ours = [("Prefer", "respond-async, wait=30"), ("Idempotency-Key", "a"), ("X-Dreamina-Start-Within", "600"),
            ("X-Stainless-Retry-Count", "0"), ("X-Own", "kept")]
    answer = client.ask("a cat", ours)
    assert answer.status == 200
    sent = stand_in.only_request()
    assert header_of(sent, "X-Own") == "kept"
    assert [name for name, _ in ours[:-1] if header_of(sent, name)] == []


def test_the_path_below_async_and_a_keys_own_mode_are_the_same_wish(stack, account, stand_in, client):
    asked = client.ask("a cat", (), "/v1/async/images/generations")
    assert asked.status == 202
    client.ended(asked.json()["id"])
    assert stand_in.only_request()["target"] == IMAGES
    always = Client(stack, key_of(stack, async_mode="always"))
    assert always.ask("a dog", ()).status == 202


def test_a_short_wait_brings_the_answer_itself_and_a_long_one_a_202(stack, account, stand_in, client, held):
    asked = client.ask("a cat", [("Prefer", "respond-async, wait=1")])
    assert asked.status == 202
    held()
    assert client.get(asked.json()["id"], [("Prefer", "wait=30")]).status == 200


def test_a_request_that_is_wrong_is_refused_at_once(stack, account, stand_in, client):
    limited = Client(stack, key_of(stack, models=["jimeng-4.1"]))
    refused = limited.ask("a cat")
    assert (refused.status, refused.json()["error"]["code"]) == (403, "model_not_allowed")
    wrong = client.ask("a cat", [RESPOND_ASYNC, ("X-Dreamina-Start-Within", "soon")])
    assert (wrong.status, wrong.json()["error"]["code"]) == (400, "invalid_start_within")
    assert client.send("GET", "/v1/generations").json()["data"][:0] == []
    assert stand_in.requests() == []


def test_an_upstreams_failure_is_failed_and_answered_as_it_was(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "answer": "a.content_refused.-2006"})
    done = client.ended(client.queue("a cat"))
    assert done["status"] == "failed"
    error = done["error"]
    assert (error["code"], error["retryable"], error["may_have_been_paid"]) == ("content_refused", False, False)
    assert client.result(done["id"]).json()["code"] == -2006


def test_others_generations_are_not_there_and_the_administrator_sees_all(stack, account, client):
    one, other = (Client(stack, key_of(stack)) for _ in range(2))
    number = one.queue("a cat")
    one.ended(number)
    assert [each.get(number).status for each in (one, other, client)] == [200, 404, 200]
    assert other.result(number).status == other.cancel(number).status == 404
    assert other.send("DELETE", f"/v1/generations/{number}").status == 404
    assert other.send("GET", "/v1/generations").json()["data"] == []
    assert [each["id"] for each in one.send("GET", "/v1/generations?status=completed").json()["data"]] == [number]
    assert one.send("DELETE", f"/v1/generations/{number}").status == 200
    assert one.get(number).status == 404
    assert not [name for name in files_of(stack) if name.startswith(number.removeprefix("gen_"))]


def test_many_that_ask_at_once_are_each_told_of_their_own(stack, account, stand_in, client, held):
    """They share one look at the database."""
    keys = [Client(stack, key_of(stack)) for _ in range(2)]
    ids = [(each, each.queue(f"of key {key}, {i}")) for i in range(5) for key, each in enumerate(keys)]
    client.is_("in_progress", ids[0][1])
    places = {number: place for place, (_, number) in enumerate(ids)}
    tag = client.get(ids[0][1]).header("ETag")

    def ask(asked):
        (owner, number), asker = asked
        answer = asker.get(number, [("If-None-Match", tag)])
        if asker not in (owner, client):
            return answer.status == 404
        if number == ids[0][1]:
            return answer.status == 304
        return answer.status == 202 and answer.json()["id"] == number and answer.json()["queue_position"] == places[number]

    with concurrent.futures.ThreadPoolExecutor(60) as threads:
        asked = [(each, asker) for _ in range(10) for each in ids for asker in (client, *keys)]
        assert all(threads.map(ask, asked))
    held()
    for _, number in ids:
        assert client.ended(number)["status"] == "completed"


def test_one_that_waits_is_cancelled_and_one_that_runs_is_let_go_honestly(stack, account, stand_in, client, held):
    running = client.queue("a cat")
    client.is_("in_progress", running)
    waiting = client.queue("a dog")
    assert client.get(waiting).json()["queue_position"] == 1
    cancelled = client.cancel(waiting)
    assert (cancelled.status, cancelled.json()["status"]) == (200, "cancelled")
    detached = client.cancel(running)
    assert (detached.status, detached.json()["status"], detached.json()["detached"]) == (202, "in_progress", True)
    held()
    assert client.ended(running)["status"] == "completed"
    assert client.cancel(running).json()["error"]["code"] == "already_ended"
    in_flight_is_over(stack)
    assert prompts(stand_in) == ["a cat"]
    assert sum(stack.account(account["id"])["usage"].values()) == 1
    poll(lambda: stack.query("SELECT count(*) FROM waiting") == [(0,)], what="nothing waits")


def test_beyond_its_keys_concurrency_a_generation_waits_and_beyond_the_queue_it_is_refused(stack, stand_in, held):
    for _ in range(5):
        stack.add_account()
    stack.change_settings(MAX_QUEUED_PER_KEY=2)
    client = Client(stack, key_of(stack, concurrency=1))
    before = files_of(stack)
    first = client.queue("1")
    client.is_("in_progress", first)
    others = [client.queue("2"), client.queue("3")]
    full = client.ask("4")
    assert (full.status, full.json()["error"]["code"]) == (429, "queue_full")
    assert full.header("Retry-After")
    assert len([name for name in set(files_of(stack)) - set(before) if name.endswith(".body")]) == 3
    assert [client.status(number) for number in others] == ["queued", "queued"]
    assert len(stand_in.requests()) == 1
    held()
    for number in [first, *others]:
        assert client.ended(number)["status"] == "completed"
    assert prompts(stand_in) == ["1", "2", "3"]


def test_one_that_is_not_to_start_later_fails_unsent_and_is_not_counted(stack, account, stand_in, client, held):
    running = client.queue("a cat")
    client.is_("in_progress", running)
    late = client.ended(client.queue("a dog", [("X-Dreamina-Start-Within", "1")]))
    assert (late["status"], late["error"]["code"]) == ("failed", "start_timeout")
    assert (late["error"]["retryable"], late["error"]["may_have_been_paid"]) == (True, False)
    held()
    client.ended(running)
    assert prompts(stand_in) == ["a cat"]


def test_killed_workers_lose_nothing_that_was_not_sent_and_send_nothing_twice(stack, account, stand_in, client, held):
    sent = client.queue("sent")
    client.is_("in_progress", sent)
    with_upstream(stand_in, 1)
    waiting = [client.queue(f"waiting {i}") for i in range(5)]
    kill_workers(stack)
    failed = client.ended(sent)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "outcome_unknown")
    assert (failed["error"]["retryable"], failed["error"]["may_have_been_paid"]) == (False, True)
    unknown = client.result(sent)
    assert (unknown.status, unknown.json()["error"]["code"]) == (504, "outcome_unknown")
    assert unknown.header("X-Should-Retry") == "false"
    held()
    for number in waiting:
        assert client.ended(number)["status"] == "completed"
    assert prompts(stand_in) == ["sent", *(f"waiting {i}" for i in range(5))]
    in_flight_is_over(stack)
    assert sum(stack.account(account["id"])["usage"].values()) == 6
    assert [name for name in files_of(stack) if name.endswith(".part")] == []


def test_workers_that_end_leave_what_waits_to_the_others(stack, account, stand_in, client, held):
    sent = client.queue("sent")
    with_upstream(stand_in, 1)
    waiting = [client.queue(f"waiting {i}") for i in range(4)]
    before = stack.worker_pids()
    for pid in before:
        os.kill(pid, signal.SIGTERM)
    poll(lambda: not stack.query("SELECT 1 FROM waiting"), what="nothing waits in the workers that end")
    held()
    for number in [sent, *waiting]:
        assert client.ended(number)["status"] == "completed"
    assert prompts(stand_in) == ["sent", *(f"waiting {i}" for i in range(4))]
    poll(lambda: not set(before) & set(stack.worker_pids()) and len(stack.worker_pids()) == stack.workers,
         what="other workers are there")


def test_the_service_is_stopped_and_started_with_generations_in_it(new_stack, stand_in, held):
    stack = new_stack({"ACCOUNT_MAX_CONCURRENCY": 1}, workers=1)
    stack.start()
    stack.add_account()
    client = Client(stack)
    done = client.queue("done")
    held()
    result = client.ended(done)["result"]
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    sent = client.queue("sent")
    with_upstream(stand_in, 2)
    waiting = client.queue("waiting")
    stack.kill_all()
    held()
    stack.start()
    assert client.ended(done)["result"] == result
    assert client.ended(sent)["error"]["code"] == "outcome_unknown"
    assert client.ended(waiting)["status"] == "completed"
    assert prompts(stand_in) == ["done", "sent", "waiting"]


def test_what_cannot_be_kept_is_refused_and_not_counted(stack, account, stand_in, client):
    folder = stack.data / "generations"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file in the folder's place")
    try:
        refused = client.ask("a cat")
        assert (refused.status, refused.json()["error"]["code"]) == (507, "storage_full")
        answered = client.ask("a dog", [("Idempotency-Key", "no-room")])
        assert answered.status == 200  # what was paid for arrives
        again = client.ask("a dog", [("Idempotency-Key", "no-room")])
        assert (again.status, again.json()["error"]["code"]) == (410, "answer_not_kept")
    finally:
        folder.unlink()
    assert prompts(stand_in) == ["a dog"]
    assert sum(stack.account(account["id"])["usage"].values()) == 1


def turns_that_failed(stack):
    return stack.log_texts()["workers.log"].count("was not committed")


def test_a_locked_database_answers_nothing_that_it_has_not_kept(stack, account, stand_in, client):
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        with locked_database(stack.data / "dreamina.db"):
            failures = turns_that_failed(stack)
            asked = threads.submit(client.ask, "a cat")
            poll(lambda: turns_that_failed(stack) > failures, what="a worker has tried to write")
            assert not asked.done()
        assert asked.result().status == 202
    assert client.ended(asked.result().json()["id"])["status"] == "completed"
    assert prompts(stand_in) == ["a cat"]


def test_a_key_that_is_revoked_takes_along_what_waits_and_not_what_runs(stack, account, stand_in, client, held):
    made = stack.api("POST", "/api/keys", {"name": f"key {os.urandom(4).hex()}"})
    of_key = Client(stack, made["key"])
    runs = of_key.queue("runs")
    client.is_("in_progress", runs)
    waits = of_key.queue("waits")
    stack.api("POST", f"/api/keys/{made['id']}/revoke")
    held()
    assert client.ended(runs)["status"] == "completed"
    assert client.ended(waits)["error"]["code"] == "key_refused"
    poll(lambda: of_key.get(runs).status == 401, what="the key is refused")
    assert prompts(stand_in) == ["runs"]


def test_what_failed_is_asked_for_again_on_purpose(stack, account, stand_in, client):
    stand_in.script({"path": "/v1/*", "answer": "a.content_refused.-2006"})
    failed = client.ended(client.queue("a cat"))
    stand_in.script()
    again = client.retry(failed["id"])
    assert (again.status, again.json()["id"] != failed["id"]) == (202, True)
    done = client.ended(again.json()["id"])
    assert done["status"] == "completed"
    assert client.retry(done["id"]).json()["error"]["code"] == "already_completed"
    assert Client(stack, key_of(stack)).retry(failed["id"]).status == 404
    assert client.send("GET", f"/v1/generations/{failed['id']}/retry").status == 405
    assert prompts(stand_in) == ["a cat", "a cat"]


def test_what_was_lost_with_its_worker_is_sent_again_only_on_purpose(stack, account, stand_in, client, held):
    sent = client.queue("sent")
    with_upstream(stand_in, 1)
    assert client.retry(sent).json()["error"]["code"] == "not_finished"
    kill_workers(stack)
    assert client.ended(sent)["error"]["code"] == "outcome_unknown"
    held()
    assert client.ended(client.retry(sent).json()["id"])["status"] == "completed"
    assert prompts(stand_in) == ["sent", "sent"]


def test_low_priority_waits_for_all_others(stack, account, stand_in, client, held):
    running = client.queue("first")
    client.is_("in_progress", running)
    low = client.queue("low", [("X-Dreamina-Priority", "low")])
    usual = [client.queue(f"usual {i}", [("X-Dreamina-Priority", "normal")]) for i in range(2)]
    assert client.get(low).json()["queue_position"] == 3
    held()
    for number in [running, low, *usual]:
        client.ended(number)
    assert [json.loads(each["bytes"])["prompt"] for each in stand_in.requests()][-1] == "low"
    wrong = client.ask("a cat", [RESPOND_ASYNC, ("X-Dreamina-Priority", "high")])
    assert (wrong.status, wrong.json()["error"]["code"]) == (400, "invalid_priority")
    assert "low or normal" in wrong.json()["error"]["message"]


def events(response):
    """[(event, id, data)] until the stream ends."""
    found = []
    for text in response.read().decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def test_each_change_is_an_event_and_the_last_one_ends_the_stream(stack, account, stand_in, client, held):
    client.is_("in_progress", client.queue("first"))
    number = client.queue("second")
    with connect(stack.port, timeout=60) as connection:
        connection.sendall(request_bytes(stack.port, "GET", f"/v1/generations/{number}/events",
                                         headers=[bearer(stack.password)]))
        response = begin_answer(connection)
        assert response.status == 200 and response.msg["Content-Type"].startswith("text/event-stream")
        held()
        came = events(response)
    assert [event for event, _, _ in came][0] == "generation.queued"
    assert [event for event, _, _ in came][-1] == "generation.completed"
    versions = [version for _, version, _ in came]
    assert versions == sorted(set(versions))
    assert came[-1][2] == client.get(number).json()
    again = client.send("GET", f"/v1/generations/{number}/events")
    assert again.body.startswith(b"event: generation.completed\n")
    assert Client(stack, key_of(stack)).send("GET", f"/v1/generations/{number}/events").status == 404
