"""The earlier program's files are taken over, and its page and scripts go on working."""

import contextlib
import json
import sqlite3
import urllib.parse

import pytest

from http_client import JSON_TYPE, bearer, send
from locations import SERVE_SCRIPT
from polling import poll
from stack import Stack, utc

PASSWORD = "the-earlier-password"

TABLE = """
CREATE TABLE accounts (
    id INTEGER NOT NULL, email VARCHAR NOT NULL, password VARCHAR NOT NULL, region VARCHAR NOT NULL, session_id VARCHAR,
    points FLOAT NOT NULL, session_id_updated_at DATETIME, created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
    updated_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, jimeng_4_0_count INTEGER NOT NULL,
    jimeng_4_1_count INTEGER NOT NULL, nanobanana_count INTEGER NOT NULL, nanobananapro_count INTEGER NOT NULL,
    video_3_0_count INTEGER NOT NULL, error_count INTEGER NOT NULL, is_banned BOOLEAN NOT NULL, ban_until DATETIME,
    PRIMARY KEY (id), UNIQUE (email)
);
CREATE INDEX ix_accounts_id ON accounts (id);
CREATE UNIQUE INDEX ix_accounts_email ON accounts (email);
"""

SESSION = "0123456789abcdef0123456789abcdef"
ROWS = [
    (3, "us@example.com", "pass:word", "us", SESSION, 60.0, "2026-11-22 19:28:34.461805", "2026-11-20 11:28:34",
     "2026-11-22 11:28:34", 1, 2, 3, 4, 5, 6, 0, None),
    (7, "Prefixed@example.com", "密码", "us", "hk-" + SESSION, 0.0, None, "2026-11-20 11:28:35",
     "2026-11-20 11:28:35", 0, 0, 0, 0, 0, 0, 0, None),
    (8, "banned@example.com", "p", "jp", "c" * 32, 12.5, "2026-11-22 19:28:34", "2026-11-20 11:28:36",
     "2026-11-20 11:28:36", 0, 0, 0, 0, 0, 1, 1, "2099-01-01 08:00:00.000000"),
    (9, "no-session@example.com", "p", "cn", None, 1.0, None, "2026-11-20 11:28:37", "2026-11-20 11:28:37",
     60, 0, 0, 0, 0, 0, 0, None),
    (10, "empty-session@example.com", "p", "sg", "", 1.0, None, "2026-11-20 11:28:38", "2026-11-20 11:28:38",
     0, 0, 0, 0, 0, 0, 1, None),
]

# As pydantic wrote it.
CONFIG = {
    "ADMIN_PASSWORD": PASSWORD, "UPSTREAM_BASE_URL": None, "HOST": "127.0.0.1", "PORT": 5100, "PROXY_TIMEOUT": 300,
    "LOG_LEVEL": "info", "LIMIT_JIMENG_4_0": 60, "LIMIT_JIMENG_4_1": 60, "LIMIT_NANOBANANA": 60,
    "LIMIT_NANOBANANAPRO": 60,
    "LIMIT_VIDEO_3_0": 60, "RESET_COUNTS_TIME": "00:00", "SESSION_UPDATE_DAYS": 7, "SESSION_UPDATE_BATCH_SIZE": 5,
    "AUTO_REGISTER_ENABLED": False, "AUTO_REGISTER_INTERVAL": 3600, "POINTS_UPDATE_ENABLED": False,
    "POINTS_UPDATE_INTERVAL": 3600, "ACCOUNT_BAN_DURATION_HOURS": 4, "REGISTER_API_URL": None, "REGISTER_API_KEY": None,
    "REGISTER_MAIL_TYPE": "moemail", "DEFAULT_POINTS": 120.0, "DATABASE_URL": "sqlite+aiosqlite:///./dreamina.db",
}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory, stand_in):
    """Started once on the earlier files; in China, eight hours ahead of UTC."""
    stack = Stack(tmp_path_factory.mktemp("earlier"), environment={"TZ": "CST-8"})
    stack.password = PASSWORD
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db")) as database, database:
        database.executescript(TABLE)
        database.executemany(f"INSERT INTO accounts VALUES ({','.join('?' * 17)})", ROWS)
    stack.write_config({**CONFIG, "UPSTREAM_BASE_URL": stand_in.url})
    try:
        yield stack.start()
        assert stack.stop() == 0
        stack.assert_logs_hold_no_secret()
    finally:
        stack.kill_all()


