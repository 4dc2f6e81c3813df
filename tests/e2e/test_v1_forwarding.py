"""What a client sends reaches the upstream unchanged but for the credentials, and the answer comes back unchanged."""

import base64
import ctypes
import gzip
import json
import re
import subprocess
import time

import pytest

from http_client import (Answer, JSON_TYPE, bearer, begin_answer, connect, multipart, read_answer, request_bytes, send,
                         send_raw)
from stack import PASSWORD
from stand_in import header_of, headers_of


@pytest.fixture
def account(stack):
    return stack.add_account(region="us")


# --- requests -----------------------------------------------------------------------------------


def test_json_body_travels_to_the_byte(stack, stand_in, account):
    body = '{ "model":"jimeng-4.0",\n\t"prompt" : "灯塔 \\u706f",  "n": 1e0 }\r\n'.encode()
    answer = stack.v1(body=body, headers=[("Content-Type", "application/json; charset=utf-8")])
    assert answer.status == 200
    seen = stand_in.only_request()
    assert (seen["method"], seen["target"], seen["bytes"]) == ("POST", "/v1/images/generations", body)
    assert header_of(seen, "Content-Type") == "application/json; charset=utf-8"
    assert header_of(seen, "Content-Length") == str(len(body))
    assert stack.account(account["id"])["usage"] == {"jimeng-4.0": 1}


def test_multipart_body_travels_to_the_byte(stack, stand_in, account):
    picture = bytes(range(256)) * 700 + b"\r\n--e2e-boundary"  # larger than what is kept in memory, and tempting
    header, body = multipart([("prompt", None, None, "一只狐狸".encode()), ("images", "a \\\"b\\\".png", "image/png", picture),
                              ("model", None, None, b"nanobanana")])
    assert stack.v1(target="/v1/images/compositions", body=body, headers=[header]).status == 200
    seen = stand_in.only_request()
    assert stand_in._control("GET", f"/_requests/{seen['id']}/body").body == body
    assert header_of(seen, "Content-Type") == header[1]
    assert stack.account(account["id"])["usage"] == {"nanobanana": 1}


@pytest.mark.parametrize("target", [
    "/v1/a%2Fb/%E4%BD%A0?x=%20&y",
    "/v1//double///slashes//",
    "/v1/a/%2e%2e/b/./c",
    "/v1/plus+and%2Band;semi,comma?a=1&a=2&=&&b=%26%3D",
    "/v1/trailing?",
    "/v1/quote%22%27%5C%5E%60?q=\"'[]{}|",
    "/v1/question?what=/v1/?&again=?",
    "/v1/你好?q=灯塔",
])
def test_path_and_query_stay_as_they_were_written(stack, stand_in, account, target):
    assert stack.v1("GET", target).status == 200
    assert stand_in.only_request()["target"] == target


def test_path_that_leaves_v1_by_dots_is_not_forwarded(stack, stand_in, account):
    for target in ("/v1/../api/settings", "/v1/%2e%2e/healthz", "/v1/a/../../static"):
        stack.v1("GET", target, password="wrong")
    assert stand_in.requests() == []


@pytest.mark.parametrize("method,body", [
    (method, body) for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    for body in (None, b"", b"some bytes \x00\xff") if method != "HEAD" or not body])
def test_method_and_body(stack, stand_in, account, method, body):
    answer = stack.v1(method, "/v1/echo/of/it", body=body, headers=[("Content-Type", "text/x-own")] if body else [])
    assert answer.status == 200
    seen = stand_in.only_request()
    assert (seen["method"], seen["bytes"]) == (method, body or b"")
    assert answer.header("X-Echo-Method") == method
    if method == "HEAD":
        assert answer.body == b""
    elif body:
        assert answer.body == body


def test_headers_travel_and_those_of_the_connection_stay(stack, stand_in, account):
    answer = stack.v1("POST", "/v1/echo", body=b"{}", headers=[
        ("Content-Type", "application/json"), ("X-Custom-Id", "  spaced value\t"), ("X-Twice", "one"), ("X-Twice", "two"),
        ("Accept", "text/event-stream, */*;q=0.1"), ("Accept-Language", "zh-CN"), ("User-Agent", "e2e/1.0"),
        ("Cookie", "a=b; c=d"), ("X-Empty", ""), ("X-Bytes", "caf\u00e9"),
        ("Connection", "keep-alive, X-Hop"), ("X-Hop", "drop me"), ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "keep-alive"), ("TE", "trailers"), ("Proxy-Authorization", "Basic c2VjcmV0"),
        ("Upgrade", "websocket")])
    assert answer.status == 200
    seen = stand_in.only_request()
    assert header_of(seen, "X-Custom-Id") == "spaced value"
    assert headers_of(seen, "X-Twice") == ["one", "two"]
    assert header_of(seen, "Accept") == "text/event-stream, */*;q=0.1"
    assert header_of(seen, "Accept-Language") == "zh-CN"
    assert header_of(seen, "User-Agent") == "e2e/1.0"
    assert header_of(seen, "Cookie") == "a=b; c=d"
    assert headers_of(seen, "X-Empty") == [""]
    assert headers_of(seen, "Host") == [f"127.0.0.1:{stand_in.port}"]
    for gone in ("X-Hop", "Keep-Alive", "Proxy-Connection", "TE", "Proxy-Authorization", "Upgrade", "Expect"):
        assert headers_of(seen, gone) == [], gone


