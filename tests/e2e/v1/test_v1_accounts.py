"""Who serves a request, and what becomes of the account."""

import concurrent.futures
import http.client
import time

import pytest

from http_client import JSON_TYPE, bearer, connect, request_bytes
from polling import poll
from ports import free_port
from stack import PASSWORD, in_flight_is_over, rfc3339, utc
from stand_in import HELD

HOUR = 3600


def refused_because(stack, sentence, model="jimeng-4.0"):
    """No account serves it, for that reason; gives Retry-After. The sentence may be that of a moment ago."""
    def says_so():
        answer = stack.generate(model)
        if answer.status != 503:
            pytest.fail(f"answered with {answer.status}: {answer.body[:300]}")
        error = answer.json()["error"]
        assert error["code"] == "no_account" and error["type"] == "server_error"
        assert error["message"] == sentence
        return int(answer.header("Retry-After"))

    return poll(says_so, what="the reason is told")


def test_accounts_take_turns(stack, stand_in):
    accounts = [stack.add_account() for _ in range(4)]
    for _ in range(12):
        assert stack.generate().status == 200
    served = [request["account"] for request in stand_in.requests()]
    assert sorted(served[:4]) == sorted(f"us-{account['session_id']}" for account in accounts)
    assert served == served[:4] * 3


def test_accounts_take_turns_across_workers(stack, stand_in):
    accounts = [stack.add_account() for _ in range(5)]
    stand_in.script({"path": "/v1/*", "delay_ms": 20})
    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        assert all(answer.status == 200 for answer in threads.map(lambda _: stack.generate(), range(100)))
    assert [stack.account(account["id"])["jimeng_4_0_count"] for account in accounts] == [20] * 5
    assert {counts["received"] for counts in stand_in.counts()["accounts"].values()} == {20}


def test_the_new_account_comes_first_and_then_takes_its_turn(stack, stand_in):
    stack.add_account()
    for _ in range(3):
        stack.generate()
    new = stack.add_account()
    stack.generate()
    assert stand_in.requests()[-1]["account"] == f"us-{new['session_id']}"
    assert stack.account(new["id"])["last_used_at"] is not None


@pytest.mark.parametrize("target,body", [("/v1/images/generations", {}), ("/v1/chat/completions", {"stream": True})])
def test_a_client_that_has_its_answer_finds_it_counted(stack, stand_in, target, body):
    account = stack.add_account()
    for number in range(1, 21):
        assert stack.v1(target=target, body={"model": "jimeng-4.1", **body}).status == 200
        seen = stack.account(account["id"])
        assert (seen["jimeng_4_1_count"], seen["usage"], seen["in_flight"]) == (number, {"jimeng-4.1": number}, 0)


@pytest.mark.parametrize("answer,status,used", [
    ("rate_limited", 429, 0), ("server_error", 500, 0), ("gave_up_waiting", 524, 1)])
def test_banned_for_a_while(stack, stand_in, answer, status, used):
    stack.change_settings(ACCOUNT_BAN_DURATION_HOURS=2.5)
    account = stack.add_account()
    stand_in.script({"answer": answer, "dialect": "b"})
    before = time.time()
    came = stack.generate()
    assert came.status == status
    seen = stack.account(account["id"])
    assert (seen["status"], seen["is_banned"], seen["error_count"]) == ("banned", True, 1)
    assert before + 2.5 * HOUR - 1 <= utc(seen["ban_until"]) <= time.time() + 2.5 * HOUR + 1
    assert (seen["jimeng_4_0_count"], seen["in_flight"]) == (used, 0)
    assert str(status) in seen["status_reason"]

    retry_after = refused_because(stack, "no account can serve jimeng-4.0: of 1, 1 banned")
    assert 2.5 * HOUR - 30 <= retry_after <= 2.5 * HOUR + 1

    stand_in.script()
    stack.api("POST", f"/api/accounts/{account['id']}/unban")
    assert stack.generate().status == 200


@pytest.mark.parametrize("dialect", ["a", "b"])
def test_session_expired(stack, stand_in, dialect):
    account = stack.add_account()
    stand_in.script({"answer": "session_expired", "dialect": dialect})
    came = stack.generate()
    assert came.status == (200 if dialect == "a" else 401)
    assert "Token已失效" in came.body.decode()
    seen = stack.account(account["id"])
    assert (seen["status"], seen["jimeng_4_0_count"], seen["error_count"]) == ("session_expired", 0, 0)
    jobs = stack.query("SELECT kind, account_id FROM jobs WHERE account_id = ?", account["id"])
    assert jobs == [("session_refresh", account["id"])]
    refused_because(stack, "no account can serve jimeng-4.0: of 1, 1 without a valid session")

    stack.api("PUT", f"/api/accounts/{account['id']}", {"session_id": "hk-" + "f" * 32})
    stand_in.script()
    assert stack.generate().status == 200
    assert stand_in.requests()[-1]["account"] == "hk-" + "f" * 32


