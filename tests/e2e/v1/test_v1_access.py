"""Who may call /v1, from where, and what is answered here rather than by the upstream."""

import ctypes
import gzip
import json
import subprocess

import pytest

from http_client import JSON_TYPE, Answer, bearer, send
from stack import PASSWORD
from stand_in import headers_of


def assert_refused(answer: Answer):
    assert answer.status == 401
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code"} and error["code"] == "invalid_api_key"
    assert answer.header("WWW-Authenticate") == "Bearer"


def test_only_the_bearer_of_the_password_is_let_in(stack, stand_in, account):
    login = stack.call("POST", "/api/login", {"password": PASSWORD})
    cookie = login.header("Set-Cookie").split(";")[0]
    for headers in ([], [bearer("wrong")], [bearer("")], [("Authorization", PASSWORD)], [bearer(PASSWORD + "x")],
                    [("Authorization", "Basic YWRtaW46YWRtaW4=")],
                    [("Cookie", cookie), ("X-Requested-With", "dreamina")]):
        assert_refused(send(stack.port, "POST", "/v1/images/generations", b"{}", headers))
        assert_refused(send(stack.port, "GET", "/v1/models", None, headers))
    assert stand_in.requests() == []
    assert send(stack.port, "POST", "/v1/echo", b"{}", [("authorization", f"bearer {PASSWORD}")]).status == 200


def crypt(password, setting):
    """crypt(3); Python's own module for it is gone from 3.13 on."""
    call = ctypes.CDLL("libcrypt.so.1").crypt
    call.restype = ctypes.c_char_p
    return call(password.encode(), setting.encode()).decode()


def openssl_passwd(password):
    """As an administrator might make one."""
    command = ["openssl", "passwd", "-6", "-stdin"]
    return subprocess.run(command, input=password, text=True, capture_output=True, check=True).stdout.strip()


def test_hashed_password(stack, stand_in, account):
    for secret, stored in [("a-yescrypt-password", crypt("a-yescrypt-password", "$y$j9T$Fj7h2Gk0aBcDeFgHiJkLm.")),
                           ("a-sha512-password", openssl_passwd("a-sha512-password"))]:
        assert stored.startswith(("$y$", "$6$"))
        stack.secrets.add(secret)
        stack.password = secret
        stack.edit_config(ADMIN_PASSWORD=stored)
        assert stack.v1("GET", "/v1/echo").status == 200
        assert_refused(stack.v1("GET", "/v1/echo", password=stored))
        assert_refused(stack.v1("GET", "/v1/echo", password=PASSWORD))


