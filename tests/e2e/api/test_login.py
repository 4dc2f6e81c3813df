"""Who is let in at all: the default password, guessers, sessions, other pages' calls, and what answers tell a browser.
A request counts as one from a public address if X-Forwarded-For says so, since it comes over a private one."""

import concurrent.futures
import itertools
import json
import time

import pytest

from each_worker import ask_each_worker
from http_client import JSON_TYPE, send, send_raw
from polling import poll
from stack import PASSWORD, utc

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 3}


def from_address(address):
    return ("X-Forwarded-For", address)


def new_address():
    """A public one that was not met before (198.18.0.0/15 is for tests)."""
    number = next(numbers)
    return f"198.18.{number // 250}.{number % 250 + 1}"


def log_in(stack, password, headers=()):
    body = json.dumps({"password": password}).encode()
    return send(stack.port, "POST", "/api/login", body, [JSON_TYPE, *headers])


def cookie_of(answer):
    assert answer.status == 200, answer.body
    return answer.header("Set-Cookie").split(";")[0]


def with_cookie(stack, method, path, cookie, headers=(("X-Requested-With", "dreamina"),)):
    return send(stack.port, method, path, None if method == "GET" else b"", [("Cookie", cookie), *headers])


def forget_attempts(stack):
    """A right password from here ends the streak of wrong ones."""
    assert stack.call("GET", "/api/me").status == 200


# --- the default password -----------------------------------------------------------------------


@pytest.fixture
def default_stack(new_stack):
    stack = new_stack({"ADMIN_PASSWORD": "admin123"})
    stack.password = "admin123"
    return stack.start()


def test_the_default_password_opens_nothing_to_the_public(default_stack, stand_in):
    stack = default_stack
    stack.add_account()
    stand_in.clear()
    assert cookie_of(log_in(stack, "admin123"))
    assert stack.v1("GET", "/v1/echo").status == 200
    for header in (from_address("198.18.0.1"), from_address("127.0.0.1, 198.18.0.1"), ("X-Real-IP", "2001:db8::1"),
                   ("Forwarded", 'for="[2001:db8::1]:80"'), from_address("unknown"), from_address("::ffff:198.18.0.1")):
        refused = log_in(stack, "admin123", [header])
        assert refused.status == 403 and refused.header("Set-Cookie") is None
        assert refused.json()["code"] == "default_password" and "ADMIN_PASSWORD" in refused.json()["detail"]
        assert stack.call("GET", "/api/settings", headers=[header]).json()["code"] == "default_password"
        refused = stack.v1("GET", "/v1/echo", headers=[header])
        assert refused.status == 403 and refused.json()["error"]["code"] == "default_password"
        assert "ADMIN_PASSWORD" in refused.json()["error"]["message"]
        assert stack.v1("GET", "/v1/models", headers=[header]).status == 403
    assert len(stand_in.requests()) == 1
    for private in ("10.1.2.3", "192.168.0.1, 127.0.0.1", "fd00::1", "100.64.0.1"):
        assert stack.call("GET", "/api/me", headers=[from_address(private)]).status == 200
        assert stack.v1("GET", "/v1/models", headers=[from_address(private)]).status == 200

    outside = from_address("198.18.0.1")
    assert stack.call("POST", "/api/settings", {"ADMIN_PASSWORD": "a-better-one"}).status == 200
    stack.password = "a-better-one"
    stack.wait_until_live({})
    assert stack.v1("GET", "/v1/models", headers=[outside]).status == 200
    assert cookie_of(log_in(stack, "a-better-one", [outside]))

    # Set back through the settings it is still known for what it is.
    assert stack.call("POST", "/api/settings", {"ADMIN_PASSWORD": "admin123"}).status == 200
    stack.password = "admin123"
    stack.wait_until_live({})
    for _ in range(6):
        assert log_in(stack, "admin123", [outside]).status == 403
        assert stack.v1("GET", "/v1/models", headers=[outside]).status == 403


# --- guessers -----------------------------------------------------------------------------------


