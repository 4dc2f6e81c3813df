"""Jobs: what the pool does to keep itself alive, and what is asked for by hand."""

import collections
import os
import random
import signal

import pytest

from locations import SERVE_SCRIPT
from polling import poll
from stand_in import HELD


KILLS = int(os.environ.get("DREAMINA_SCHEDULER_KILLS", 3))


@pytest.fixture(scope="module")
def stack_options(stand_in):
    return {"serve_script": SERVE_SCRIPT,  # which starts a killed scheduler again
            "config": {"REGISTER_API_URL": stand_in.url, "REGISTER_API_KEY": "register-key-0123456789abcdef",
                       "DEFAULT_POINTS": 42, "SESSION_UPDATE_BATCH_SIZE": 8}}


def control(stand_in, path, body):
    stand_in._control("POST", path, body)


def asked(stand_in, path):
    """The bodies or tokens of what came in at a path outside of /v1."""
    found = stand_in._control("GET", "/_requests?since=0").json()
    return [request for request in found if request["target"].split("?")[0] == path]


def queue(stack, **job):
    answer = stack.call("POST", "/api/jobs", job)
    assert answer.status == 202, answer.body
    return answer.json()["job"]


def job(stack, number, size=1000):
    return stack.api("GET", f"/api/jobs/{number}?size={size}")


def ended(stack, number):
    def has_ended():
        found = job(stack, number)
        return found["state"] in ("done", "failed", "cancelled") and found

    return poll(has_ended, 180, f"job {number} ends", every=0.1)


def test_one_account_is_registered_for_the_earlier_programs_page(stack, stand_in):
    control(stand_in, "/_register", {"register": [
        {"email": "fresh@example.com", "session_id": "sg-" + "c" * 32, "delay_ms": 0}]})
    answer = stack.call("POST", "/api/register-account", timeout=60)
    assert answer.status == 200, answer.body
    account = answer.json()["account"]
    assert account["email"] == "fresh@example.com"
    assert (account["region"], account["session_id"], account["points"]) == ("sg", "c" * 32, 42)
    assert account["status"] == "active"


def test_of_three_registrations_one_is_known_and_one_fails(stack, stand_in):
    known = stack.add_account()
    control(stand_in, "/_register", {"register": [
        {"email": known["email"]}, {"error": "no mailbox"}, {"email": "third@example.com"}]})
    number = stack.call("POST", "/api/accounts/register", {"count": 3}).json()["job"]["id"]
    done = ended(stack, number)
    assert (done["state"], done["done"], done["failed"]) == ("done", 3, 2)
    errors = sorted(item["error"] for item in done["items"] if item["state"] == "failed")
    assert errors == [f"An account with the email {known['email']} already exists and was left unchanged", "no mailbox"]
    messages = [item["error_message"] for item in done["items"] if item["state"] == "failed"]
    assert {"code": "job.email_known", "params": {"email": known["email"]}} in messages
    assert done["error_message"]["code"] == "job.some_failed" and done["error_message"]["params"]["failed"] == 2
    assert sorted(a["email"] for a in stack.accounts()) == sorted([known["email"], "third@example.com"])
    assert stack.account(known["id"])["session_id"] == known["session_id"]


def test_an_account_whose_session_expired_is_back_by_itself(stack, stand_in):
    account = stack.add_account(region="hk")
    control(stand_in, "/_register", {"session_update": [{"session_id": "us-" + "d" * 32}]})
    stand_in.script({"times": 1, "answer": "session_expired"})
    stack.generate()
    found = poll(lambda: stack.account(account["id"])["session_id"] == "d" * 32 and stack.account(account["id"]),
                 what="a new session")
    assert (found["region"], found["status"]) == ("hk", "active")
    newest = stack.api("GET", "/api/jobs?kind=session_refresh")["items"][0]
    assert (newest["requested_by"], newest["account_id"]) == ("engine", account["id"])


def test_a_refresh_by_hand_answers_with_the_new_session(stack, stand_in):
    account = stack.add_account()
    control(stand_in, "/_register", {"session_update": [{"session_id": "e" * 32}, {"error": "wrong password", "status": 500}]})
    answer = stack.call("POST", f"/api/accounts/{account['id']}/update-session", timeout=60)
    assert answer.status == 200, answer.body
    assert answer.json()["new_session_id"] == "e" * 32
    refused = stack.call("POST", f"/api/accounts/{account['id']}/session/update?wait=30", timeout=60)
    assert refused.status == 502 and "wrong password" in refused.json()["detail"]
    assert stack.account(account["id"])["session_id"] == "e" * 32