def test_browsers_of_any_origin_may_call(stack, stand_in, account):
    preflight = send(stack.port, "OPTIONS", "/v1/images/generations", None, [
        ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization, content-type, x-own")])
    assert preflight.status == 204
    assert preflight.header("Access-Control-Allow-Origin") == "*"
    assert "POST" in preflight.header("Access-Control-Allow-Methods")
    assert preflight.header("Access-Control-Allow-Headers") == "authorization, content-type, x-own"
    assert stand_in.requests() == []
    for answer in (stack.v1("GET", "/v1/echo", headers=[("Origin", "https://app.example")]),
                   stack.v1("GET", "/v1/echo", password="wrong")):
        assert answer.all_headers("Access-Control-Allow-Origin") == ["*"]
    stand_in.script({"status": 200, "headers": {"Access-Control-Allow-Origin": "https://app.example"}, "body": "x"})
    assert stack.v1("GET", "/v1/echo").all_headers("Access-Control-Allow-Origin") == ["https://app.example"]


def test_models_are_answered_here(stack, stand_in, account):
    answer = stack.v1("GET", "/v1/models?limit=1")
    assert answer.status == 200
    listed = answer.json()
    assert listed["object"] == "list"
    ids = [model["id"] for model in listed["data"]]
    assert len(ids) == len(set(ids))
    assert {"jimeng-4.0", "jimeng-4.1", "nanobanana", "nanobananapro", "video-3.0", "jimeng-video-3.0"} <= set(ids)
    assert all(model["object"] == "model" for model in listed["data"])
    assert stand_in.requests() == []


def usage_of(stack, account):
    return stack.account(account["id"])["usage"]


def test_a_key_may_come_as_x_api_key_and_stays_here(stack, stand_in, account):
    answer = send(stack.port, "POST", "/v1/echo", b"{}", [("x-api-key", PASSWORD)])
    assert answer.status == 200
    seen = stand_in.only_request()
    assert headers_of(seen, "X-Api-Key") == [] and PASSWORD not in json.dumps(seen["headers"])
    assert headers_of(seen, "Authorization") == [f"Bearer us-{account['session_id']}"]
    assert send(stack.port, "POST", "/v1/echo", b"{}", [("X-API-Key", PASSWORD), bearer(PASSWORD)]).status == 200
    assert headers_of(stand_in.requests()[-1], "X-Api-Key") == []
    stand_in.clear()

    for headers in ([("x-api-key", "wrong")], [("x-api-key", "")], [("x-api-key", f"Bearer {PASSWORD}")],
                    [("x-api-key", PASSWORD), bearer("wrong")], [("x-api-key", "wrong"), bearer(PASSWORD)],
                    [("x-api-key", PASSWORD), ("x-api-key", PASSWORD)], [("x_api_key", PASSWORD)]):
        answer = send(stack.port, "POST", "/v1/echo", b"{}", headers)
        assert answer.status in (400, 401), headers
    assert stand_in.requests() == []
    assert send(stack.port, "GET", "/api/me", None, [("x-api-key", PASSWORD)]).status == 401  # for /v1 alone

    key = stack.api("POST", "/api/keys", {"name": "by-x-api-key"})
    stack.secrets.add(key["key"])
    assert send(stack.port, "POST", "/v1/echo", b"{}", [("x-api-key", key["key"])]).status == 200
    assert stack.api("GET", f"/api/keys/{key['id']}")["use"]["total"] == 1
    stack.api("POST", f"/api/keys/{key['id']}/revoke")
    assert_refused(send(stack.port, "POST", "/v1/echo", b"{}", [("x-api-key", key["key"])]))


@pytest.mark.parametrize("target", ["/v1/models/", "/v1//models", "/v1/models//", "/v1/models?limit=1", "/v1/models/?x"])
def test_the_list_of_models_has_one_meaning_however_it_is_asked_for(stack, stand_in, account, target):
    assert stack.v1("GET", target).json() == stack.v1("GET", "/v1/models").json()
    assert_refused(send(stack.port, "GET", target))
    assert stand_in.requests() == []


def test_one_model_is_answered_here(stack, stand_in, account):
    for target, model in (("/v1/models/jimeng-4.0", "jimeng-4.0"), ("/v1/models/jimeng-4.0/", "jimeng-4.0"),
                          ("/v1//models//nanobanana", "nanobanana"), ("/v1/models/jimeng%2D4.1?x=1", "jimeng-4.1")):
        answer = stack.v1("GET", target)
        assert (answer.status, answer.json()["id"], answer.json()["object"]) == (200, model, "model"), target
        assert answer.json() in stack.v1("GET", "/v1/models").json()["data"]
    for target in ("/v1/models/gpt-4o", "/v1/models/jimeng-4.0/more", "/v1/models/%E5%8D%B3", "/v1/models/" + "x" * 300):
        answer = stack.v1("GET", target)
        assert (answer.status, answer.json()["error"]["code"]) == (404, "model_not_found"), target
        assert answer.header("Access-Control-Allow-Origin") == "*"
    assert stand_in.requests() == []
    assert usage_of(stack, account) == {}


def test_nobody_is_asked_for_a_head(stack, stand_in, account):
    for target, status in (("/v1/models", 200), ("/v1/models/", 200), ("/v1/models/jimeng-4.0", 200),
                           ("/v1/models/gpt-4o", 404), ("/v1/images/generations", 200), ("/v1/echo", 200),
                           ("/v1//echo", 200), ("/v1/", 200)):
        answer = stack.v1("HEAD", target)
        assert (answer.status, answer.body) == (status, b""), target
        assert_head_refused(send(stack.port, "HEAD", target, None, [bearer("wrong")]))
    assert stand_in.requests() == []
    assert usage_of(stack, account) == {}


@pytest.mark.parametrize("size", [40, 300_000])
def test_a_head_with_a_body_does_not_disturb_the_next_request(stack, stand_in, account, size):
    """The larger one is in a file by then."""
    body = json.dumps({"model": "jimeng-4.0", "prompt": "x" * size}).encode()
    for _ in range(3):
        answer = stack.v1("HEAD", "/v1/images/generations", body=body, headers=[("Content-Type", "application/json")])
        assert (answer.status, answer.body) == (200, b"")
        assert stack.v1("POST", "/v1/images/generations", {"model": "jimeng-4.0"}).status == 200
    assert [request["method"] for request in stand_in.requests()] == ["POST"] * 3


def assert_head_refused(answer):
    assert answer.status == 401 and answer.header("WWW-Authenticate") == "Bearer"


@pytest.mark.parametrize("target", ["/v1//images/generations", "/v1/images//generations", "/v1/chat//completions",
                                    "/v1///videos/generations", "/v1/video/generations//"])
def test_doubled_slashes_cost_no_account(stack, stand_in, account, target):
    """No upstream has such a route: an account would be asked in vain."""
    answer = stack.v1("POST", target, {"model": "jimeng-4.0", "prompt": "x"})
    assert answer.status == 404
    error = answer.json()["error"]
    assert error["code"] == "not_found" and "doubled slash" in error["message"]
    assert stand_in.requests() == []
    assert usage_of(stack, account) == {}


def test_a_compressed_body_is_refused_by_the_name_of_its_header(stack, stand_in, account):
    body = gzip.compress(json.dumps({"model": "jimeng-4.0", "prompt": "x"}).encode())
    for headers in ([("Content-Encoding", "gzip")], [("content-encoding", "identity, GZIP")], [("Content-Encoding", "br")],
                    [("Content-Encoding", "identity"), ("Content-Encoding", "deflate")]):
        answer = stack.v1(body=body, headers=[JSON_TYPE, *headers])
        assert answer.status == 415, headers
        error = answer.json()["error"]
        assert error["code"] == "compressed_body" and "Content-Encoding" in error["message"]
        assert answer.header("Accept-Encoding") == "identity"
    assert stand_in.requests() == []
    plain = {"model": "jimeng-4.0", "prompt": "x"}
    assert stack.v1(body=plain, headers=[("Content-Encoding", "identity")]).status == 200
    assert stack.v1("GET", "/v1/echo", headers=[("Content-Encoding", "gzip")]).status == 200  # of no body
