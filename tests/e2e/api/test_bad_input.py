"""Bad input meets a clear 4xx, and nothing is half-written."""

import time

import pytest

from errors import refused
from http_client import JSON_TYPE, bearer, connect, read_answer, request_bytes
from stack import PASSWORD

DEEP = b"[" * 100_000
BAD_ACCOUNTS = [
    (b"", 400), (b"{", 400), (b"\x00", 400), (b'{"email": "a@example.com\xff", "password": "p"}', 400), (DEEP, 400),
    (b'{"email": "a@b.c", "password": "p"} trailing', 400),
    (b"null", 422), (b"[]", 422), (b'"text"', 422), (b"{}", 422),
    ({"email": "a@example.com"}, 422), ({"password": "p"}, 422), ({"email": 7, "password": "p"}, 422),
    ({"email": ["a@example.com"], "password": "p"}, 422), ({"email": "a@example.com", "password": {"x": 1}}, 422),
    ({"email": "a@example.com", "password": "p", "surprise": 1}, 422),
    ({"email": "a@example.com", "password": "p", "region": "mars"}, 422),
    ({"email": "a@example.com", "password": "p", "region": "US'; DROP TABLE accounts;--"}, 422),
    ({"email": "a@example.com", "password": "p", "points": "many"}, 422),
    ({"email": "a@example.com", "password": "p", "points": -1}, 422),
    (b'{"email": "a@example.com", "password": "p", "points": 1e400}', 400),
    ({"email": "a@example.com", "password": "p", "points": 10**30}, 422),
    ({"email": "a@example.com\x00", "password": "p"}, 422), ({"email": "no at sign", "password": "p"}, 422),
    ({"email": "a\n@example.com", "password": "p"}, 422),
    ({"email": "e" * 1_000_000 + "@example.com", "password": "p"}, 422),
    ({"email": "a@example.com", "password": "p" * 1_000_000}, 422),
    ({"email": "a@example.com", "password": ""}, 422),
    ({"email": "a@example.com", "password": "p", "session_id": "with blank"}, 422),
    ({"email": "a@example.com", "password": "p", "session_id": "a,b"}, 422),
    ({"email": "a@example.com", "password": "p", "proxy_url": "ftp://x"}, 422),
]


@pytest.mark.parametrize("body,status", BAD_ACCOUNTS, ids=lambda value: str(value)[:40])
def test_bad_account(stack, body, status):
    refused(stack.call("POST", "/api/accounts", body), status)
    assert stack.accounts() == []


@pytest.mark.parametrize("body", [
    b"{", {"credentials": 7}, {"credentials": None}, {}, {"credentials": "a@b.c:p", "points": "x"},
    {"credentials": "a@b.c:p", "region": "xx"}, {"credentials": "a@b.c:p", "extra": 1},
    b'{"credentials": "a@b.c:\xff\xfe"}', {"credentials": "a@b.c:p\x00q"}])
def test_bad_import(stack, body):
    refused(stack.call("POST", "/api/accounts/bulk", body), 400, 422)
    assert stack.accounts() == []


BAD_SETTINGS = [
    {"PROXY_TIMEOUT": 0}, {"PROXY_TIMEOUT": 86401}, {"PROXY_TIMEOUT": 1.5}, {"PROXY_TIMEOUT": "soon"},
    {"PROXY_TIMEOUT": None}, {"PROXY_TIMEOUT": 10**19}, {"PROXY_TIMEOUT": -(10**18)}, {"PROXY_TIMEOUT": [1]},
    {"PORT": 70000}, {"ADMIN_PASSWORD": ""},
    {"ADMIN_PASSWORD": None}, {"UPSTREAM_BASE_URL": "ftp://x"}, {"UPSTREAM_BASE_URL": "http://a b/"},
    {"UPSTREAM_BASE_URL": "http://x/\r\nHost: y"}, {"RESET_COUNTS_TIME": "25:00"}, {"LOG_LEVEL": "loud"},
    {"LIMIT_JIMENG_4_0": -1}, {"AUTO_REGISTER_ENABLED": "perhaps"}, {"ACCOUNT_BAN_DURATION_HOURS": 0},
    {"REGISTER_MAIL_TYPE": "pigeon"}, {"NO_SUCH_SETTING": 1}, {"PROXY_TIMEOUT": 55, "LOG_LEVEL": "loud"},
    {"HOST": "x" * 100_000}, {"HOST": "a\x00b"},
]


@pytest.mark.parametrize("body", BAD_SETTINGS, ids=lambda value: str(value)[:40])
def test_bad_setting(stack, body):
    before = (stack.data / "config.json").read_bytes()
    detail = refused(stack.call("POST", "/api/settings", body), 422)["detail"]
    assert any(key in detail for key in body)
    assert (stack.data / "config.json").read_bytes() == before


@pytest.mark.parametrize("query", [
    "page=0", "page=-1", "page=x", "page=99999999999999999999", "size=0", "size=1001", "size=1e3", "region=mars",
    "region=us'%20OR%201=1--", "status=asleep", "sort=password", "sort=id;DROP%20TABLE%20accounts", "sort=email%00",
    "order=sideways", "email=%00", "email=%ff%fe"])
