"""Clients that speak OpenAI's tongue, or the other upstream's: routes, fields, models, parameters, errors, and answers
that are waited for."""

import json

import pytest

from http_client import bearer, begin_answer, connect, request_bytes
from polling import poll
from stack import PASSWORD
from stand_in import HELD

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 1}


# Each upstream's own.
VIDEO_ROUTES = {"jimeng-api": "/v1/videos/generations", "jimeng-api-go": "/v1/video/generations"}


@pytest.fixture
def play(stack, stand_in, account):
    """Plays an upstream, and waits until the worker knows which."""
    def plays(upstream):
        stand_in.play(upstream)
        stack.call("POST", "/api/schedule/detect_upstream/run")
        other = next(route for kind, route in VIDEO_ROUTES.items() if kind != upstream)

        def arrives_at_its_own():
            stack.v1(target=other, body={})  # it asks for nothing, so nothing is made
            return stand_in.requests()[-1]["target"] == VIDEO_ROUTES[upstream]
        poll(arrives_at_its_own, 15, f"the worker knows {upstream}")
        stand_in.clear()
    yield plays
    stand_in.play("anything")


def form(*fields):
    """Each is (name, value), or (name, file, bytes)."""
    parts = []
    for name, *value in fields:
        extra = f'; filename="{value[0]}"\r\nContent-Type: image/png' if len(value) == 2 else ""
        content = value[-1] if isinstance(value[-1], bytes) else value[-1].encode()
        parts.append(f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + content + b"\r\n")
    return b"".join(parts) + b"--b--\r\n"


FORM = ("Content-Type", "multipart/form-data; boundary=b")


@pytest.mark.parametrize("upstream, route", [("jimeng-api", "/v1/images/compositions"),
                                             ("jimeng-api-go", "/v1/images/edits")])
@pytest.mark.parametrize("names", [["image"], ["image[]", "image[]"]])
def test_an_edit_as_openais_libraries_send_it_is_made(stack, stand_in, play, upstream, route, names):
    play(upstream)
    files = [(name, "cat.png", PNG) for name in names]
    answer = stack.v1(target="/v1/images/edits", headers=[FORM],
                      body=form(("model", "jimeng-4.5"), ("prompt", "a hat"), *files))
    assert answer.status == 200 and answer.json()["data"], answer.body
    request = stand_in.only_request()
    assert request["target"] == route
    assert request["bytes"].count(PNG) == len(names)


@pytest.mark.parametrize("upstream", VIDEO_ROUTES)
def test_a_video_is_made_by_either_route(stack, stand_in, play, upstream):
    play(upstream)
    for route in VIDEO_ROUTES.values():
        answer = stack.v1(target=route, headers=[FORM],
                          body=form(("model", "video-3.0"), ("prompt", "x"), ("image_file_1", "a.png", PNG)))
        assert answer.status == 200 and answer.json()["data"], answer.body
    made = stand_in.requests()
    assert [request["target"] for request in made] == [VIDEO_ROUTES[upstream]] * 2
    assert [request["model"] for request in made] == ["jimeng-video-3.0"] * 2


@pytest.mark.parametrize("upstream,target,body,counted", [
    ("jimeng-api", "/v1/images/generations", {"prompt": "x"}, "jimeng-4.5"),
    ("jimeng-api", "/v1/videos/generations", {"prompt": "x"}, "jimeng-video-3.5-pro"),
    ("jimeng-api-go", "/v1/images/generations", {"prompt": "x", "model": None}, "jimeng-4.0"),
    ("jimeng-api-go", "/v1/images/generations", {"prompt": "x", "model": ""}, "jimeng-4.0"),
    ("jimeng-api-go", "/v1/video/generations", {"prompt": "x"}, "jimeng-video-3.5-pro"),
])
def test_a_body_without_a_model_counts_as_the_default_of_its_route(stack, stand_in, account, play, upstream, target,
                                                                   body, counted):
    play(upstream)
    assert stack.v1(target=target, body=body).status == 200
    assert stand_in.only_request()["model"] == counted
    usage = stack.account(account["id"])["usage"]
    assert {model: count for model, count in usage.items() if count} == {counted: 1}


