"""The API through the real nginx: what works, and who may. What bad input meets is in test_bad_input.py."""

import contextlib
import json
import pathlib
import sqlite3
import time

import pytest

from each_worker import ask_each_worker
from errors import refused
from http_client import JSON_TYPE, bearer, send
from polling import poll
from stack import PASSWORD, utc

GUARD = ("X-Requested-With", "dreamina")


@pytest.fixture(scope="module")
def stack_options():
    config = {"REGISTER_API_URL": "http://127.0.0.1:9", "REGISTER_API_KEY": "Register-Key-Secret"}
    return {"workers": 3, "config": config}


# --- sessions -----------------------------------------------------------------------------------


def log_in(stack):
    answer = send(stack.port, "POST", "/api/login", json.dumps({"password": PASSWORD}).encode(), [JSON_TYPE])
    assert answer.status == 200
    return answer.header("Set-Cookie")


def test_login_cookie(stack):
    name_and_value, *attributes = log_in(stack).split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/api"} <= set(attributes) and "Secure" not in attributes
    cookie = ("Cookie", name_and_value)
    assert send(stack.port, "GET", "/api/me", None, [cookie]).json()["authenticated"] is True
    assert send(stack.port, "GET", "/api/accounts", None, [cookie]).status == 200
    # The database holds nothing that would let a reader of it log in.
    assert name_and_value.split("=")[1] not in str(stack.query("SELECT * FROM sessions"))

    refused(send(stack.port, "POST", "/api/logout", b"", [cookie]), 403)  # another site's form cannot log an administrator out
    assert send(stack.port, "GET", "/api/me", None, [cookie]).status == 200
    assert send(stack.port, "POST", "/api/logout", b"", [cookie, GUARD]).status == 200
    refused(send(stack.port, "GET", "/api/me", None, [cookie]), 401)


def test_wrong_password(stack):
    for body in ({"password": "wrong"}, {"password": PASSWORD + " "}, {"password": PASSWORD[:-1]}):
        answer = send(stack.port, "POST", "/api/login", json.dumps(body).encode(), [JSON_TYPE])
        refused(answer, 401)
        assert answer.header("Set-Cookie") is None
    for headers in ([], [bearer("wrong")], [("Cookie", "dreamina_session=" + "0" * 64)], [bearer("")]):
        refused(send(stack.port, "GET", "/api/settings", None, headers), 401)