def test_nothing_is_added_to_a_bare_request(stack, stand_in, account):
    assert stack.v1("GET", "/v1/bare").status == 200
    names = sorted(name.lower() for name, _ in stand_in.only_request()["headers"])
    assert names == ["authorization", "host"]


def test_the_accounts_credentials_replace_the_clients(stack, stand_in):
    for region in ("us", "hk", "jp", "sg", "cn"):
        account = stack.add_account(region=region)
        assert stack.v1("GET", "/v1/echo").status == 200
        prefix = "" if region == "cn" else region + "-"
        assert headers_of(stand_in.requests()[-1], "Authorization") == [f"Bearer {prefix}{account['session_id']}"]
        stack.api("DELETE", f"/api/accounts/{account['id']}")


def test_an_accounts_proxy_goes_before_its_session(stack, stand_in):
    proxy = "http://user:proxy-Secret-1@proxy.example:3128"
    stack.secrets.add("proxy-Secret-1")
    account = stack.add_account(region="hk", proxy_url=proxy)
    assert "proxy-Secret-1" not in json.dumps(account)
    assert stack.v1("GET", "/v1/echo").status == 200
    assert headers_of(stand_in.only_request(), "Authorization") == [f"Bearer {proxy}@hk-{account['session_id']}"]


def test_chunked_upload(stack, stand_in, account):
    body = b'{"model": "jimeng-4.1", "prompt": "' + b"x" * 100_000 + b'"}'
    head = request_bytes(stack.port, "POST", "/v1/images/generations", None,
                         [bearer(PASSWORD), JSON_TYPE, ("Transfer-Encoding", "chunked")])
    chunks = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece)
                      for piece in (body[i:i + 7001] for i in range(0, len(body), 7001)))
    assert send_raw(stack.port, head + chunks + b"0\r\n\r\n", "POST").status == 200
    seen = stand_in.only_request()
    assert stand_in._control("GET", f"/_requests/{seen['id']}/body").body == body
    assert stack.account(account["id"])["jimeng_4_1_count"] == 1


def test_expect_100_continue(stack, stand_in, account):
    body = b'{"model": "jimeng-4.0"}'
    head = request_bytes(stack.port, "POST", "/v1/echo", None,
                         [bearer(PASSWORD), JSON_TYPE, ("Content-Length", len(body)), ("Expect", "100-continue")])
    with connect(stack.port) as connection:
        connection.sendall(head)
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(body)
        assert read_answer(connection, "POST").body == body
    assert headers_of(stand_in.only_request(), "Expect") == []


def test_client_of_http_1_0(stack, stand_in, account):
    stand_in.script({"status": 200, "body_bytes": 5000, "seed": 1, "chunked": True})
    request = f"GET /v1/old HTTP/1.0\r\nAuthorization: Bearer {PASSWORD}\r\n\r\n".encode()
    answer = send_raw(stack.port, request)
    assert (answer.status, answer.body) == (200, stand_in.invented_bytes(5000, 1))
    assert answer.header("Transfer-Encoding") is None
    assert stand_in.only_request()["target"] == "/v1/old"


def test_large_header(stack, stand_in, account):
    value = "v" * 8192
    assert stack.v1("GET", "/v1/echo", headers=[("X-Large", value)]).status == 200
    assert header_of(stand_in.only_request(), "X-Large") == value


def test_requests_follow_each_other_on_one_connection(stack, stand_in, account):
    with connect(stack.port) as connection:
        for number in range(5):
            body = f"body {number}".encode() * (number * 2000 + 1)
            connection.sendall(request_bytes(stack.port, "POST", f"/v1/echo/{number}", body,
                                             [bearer(PASSWORD), ("Content-Type", "text/plain")]))
            assert read_answer(connection, "POST").body == body


# --- the model ----------------------------------------------------------------------------------