def test_a_large_edit_is_changed_where_it_lies(stack, stand_in, play):
    play("jimeng-api")
    picture = bytes(3_000_000)
    answer = stack.v1(target="/v1/images/edits", headers=[FORM],
                      body=form(("image", "a.png", picture), ("model", "jimeng-4.5"), ("prompt", "x")))
    assert answer.status == 200, answer.body
    request = stand_in.only_request()
    assert request["target"] == "/v1/images/compositions"
    assert len(request["bytes"] or b"") in (0, len(form(("images", "a.png", picture), ("model", "jimeng-4.5"),
                                                        ("prompt", "x"))))


def test_another_upstream_at_the_same_address_is_noticed_by_what_it_refuses(stack, stand_in, play):
    play("jimeng-api")
    stand_in.play("jimeng-api-go")
    video = {"model": "jimeng-video-3.0", "prompt": "x"}
    assert stack.v1(target="/v1/video/generations", body=video).status == 404  # it was sent to jimeng-api's route
    poll(lambda: stack.v1(target="/v1/video/generations", body=video).status == 200, 15, "it is known which one it is")


def test_openais_parameters_are_refused_by_jimeng_api_and_taken_once_they_are_translated(stack, stand_in, play):
    play("jimeng-api")
    asked = {"model": "jimeng-4.5", "prompt": "x", "size": "1792x1024", "n": 1, "quality": "hd", "user": "me"}
    assert stack.v1(body=asked).json()["code"] == -1000
    stand_in.clear()
    stack.change_settings(TRANSLATE_OPENAI_PARAMETERS=True)
    answer = stack.v1(body=asked)
    assert answer.status == 200 and len(answer.json()["data"]) == 1, answer.body
    assert json.loads(stand_in.only_request()["bytes"]) == {
        "model": "jimeng-4.5", "prompt": "x", "ratio": "16:9", "resolution": "2k", "n": 1}


def test_a_failure_of_http_200_becomes_an_error_that_libraries_throw(stack, stand_in, account):
    stack.change_settings(UPSTREAM_ERRORS_AS_OPENAI=True)
    stand_in.script({"answer": "a.content_refused.-2006"})
    answer = stack.generate()
    assert answer.status == 400
    assert answer.json()["error"]["code"] == "content_policy_violation"
    assert answer.header("X-Should-Retry") == "false"


def test_whoever_waits_gets_a_blank_before_the_answer(stack, stand_in, account):
    stack.change_settings(KEEP_ALIVE_BLANKS=1)
    stand_in.script({"delay_ms": HELD})
    with connect(stack.port) as connection:
        connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations",
                                         b'{"model":"jimeng-4.0","prompt":"x"}', [bearer(PASSWORD)]))
        answer = begin_answer(connection)
        assert (answer.status, answer.getheader("Content-Type")) == (200, "application/json; charset=utf-8")
        assert answer.read(1) == b" "
        stand_in.release()
        assert json.loads(answer.read())["data"]


def test_a_key_may_have_blanks_of_its_own_or_none(stack, stand_in, account):
    stack.change_settings(KEEP_ALIVE_BLANKS=1)
    made = stack.api("POST", "/api/keys", {"name": "patient", "keep_alive_blanks": 0})
    stand_in.script({"delay_ms": 1_500})
    answer = stack.generate(password=made["key"])
    assert answer.body.startswith(b"{") and answer.header("Content-Length") == str(len(answer.body))
    stack.api("PUT", f"/api/keys/{made['id']}", {"keep_alive_blanks": None})
    assert poll(lambda: stack.generate(password=made["key"]).body.startswith(b" "), what="the key has the setting's")


def test_a_request_may_ask_for_its_own_heartbeat(stack, stand_in, account):
    stand_in.script({"delay_ms": 1_500})
    beating = stack.v1(body={"model": "jimeng-4.0", "prompt": "x"}, headers=[("X-Dreamina-Heartbeat", "1")])
    assert beating.body.startswith(b" ") and beating.json()["data"]
    assert stack.generate().body.startswith(b"{")
    stack.change_settings(KEEP_ALIVE_BLANKS=1)
    without = stack.v1(body={"model": "jimeng-4.0", "prompt": "x"}, headers=[("X-Dreamina-Heartbeat", "0")])
    assert without.body.startswith(b"{")
    wrong = stack.v1(body={"model": "jimeng-4.0", "prompt": "x"}, headers=[("X-Dreamina-Heartbeat", "often")])
    assert (wrong.status, wrong.json()["error"]["code"]) == (400, "invalid_heartbeat")
    assert "X-Dreamina-Heartbeat" in wrong.json()["error"]["message"]
