"""Keys of /v1: made in the API, shown once, refused where they should be, and exact whatever the load."""

import collections
import concurrent.futures
import contextlib
import http.client
import itertools
import json
import os
import signal
import threading
import time

import pytest

from each_worker import ask_each_worker
from http_client import JSON_TYPE, bearer, connect, request_bytes, send
from polling import poll
from stack import in_flight_is_over, rfc3339, utc
from stand_in import HELD

CLIENTS = 64
DAY = 24 * 3600
names = (f"key {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3, "config": {"LIMIT_JIMENG_4_0": 1_000_000}}


def make_key(stack, **fields):
    made = stack.api("POST", "/api/keys", {"name": next(names), **fields})
    stack.secrets.add(made["key"])
    return made


def make_key_for_a_moment(stack):
    """One that expires soon; the moment must not be over when it is made."""
    for seconds in (0.3, 3, 30):
        made = stack.call("POST", "/api/keys", {"name": next(names), "expires_at": rfc3339(time.time() + seconds)})
        if made.status == 200:
            stack.secrets.add(made.json()["key"])
            return made.json()
    raise AssertionError(f"{made.status}: {made.body}")


def shown(stack, key):
    return stack.api("GET", f"/api/keys/{key['id']}")


def revoke(stack, key):
    assert stack.api("POST", f"/api/keys/{key['id']}/revoke")["state"] == "revoked"


def assert_refused(answer, status, code, *words):
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code"}
    assert (answer.status, error["code"]) == (status, code), error
    for word in words:
        assert word in error["message"], f"{word} is not in {error['message']}"
    assert answer.header("Access-Control-Allow-Origin") == "*"


def statuses(stack, key):
    """What each worker answers it with."""
    return [status for status, _ in ask_each_worker(stack, "/v1/models", key["key"])]


def fire(stack, total, key, clients=CLIENTS):
    """`total` requests from many clients on kept connections; how often each status came."""
    numbers = itertools.count()
    seen = collections.Counter()
    body = json.dumps({"model": "jimeng-4.0", "prompt": "x"})
    headers = {"Authorization": f"Bearer {key['key']}", "Content-Type": "application/json"}

    def client(_):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)) as connection:
            mine = collections.Counter()
            while next(numbers) < total:
                connection.request("POST", "/v1/images/generations", body, headers)
                answer = connection.getresponse()
                answer.read()
                mine[answer.status] += 1
                if answer.status == 429:
                    assert int(answer.getheader("Retry-After")) >= 1
            return mine

    with concurrent.futures.ThreadPoolExecutor(clients) as threads:
        for mine in threads.map(client, range(clients)):
            seen += mine
    assert sum(seen.values()) == total
    return seen


def received(stand_in):
    return sum(count["received"] for account in stand_in.counts()["accounts"].values()
               for count in account["models"].values())


def test_made_shown_once_and_used_at_once(stack, stand_in, account):
    key = make_key(stack)
    assert key["state"] == "active" and key["key"].startswith(key["prefix"]) and len(key["prefix"]) < 15
    assert statuses(stack, key) == [200, 200, 200]
    answer = stack.generate(password=key["key"])
    assert answer.status == 200
    assert stand_in.only_request()["account"] == f"us-{account['session_id']}"

    without_key = {name: value for name, value in key.items() if name != "key"}
    seen = shown(stack, key)
    assert set(seen) == set(without_key)
    assert seen["use"] == {"today": 1, "this_minute": seen["use"]["this_minute"], "total": 1, "in_flight": 0}
    assert abs(utc(seen["last_used_at"]) - time.time()) < 60
    listed = stack.call("GET", "/api/keys")
    assert seen["id"] in [item["id"] for item in listed.json()["items"]]
    assert key["key"].encode() not in listed.body
    assert key["key"] not in json.dumps(stack.query("SELECT * FROM api_keys"))

    # It opens /v1 and nothing else.
    assert stack.call("GET", "/api/keys", password=key["key"]).status == 401
    assert stack.generate().status == 200
    assert shown(stack, key)["use"]["total"] == 1