def test_a_flood_of_logins_from_one_address_is_counted_to_one_over_all_workers(stack):
    guesser = from_address(new_address())
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda i: log_in(stack, f"guess {i}", [guesser]), range(200)))
    looked_at = [answer for answer in answers if answer.status == 401]
    refused = [answer for answer in answers if answer.status == 429]
    assert len(looked_at) + len(refused) == 200
    # Five, and one more for each wait that went by meanwhile.
    assert 6 <= len(looked_at) <= 10
    assert all(int(answer.header("Retry-After")) >= 1 for answer in refused)
    assert refused[0].json()["code"] == "too_many_attempts" and "try again in" in refused[0].json()["detail"]
    assert log_in(stack, PASSWORD, [guesser]).status == 429
    assert cookie_of(log_in(stack, PASSWORD, [from_address(new_address())]))
    assert cookie_of(log_in(stack, PASSWORD))


def test_wrong_keys_of_v1_count_the_same_and_hold_up_nobody(stack, stand_in, account):
    # Kept as a hash, of which each guess would cost a tenth of a second.
    assert stack.call("POST", "/api/settings", {"ADMIN_PASSWORD": PASSWORD + "-hashed"}).status == 200
    stack.password = PASSWORD + "-hashed"
    stack.secrets.add(stack.password)
    stack.config["ADMIN_PASSWORD"] = "********"
    client = ("X-Forwarded-For", "192.168.7.7")
    stack.wait_until_live({})
    assert {status for status, _ in ask_each_worker(stack, "/api/me")} == {200}  # each worker has met it
    guesser = from_address(new_address())
    verdicts = []

    def guess(thread):
        while len(verdicts) <= 200 or verdicts.count(401) < 8:  # a wait of four seconds has then begun
            verdicts.append(stack.v1("GET", "/v1/echo", password=f"guess {thread} {len(verdicts)}",
                                     headers=[guesser]).status)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        guessing = [threads.submit(guess, thread) for thread in range(8)]
        while not all(future.done() for future in guessing):
            assert stack.v1("GET", "/v1/echo", headers=[client]).status == 200
        for future in guessing:
            future.result()
    assert set(verdicts) == {401, 429}
    assert verdicts.count(401) <= 10
    refused = stack.v1("GET", "/v1/echo", password="a last guess", headers=[guesser])
    assert refused.status == 429 and int(refused.header("Retry-After")) >= 1
    assert refused.json()["error"]["code"] == "too_many_attempts"
    # Logins from there are refused as well, and so is the right key: else the answers would tell which it is.
    assert log_in(stack, stack.password, [guesser]).status == 429
    assert stack.v1("GET", "/v1/echo", headers=[guesser]).status == 429


def test_a_script_with_an_old_password_locks_nobody_out(stack, account):
    # Each worker meets it as a guess once: three are fewer than an address has free.
    for ask in (lambda word: stack.call("GET", "/api/me", password=word), lambda word: stack.v1("GET", "/v1/echo", password=word)):
        assert {ask("the old password").status for _ in range(100)} == {401}
        assert stack.call("GET", "/api/me").status == 200
        assert stack.v1("GET", "/v1/echo").status == 200


def test_wrong_bearers_of_the_api_are_logins(stack):
    guesser = from_address("198.19.255.1")
    answers = []

    def guess():
        answers.append(stack.call("GET", "/api/me", password=f"bearer guess {len(answers)}", headers=[guesser]))
        return answers[-1]

    assert [guess().status for _ in range(6)] == [401] * 6
    # The first waits may be over before the next guess comes; one of four seconds is not.
    poll(lambda: guess().status == 429 and int(answers[-1].header("Retry-After")) > 2)
    assert {answer.status for answer in answers} == {401, 429}
    assert log_in(stack, PASSWORD, [guesser]).status == 429


# --- sessions -----------------------------------------------------------------------------------


def test_sessions_are_listed_and_ended(stack):
    here = [("User-Agent", "Browser/" + "9" * 2000), from_address("198.18.200.1")]
    first, second = cookie_of(log_in(stack, PASSWORD, here)), cookie_of(log_in(stack, PASSWORD, here))
    assert first != second
    listed = with_cookie(stack, "GET", "/api/sessions", second).json()["items"]
    current = [session for session in listed if session["current"]]
    assert len(current) == 1 and current[0]["address"] == "198.18.200.1"
    assert current[0]["user_agent"].startswith("Browser/999") and len(current[0]["user_agent"]) == 256
    assert set(current[0]) == {"id", "created_at", "last_seen_at", "expires_at", "address", "user_agent", "current"}
    assert with_cookie(stack, "DELETE", "/api/sessions", second, ()).status == 403  # without the guard
    assert with_cookie(stack, "DELETE", "/api/sessions", second).status == 200
    for _ in range(6):
        assert with_cookie(stack, "GET", "/api/me", first).status == 401
        assert with_cookie(stack, "GET", "/api/me", second).status == 200
    assert with_cookie(stack, "DELETE", f"/api/sessions/{current[0]['id']}", second).status == 200
    assert with_cookie(stack, "GET", "/api/me", second).status == 401
    assert stack.api("GET", "/api/sessions")["items"] == []


