"""What goes through nginx into FastCGI must mean the same to both, however it is written: names and values of headers,
paths, lengths. Raw sockets, since no client library would send most of this."""

import json

import pytest

from http_client import connect, read_answer, send, send_raw
from polling import poll
from stack import PASSWORD
from stand_in import header_of, headers_of

OUTSIDE = "198.18.77.1"


def raw(stack, start, *lines, body=b""):
    """One request as it is written; the connection is closed behind it."""
    head = "\r\n".join([start, *lines, "Connection: close", "", ""])
    return send_raw(stack.port, head.encode("latin-1") + body, start.split(" ")[0])


def host(stack):
    return f"Host: 127.0.0.1:{stack.port}"


KEY = f"Authorization: Bearer {PASSWORD}"


@pytest.fixture
def session(stack):
    answer = send(stack.port, "POST", "/api/login", json.dumps({"password": PASSWORD}).encode())
    assert answer.status == 200
    return answer.header("Set-Cookie").split(";")[0]


# --- headers as variables -----------------------------------------------------------------------


def test_underscores_forge_no_header(stack, stand_in, account, session):
    for name in ("X_Requested_With", "X_Requested-With", "HTTP_X_REQUESTED_WITH"):
        assert raw(stack, "DELETE /api/sessions HTTP/1.1", host(stack), f"Cookie: {session}",
                   f"{name}: dreamina").status == 403
    for name in ("HTTP_AUTHORIZATION", "Http-Authorization", "REMOTE_USER", "X-Authorization", "Proxy-Authorization"):
        assert raw(stack, "GET /api/me HTTP/1.1", host(stack), f"{name}: Bearer {PASSWORD}").status == 401
        assert raw(stack, "GET /v1/echo HTTP/1.1", host(stack), f"{name}: Bearer {PASSWORD}").status == 401
    assert stand_in.requests() == []
    answer = raw(stack, "GET /v1/echo HTTP/1.1", host(stack), KEY, "X_Own: 1", "Content_Length: 7", "X_Accel_Redirect: /")
    assert answer.status == 200
    assert not [name for name, _ in stand_in.only_request()["headers"] if "_" in name or name.lower() == "x-own"]


def test_variables_of_fastcgi_are_not_for_clients(stack, session):
    # Each as a header: none may become the variable of that name.
    forged = ["REMOTE-ADDR: 127.0.0.1", "REMOTE_ADDR: 127.0.0.1", "Document-Uri: /api/me", "Request-Uri: /api/me",
              "Script-Name: /api/me", "Https: on", "Request-Scheme: https", "Request-Method: GET", "Query-String: a=b"]
    assert raw(stack, "GET /api/settings HTTP/1.1", host(stack), *forged).status == 401
    answer = raw(stack, "GET /api/none HTTP/1.1", host(stack), KEY, *forged)
    assert answer.status == 404 and answer.json()["code"] == "not_found"
    body = json.dumps({"password": PASSWORD}).encode()
    login = raw(stack, "POST /api/login HTTP/1.1", host(stack), f"Content-Length: {len(body)}", *forged, body=body)
    assert login.status == 200 and "Secure" not in login.header("Set-Cookie")


def test_a_proxy_for_cgi_programs_is_not_passed_on(stack, stand_in, account):
    assert raw(stack, "GET /v1/echo HTTP/1.1", host(stack), KEY, "Proxy: http://evil.example:1").status == 200
    assert headers_of(stand_in.only_request(), "Proxy") == []


def test_two_authorizations_are_none(stack, stand_in, account):
    for first, second in [("Bearer " + PASSWORD, "Bearer wrong"), ("Bearer wrong", "Bearer " + PASSWORD),
                          ("Bearer " + PASSWORD, "Bearer " + PASSWORD), ("Basic eDp5", "Bearer " + PASSWORD)]:
        for path in ("/api/me", "/v1/echo"):
            answer = raw(stack, f"GET {path} HTTP/1.1", host(stack), f"Authorization: {first}",
                         f"authorization: {second}")
            assert answer.status in (400, 401)
    assert stand_in.requests() == []


def test_the_clients_key_stays_here_also_where_it_is_called_a_header_of_the_connection(stack, stand_in, account):
    answer = send_raw(stack.port, "\r\n".join([
        "GET /v1/echo HTTP/1.1", host(stack), KEY, "X-Mine: 1", "Connection: close, Authorization, X-Mine, Host",
        "", ""]).encode())
    assert answer.status == 200
    seen = stand_in.only_request()
    assert len(headers_of(seen, "Authorization")) == 1 and PASSWORD not in header_of(seen, "Authorization")
    assert headers_of(seen, "X-Mine") == []
    assert len(headers_of(seen, "Host")) == 1