def test_who_is_refused_and_why(stack, stand_in, account):
    unknown = make_key(stack)
    revoke(stack, unknown)
    stack.api("DELETE", f"/api/keys/{unknown['id']}")
    revoked, expired = make_key(stack), make_key_for_a_moment(stack)
    revoke(stack, revoked)
    poll(lambda: shown(stack, expired)["state"] == "expired")
    for key, word in ((unknown, ""), (revoked, "revoked"), (expired, "expired"), ({"key": unknown["key"][:-1]}, "")):
        for answer in (stack.generate(password=key["key"]), stack.v1("GET", "/v1/models", password=key["key"])):
            assert_refused(answer, 401, "invalid_api_key", word)
            assert answer.header("WWW-Authenticate") == "Bearer"
    assert stand_in.requests() == []
    stack.api("PUT", f"/api/keys/{expired['id']}", {"expires_at": None})
    poll(lambda: stack.generate(password=expired["key"]).status == 200, what="a key whose expiry was taken away works")


def test_a_key_for_certain_models(stack, stand_in, account):
    key = make_key(stack, models=["jimeng-video-3.0", "jimeng-4.0"])
    assert key["models"] == ["video-3.0", "jimeng-4.0"]
    listed = stack.v1("GET", "/v1/models", password=key["key"]).json()
    assert {model["id"] for model in listed["data"]} == {
        "jimeng-4.0", "video-3.0", "jimeng-video-3.0", "jimeng-video-3.0-pro", "jimeng-video-3.0-fast"}
    assert stack.generate("jimeng-4.0", password=key["key"]).status == 200
    assert stack.generate("jimeng-video-3.0", password=key["key"]).status == 200
    for model, words in (("nanobanana", ["nanobanana"]), ("no-such-model", ["no-such-model"]),
                         ("x" * 200, ["certain models"])):
        answer = stack.generate(model, password=key["key"])
        assert_refused(answer, 403, "model_not_allowed", *words)
        assert answer.header("X-Dreamina-Request-Id")
    for unreadable in (stack.v1("GET", "/v1/echo", password=key["key"]),
                       stack.v1(body=b"{", password=key["key"])):
        assert_refused(unreadable, 403, "model_not_allowed", "names none")
    assert len(stand_in.requests()) == 2
    assert shown(stack, key)["use"]["total"] == 2

    stack.api("PUT", f"/api/keys/{key['id']}", {"models": ["nanobanana"]})
    poll(lambda: stack.generate("nanobanana", password=key["key"]).status == 200, what="another list of models")
    poll(lambda: statuses(stack, key) == [200] * 3)


# Each asks for more than nanobanana if one of the upstreams reads it in its own way.
FORM = "multipart/form-data; boundary=x"
URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"