@pytest.mark.parametrize("body,counted", [
    ({"prompt": "x" * 70_000, "nested": {"model": "jimeng-4.1"}, "model": "jimeng-4.0"}, "jimeng-4.0"),
    ({"model": "jimeng-video-3.0"}, "video-3.0"),
    ({"model": "a-model-of-next-year"}, "a-model-of-next-year"),
    ({"model": 7}, "unknown"),
    ({"prompt": "no model"}, "unknown"),
    (["model", "jimeng-4.0"], "unknown"),
])
def test_model_of_a_json_body(stack, stand_in, account, body, counted):
    encoded = json.dumps(body).encode()
    assert stack.v1(target="/v1/echo", body=encoded, headers=[JSON_TYPE]).body == encoded
    assert stack.account(account["id"])["usage"] == {counted: 1}


@pytest.mark.parametrize("body", [b'{"model": "jimeng-4.0", ', b"\xff\xfe\x00 not text", b"]", b"null", b"{" * 200_000])
def test_malformed_body_is_the_upstreams_business(stack, stand_in, account, body):
    answer = stack.v1(target="/v1/echo", body=body, headers=[JSON_TYPE])
    assert (answer.status, answer.body) == (200, body)


def test_malformed_multipart_is_the_upstreams_business(stack, stand_in, account):
    for content_type, body in [("multipart/form-data", b"no boundary named"),
                               ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=model"),
                               ("multipart/form-data; boundary=", b"----")]:
        answer = stack.v1(target="/v1/echo", body=body, headers=[("Content-Type", content_type)])
        assert (answer.status, answer.body) == (200, body)


# --- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 206, 301, 302, 307, 400, 401, 403, 404, 409, 413, 418, 422, 429, 500, 502, 503, 504, 524])
def test_status_and_body_come_back(stack, stand_in, account, status):
    body = b'{"own": "answer"}\n'
    stand_in.script({"status": status, "headers": [["Content-Type", "application/json"], ["Location", "/v1/else?where#x"]],
                     "body": body.decode()})
    answer = stack.v1("POST", "/v1/images/generations", body=b"{}")
    assert (answer.status, answer.body) == (status, body)
    assert answer.header("Location") == "/v1/else?where#x"


def test_headers_of_the_answer_come_back(stack, stand_in, account):
    stand_in.script({"status": 200, "body": "x", "headers": [
        ["Content-Type", "text/plain; charset=gb2312"], ["Set-Cookie", "a=1; Path=/"], ["Set-Cookie", "b=2; HttpOnly"],
        ["X-Twice", "one"], ["X-Twice", "two"], ["Cache-Control", "max-age=7"], ["Expires", "Thu, 01 Jan 2026 00:00:00 GMT"],
        ["ETag", '"abc"'], ["Vary", "Accept"], ["Server", "upstream/9"], ["X-Accel-Redirect", "/etc/passwd"],
        ["Connection", "X-Hop"], ["X-Hop", "drop me"], ["Keep-Alive", "timeout=9"]]})
    answer = stack.v1("GET", "/v1/echo")
    assert answer.body == b"x"
    assert answer.all_headers("Set-Cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    assert answer.all_headers("X-Twice") == ["one", "two"]
    for name, value in [("Content-Type", "text/plain; charset=gb2312"), ("Cache-Control", "max-age=7"), ("ETag", '"abc"'),
                        ("Expires", "Thu, 01 Jan 2026 00:00:00 GMT"), ("Vary", "Accept"), ("Server", "upstream/9")]:
        assert answer.all_headers(name) == [value]
    for gone in ("X-Hop", "X-Accel-Redirect", "Keep-Alive"):
        assert answer.all_headers(gone) == [], gone


def test_large_header_of_the_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"X-Large": "v" * 16_000}, "body": "x"})
    assert stack.v1("GET", "/v1/echo").header("X-Large") == "v" * 16_000


def test_binary_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"Content-Type": "image/webp"}, "body_bytes": 300_001, "seed": 5})
    answer = stack.v1("GET", "/v1/picture")
    assert answer.body == stand_in.invented_bytes(300_001, 5)
    assert answer.header("Content-Length") == "300001"


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/json"])
def test_chunked_answer(stack, stand_in, account, content_type):
    stand_in.script({"status": 200, "headers": {"Content-Type": content_type}, "body_bytes": 90_000, "seed": 6,
                     "chunked": True, "chunk_bytes": 1111, "chunk_gap_ms": 1})
    answer = stack.v1("GET", "/v1/pieces")
    assert answer.body == stand_in.invented_bytes(90_000, 6)
    assert answer.header("Transfer-Encoding") == "chunked"


@pytest.mark.parametrize("status", [204, 304])
def test_answer_without_a_body(stack, stand_in, account, status):
    stand_in.script({"status": status, "headers": {"X-Own": "kept", "ETag": '"e"'}})
    with connect(stack.port) as connection:
        for _ in range(2):  # the connection is still of use afterwards
            connection.sendall(request_bytes(stack.port, "GET", "/v1/nothing", None, [bearer(PASSWORD)]))
            answer = read_answer(connection)
            assert (answer.status, answer.body, answer.header("X-Own")) == (status, b"", "kept")