def test_many_forwarded_for_headers_are_one_list(stack):
    """The last public address counts, in whichever of the headers it stands."""
    for lines in (["X-Forwarded-For: 203.0.113.9", f"X-Forwarded-For: {OUTSIDE}"],
                  [f"X-Forwarded-For: 203.0.113.9, {OUTSIDE}", "X-Forwarded-For: 10.0.0.1"]):
        body = json.dumps({"password": PASSWORD}).encode()
        login = raw(stack, "POST /api/login HTTP/1.1", host(stack), f"Content-Length: {len(body)}", *lines, body=body)
        assert login.status == 200
        assert stack.api("GET", "/api/sessions")["items"][0]["address"] == OUTSIDE


@pytest.mark.parametrize("line", [
    b"X-A: a\x00b", b"X-A\x00B: c", b"Authorization: Bearer \x00", b"X-A: b\rX-B: c", b"X A: b", b" folded: x"])
def test_nul_and_control_characters_in_headers(stack, stand_in, account, line):
    for path in (b"/api/me", b"/v1/echo"):
        request = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + line + b"\r\nConnection: close\r\n\r\n"
        assert send_raw(stack.port, request).status in (400, 401)
    assert stand_in.requests() == []
    assert stack.api("GET", "/api/me")["authenticated"]


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [
    "/v1/../api/settings", "/v1/%2e%2e/api/settings", "/v1/..%2fapi/settings", "/v1%2f..%2fapi%2fsettings",
    "/v1/x/../../api/settings", "/assets/../api/settings", "/healthz/../api/settings", "/./api/settings",
    "/%61pi/../api/settings", "/api/../api/settings", "/v1/..\\../api/settings", "/api/..;/../api/settings"])
def test_no_other_path_leads_to_the_api(stack, target):
    """What stands in front may have let it pass for its first folder."""
    answer = raw(stack, f"GET {target} HTTP/1.1", host(stack), KEY)
    assert b"ADMIN_PASSWORD" not in answer.body and b"PROXY_TIMEOUT" not in answer.body
    assert answer.status in (400, 404, 502) or answer.body.lstrip().startswith(b"<!")


@pytest.mark.parametrize("target", [
    "/api/../v1/echo", "/api/..%2fv1/echo", "/v1/../v1/echo", "/v1/a/%2e%2e/%2e%2e/v1/echo", "/assets/../v1/echo",
    "/v1/..%2f..%2fv1/echo", "/v1/..%5ctoken/points", "/v1/..\\token/points", "/v1/..;/token/points",
    "/v1/..;a=b/token/points", "/v1/%2e%2e;/token/points", "/v1/a/..;/..;/token/points", "/v1/%2e%2e%5ctoken/points",
    "//v1/echo", "/V1/echo", "/v1;/echo"])
def test_nothing_leaves_v1_for_another_route_of_the_upstream(stack, stand_in, account, target):
    answer = raw(stack, f"GET {target} HTTP/1.1", host(stack), KEY)
    assert stand_in.requests_anywhere() == []
    assert answer.status in (400, 404) or answer.body.lstrip().startswith(b"<!")


@pytest.mark.parametrize("target", [
    "/api/me%00", "/api/me%00.json", "/v1/echo%00x", "/api/%00/me", "/assets/%00", "/api/me%", "/api/me%zz"])
def test_nul_and_broken_escapes_in_paths(stack, stand_in, target):
    answer = raw(stack, f"GET {target} HTTP/1.1", host(stack), KEY)
    assert answer.status in (400, 404)
    assert stand_in.requests() == []


@pytest.mark.parametrize("target", [
    "/api//me", "//api/me", "/api/me/", "/API/me", "/api/me%2f", "/api%2fme", "/api/me%3f", "/api/me%0a", "/api/me%20",
    "/api/me;x=1", "/api/./me", "/api/%2e/me"])
def test_a_route_has_one_spelling(stack, target):
    answer = raw(stack, f"GET {target} HTTP/1.1", host(stack), KEY)
    if target in ("/api/./me", "/api/%2e/me", "/api%2fme"):
        assert answer.status in (200, 404)  # the same place in everybody's eyes, or refused
    else:
        assert answer.status == 404 or answer.body.lstrip().startswith(b"<!")