@pytest.mark.parametrize("dialect", ["a", "b"])
def test_points_used_up(stack, stand_in, dialect):
    """What the upstream says of its points is believed once it has been asked for them."""
    account = stack.add_account(points=120)
    stand_in.set_points(**{account["session_id"]: 0})
    stand_in.script({"answer": "points_used_up", "dialect": dialect, "times": 1})
    stack.generate()
    seen = stack.account(account["id"])
    assert (seen["status"], seen["jimeng_4_0_count"]) == ("no_points", 0)
    for model in ("jimeng-4.0", "a-model-of-next-year"):
        refused_because(stack, f"no account can serve {model}: of 1, 1 without points", model)
    # Two models need none.
    assert stack.generate("nanobanana").status == stack.generate("nanobananapro").status == 200
    poll(lambda: stack.account(account["id"])["points"] == 0, 60, "its points were asked for")
    assert stack.account(account["id"])["status"] == "no_points"


def test_an_account_that_has_points_left_serves_again_once_they_are_known(stack, stand_in):
    account = stack.add_account(points=120)
    stand_in.set_points(**{account["session_id"]: 46})
    stand_in.script({"answer": "points_used_up", "dialect": "a", "times": 1})
    stack.generate()
    poll(lambda: stack.account(account["id"])["points"] == 46, 60, "its points were asked for")
    assert stack.account(account["id"])["status"] == "active"
    assert stack.generate().status == 200


@pytest.mark.parametrize("answer", ["content_refused", "bad_parameters", "plain_error", "unknown_route"])
@pytest.mark.parametrize("dialect", ["a", "b"])
def test_the_clients_own_fault_is_not_the_accounts(stack, stand_in, answer, dialect):
    account = stack.add_account()
    stand_in.script({"answer": answer, "dialect": dialect})
    stack.generate()
    seen = stack.account(account["id"])
    assert (seen["status"], seen["jimeng_4_0_count"], seen["error_count"]) == ("active", 0, 0)


def test_regions(stack, stand_in):
    tokens = {region: stack.add_account(region=region)["session_id"] for region in ("us", "hk", "cn")}
    served = lambda model: {stack.generate(model).status for _ in range(4)} and {
        request["account"] for request in stand_in.requests()[-4:]}
    everywhere = {f"us-{tokens['us']}", f"hk-{tokens['hk']}", tokens["cn"]}
    assert served("jimeng-4.0") == everywhere
    assert served("nanobanana") == everywhere - {tokens["cn"]}
    assert served("jimeng-3.1") == {tokens["cn"]}
    assert served("jimeng-4.6") == everywhere - {f"us-{tokens['us']}"}
    assert served("jimeng-video-sora2") == {f"hk-{tokens['hk']}"}


def test_an_account_of_cn_needs_no_points(stack, stand_in):
    stack.add_account(region="cn", points=0)
    assert stack.generate().status == 200


def test_why_nobody_can_serve(stack, stand_in):
    refused_because(stack, "no account can serve this request: the pool is empty")
    stack.change_settings(LIMIT_JIMENG_4_0=1)
    stack.add_account()
    assert stack.generate().status == 200
    until_reset = refused_because(stack, "no account can serve jimeng-4.0: of 1, 1 at their daily limit")
    assert 0 < until_reset <= 24 * HOUR

    until = time.time() + 300
    banned = stack.add_account()
    stack.api("PUT", f"/api/accounts/{banned['id']}", {"is_banned": True, "ban_until": rfc3339(until)})
    stack.add_account(points=0)
    stack.add_account(session_id=None)
    disabled = stack.add_account()
    stack.api("POST", f"/api/accounts/{disabled['id']}/disable")
    retry_after = refused_because(stack, "no account can serve jimeng-4.0: of 5, 1 banned, 1 at their daily limit, "
                                         "1 without points, 1 without a valid session, 1 disabled")
    assert 1 <= retry_after <= 301

    stack.reset()
    stack.add_account(region="us")
    refused_because(stack, "no account can serve jimeng-3.1: of 1, 1 in a region that does not have the model",
                    "jimeng-3.1")


def test_limits_are_changed_live(stack, stand_in):
    account = stack.add_account()
    served = lambda: stack.generate().status == 200
    stack.change_settings(LIMIT_JIMENG_4_0=2)
    assert [served() for _ in range(4)] == [True, True, False, False]
    stack.change_settings(LIMIT_JIMENG_4_0=3)
    assert poll(served, what="the higher limit lets one more through")
    assert not served()
    stack.change_settings(LIMIT_JIMENG_4_0=1)
    assert not served()
    stack.change_settings(LIMIT_JIMENG_4_0=0)
    assert not served()
    assert stack.generate("jimeng-4.1").status == 200  # each model has its own
    stack.change_settings(LIMIT_JIMENG_4_0=60)
    assert poll(served, what="the first limit is back")
    assert stack.account(account["id"])["jimeng_4_0_count"] == 4