def page_call(stack, method, path, body=None):
    """As the page's axios sends it."""
    encoded = None if body is None else json.dumps(body).encode()
    headers = [bearer(PASSWORD), ("Accept", "application/json, text/plain, */*")]
    if encoded is not None:
        headers.append(JSON_TYPE)
    elif method == "POST":
        encoded = b""
    answer = send(stack.port, method, path, encoded, headers)
    assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:500]}"
    return answer.json()


def test_nothing_is_lost(earlier):
    listed = page_call(earlier, "GET", "/api/accounts?page=1&size=100&email=&region=")["items"]
    accounts = {account["id"]: account for account in listed}
    assert sorted(accounts) == [row[0] for row in ROWS]
    assert [accounts[row[0]]["email"] for row in ROWS] == [row[1] for row in ROWS]
    assert earlier.query("SELECT id, password FROM accounts ORDER BY id") == [(row[0], row[2]) for row in ROWS]

    first = accounts[3]
    assert [first[name] for name in ("jimeng_4_0_count", "jimeng_4_1_count", "nanobanana_count", "nanobananapro_count",
                                     "video_3_0_count", "error_count")] == [1, 2, 3, 4, 5, 6]
    assert (first["region"], first["session_id"], first["points"], first["status"]) == ("us", SESSION, 60, "active")
    # Two columns were in UTC and the others in local time.
    assert utc(first["created_at"]) == utc("2026-11-20T11:28:34Z")
    assert utc(first["updated_at"]) == utc("2026-11-22T11:28:34Z")
    assert abs(utc(first["session_id_updated_at"]) - utc("2026-11-22T11:28:34.461Z")) < 0.002

    assert (accounts[7]["region"], accounts[7]["session_id"], accounts[7]["status"]) == ("hk", SESSION, "no_points")
    assert (accounts[8]["status"], utc(accounts[8]["ban_until"])) == ("banned", utc("2099-01-01T00:00:00Z"))
    ninth, tenth = accounts[9], accounts[10]
    assert (ninth["session_id"], ninth["jimeng_4_0_count"], ninth["status"]) == (None, 60, "no_session")
    assert (tenth["session_id"], tenth["is_banned"], tenth["ban_until"]) == (None, True, None)


def test_the_copy_is_kept(earlier):
    copy = earlier.data / "dreamina.db.before-upgrade"
    with contextlib.closing(sqlite3.connect(f"file:{urllib.parse.quote(str(copy))}?mode=ro", uri=True)) as database:
        assert database.execute("SELECT * FROM accounts ORDER BY id").fetchall() == ROWS


def test_taken_over_accounts_serve(earlier, stand_in):
    stand_in.clear()
    assert earlier.generate().status == 200
    assert stand_in.only_request()["account"] == f"us-{SESSION}"
    assert earlier.account(3)["jimeng_4_0_count"] == 2


def but_for_points(accounts):
    """The scheduler asks for them by itself after a use."""
    return [{name: value for name, value in account.items() if name not in ("points", "updated_at")}
            for account in accounts]


def test_a_second_start_takes_nothing_over_again(earlier):
    before = (earlier.data / "dreamina.db.before-upgrade").read_bytes()
    accounts = but_for_points(earlier.accounts())
    assert earlier.stop() == 0
    earlier.start()
    assert but_for_points(earlier.accounts()) == accounts
    assert (earlier.data / "dreamina.db.before-upgrade").read_bytes() == before