def test_absolute_addresses_are_read_by_their_path(stack, stand_in, account):
    assert raw(stack, "GET http://evil.example/api/me HTTP/1.1", "Host: evil.example", KEY).status == 200
    assert raw(stack, "GET http://evil.example/api/me HTTP/1.1", "Host: evil.example").status == 401
    assert raw(stack, "GET ftp://evil.example/api/me HTTP/1.1", host(stack)).status == 401
    assert raw(stack, "GET http://evil.example/v1/echo?a=b HTTP/1.1", host(stack), KEY).status == 200
    seen = stand_in.only_request()
    assert seen["target"] == "/v1/echo?a=b" and "evil" not in header_of(seen, "Host")
    stand_in.clear()
    for target in ("http://evil.example/v1/../api/settings", "http://evil.example/v1/..%2f..%2fapi/settings"):
        assert raw(stack, f"GET {target} HTTP/1.1", host(stack), KEY).status in (400, 404)
    for line in ("GET api/me HTTP/1.1", "GET * HTTP/1.1", "CONNECT 127.0.0.1:80 HTTP/1.1"):
        assert raw(stack, line, host(stack), KEY).status in (400, 404, 405)
    assert stand_in.requests() == []


def test_a_fragment_is_no_way_around(stack, stand_in, account):
    raw(stack, "GET /v1/echo#/../../api/settings HTTP/1.1", host(stack), KEY)
    answer = raw(stack, "GET /api/none#/api/settings HTTP/1.1", host(stack), KEY)
    assert answer.status in (400, 404)
    assert all(request["target"].startswith("/v1/echo") for request in stand_in.requests())


# --- where one request ends and the next begins -------------------------------------------------


HIDDEN = b"GET /api/settings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + PASSWORD.encode() + b"\r\n\r\n"


@pytest.mark.parametrize("lines,body", [
    (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n" + HIDDEN),
    (["Transfer-Encoding: chunked", "Content-Length: 5"], b"0\r\n\r\n" + HIDDEN),
    (["Transfer-Encoding: xchunked"], b"0\r\n\r\n"),
    (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], b"0\r\n\r\n"),
    (["Content-Length: 5", "Content-Length: 6"], b"hello!"),
    (["Content-Length: 5, 5"], b"hello"),
    (["Content-Length: +5"], b"hello"),
    (["Content-Length: 0x5"], b"hello"),
    (["Content-Length: -1"], b""),
    (["Content-Length: 18446744073709551621"], b"hello"),
    (["Transfer-Encoding: chunked"], b"-1\r\n\r\n" + HIDDEN),
    (["Transfer-Encoding: chunked"], b"fffffffffffffffff1\r\n\r\n"),
])
def test_two_opinions_on_a_bodys_length(stack, stand_in, account, lines, body):
    request = "\r\n".join(["POST /v1/echo HTTP/1.1", host(stack), KEY, *lines, "", ""]).encode() + body
    with connect(stack.port) as connection:
        connection.sendall(request)
        answer = read_answer(connection, "POST")
        assert answer.status in (400, 411, 413, 501), answer.body
        connection.settimeout(5)
        assert connection.recv(1000) == b""  # nothing behind it was taken for a request
    assert stand_in.requests() == []


def test_a_chunked_body_arrives_whole_and_once(stack, stand_in, account):
    request = ("\r\n".join(["POST /v1/echo HTTP/1.1", host(stack), KEY, "Transfer-Encoding: chunked", "", ""]).encode()
               + b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n")
    with connect(stack.port) as connection:
        connection.sendall(request)
        assert read_answer(connection, "POST").status == 200
    seen = stand_in.only_request()
    assert seen["bytes"] == b"hello world" and headers_of(seen, "X-Trailer") == []


def test_hosts(stack, stand_in, account):
    assert raw(stack, "GET /api/me HTTP/1.0", KEY).status == 200  # there was no Host then
    assert raw(stack, "GET /v1/echo HTTP/1.0", KEY).status == 200
    for lines in ([], ["Host: a", "Host: b"], ["Host: a/b"], ["Host: a\x00b"]):
        assert raw(stack, "GET /v1/echo HTTP/1.1", *lines, KEY).status == 400
    for seen in stand_in.requests():
        assert header_of(seen, "Host").startswith("127.0.0.1:")


def test_early_versions_and_other_methods(stack, stand_in):
    with connect(stack.port) as connection:
        connection.sendall(b"GET /api/settings\r\n")  # HTTP/0.9
        connection.settimeout(10)
        assert b"PROXY_TIMEOUT" not in connection.recv(10_000)
    for line in ("TRACE /api/me HTTP/1.1", "TRACK /api/me HTTP/1.1", "get /api/me HTTP/1.1", "PROPFIND /api/me HTTP/1.1"):
        assert raw(stack, line, host(stack), KEY).status in (400, 405)
    for override in ("X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE", "X-Original-Url: /api/settings",
                     "X-Rewrite-Url: /api/settings"):
        answer = raw(stack, "GET /api/me HTTP/1.1", host(stack), KEY, override)
        assert answer.status == 200 and answer.json()["authenticated"] is True
    assert stand_in.requests() == []


def test_the_workers_stay(stack):
    """After all of this."""
    assert poll(lambda: len(stack.worker_pids()) == stack.workers)
    assert "not a FastCGI request" not in "".join(stack.log_texts().values())