def test_unreachable_upstream_is_not_the_accounts_fault(stack, stand_in):
    account = stack.add_account()
    stack.change_settings(UPSTREAM_BASE_URL=f"http://127.0.0.1:{free_port()}")
    answer = stack.generate()
    assert answer.status == 502
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("server_error", "upstream_unreachable")
    assert answer.header("Access-Control-Allow-Origin") == "*"
    seen = stack.account(account["id"])
    assert (seen["status"], seen["jimeng_4_0_count"], seen["error_count"], seen["in_flight"]) == ("active", 0, 0, 0)


def test_upstream_that_does_not_answer_in_time(stack, stand_in):
    account = stack.add_account()
    stack.change_settings(PROXY_TIMEOUT=1)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    answer = stack.generate()
    assert answer.status == 504 and answer.json()["error"]["code"] == "upstream_timeout"
    seen = stack.account(account["id"])
    # It may have been paid for.
    assert (seen["status"], seen["jimeng_4_0_count"], seen["error_count"], seen["in_flight"]) == ("active", 1, 1, 0)


@pytest.mark.parametrize("cut", ["before_body_read", "at_once"])
@pytest.mark.parametrize("reset", [False, True])
def test_upstream_that_cuts_without_an_answer(stack, stand_in, cut, reset):
    account = stack.add_account()
    stand_in.script({"path": "/v1/*", "cut": cut, "reset": reset})
    answer = stack.generate()
    assert answer.status == 502 and answer.json()["error"]["code"] == "upstream_cut"
    seen = stack.account(account["id"])
    assert (seen["jimeng_4_0_count"], seen["error_count"], seen["in_flight"]) == (1, 1, 0)


def test_a_generation_that_may_have_begun_is_not_begun_again(stack, stand_in):
    account = stack.add_account()
    stack.generate()  # leaves a connection to be used again, which might turn out to be stale
    stand_in.clear()
    stand_in.script({"path": "/v1/*", "cut": "at_once", "delay_ms": 1200})
    assert stack.generate().status == 502
    assert len(stand_in.requests()) == 1
    assert stack.account(account["id"])["jimeng_4_0_count"] == 2


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_client_sees_that_an_answer_is_not_whole(stack, stand_in, chunked, reset):
    account = stack.add_account()
    stand_in.script({"status": 200, "headers": {"Content-Type": "image/png"}, "body_bytes": 400_000, "seed": 3,
                     "chunked": chunked, "cut": "mid_body", "reset": reset})
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        stack.generate()
    in_flight_is_over(stack)
    seen = stack.account(account["id"])
    assert (seen["jimeng_4_0_count"], seen["error_count"]) == (1, 1)


def test_cut_event_stream_is_not_taken_for_a_whole_one(stack, stand_in):
    stack.add_account()
    stand_in.script({"events": ["one", "two", "three", "four"], "event_gap_ms": 20, "cut": "mid_body"})
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        stack.v1(target="/v1/chat/completions", body={"model": "jimeng-4.5", "stream": True})


def test_client_that_goes_away_has_still_used_the_account(stack, stand_in):
    account = stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with connect(stack.port) as connection:
        connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations", b'{"model": "jimeng-4.0"}',
                                         [bearer(PASSWORD), JSON_TYPE]))
        poll(stand_in.requests, what="the upstream has the request")
        assert stack.account(account["id"])["in_flight"] == 1
        before = stack.clients_that_left()
    poll(lambda: stack.clients_that_left() > before, what="nginx has noticed that it has gone")
    stand_in.release()
    in_flight_is_over(stack)
    seen = stack.account(account["id"])
    assert (seen["jimeng_4_0_count"], seen["error_count"]) == (1, 0)
    assert stand_in.only_request()["state"] == "answered"


def test_account_that_is_deleted_during_a_request(stack, stand_in):
    account = stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        answer = thread.submit(stack.generate)
        poll(stand_in.requests, what="the upstream has the request")
        stack.api("DELETE", f"/api/accounts/{account['id']}")
        stand_in.release()
        assert answer.result().status == 200
    assert stack.query("SELECT count(*) FROM leases") == [(0,)]


def test_a_single_worker_follows_its_own_changes(new_stack, stand_in):
    stack = new_stack({"LIMIT_JIMENG_4_0": 1}, workers=1).start()
    stack.add_account()
    assert [stack.generate().status for _ in range(2)] == [200, 503]
    stack.change_settings(LIMIT_JIMENG_4_0=2)
    assert poll(lambda: stack.generate().status == 200, what="the higher limit lets one more through")
    assert stack.stop() == 0