def test_other_sites_cannot_act_with_the_cookie(stack):
    cookie = ("Cookie", log_in(stack).split("; ")[0])
    account = json.dumps({"email": "csrf@example.com", "password": "p"}).encode()
    refused(send(stack.port, "POST", "/api/accounts", account, [cookie, JSON_TYPE]), 403)
    refused(send(stack.port, "POST", "/api/settings", b"{}", [cookie, JSON_TYPE]), 403)
    assert stack.accounts() == []
    assert send(stack.port, "POST", "/api/accounts", account, [cookie, GUARD, JSON_TYPE]).status == 200
    preflight = send(stack.port, "OPTIONS", "/api/accounts", None, [
        ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")])
    assert preflight.header("Access-Control-Allow-Origin") is None


def test_new_password_ends_all_sessions(stack):
    cookie = ("Cookie", log_in(stack).split("; ")[0])
    new = "another-long-password"
    stack.secrets.add(new)
    shown = stack.api("POST", "/api/settings", {"ADMIN_PASSWORD": new})
    assert shown["ADMIN_PASSWORD"] == "********"
    stored = json.loads((stack.data / "config.json").read_text())["ADMIN_PASSWORD"]
    assert stored.startswith("$") and new not in stored
    stack.config["ADMIN_PASSWORD"], stack.password = stored, new
    stack.wait_until_live({})
    refused(send(stack.port, "GET", "/api/me", None, [cookie]), 401)
    refused(stack.call("GET", "/api/accounts", password=PASSWORD), 401)


# --- accounts -----------------------------------------------------------------------------------


def test_an_accounts_life(stack):
    before = time.time()
    added = stack.api("POST", "/api/accounts", {"email": "one@example.com", "password": "pass:word", "points": 7.5,
                                                "region": "us", "session_id": "jp-" + "a" * 32})
    assert (added["email"], added["region"], added["session_id"]) == ("one@example.com", "jp", "a" * 32)
    assert (added["points"], added["status"], added["usage"], added["in_flight"]) == (7.5, "active", {}, 0)
    assert "password" not in added
    assert before - 1 < utc(added["created_at"]) < time.time() + 1
    path = f"/api/accounts/{added['id']}"
    again = stack.call("POST", "/api/accounts", {"email": "One@Example.com", "password": "x"})
    assert refused(again, 409)["code"] == "known_email"

    changed = stack.api("PUT", path, {"points": 0, "region": "hk"})
    assert (changed["status"], changed["region"], changed["session_id"]) == ("no_points", "hk", "a" * 32)
    assert stack.api("PUT", path, {"session_id": None})["status"] == "no_session"
    assert stack.query("SELECT password FROM living_accounts") == [("pass:word",)]
    stack.api("PUT", path, {"password": ""})
    assert stack.query("SELECT password FROM living_accounts") == [("pass:word",)]
    stack.api("PUT", path, {"password": "new"})
    assert stack.query("SELECT password FROM living_accounts") == [("new",)]

    stack.api("PUT", path, {"session_id": "b" * 32, "points": 1})
    for action, status in [("disable", "disabled"), ("enable", "active"), ("ban", "banned"), ("unban", "active")]:
        stack.api("POST", f"{path}/{action}")
        assert stack.account(added["id"])["status"] == status
    stack.api("POST", path + "/ban")
    assert abs(utc(stack.account(added["id"])["ban_until"]) - time.time() - 12 * 3600) < 60

    assert stack.api("DELETE", path)["message"] == "Account deleted"
    for call in [("DELETE", path), ("PUT", path), ("POST", path + "/ban"), ("POST", path + "/session/update")]:
        assert refused(stack.call(*call, {} if call[0] == "PUT" else None), 404)["code"] == "unknown_account"


def test_list(stack):
    for number in range(7):
        stack.add_account(email=f"List{number}@example.com", region="cn" if number % 2 else "sg", points=number)
    page = stack.api("GET", "/api/accounts?page=2&size=3&sort=points&order=desc")
    assert (page["total"], page["page"], page["size"]) == (7, 2, 3)
    assert [item["points"] for item in page["items"]] == [3, 2, 1]
    assert stack.api("GET", "/api/accounts?region=cn")["total"] == 3
    assert stack.api("GET", "/api/accounts?email=lIsT5")["total"] == 1
    assert stack.api("GET", "/api/accounts?email=%25")["total"] == 0
    assert stack.api("GET", "/api/accounts?email=List_%40")["total"] == 0
    assert stack.api("GET", "/api/accounts?status=no_points&region=&email=")["total"] == 1
    assert stack.api("GET", "/api/accounts?page=99")["items"] == []


def test_jobs_are_queued(stack):
    account = stack.add_account()
    job = stack.call("POST", f"/api/accounts/{account['id']}/session/update")
    assert job.status == 202 and job.json()["job"]["kind"] == "session_refresh"
    assert stack.call("POST", "/api/accounts/register", {"count": 2}).json()["job"]["count"] == 2
    refused(stack.call("POST", "/api/accounts/register", {"count": 0}), 422)


# --- import -------------------------------------------------------------------------------------


def test_import(stack):
    stack.add_account(email="known@example.com")
    session = "0123456789abcdef" * 2
    answer = stack.api("POST", "/api/accounts/bulk", {"region": "sg", "credentials": "\ufeff# from the shop\r\n"
                       "a@example.com:pass:with:colons\r\n\r\nb@example.com:pw:jp-" + session + "  \r\n"
                       "c@example.com:p:hk:" + session + "\nA@example.com:again\nknown@example.com:other"})
    assert (answer["created_count"], answer["total_skipped"]) == (3, 2)
    assert answer["skipped"] == {"duplicate_in_input": ["A@example.com"], "duplicate_in_db": ["known@example.com"]}
    stored = "SELECT email, password, region, session_id FROM living_accounts WHERE email LIKE '_@%' ORDER BY email"
    assert stack.query(stored) == [
        ("a@example.com", "pass:with:colons", "sg", None), ("b@example.com", "pw", "jp", session),
        ("c@example.com", "p", "hk", session)]


def test_a_dry_run_says_what_an_import_will_do(stack):
    stack.add_account(email="known@example.com")
    session = "0123456789ABCDEF" * 2
    lines = ("a@example.com----Dry-Secret-1----jp----sessionid=" + session + ";\r\nknown@example.com----p\n\u200b\n"
             "b@example.com:p\u2028\"c@example.com----Dry-Secret-2\"")
    dry = stack.call("POST", "/api/accounts/bulk", {"credentials": lines, "dry_run": True})
    assert dry.status == 200 and b"Secret" not in dry.body and session.lower().encode() not in dry.body.lower()
    assert dry.json()["form"] == {"kind": "lines", "separator": "----", "columns": []}
    rows = {row["line"]: row for row in dry.json()["items"]}
    assert sorted(rows) == [1, 2, 4, 5] and rows[2]["known"] and rows[4]["fault"]["code"] == "other_separator"
    assert [account["email"] for account in stack.accounts()] == ["known@example.com"]

    assert refused(stack.call("POST", "/api/accounts/bulk", {"credentials": lines}), 400)
    answer = stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "skip_faulty": True})
    assert (answer["created_count"], answer["faulty"]["count"]) == (2, 1)
    assert stack.query("SELECT email, password, region, session_id FROM living_accounts WHERE id > 0 AND email LIKE '_@%' "
                       "ORDER BY email") == [("a@example.com", "Dry-Secret-1", "jp", session.lower()),
                                             ("c@example.com", "Dry-Secret-2", "us", None)]