def test_a_change_of_the_password_ends_sessions_however_it_is_made(stack):
    cookie = cookie_of(log_in(stack, PASSWORD))
    (session,) = stack.api("GET", "/api/sessions")["items"]
    poll(lambda: time.time() - utc(session["created_at"]) > 2.5, what="the login is not of this moment")
    stack.password = "another-password"
    stack.edit_config(ADMIN_PASSWORD="another-password")
    for _ in range(6):
        assert with_cookie(stack, "GET", "/api/me", cookie).status == 401
    poll(lambda: stack.api("GET", "/api/sessions")["items"] == [], what="no session is left in the list")
    cookie = cookie_of(log_in(stack, "another-password"))
    assert stack.call("POST", "/api/settings", {"ADMIN_PASSWORD": "a-third-password"}).status == 200
    stack.config["ADMIN_PASSWORD"] = "********"
    stack.password = "a-third-password"
    poll(lambda: [with_cookie(stack, "GET", "/api/me", cookie).status for _ in range(6)] == [401] * 6)
    assert stack.query("SELECT count(*) FROM sessions") == [(0,)]


@pytest.mark.parametrize("forged", [
    "", "0", "0" * 64, "../" * 20, "' OR 1=1 --", "%00", "null", "a" * 4000, "[object Object]"],
    ids=lambda forged: forged[:12])
def test_forged_cookies(stack, forged):
    for cookie in (f"dreamina_session={forged}", f"dreamina_session={forged}; dreamina_session={forged}",
                   f"DREAMINA_SESSION={forged}", f'dreamina_session="{forged}"'):
        assert with_cookie(stack, "GET", "/api/me", cookie).status == 401


def test_what_the_database_holds_is_no_way_in(stack):
    cookie_of(log_in(stack, PASSWORD))
    for (digest,) in stack.query("SELECT token_digest FROM sessions"):
        assert with_cookie(stack, "GET", "/api/me", f"dreamina_session={digest}").status == 401
        assert stack.call("GET", "/api/me", password=digest).status == 401
    dump = "\n".join(str(row) for table, in stack.query("SELECT name FROM sqlite_master WHERE type = 'table'")
                     for row in stack.query(f"SELECT * FROM {table}"))
    assert PASSWORD not in dump
    forget_attempts(stack)


def test_the_cookie_is_for_api_and_secure_where_there_is_tls(stack):
    header = log_in(stack, PASSWORD).header("Set-Cookie")
    assert header.split("; ")[1:] == ["Path=/api", "HttpOnly", "SameSite=Strict", "Max-Age=604800"]
    for proto in ("https", "HTTPS", "https, http"):
        assert log_in(stack, PASSWORD, [("X-Forwarded-Proto", proto)]).header("Set-Cookie").endswith("; Secure")
    assert "Secure" not in log_in(stack, PASSWORD, [("X-Forwarded-Proto", "http")]).header("Set-Cookie")


# --- other pages --------------------------------------------------------------------------------


def test_other_pages_cannot_use_the_cookie_nor_log_a_browser_in(stack):
    cookie = cookie_of(log_in(stack, PASSWORD))
    own = f"http://127.0.0.1:{stack.port}"
    guard = ("X-Requested-With", "dreamina")
    for headers, status in [
            ([("Sec-Fetch-Site", "cross-site")], 403), ([("Sec-Fetch-Site", "same-site")], 403),
            ([("Origin", "https://evil.example")], 403), ([("Origin", "null")], 403),
            ([("Origin", f"{own}.evil.example")], 403), ([("Origin", "http://127.0.0.1:1")], 403),
            ([("Origin", own)], 200), ([("Sec-Fetch-Site", "same-origin"), ("Origin", own)], 200), ([], 200)]:
        assert with_cookie(stack, "GET", "/api/me", cookie, headers).status == status
        assert with_cookie(stack, "DELETE", "/api/sessions", cookie, [guard, *headers]).status == status
        assert log_in(stack, PASSWORD, headers).status == status
    assert with_cookie(stack, "POST", "/api/logout", cookie, [guard, ("Sec-Fetch-Site", "cross-site")]).status == 403
    form = send(stack.port, "POST", "/api/login", f"password={PASSWORD}".encode(),
                [("Content-Type", "application/x-www-form-urlencoded")])
    assert form.status == 400
    assert with_cookie(stack, "GET", "/api/me", cookie).status == 200


