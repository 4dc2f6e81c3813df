"""What a client sends reaches the upstream unchanged but for the credentials."""

import concurrent.futures
import hashlib
import json

import pytest

from http_client import JSON_TYPE, bearer, connect, multipart, read_answer, request_bytes, send_raw
from polling import poll
from stack import PASSWORD
from stand_in import HELD, header_of, headers_of


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
    header, body = multipart([("prompt", None, None, "一只狐狸".encode()),
                              ("images", "a \\\"b\\\".png", "image/png", picture),
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
    (method, body) for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    for body in (None, b"", b"some bytes \x00\xff", b"spooled\x00" * 20_000)],
    ids=lambda value: value if isinstance(value, str) else "none" if value is None else f"{len(value)}")
def test_method_and_body(stack, stand_in, account, method, body):
    answer = stack.v1(method, "/v1/echo/of/it", body=body, headers=[("Content-Type", "text/x-own")] if body else [])
    assert answer.status == 200
    seen = stand_in.only_request()
    assert (seen["method"], seen["sha256"]) == (method, hashlib.sha256(body or b"").hexdigest())
    assert answer.header("X-Echo-Method") == method
    if body:
        assert answer.body == body


def test_headers_travel_and_those_of_the_connection_stay(stack, stand_in, account):
    answer = stack.v1("POST", "/v1/echo", body=b"{}", headers=[
        ("Content-Type", "application/json"), ("X-Custom-Id", "  spaced value\t"),
        ("X-Twice", "one"), ("X-Twice", "two"),
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
    # "identity" for a client that says nothing: an error in an unknown encoding would pass for a success.
    assert names == ["accept-encoding", "authorization", "host"]
    assert header_of(stand_in.only_request(), "Accept-Encoding") == "identity"


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
    assert stack.booked(send_raw(stack.port, head + chunks + b"0\r\n\r\n", "POST")).status == 200
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


# --- the model ------------------------------------------------------------------------------------


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


NO_FORM = "application/x-www-form-urlencoded"
MISSPELT = [
    (b"{'model': 'jimeng-4.1', 'prompt': 'x'}", JSON_TYPE[1]),
    (b'{model: "jimeng-4.1", prompt: "it is",}', JSON_TYPE[1]),
    ('{"prompt":\u00a0"it\'s",\u2003"model": "jimeng-4.1",}'.encode(), JSON_TYPE[1]),
    (b'{"model": "nanobanana", "model": "jimeng-4.1", "prompt": "x"}', JSON_TYPE[1]),
    (b"prompt=x&model=jimeng%2D4.1", NO_FORM),
]


@pytest.mark.parametrize("body,content_type", MISSPELT)
def test_a_model_that_jimeng_api_understands_is_the_one_that_counts(stack, stand_in, account, body, content_type):
    """Also where it is no JSON: that upstream repairs it, and takes forms."""
    stand_in.play("jimeng-api")
    answer = stack.v1(body=body, headers=[("Content-Type", content_type)])
    assert answer.status == 200 and answer.json()["data"]
    seen = stand_in.only_request()
    assert (seen["bytes"], seen["model"]) == (body, "jimeng-4.1")
    assert stack.account(account["id"])["usage"] == {"jimeng-4.1": 1}


@pytest.mark.parametrize("body", [b'{"MODEL": "jimeng-4.1", "prompt": "x"}',
                                  b'{"model": "nanobanana", "model": "jimeng-4.1", "prompt": "x"}'])
def test_a_model_that_jimeng_api_go_understands_is_the_one_that_counts(stack, stand_in, account, body):
    stand_in.play("jimeng-api-go")
    assert stack.v1(body=body, headers=[JSON_TYPE]).status == 200
    assert stand_in.only_request()["model"] == "jimeng-4.1"
    assert stack.account(account["id"])["usage"] == {"jimeng-4.1": 1}


def test_the_first_of_a_forms_fields_is_the_one_that_counts(stack, stand_in, account):
    stand_in.play("jimeng-api-go")
    header, body = multipart([("images", "a.png", "image/png", b"\x89PNG"), ("prompt", None, None, b"x"),
                              ("model", None, None, b"jimeng-4.1"), ("model", None, None, b"nanobanana")])
    assert stack.v1(target="/v1/images/compositions", body=body, headers=[header]).status == 200
    assert stand_in.only_request()["model"] == "jimeng-4.1"
    assert stack.account(account["id"])["usage"] == {"jimeng-4.1": 1}


def test_a_size_behind_the_models_name(stack, stand_in, account):
    """As chat clients write it, who have no field for it."""
    stand_in.play("jimeng-api-go")
    answer = stack.v1(target="/v1/chat/completions", body={
        "model": "nanobanana:1024x1024", "messages": [{"role": "user", "content": "x"}]})
    assert answer.status == 200
    seen = stand_in.only_request()
    assert (seen["model"], seen["model_as_sent"]) == ("nanobanana", "nanobanana:1024x1024")
    assert stack.account(account["id"])["nanobanana_count"] == 1


@pytest.mark.parametrize("body", [b'{"model": "jimeng-4.0", ', b"\xff\xfe\x00 not text", b"]", b"null", b"{" * 200_000,
                                  b'{"model":' * 200_000, b"[{}," * 50_000])
def test_malformed_body_is_the_upstreams_business(stack, stand_in, account, body):
    answer = stack.v1(target="/v1/echo", body=body, headers=[JSON_TYPE])
    assert (answer.status, answer.body) == (200, body)


def test_malformed_multipart_is_the_upstreams_business(stack, stand_in, account):
    for content_type, body in [
            ("multipart/form-data", b"no boundary named"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=model"),
            ("multipart/form-data; boundary=", b"----")]:
        answer = stack.v1(target="/v1/echo", body=body, headers=[("Content-Type", content_type)])
        assert (answer.status, answer.body) == (200, body)


def test_the_first_requests_to_an_upstream_do_not_wait_for_each_other(new_stack, stand_in):
    """A generation takes minutes: the second one must not begin when the first one has ended."""
    stack = new_stack().start()
    stack.add_account()
    stand_in.clear()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with concurrent.futures.ThreadPoolExecutor(40) as threads:
        answers = [threads.submit(stack.generate) for _ in range(40)]
        poll(lambda: stand_in.counts()["in_flight"] == 40, what="the upstream has them all at once")
        stand_in.release()
        assert {answer.result().status for answer in answers} == {200}