def test_the_program_reads_its_own_table(stack):
    stack.add_account(email="one@example.com", password="=1+1", region="hk", proxy_url="http://u:p,w@h:1", points=7)
    stack.add_account(email="two@example.com", password='a "quoted", password', session_id=None)
    before = stack.query("SELECT email, password, region, session_id, proxy_url, points FROM living_accounts ORDER BY email")
    assert before[0][4] == "http://u:p%2Cw@h:1"
    order = {"format": "csv", "accounts": {}, "password": stack.password}
    table = stack.call("POST", "/api/accounts/export", order).body.decode()
    stack.api("POST", "/api/accounts/actions", {"action": "delete", "accounts": {}})
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": table})["created_count"] == 2
    assert stack.query("SELECT email, password, region, session_id, proxy_url, points FROM living_accounts ORDER BY email") == before


def test_import_of_many_good_lines(stack):
    lines = "\n".join(f"many{number}@example.com:Good-Secret-{number}:{number:032x}" for number in range(20_000))
    assert stack.api("POST", "/api/accounts/bulk", {"credentials": lines})["created_count"] == 20_000
    assert stack.api("GET", "/api/accounts?size=1&email=many19999")["total"] == 1
    assert stack.generate().status == 200
    # Not one by one through the API.
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", timeout=10)) as database, database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("DELETE FROM accounts")


def test_unequal_columns(stack):
    body = {"credentials": "a@example.com:p\nb@example.com:q", "session_ids": "a" * 32}
    assert "must match" in str(refused(stack.call("POST", "/api/accounts/bulk", body), 400))
    assert stack.accounts() == []


# --- settings -----------------------------------------------------------------------------------


def test_a_change_is_live_everywhere(stack):
    for seconds in (31, 32, 33):
        stack.api("POST", "/api/settings", {"PROXY_TIMEOUT": seconds, "LIMIT_VIDEO_3_0": seconds})
        # For all that reads the database a limit is in force once the change is answered.
        assert stack.query("SELECT applied_limit FROM models WHERE limit_setting = 'LIMIT_VIDEO_3_0'") == [(seconds,)]
        stack.wait_until_live({"PROXY_TIMEOUT": seconds, "LIMIT_VIDEO_3_0": seconds})
        for status, body in ask_each_worker(stack, "/api/settings"):
            assert (status, json.loads(body)["PROXY_TIMEOUT"], json.loads(body)["LIMIT_VIDEO_3_0"]) == (200, seconds, seconds)
    stored = json.loads((stack.data / "config.json").read_text())
    assert stored["PROXY_TIMEOUT"] == 33 and stored["ADMIN_PASSWORD"] == PASSWORD
    stack.config = stored


def test_the_scheduler_follows_the_settings(stack):
    account = stack.add_account()

    def told_of_a_ban_that_ended():
        before = stack.log_texts()["scheduler.log"].count("ban ended")
        stack.api("PUT", f"/api/accounts/{account['id']}", {"is_banned": True, "ban_until": "2026-01-01T00:00:00Z"})
        poll(lambda: stack.account(account["id"])["status"] == "active", what="the ban ends")
        return stack.log_texts()["scheduler.log"].count("ban ended") > before

    assert told_of_a_ban_that_ended()
    stack.change_settings(LOG_LEVEL="error")
    poll(lambda: not told_of_a_ban_that_ended(), what="the scheduler says less")
    stack.change_settings(LOG_LEVEL="debug")
    poll(told_of_a_ban_that_ended, what="the scheduler says more")