def test_the_api_gives_no_other_origin_leave(stack):
    for path in ("/api/login", "/api/settings", "/api/accounts", "/healthz"):
        preflight = send(stack.port, "OPTIONS", path, None, [
            ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization, x-requested-with")])
        assert preflight.status == 405
        answer = stack.call("GET", path, headers=[("Origin", "https://app.example")])
        for given in (preflight, answer):
            assert not [name for name, _ in given.headers if name.lower().startswith("access-control-")]


def test_every_answer_of_ours_tells_the_browser_to_do_nothing_with_it(stack, account):
    answers = {
        "the API": stack.call("GET", "/api/accounts"), "a refusal": send(stack.port, "GET", "/api/accounts"),
        "an unknown path": stack.call("GET", "/api/none"), "no resource": stack.call("GET", "/api"),
        "health": send(stack.port, "GET", "/healthz"),
        "too large": send_raw(stack.port, b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"),
        "malformed, page": send_raw(stack.port, b"GET / HTTP/1.1\r\n\r\n"),
        "malformed, /v1": send_raw(stack.port, b"GET /v1/x HTTP/1.1\r\n\r\n"),
    }
    for name, answer in answers.items():
        assert answer.header("X-Content-Type-Options") == "nosniff", name
        assert answer.header("Cache-Control") == "no-store", name
        assert answer.header("Referrer-Policy") == "no-referrer", name
        assert answer.header("X-Frame-Options") == "DENY", name
        policy = answer.header("Content-Security-Policy")
        assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy, name
        for header in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
            assert len(answer.all_headers(header)) == 1, name
        assert "nginx/" not in (answer.header("Server") or "")
    upstreams = stack.v1("GET", "/v1/echo")
    assert upstreams.header("Content-Security-Policy") is None and upstreams.header("X-Content-Type-Options") is None


def test_the_page_may_load_only_its_own(stack):
    page = send(stack.port, "GET", "/")
    directives = dict(part.strip().split(" ", 1) for part in page.header("Content-Security-Policy").split(";"))
    assert directives["default-src"] == "'none'" and directives["script-src"] == "'self'"
    assert directives["img-src"] == "'self' data:" and directives["media-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'" and directives["base-uri"] == "'none'"
    assert all(set(sources.split()) <= {"'self'", "'none'", "data:"} for sources in directives.values())
    assert not any("data:" in sources for name, sources in directives.items() if name != "img-src")


def test_a_guesser_with_many_addresses(stack, account):
    """The last test: for ten minutes after it strangers are refused."""
    owner, stranger = from_address(new_address()), from_address(new_address())
    assert cookie_of(log_in(stack, PASSWORD, [owner]))
    # In a /64 each address is the same client's.
    seen = {log_in(stack, f"six {i}", [from_address(f"2001:db8:0:1::{i + 1:x}")]).status for i in range(12)}
    assert seen == {401, 429}
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        statuses = list(threads.map(lambda i: log_in(stack, f"many {i}", [from_address(new_address())]).status,
                                    range(400)))
    took = time.monotonic() - began
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 100 + took / 6 + 1
    assert log_in(stack, "one more", [stranger]).status == 429
    assert cookie_of(log_in(stack, PASSWORD, [owner]))
    assert cookie_of(log_in(stack, PASSWORD))
    assert stack.v1("GET", "/v1/echo", headers=[owner]).status == 200
    # Of a stranger the right one is refused as well: else the answers would tell which it is.
    assert log_in(stack, PASSWORD, [stranger]).status == 429
    assert stack.v1("GET", "/v1/echo", headers=[stranger]).status == 429
    (rows,) = stack.query("SELECT count(*) FROM login_attempts")[0]
    assert rows < 150