def test_empty_answer(stack, stand_in, account):
    stand_in.script({"status": 200, "headers": {"Content-Type": "application/json"}, "body": ""})
    answer = stack.v1("POST", "/v1/empty", body=b"{}")
    assert (answer.status, answer.body, answer.header("Content-Length")) == (200, b"", "0")


def test_compressed_answer_is_not_touched(stack, stand_in, account):
    squeezed = gzip.compress(b'{"data": []}', mtime=0)
    stand_in.script({"status": 200, "headers": {"Content-Type": "application/json", "Content-Encoding": "gzip"},
                     "body_base64": base64.b64encode(squeezed).decode()})
    answer = stack.v1("GET", "/v1/squeezed", headers=[("Accept-Encoding", "gzip, br")])
    assert (answer.body, answer.header("Content-Encoding")) == (squeezed, "gzip")


def test_events_arrive_as_they_are_sent(stack, stand_in, account):
    events = [f"event {number} 字" for number in range(4)]
    stand_in.script({"events": events, "event_gap_ms": 300, "event_stamp": True})
    sent, arrived, data = [], [], []
    with connect(stack.port) as connection:
        connection.sendall(request_bytes(stack.port, "POST", "/v1/chat/completions", b'{"model": "jimeng-4.5", "stream": true}',
                                         [bearer(PASSWORD), JSON_TYPE]))
        response = begin_answer(connection, "POST")
        assert response.headers["Content-Type"].startswith("text/event-stream")
        for line in response:
            line = line.decode().strip()
            if line.startswith(":"):
                sent.append(int(re.search(r"\d{10,}", line).group()) / 1e6)
            elif line.startswith("data: "):
                data.append(line.removeprefix("data: "))
                arrived.append(time.time())
    assert data == [*events, "[DONE]"]
    # Each was here before the next had been sent.
    for number in range(len(events) - 1):
        assert arrived[number] < sent[number + 1], f"event {number} was held back"
    assert stack.account(account["id"])["usage"] == {"jimeng-4.5": 1}


def test_stream_of_the_upstreams_own(stack, stand_in, account):
    request = {"model": "jimeng-4.0", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    through = stack.v1(target="/v1/chat/completions", body=request)
    direct = send(stand_in.port, "POST", "/v1/chat/completions", json.dumps(request).encode(), [JSON_TYPE, bearer("x" * 32)])
    parts = [re.sub(rb'"(id|created)":\s*[^,]+', b"", answer.body) for answer in (through, direct)]
    assert parts[0] == parts[1] and parts[0].count(b"data: ") > 4


# --- who may call -------------------------------------------------------------------------------


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


def test_hashed_password(stack, stand_in, account):
    for secret, stored in [
            ("a-yescrypt-password", crypt("a-yescrypt-password", "$y$j9T$Fj7h2Gk0aBcDeFgHiJkLm.")),
            ("a-sha512-password", subprocess.run(["openssl", "passwd", "-6", "-stdin"], input="a-sha512-password", text=True,
                                                 capture_output=True, check=True).stdout.strip())]:
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


def test_v1_alone_is_nothing(stack, stand_in, account):
    answer = stack.v1("POST", "/v1", body=b"{}")
    assert answer.status == 404 and answer.json()["error"]["code"] == "not_found"
    assert stand_in.requests() == []


@pytest.mark.parametrize("request_line,headers,status,code", [
    ("POST /v1/images/edits", [("Content-Length", 1400 * 1024 * 1024)], 413, "body_too_large"),
    ("GET /v1/%zz", [], 400, "bad_request"),
    ("POST /v1/echo", [("Transfer-Encoding", "gzip")], 501, "not_implemented"),
    ("GET /v1/" + "x" * 40_000, [], 414, "uri_too_long"),
    ("GET /v1/echo", [("X-Large", "x" * 40_000)], 431, "headers_too_large"),
])
def test_what_nginx_refuses_comes_in_the_same_form(stack, stand_in, account, request_line, headers, status, code):
    method, target = request_line.split()
    with connect(stack.port) as connection:
        connection.sendall(request_bytes(stack.port, method, target, None, [bearer(PASSWORD), *headers]))
        answer = read_answer(connection, method)
    assert answer.status == status
    error = answer.json()["error"]
    assert error["code"] == code and error["message"] and error["type"] in ("invalid_request_error", "server_error")
    assert answer.header("Access-Control-Allow-Origin") == "*"
    assert stand_in.requests() == []