def test_as_many_sessions_are_refreshed_at_a_time_as_the_settings_say(stack, stand_in):
    stack.change_settings(SESSION_UPDATE_BATCH_SIZE=30)
    accounts = [stack.add_account() for _ in range(30)]
    stand_in.clear()
    control(stand_in, "/_register", {"session_update": [{"times": 30, "delay_ms": HELD}]})
    number = queue(stack, kind="session_refresh", accounts=[a["id"] for a in accounts])["id"]
    poll(lambda: len(asked(stand_in, "/session/update")) == 30, what="all are being refreshed")
    assert job(stack, number, 1)["done"] == 0
    stand_in.release()
    assert ended(stack, number)["failed"] == 0


def test_points_are_asked_for_after_use(stack, stand_in):
    account = stack.add_account(points=100)
    control(stand_in, "/_points", {account["session_id"]: 64})
    assert stack.generate().status == 200
    poll(lambda: stack.account(account["id"])["points"] == 64, what="the points after use")


def test_one_bad_token_among_fifty(stack, stand_in):
    accounts = [stack.add_account(points=5) for _ in range(50)]
    bad = accounts[20]
    control(stand_in, "/_points", {a["session_id"]: 9 for a in accounts} | {bad["session_id"]: "error"})
    done = ended(stack, queue(stack, kind="points_update", accounts=[a["id"] for a in accounts])["id"])
    assert (done["state"], done["done"], done["failed"]) == ("done", 50, 1)
    points = {a["id"]: a["points"] for a in stack.accounts()}
    assert points == {a["id"]: 5 if a is bad else 9 for a in accounts}

    again = stack.call("POST", f"/api/jobs/{done['id']}/retry").json()["job"]
    assert again["total"] == 1 and again["retry_of"] == done["id"]
    assert ended(stack, again["id"])["failed"] == 1


def add_many(stack, count):
    lines = "\n".join(f"many{i}@example.com:pw-{i}:{i:032x}" for i in range(count))
    created = stack.api("POST", "/api/accounts/bulk", {"credentials": lines})
    assert created["created_count"] == count
    return {a["email"]: a for a in stack.accounts()}


def test_a_scheduler_that_is_killed_during_a_job_goes_on_where_it_was(stack, stand_in):
    before = add_many(stack, 300)
    stand_in.clear()
    in_flight = 8 * KILLS
    control(stand_in, "/_register", {"session_update": [{"times": 300 + in_flight, "delay_ms": 60}]})
    number = queue(stack, kind="session_refresh", accounts="all")["id"]
    for done in sorted(random.sample(range(290), KILLS)):
        poll(lambda: job(stack, number, 1)["done"] >= done, what=f"{done} are done", every=0.01)
        [scheduler] = poll(lambda: stack.pids("dreamina-schedu"), what="a scheduler")
        os.kill(scheduler, signal.SIGKILL)
        poll(lambda: stack.pids("dreamina-schedu") not in ([], [scheduler]), what="another scheduler")
    finished = ended(stack, number)
    assert (finished["state"], finished["done"], finished["failed"]) == ("done", 300, 0)
    assert collections.Counter(item["state"] for item in finished["items"]) == {"done": 300}
    after = {a["email"]: a for a in stack.accounts()}
    assert all(after[email]["session_id"] != before[email]["session_id"] for email in before)
    # Only what was being asked at the moment of a kill may have been asked for again.
    assert 300 <= len(asked(stand_in, "/session/update")) <= 300 + in_flight


def test_a_cancelled_job_stops_during_its_requests(stack, stand_in):
    add_many(stack, 40)
    control(stand_in, "/_register", {"session_update": [{"times": 40, "delay_ms": HELD}]})
    number = queue(stack, kind="session_refresh", accounts="all")["id"]
    poll(lambda: job(stack, number)["state"] == "running", what="it runs")
    stack.api("POST", f"/api/jobs/{number}/cancel")
    poll(lambda: {item["state"] for item in job(stack, number)["items"]} == {"skipped"}, what="all is skipped")
    assert stack.call("POST", f"/api/jobs/{number}/cancel").status == 409
    control(stand_in, "/_register", {})