def part(name, value, more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


PROMPT = part("prompt", "x") + part("images", "p", '; filename="a.png"\r\nContent-Type: image/png')
CRAFTED = [
    (JSON, '{"model":"nanobanana","model":"jimeng-4.0","prompt":"x"}'),
    (JSON, '{"model":"jimeng-4.0","model":"nanobanana","prompt":"x"}'),
    (JSON, '{"model":"nanobanana","Model":"jimeng-4.0","prompt":"x"}'),
    (JSON, '{"MODEL":"nanobanana","prompt":"x"}'),
    (JSON, '{"model":"nanobanana","mod\\u0065l":"jimeng-4.0","prompt":"x"}'),
    (JSON, '{"model":"nanobanana","mo\ufeffdel":"jimeng-4.0","prompt":"x"}'),
    (JSON, "{'model':'jimeng-4.0','prompt':'x'}"),
    (JSON, '{"prompt":"\\\'","model":"nanobanana","x":\'","model":"jimeng-4.0","y":"\'}'),
    (JSON, '{"model":"nanobanana","prompt":"x",model:"jimeng-4.0"}'),
    (JSON, '{"model":"nanobanana","prompt":"x",}'),
    (JSON, '{"model":"nanobanana","prompt":"x"}{"model":"jimeng-4.0","prompt":"x"}'),
    (JSON, "model=nanobanana&prompt=x"),
    ("text/plain", '{"model":"nanobanana","MODEL":"jimeng-4.0","prompt":"x"}'),
    ("", '{"model":"nanobanana","prompt":"x"} {"model":"jimeng-4.0"}'),
    (URLENCODED, '{"model":"nanobanana","prompt":"&model=jimeng-4.0&prompt=x&y="}'),
    (URLENCODED, '{"model":"jimeng-4.0","prompt":"&model=nanobanana&prompt=x&y="}'),
    (URLENCODED, "model=nanobanana&model=jimeng-4.0&prompt=x"),
    (URLENCODED, "model[]=nanobanana&prompt=x"),
    (URLENCODED, "[model]=jimeng-4.0&prompt=x"),
    (URLENCODED, "a=b&" * 1000 + "model=nanobanana&prompt=x"),
    (FORM, part("model", "nanobanana") + part("model", "jimeng-4.0") + PROMPT + "--x--\r\n"),
    (FORM, part("model", "jimeng-4.0") + part("model", "nanobanana") + PROMPT + "--x--\r\n"),
    (FORM, part("model", "nanobanana", '; filename="a"') + part("model", "jimeng-4.0") + PROMPT + "--x--\r\n"),
    (FORM, part("model", "nanobanana", "\r\nContent-Type: text/plain") + PROMPT + "--x--\r\n"),
    (FORM, part("model", "nanobanana") + PROMPT + "--x--\r\n" + part("model", "jimeng-4.0") + "--x--\r\n"),
    (FORM, '{"model":"jimeng-4.0","prompt":"x"}\r\n' + part("model", "nanobanana") + PROMPT + "--x--\r\n"),
    (FORM, (part("model", "jimeng-4.0") + PROMPT + "--x--\r\n").replace("\r\n", "\n")),
    ("multipart/mixed; boundary=x", part("model", "nanobanana") + PROMPT + "--x--\r\n"),
    ("multipart/form-data; a=\"boundary=y\"; boundary=x", part("model", "nanobanana") + PROMPT + "--x--\r\n"),
]


@pytest.mark.parametrize("content_type,body", CRAFTED, ids=range(len(CRAFTED)))
def test_no_way_of_writing_a_body_gets_around_a_keys_models(stack, stand_in, account, content_type, body):
    key = make_key(stack, models=["nanobanana"])
    for upstream in ("jimeng-api", "jimeng-api-go"):
        stand_in.play(upstream)
        for target in ("/v1/images/generations", "/v1/images/compositions"):
            headers = [("Content-Type", content_type)] if content_type else []
            answer = stack.v1(target=target, body=body.encode(), headers=headers, password=key["key"])
            assert_refused(answer, 400, "doubtful_model", "certain models")
    assert stand_in.requests() == []
    assert stack.account(account["id"])["usage"] == {}
    assert shown(stack, key)["use"]["total"] == 0


def test_a_key_for_certain_models_and_a_body_that_names_none(stack, stand_in, account):
    stand_in.play("jimeng-api")
    key = make_key(stack, models=["nanobanana", "jimeng-video-3.0"])
    # A worker looks at who the upstream is from time to time.
    poll(lambda: "jimeng-4.5" in stack.v1(target="/v1/images/generations", body={"prompt": "x"},
                                          password=key["key"]).json()["error"]["message"], what="the worker knows")
    for target, default in (("/v1/images/generations", "jimeng-4.5"), ("/v1/videos/generations", "jimeng-video-3.5-pro")):
        for body in ({"prompt": "x"}, {"prompt": "x", "model": None}, {"prompt": "x", "model": ""}):
            assert_refused(stack.v1(target=target, body=body, password=key["key"]), 403, "model_not_allowed", default)
    # Of a picture's model that upstream makes a video with its default.
    answer = stack.v1(target="/v1/videos/generations", body={"prompt": "x", "model": "nanobanana"}, password=key["key"])
    assert_refused(answer, 403, "model_not_allowed", "jimeng-video-3.5-pro")
    assert stand_in.requests() == []

    stack.api("PUT", f"/api/keys/{key['id']}", {"models": ["jimeng-4.5"]})
    poll(lambda: stack.v1(body={"prompt": "x"}, password=key["key"]).status == 200, what="another list of models")
    assert stand_in.requests()[-1]["model"] == "jimeng-4.5"


@pytest.mark.parametrize("content_type,body", [
    (JSON, '{ "prompt": "it\'s, \\"model\\": {x}",\n "n": 1.5e0, "x": {"model": "jimeng-4.0"}, "model": "nanobanana" }\n'),
    ("", '{"model":"nanobanana","prompt":"x"}'),
    (FORM, part("model", "nanobanana") + PROMPT + "--x--\r\n"),
    ("multipart/form-data; boundary=\"x\"", PROMPT + part("model", "nanobanana") + "--x--"),
    (URLENCODED, "prompt=a+b%2C&model=nanobanana"),
])
def test_a_key_for_certain_models_takes_what_clients_write(stack, stand_in, account, content_type, body):
    key = make_key(stack, models=["nanobanana"])
    headers = [("Content-Type", content_type)] if content_type else []
    assert stack.v1(body=body.encode(), headers=headers, password=key["key"]).status == 200
    assert stack.account(account["id"])["usage"] == {"nanobanana": 1}


def test_a_size_behind_a_models_name_is_no_other_model(stack, stand_in, account):
    stand_in.play("jimeng-api-go")
    key = make_key(stack, models=["nanobanana"])
    chat = lambda model: stack.v1(target="/v1/chat/completions", password=key["key"], body={
        "model": model, "messages": [{"role": "user", "content": "x"}]})
    assert chat("nanobanana:1024x1024").status == 200
    assert stand_in.only_request()["model"] == "nanobanana"
    for other in ("jimeng-4.0:1024x1024", "jimeng-4.0:nanobanana", ":nanobanana", " jimeng-4.0:nanobanana"):
        assert_refused(chat(other), 403, "model_not_allowed")
    assert len(stand_in.requests()) == 1


def test_revoked_is_refused_at_once_and_known_to_every_worker(stack, stand_in, account):
    key = make_key(stack)
    assert statuses(stack, key) == [200] * 3
    revoke(stack, key)
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as threads:
        answers = list(threads.map(lambda _: stack.generate(password=key["key"]), range(CLIENTS)))
    poll(lambda: statuses(stack, key) == [401] * 3, what="every worker knows")
    for answer in answers:
        assert_refused(answer, 401, "invalid_api_key", "revoked")
    assert stand_in.requests() == []


def test_refused_requests_are_not_counted(stack, stand_in):
    key = make_key(stack, calls_per_day=1)
    assert stack.generate(password=key["key"]).status == 503  # there is no account
    assert shown(stack, key)["use"]["total"] == 0
    stack.add_account()
    assert stack.generate(password=key["key"]).status == 200
    for _ in range(3):
        answer = stack.generate(password=key["key"])
        assert_refused(answer, 429, "rate_limit_exceeded", "1 call a day")
        assert abs(int(answer.header("Retry-After")) - DAY / 2) < 600
        assert answer.header("X-Dreamina-Request-Id")
    assert shown(stack, key)["use"] == {**shown(stack, key)["use"], "today": 1, "total": 1}
    # More is let through from the moment that the limit says so.
    stack.api("PUT", f"/api/keys/{key['id']}", {"calls_per_day": 2})
    assert stack.generate(password=key["key"]).status == 200
    assert stack.generate(password=key["key"]).status == 429


def test_one_request_is_one_call_however_many_accounts_it_takes(stack, stand_in):
    key = make_key(stack, calls_per_day=1, concurrency=1)
    for _ in range(3):
        stack.add_account()
    stand_in.script({"answer": "rate_limited", "dialect": "b", "times": 2})
    answer = stack.generate(password=key["key"])
    assert (answer.status, answer.header("X-Dreamina-Attempts")) == (200, "3")
    assert shown(stack, key)["use"]["total"] == 1


def test_calls_per_day_are_exact(stack, stand_in):
    for _ in range(20):
        stack.add_account()
    limited, other = make_key(stack, calls_per_day=500), make_key(stack)
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        mine = both.submit(fire, stack, 2000, limited)
        others = both.submit(fire, stack, 300, other, 8)
    assert mine.result() == {200: 500, 429: 1500}
    assert others.result() == {200: 300}
    assert received(stand_in) == 800
    in_flight_is_over(stack)
    assert shown(stack, limited)["use"] == {"today": 500, "this_minute": shown(stack, limited)["use"]["this_minute"],
                                            "total": 500, "in_flight": 0}
    assert shown(stack, other)["use"]["today"] == 300
    assert sum(account["jimeng_4_0_count"] for account in stack.accounts()) == 800


def test_calls_per_minute_are_exact(stack, stand_in):
    for _ in range(20):
        stack.add_account()

    def within_one_minute():
        key = make_key(stack, calls_per_minute=100)
        begun = int(time.time() // 60)
        seen = fire(stack, 700, key)
        ended = int(time.time() // 60)
        assert 100 <= seen[200] <= 100 * (ended - begun + 1) and set(seen) == {200, 429}
        assert shown(stack, key)["use"]["total"] == seen[200]
        if begun != ended:
            return False  # once more: the next minute has only begun
        assert seen[200] == 100
        answer = stack.generate(password=key["key"])
        if answer.status == 429:
            assert_refused(answer, 429, "rate_limit_exceeded", "100 calls a minute")
            assert 1 <= int(answer.header("Retry-After")) <= 60
        return True

    assert any(within_one_minute() for _ in range(8))


def test_concurrency_is_exact_also_while_requests_go_from_account_to_account(stack, stand_in):
    accounts = [stack.add_account() for _ in range(60)]
    key = make_key(stack, concurrency=5)
    # Each of every third account takes part until it has failed three times in a row.
    stand_in.script(*({"account": account["session_id"], "answer": "a.generation_failed.5001",
                       "delay_ms": [1, 30]} for account in accounts[::3]), {"path": "/v1/*", "delay_ms": [5, 40]})
    seen = collections.Counter()
    while received(stand_in) < 400:
        seen += fire(stack, 500, key)
    in_flight_is_over(stack)
    assert set(seen) == {200, 429} and seen[429] > CLIENTS  # in that dialect a failure is a 200 as well
    assert stand_in.counts()["most_in_flight"] == 5
    use = shown(stack, key)["use"]
    assert use["in_flight"] == 0 and use["total"] == seen[200]
    assert received(stand_in) - use["total"] >= 40, "hardly a request went on to another account"


def test_who_waits_for_an_account_is_in_flight_and_who_gives_up_has_made_no_call(stack, stand_in):
    stack.change_settings(ACCOUNT_MAX_CONCURRENCY=1)
    stack.add_account()
    key = make_key(stack, concurrency=2)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    body = json.dumps({"model": "jimeng-4.0", "prompt": "x"}).encode()
    connections = [connect(stack.port) for _ in range(2)]
    try:
        for number, connection in enumerate(connections):
            connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations", body,
                                             [bearer(key["key"]), JSON_TYPE]))
            poll(lambda: shown(stack, key)["use"]["in_flight"] == number + 1)
        assert stack.query("SELECT count(*) FROM waiting") == [(1,)]
        answer = stack.generate(password=key["key"])
        assert_refused(answer, 429, "rate_limit_exceeded", "2 requests in flight")
        assert answer.header("Retry-After") == "1"
        connections[1].close()
        poll(lambda: shown(stack, key)["use"] == {**shown(stack, key)["use"], "in_flight": 1, "total": 1})
    finally:
        for connection in connections:
            connection.close()
        stand_in.release()
    in_flight_is_over(stack)


def test_killed_workers_free_what_their_requests_held(stack, stand_in):
    for _ in range(3):
        stack.add_account()
    key = make_key(stack, concurrency=6)
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    outcomes = []

    def hang():
        try:
            outcomes.append(send(stack.port, "POST", "/v1/images/generations", b'{"model": "jimeng-4.0"}',
                                 [bearer(key["key"]), JSON_TYPE]).status)
        except (OSError, http.client.HTTPException):
            outcomes.append("broken")

    threads = [threading.Thread(target=hang) for _ in range(6)]
    for thread in threads:
        thread.start()
    poll(lambda: shown(stack, key)["use"]["in_flight"] == 6)
    # Booked is not sent yet: what never went out has cost nothing, and is not counted.
    poll(lambda: len(stand_in.requests()) == 6, what="all of them are with the upstream")
    assert stack.generate(password=key["key"]).status == 429
    for pid in stack.worker_pids():
        os.kill(pid, signal.SIGKILL)
    poll(lambda: len(stack.worker_pids()) == 3, what="three workers again")
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {502, "broken"}
    poll(lambda: shown(stack, key)["use"]["in_flight"] == 0, what="nothing of it is in flight")
    stand_in.script()
    assert fire(stack, 6, key, 6)[200] == 6
    assert shown(stack, key)["use"]["total"] == 12  # what was under way may have been paid for