def test_bad_query(stack, query):
    refused(stack.call("GET", f"/api/accounts?{query}"), 422)


@pytest.mark.parametrize("email", [
    "'%20OR%20'1'='1", "%27;DROP%20TABLE%20accounts;--", "%25", "_", "%5C", "x" * 3000, "%e4%bd%a0"])
def test_sql_in_a_filter_is_only_text(stack, email):
    stack.add_account()
    assert stack.api("GET", f"/api/accounts?email={email}")["total"] == 0
    assert len(stack.accounts()) == 1


@pytest.mark.parametrize("account_id", ["0", "-1", "x", "1.5", "99999999999999999999", "1%00", "%2e%2e", "1;DROP", ""])
def test_bad_account_id(stack, account_id):
    for method, tail in [("DELETE", ""), ("PUT", ""), ("POST", "/ban")]:
        answer = stack.call(method, f"/api/accounts/{account_id}{tail}", {} if method == "PUT" else None)
        refused(answer, 400, 404, 405)


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "x", "1e99"])
def test_bad_ban(stack, hours):
    account = stack.add_account()
    refused(stack.call("POST", f"/api/accounts/{account['id']}/ban?duration_hours={hours}"), 400, 422)
    assert stack.account(account["id"])["status"] == "active"


@pytest.mark.parametrize("change", [
    {"email": None}, {"email": ""}, {"points": None}, {"points": float("1e13")}, {"region": 5}, {"is_banned": "maybe"},
    {"ban_until": "tomorrow"}, {"what": 1}, {"password": 5}, {"points": 5, "region": "mars"}])
def test_bad_change_changes_nothing(stack, change):
    account = stack.add_account()
    refused(stack.call("PUT", f"/api/accounts/{account['id']}", change), 422)
    assert stack.account(account["id"]) == account


def test_unknown_paths_and_methods(stack):
    for path in ("/api/", "/api/nothing", "/api/accounts/1/nothing", "/api/accounts/", "/api"):
        refused(stack.call("GET", path), 404)
    answer = stack.call("PATCH", "/api/accounts", {})
    refused(answer, 405)
    assert set(answer.header("Allow").split(", ")) >= {"GET", "POST"}


def test_body_that_is_too_large(stack):
    with connect(stack.port) as connection:
        connection.sendall(request_bytes(stack.port, "POST", "/api/accounts/bulk", None,
                                         [bearer(PASSWORD), JSON_TYPE, ("Content-Length", 65 * 1024 * 1024)]))
        assert refused(read_answer(connection, "POST"), 413)["code"] == "body_too_large"


@pytest.mark.parametrize("method,path,size", [
    ("POST", "/api/login", 20_000), ("POST", "/api/logout", 20_000), ("POST", "/api/accounts", 2_100_000),
    ("POST", "/api/settings", 2_100_000), ("POST", "/api/jobs", 2_100_000)])
def test_a_body_that_is_too_large_for_its_call_is_not_read(stack, method, path, size):
    body = b'{"password": [' + b"{}," * (size // 3) + b"{}]}"
    answer = stack.call(method, path, body)
    assert refused(answer, 413)["code"] == "body_too_large"
    assert "bytes" in answer.json()["detail"]


def test_logins_with_large_bodies_hold_up_nobody(stack):
    """Each of them took seconds of a thread, long after its client had left."""
    body = b'{"password": [' + b"{}," * 700_000 + b"{}]}"
    for _ in range(24):
        with connect(stack.port) as connection:
            connection.sendall(request_bytes(stack.port, "POST", "/api/login", body, [JSON_TYPE]))
    began = time.monotonic()
    assert stack.call("GET", "/api/me").status == 200
    assert stack.generate().status == 503  # there is no account, and the reason is told
    assert time.monotonic() - began < 10


def test_large_header_and_address(stack):
    refused(stack.call("GET", "/api/accounts", headers=[("X-Large", "x" * 40_000)]), 431)
    refused(stack.call("GET", "/api/accounts?email=" + "x" * 40_000), 414)


def faulty_line(number):
    session, email, password = f"{number:032x}", f"user{number}@example.com", f"Line-Secret-{number}"
    return [f"{email}", f":{password}", f"two@at@signs{number}:{password}", f"{email}:", f"{email}:{session}",
            f"{email}:{password}:us:hk-{session}", f"{email}:{password}\x01", f"{'e' * 300}{email}:{password}",
            f"a {email}:{password}", f"{email}:" + "p" * 1100][number % 10]


def test_import_of_100000_lines_with_every_fault(stack):
    good = "\n".join(f"good{number}@example.com:Good-Secret-{number}" for number in range(50))
    lines = good + "\n" + "\n".join(faulty_line(number) for number in range(100_000))
    answer = stack.call("POST", "/api/accounts/bulk", {"credentials": lines})
    body = refused(answer, 400)
    faults = body["detail"]["parse_errors"]
    assert len(faults) == 1001 and faults[0].startswith("line 51: ") and "99000" in faults[-1]
    for said in ("no colon", "email address is missing", "one @", "password is missing", "the region is",
                 "control characters", "longer than 254", "spaces", "longer than 1024"):
        assert any(said in fault for fault in faults), said
    assert b"Secret" not in answer.body
    assert stack.accounts() == []
