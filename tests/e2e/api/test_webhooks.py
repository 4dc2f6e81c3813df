"""Webhooks through the real scheduler: signed, at least once, to none but the addresses that they may go to."""

import contextlib
import itertools
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import uuid

import pytest

from polling import poll
from receiver import Receiver, assert_verifies, signature_of, signatures
from stack import utc

names = (f"shop {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def stack_options():
    return {"config": {"WEBHOOK_ALLOW_HOSTS": "127.0.0.1"}, "workers": 1}


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()


@pytest.fixture
def key(stack):
    made = stack.api("POST", "/api/keys", {"name": next(names)})
    stack.secrets.add(made["key"])
    yield made["id"]
    stack.api("POST", f"/api/keys/{made['id']}/revoke")


def set_webhook(stack, key, **terms):
    changed = stack.api("PUT", f"/api/keys/{key}/webhook", terms)
    if "secret" in changed:
        stack.secrets.add(changed["secret"])
    return changed


def add_event(stack, key, url, event="generation.completed", data=None):
    """As the transaction that settles a generation adds it."""
    delivery = f"msg_{uuid.uuid4().hex[:24]}"
    payload = json.dumps({"type": event, "timestamp": "2026-11-22T10:00:00Z", "data": data or {"id": "gen_1"}})
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", timeout=20)) as database, database:
        database.execute("INSERT INTO webhook_deliveries (id, generation_id, api_key_id, event, url, payload, next_at, created_at)"
                         " VALUES (?, '1', ?, ?, ?, ?, ?, ?)", (delivery, key, event, url, payload, now, now))
    return delivery


def delivery_of(stack, delivery):
    return stack.api("GET", f"/api/webhook-deliveries/{delivery}")


def becomes(stack, delivery, state, within=60):
    def is_so():
        shown = delivery_of(stack, delivery)
        assert shown["state"] == state, shown
        return shown
    return poll(is_so, within, f"the delivery is {state}")


def send_test(stack, key):
    sent = stack.call("POST", f"/api/keys/{key}/webhook/test")
    assert sent.status == 202, sent.body
    return sent.json()["id"]


def scheduler_pid(stack):
    (pid,) = stack.pids("dreamina-schedu")
    return pid


def restart_scheduler(stack):
    stack.parts.start("scheduler")


def test_a_test_arrives_signed_with_the_secret_that_was_shown_once(stack, key, receiver):
    changed = set_webhook(stack, key, url=receiver.url)
    assert changed["secret"].startswith("whsec_")
    shown = stack.api("GET", f"/api/keys/{key}/webhook")
    assert "secret" not in shown and shown["has_secret"] and shown["url"] == receiver.url
    assert "secret" not in set_webhook(stack, key, url=receiver.url)

    delivery = send_test(stack, key)
    (event,) = receiver.wait_for(1)
    assert_verifies(event, changed["secret"])
    assert event.path == "/hook"
    assert event.headers["webhook-id"] == delivery
    assert event.headers["content-type"] == "application/json"
    body = json.loads(event.body)
    assert body["type"] == "webhook.test" and utc(body["timestamp"]) == pytest.approx(time.time(), abs=60)

    done = becomes(stack, delivery, "delivered")
    assert (done["attempts"], done["last_status"], done["last_error"]) == (1, 204, None)
    assert json.loads(done["payload"]) == body
    assert done["generation_id"] is None


def test_both_secrets_sign_while_one_is_rotated(stack, key, receiver):
    former = set_webhook(stack, key, url=receiver.url)["secret"]
    renewed = stack.api("POST", f"/api/keys/{key}/webhook/secret")
    stack.secrets.add(renewed["secret"])
    assert renewed["secret"] != former
    assert utc(renewed["old_secret_until"]) == pytest.approx(time.time() + 24 * 3600, abs=60)
    send_test(stack, key)
    (event,) = receiver.wait_for(1)
    assert signatures(event) == [signature_of(event, renewed["secret"]), signature_of(event, former)]


UNWRAP = """
globalThis.crypto ??= (await import('node:crypto')).webcrypto
const { OpenAI } = await import('openai')
const { secret, body, headers } = JSON.parse(process.env.EVENT)
const client = new OpenAI({ apiKey: 'none', webhookSecret: secret })
console.log((await client.webhooks.unwrap(body, headers)).type)
"""


def test_openais_library_unwraps_it(stack, key, receiver):
    page = pathlib.Path(__file__).resolve().parents[3] / "static"
    if not (page / "node_modules" / "openai").exists():
        pytest.skip("the page's packages are not installed: npm ci in static/")
    secret = set_webhook(stack, key, url=receiver.url)["secret"]
    add_event(stack, key, receiver.url, "video.completed", {"id": "video_1"})
    (event,) = receiver.wait_for(1)

    def unwrap(body):
        told = json.dumps({"secret": secret, "body": body, "headers": event.headers})
        return subprocess.run(["node", "--input-type=module", "-e", UNWRAP], cwd=page, env={**os.environ, "EVENT": told},
                              capture_output=True, text=True)
    assert unwrap(event.body.decode()).stdout.strip() == "video.completed"
    refused = unwrap(event.body.decode() + " ")
    assert refused.returncode != 0 and "InvalidWebhookSignatureError" in refused.stderr


def test_what_failed_is_sent_again_under_the_same_id_and_signed_anew(stack, key, receiver):
    secret = set_webhook(stack, key, url=receiver.url)["secret"]
    receiver.answer_with(500, body=b"out of order")
    delivery = add_event(stack, key, receiver.url)

    def has_failed_once():
        shown = delivery_of(stack, delivery)
        assert shown["attempts"] == 1, shown
        return shown
    failed = poll(has_failed_once, what="the first attempt is recorded")
    assert failed["state"] == "pending"
    assert failed["last_error"] == "The receiver answered 500: out of order"
    assert failed["last_error_message"] == {"code": "delivery.status_with_text",
                                            "params": {"status": 500, "answer": "out of order"}}
    first, second = receiver.wait_for(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery
    assert first.body == second.body
    assert second.at - first.at > 4.5
    assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
    assert_verifies(first, secret)
    assert_verifies(second, secret)
    assert becomes(stack, delivery, "delivered")["attempts"] == 2


def test_a_delivery_that_a_kill_cut_off_is_made_again(stack, key, receiver):
    set_webhook(stack, key, url=receiver.url)
    receiver.hold()
    delivery = add_event(stack, key, receiver.url)
    receiver.wait_for(1)
    os.kill(scheduler_pid(stack), signal.SIGKILL)
    stack.parts.running["scheduler"].wait(10)
    assert delivery_of(stack, delivery)["attempts"] == 0
    receiver.release()
    restart_scheduler(stack)
    first, second = receiver.wait_for(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery
    assert becomes(stack, delivery, "delivered")["attempts"] == 1
    assert len(receiver.events) == 2


def test_the_scheduler_ends_in_the_middle_of_a_delivery_which_is_due_again(stack, key, receiver):
    set_webhook(stack, key, url=receiver.url)
    receiver.hold()
    delivery = add_event(stack, key, receiver.url)
    receiver.wait_for(1)
    scheduler = stack.parts.running["scheduler"]
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(6) == 0  # within the 5 s that it has, and the moment to end
    receiver.release()
    restart_scheduler(stack)
    receiver.wait_for(2)
    becomes(stack, delivery, "delivered")


def test_a_410_switches_the_address_off_and_says_so(stack, key, receiver):
    set_webhook(stack, key, url=receiver.url)
    receiver.answer_with(410)
    gone = becomes(stack, add_event(stack, key, receiver.url), "failed")
    assert gone["last_error_message"]["code"] == "delivery.gone"
    shown = stack.api("GET", f"/api/keys/{key}/webhook")
    assert shown["url"] == receiver.url and shown["off_at"]

    (row,) = [row for row in stack.api("GET", f"/api/audit?subject=key&subject_id={key}")["items"]
              if row["action"] == "disable"]
    assert row["who"] == "scheduler"
    finding = next(check for check in stack.api("GET", "/api/health")["checks"] if check["name"] == "webhooks")
    assert (finding["state"], finding["code"]) == ("warning", "off")

    again = set_webhook(stack, key, url=receiver.url)
    assert again["off_at"] is None
    becomes(stack, send_test(stack, key), "delivered")


def test_a_redirect_is_not_followed(stack, key, receiver):
    target = Receiver()
    set_webhook(stack, key, url=receiver.url)
    receiver.answer_with(302, headers={"Location": target.url})
    failed = becomes(stack, send_test(stack, key), "failed")
    assert failed["last_status"] == 302
    assert failed["last_error_message"]["code"] == "delivery.redirect"
    assert target.events == []
    target.stop()


def test_a_private_address_is_refused_where_it_is_set_and_where_it_is_connected_to(stack, key, receiver):
    for url, code in (("https://10.0.0.1/hook", "webhook_private"), ("https://[::1]/", "webhook_private"),
                      ("https://localhost/", "webhook_private"), ("http://shop.example/", "webhook_not_https"),
                      ("https://a@shop.example/", "not_webhook_url"), ("shop.example", "not_webhook_url")):
        refused = stack.call("PUT", f"/api/keys/{key}/webhook", {"url": url})
        assert (refused.status, refused.json()["fields"][0]["code"]) == (422, f"field.{code}"), url
    set_webhook(stack, key, url=receiver.url)
    # In the database, however it came there: written so that only the socket's address tells what it is.
    delivery = add_event(stack, key, f"https://0x7f000001:{receiver.port}/hook")
    def is_refused():
        shown = delivery_of(stack, delivery)
        assert shown["last_error_message"] and shown["last_error_message"]["code"] == "delivery.address_refused", shown
        return True
    poll(is_refused, what="the connection is refused")
    assert receiver.events == []


def test_deliveries_are_listed_filtered_and_sent_again(stack, key, receiver):
    set_webhook(stack, key, url=receiver.url)
    receiver.answer_with(500)
    failed = send_test(stack, key)
    becomes(stack, failed, "failed")
    done = add_event(stack, key, receiver.url)
    becomes(stack, done, "delivered")

    def listed(query):
        page = stack.api("GET", f"/api/webhook-deliveries?api_key_id={key}&{query}")
        assert all("payload" not in item for item in page["items"])
        return {item["id"] for item in page["items"]}
    assert listed("") == {failed, done}
    assert listed("state=failed") == {failed}
    assert listed("generation=gen_1") == {done}
    assert listed("generation=other") == set()
    assert stack.call("GET", "/api/webhook-deliveries?state=lost").status == 422

    again = stack.call("POST", f"/api/webhook-deliveries/{failed}/resend")
    assert (again.status, again.json()["state"], again.json()["attempts"]) == (202, "pending", 0)
    becomes(stack, failed, "delivered")
    assert [event.headers["webhook-id"] for event in receiver.events].count(failed) == 2
    actions = [row["action"] for row in stack.api("GET", f"/api/audit?subject=key&subject_id={key}")["items"]]
    assert "retry" in actions and "run" in actions


def test_what_cannot_be_done_is_refused(stack, key):
    assert stack.call("GET", "/api/keys/999999/webhook").json()["code"] == "unknown_key"
    assert stack.call("GET", "/api/webhook-deliveries/msg_none").json()["code"] == "unknown_delivery"
    assert stack.call("POST", "/api/webhook-deliveries/msg_none/resend").status == 404
    refused = stack.call("POST", f"/api/keys/{key}/webhook/test")
    assert (refused.status, refused.json()["code"]) == (409, "no_webhook_url")
    for body in ({"hosts": ["a b"]}, {"hosts": [""]}, {"hosts": None}, {"in_progress": None}, {"url": 1}, {"nothing": 1}):
        assert stack.call("PUT", f"/api/keys/{key}/webhook", body).status == 422, body
    stack.api("POST", f"/api/keys/{key}/revoke")
    for method, path, body in (("PUT", "", {"url": None}), ("POST", "/secret", None), ("POST", "/test", None)):
        refused = stack.call(method, f"/api/keys/{key}/webhook{path}", body)
        assert (refused.status, refused.json()["code"]) == (409, "key_revoked")


def test_the_change_is_in_the_audit_trail_without_the_secret(stack, key, receiver):
    secret = set_webhook(stack, key, url=receiver.url, hosts=["shop.example"], in_progress=True)["secret"]
    rows = stack.api("GET", f"/api/audit?subject=key&subject_id={key}")["items"]
    (row,) = [row for row in rows if row["action"] == "change"]
    text = json.dumps(row)
    assert receiver.url in text and "shop.example" in text and "webhook_secret" in text
    assert secret not in text


def test_without_the_list_a_private_host_gets_nothing(stack, key, receiver):
    set_webhook(stack, key, url=receiver.url)
    stack.change_settings(WEBHOOK_ALLOW_HOSTS=None)
    refused = becomes(stack, add_event(stack, key, receiver.url), "failed")
    assert refused["last_error_message"]["code"] == "delivery.url_refused"
    assert receiver.events == []