def test_settings_are_shown_without_secrets(stack):
    shown = stack.api("GET", "/api/settings")
    assert shown["ADMIN_PASSWORD"] == shown["REGISTER_API_KEY"] == "********"
    stack.api("POST", "/api/settings", shown)  # the whole form as it was got changes nothing
    assert json.loads((stack.data / "config.json").read_text())["REGISTER_API_KEY"] == "Register-Key-Secret"
    assert stack.call("GET", "/api/me").status == 200


def test_unknown_keys_of_the_file_are_kept(stack):
    stack.write_config({**stack.config, "OF_ANOTHER_PROGRAM": {"deep": [1, "x"]}})
    stack.change_settings(PROXY_TIMEOUT=44)
    assert json.loads((stack.data / "config.json").read_text())["OF_ANOTHER_PROGRAM"] == {"deep": [1, "x"]}


def test_what_was_in_force_a_moment_ago_is_stored_all_the_same(stack):
    stack.edit_config(LIMIT_VIDEO_3_0=5)
    stack.write_config({key: value for key, value in stack.config.items() if key != "LIMIT_VIDEO_3_0"})
    stack.change_settings(LIMIT_VIDEO_3_0=5)
    assert json.loads((stack.data / "config.json").read_text())["LIMIT_VIDEO_3_0"] == 5


def test_a_broken_file_changes_nothing_and_is_told(stack):
    good = dict(stack.config)
    for text, word in [("{", "config.json"), ('{"PROXY_TIMEOUT": -1}', "PROXY_TIMEOUT")]:
        temporary = stack.data / "config.json.broken"
        temporary.write_text(text)
        temporary.rename(stack.data / "config.json")
        poll(lambda: all(word in json.loads(body)["settings"] for _, body in ask_each_worker(stack, "/healthz")),
             what="every worker tells of the fault")
        assert stack.call("GET", "/api/me").status == 200  # with the last good ones
    stack.write_config(good)
    poll(lambda: all(json.loads(body)["settings"] == "ok" for _, body in ask_each_worker(stack, "/healthz")),
         what="every worker tells that it is mended")


# --- secrets ------------------------------------------------------------------------------------


def test_secrets_are_nowhere(stack, stand_in):
    account = stack.add_account(proxy_url="socks5://user:Proxy-Secret-9@proxy.example:1080")
    stack.secrets |= {"Proxy-Secret-9", "Wrong-Secret-1", "Line-Secret-9", "Query-Secret-2", "Register-Key-Secret"}
    answers = [
        send(stack.port, "POST", "/api/login", b'{"password": "Wrong-Secret-1"}', [JSON_TYPE]),
        stack.call("GET", "/api/me", password="Wrong-Secret-1"),
        stack.v1("GET", "/v1/echo?key=Query-Secret-2", password="Wrong-Secret-1"),
        stack.v1("GET", "/v1/echo?key=Query-Secret-2"),
        stack.call("POST", "/api/accounts", {"email": account["email"], "password": "Line-Secret-9"}),
        stack.call("POST", "/api/accounts/bulk", {"credentials": "bad email:Line-Secret-9"}),
        stack.call("PUT", f"/api/accounts/{account['id']}", {"password": "Line-Secret-9", "nonsense": 1}),
        stack.call("POST", "/api/settings", {"ADMIN_PASSWORD": "Wrong-Secret-1\n"}),
        stack.call("GET", "/api/settings"), stack.call("GET", "/api/accounts"), stack.call("GET", "/api/me"),
    ]
    stand_in.script({"answer": "session_expired"})
    stack.generate()
    # To the administrator; the latter as the upstream's echo.
    shown_by_design = {account["session_id"], "Query-Secret-2"}
    for secret in stack.secrets - shown_by_design:
        for answer in answers:
            assert secret.encode() not in answer.body
        for process in stack.processes():
            assert secret not in process.command
    stack.assert_logs_hold_no_secret()


def test_files_are_the_services_own(stack):
    for name in ("config.json", "dreamina.db"):
        assert (stack.data / name).stat().st_mode & 0o077 == 0, name
    # Who reaches the workers' socket needs no nginx.
    assert pathlib.Path(stack.socket_path()).stat().st_mode & 0o077 == 0