def test_the_earlier_page(earlier):
    # Its login was a look at the settings.
    settings = page_call(earlier, "GET", "/api/settings")
    assert set(CONFIG) <= set(settings)
    assert send(earlier.port, "GET", "/api/settings", None, [bearer("wrong")]).status == 401

    listed = page_call(earlier, "GET", "/api/accounts?page=1&size=100&email=&region=")
    assert set(listed) >= {"total", "items"} and listed["total"] == len(ROWS)
    assert page_call(earlier, "GET", "/api/accounts?page=1&size=100&email=banned&region=jp")["total"] == 1

    page_call(earlier, "POST", "/api/accounts", {"id": None, "email": "new@example.com", "password": "Page-Secret-1",
                                                 "region": "us", "session_id": "", "points": 120})
    row = page_call(earlier, "GET", "/api/accounts?page=1&size=100&email=new%40example.com&region=")["items"][0]
    changed = page_call(earlier, "PUT", f"/api/accounts/{row['id']}",
                        {**row, "password": "", "points": 55, "session_id": "d" * 32})
    assert (changed["points"], changed["session_id"], changed["status"]) == (55, "d" * 32, "active")
    assert earlier.query("SELECT password FROM accounts WHERE id = ?", row["id"]) == [("Page-Secret-1",)]

    page_call(earlier, "POST", f"/api/accounts/{row['id']}/ban")
    assert earlier.account(row["id"])["is_banned"] is True
    banned = earlier.account(row["id"])
    page_call(earlier, "PUT", f"/api/accounts/{row['id']}", {**banned, "password": ""})
    assert earlier.account(row["id"])["ban_until"] == banned["ban_until"]
    page_call(earlier, "POST", f"/api/accounts/{row['id']}/unban")
    assert earlier.account(row["id"])["is_banned"] is False

    added = page_call(earlier, "POST", "/api/accounts/bulk", {
        "credentials": "x@example.com:p1\ny@example.com:p2\nnew@example.com:p3",
        "session_ids": "e" * 32 + "\njp-" + "f" * 32 + "\n" + "a" * 32, "region": "us", "points": 120})
    assert (added["created_count"], added["total_skipped"]) == (2, 1) and added["message"]
    assert added["skipped"]["duplicate_in_db"] == ["new@example.com"]
    for email in ("x@example.com", "y@example.com", "new@example.com"):
        found = page_call(earlier, "GET", f"/api/accounts?page=1&size=100&email={email}&region=")["items"][0]
        page_call(earlier, "DELETE", f"/api/accounts/{found['id']}")


def test_the_earlier_settings_page(earlier):
    settings = page_call(earlier, "GET", "/api/settings")
    # Its number fields gave text, and its password field what it had got.
    changed = {**settings, "PROXY_TIMEOUT": "120", "LIMIT_JIMENG_4_0": "61", "PORT": "5100", "DEFAULT_POINTS": "99.5",
               "AUTO_REGISTER_ENABLED": "false"}
    page_call(earlier, "POST", "/api/settings", changed)
    earlier.wait_until_live({"PROXY_TIMEOUT": 120, "LIMIT_JIMENG_4_0": 61, "DEFAULT_POINTS": 99.5,
                             "AUTO_REGISTER_ENABLED": False})
    stored = json.loads((earlier.data / "config.json").read_text())
    assert stored["ADMIN_PASSWORD"] == PASSWORD and set(CONFIG) <= set(stored)


def test_default_password_without_a_configuration(tmp_path):
    stack = Stack(tmp_path, environment={"HOST": "127.0.0.1", "UPSTREAM_BASE_URL": "http://127.0.0.1:9"},
                  serve_script=SERVE_SCRIPT)
    stack.password = "admin123"
    try:
        stack.start()
        assert stack.api("GET", "/api/me")["password_is_default"] is True
        assert poll(lambda: "Password: still the default" in stack.output.read_text())
        assert stack.stop() == 0
    finally:
        stack.kill_all()
