"""Who may call /v1, from where, and what is answered here rather than by the upstream."""

import ctypes
import subprocess

from http_client import Answer, bearer, send
from stack import PASSWORD


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
