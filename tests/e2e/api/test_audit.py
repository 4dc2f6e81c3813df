"""Who changed what, when, from where: each change has its row, and no row has a secret."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import threading
import time

import pytest

from http_client import JSON_TYPE, bearer, send
from polling import poll
from stack import PASSWORD, rfc3339


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"REGISTER_API_KEY": "Register-Key-Secret"}}


def audit(stack, query=""):
    return stack.api("GET", f"/api/audit?{query}")


def newest(stack, query=""):
    return audit(stack, f"size=1&{query}")["items"][0]


def newest_id(stack):
    return stack.query("SELECT coalesce(max(id), 0) FROM audit")[0][0]


def all_rows(stack, query="", after=0):
    """Page by page, without the rows up to the id `after`: a time alone lets in what came a moment earlier."""
    found, cursor = [], ""
    while cursor is not None:
        page = audit(stack, f"size=7&cursor={cursor}&{query}")
        found += page["items"]
        cursor = page["next_cursor"]
    return [row for row in found if row["id"] > after]


def test_a_day_of_an_administrator(stack):
    stack.secrets |= {"Typed-Password-9", "Proxy-Secret-9", "New-Key-Secret-7", "Wrong-Password-3"}
    begin, last = rfc3339(time.time() - 1), newest_id(stack)
    account = stack.add_account(proxy_url="socks5://user:Proxy-Secret-9@proxy.example:1080")
    path = f"/api/accounts/{account['id']}"
    stack.api("PUT", path, {"password": "Typed-Password-9", "points": 3})
    stack.api("POST", f"{path}/ban", {"duration_hours": None})
    stack.api("POST", f"{path}/unban")
    stack.change_settings(QUEUE_TIMEOUT=7, REGISTER_API_KEY="New-Key-Secret-7")
    stack.api("POST", "/api/models", {"id": "audited-model", "daily_limit": 3})
    stack.api("DELETE", "/api/models/audited-model")
    assert stack.call("POST", "/api/jobs", {"kind": "points_update", "accounts": [account["id"]]}).status == 202
    assert stack.call("POST", "/api/schedule/prune/run").status == 202
    login = send(stack.port, "POST", "/api/login", json.dumps({"password": PASSWORD}).encode(), [JSON_TYPE])
    cookie = login.header("Set-Cookie").split(";")[0]
    by_cookie = [("Cookie", cookie), ("X-Requested-With", "dreamina")]
    assert send(stack.port, "POST", f"{path}/disable", b"", by_cookie).status == 200
    assert send(stack.port, "POST", "/api/logout", b"", by_cookie).status == 200
    wrong = json.dumps({"password": "Wrong-Password-3"}).encode()
    assert send(stack.port, "POST", "/api/login", wrong, [JSON_TYPE]).status == 401
    stack.api("DELETE", path)

    rows = list(reversed(all_rows(stack, f"from={begin}", after=last)))
    told = [(row["subject"], row["action"], row["who"]) for row in rows]
    assert told[:4] == [("account", action, "password") for action in ("create", "change", "ban", "unban")]
    assert sorted(told[4:6]) == [("setting", "change", "password")] * 2
    assert told[6:] == [
        ("model", "create", "password"), ("model", "delete", "password"), ("job", "queue", "password"),
        ("schedule", "run", "password"), ("session", "login", "session"), ("account", "disable", "session"),
        ("session", "logout", "session"), ("session", "failed_login", "anonymous"), ("account", "delete", "password")]
    assert {row["address"] for row in rows} == {"127.0.0.1"}
    assert rows[1]["old"] == {"password": "set", "points": 100} and rows[1]["new"] == {"password": "changed", "points": 3}
    settings = {row["subject_id"]: row for row in rows[4:6]}
    assert settings["QUEUE_TIMEOUT"]["new"] == {"QUEUE_TIMEOUT": 7}
    assert settings["REGISTER_API_KEY"]["new"] == {"REGISTER_API_KEY": "changed"}
    assert all(row["name"] == account["email"] for row in rows if row["subject"] == "account")
    of_account = all_rows(stack, f"subject=account&subject_id={account['id']}")
    assert [row["action"] for row in of_account] == ["delete", "disable", "unban", "ban", "change", "create"]
    assert [row["id"] for row in all_rows(stack, f"name={account['email'].upper()}")] == [row["id"] for row in of_account]

    text = json.dumps(rows)
    for secret in stack.secrets | {cookie.split("=")[1], account["session_id"], "$y$"}:
        assert secret not in text, f"the trail holds {secret}"
    # Not in the columns either.
    stored = str(stack.query("SELECT * FROM audit"))
    for secret in stack.secrets | {cookie.split("=")[1], account["session_id"]}:
        assert secret not in stored


def test_what_happens_by_itself_is_no_change_by_anybody(stack, stand_in, account):
    last = newest(stack)["id"]
    stand_in.script({"path": "/v1/*", "answer": "session_expired"})
    assert stack.generate().status in (200, 503)
    poll(lambda: stack.account(account["id"])["status"] == "session_expired", what="the engine takes it out")
    assert newest(stack)["id"] == last


def test_an_import_of_ten_thousand(stack):
    last = newest_id(stack)
    lines = "\n".join(f"import{number}@example.com:Import-Secret-{number}:{number:032x}" for number in range(10_000))
    stack.api("POST", "/api/accounts/bulk", {"credentials": lines, "region": "us"})
    row = newest(stack)
    ids = sorted(account["id"] for account in stack.accounts() if account["email"].startswith("import"))
    assert row["action"] == "import" and row["who"] == "password" and row["address"] == "127.0.0.1"
    assert row["new"] == {"created": 10_000, "skipped": 0, "ids": f"{ids[0]}-{ids[-1]}"} and len(ids) == 10_000
    assert all_rows(stack, after=last) == [row] and "Import-Secret" not in json.dumps(row)
    # Each account is found by its id, as in its panel, and by its name.
    for id in (ids[0], ids[7777], ids[-1]):
        assert all_rows(stack, f"subject=account&subject_id={id}") == [row]
    for number in (0, 5, 9999):
        assert all_rows(stack, f"name=IMPORT{number}@") == [row]
    assert all_rows(stack, f"subject=account&subject_id={ids[-1] + 1}") == []


def test_a_login_flood_fills_nothing(stack):
    before = stack.query("SELECT count(*), coalesce(sum(repeats), 0) FROM audit WHERE action = 'failed_login'")[0]

    def attempts():
        for _ in range(50):
            answer = send(stack.port, "POST", "/api/login", b'{"password": "guess"}', [JSON_TYPE])
            assert answer.status in (401, 429)
            told.append(answer.status)

    told = []
    threads = [threading.Thread(target=attempts) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = stack.query("SELECT count(*), sum(repeats) FROM audit WHERE action = 'failed_login'")[0]
    assert after[0] - before[0] <= 1
    assert after[1] - before[1] == told.count(401)


def test_no_change_without_its_row_however_the_workers_die(stack):
    """Accounts are added and settings changed while workers are killed: what took place has a row."""
    begin, last = rfc3339(time.time() - 1), newest_id(stack)
    done, killed = threading.Event(), []

    def kill():
        """One of them, as soon as both run: killed as soon as it is there, none would ever answer."""
        while not done.wait(0.15):
            pids = stack.worker_pids()
            if len(pids) == stack.workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(random.choice(pids), signal.SIGKILL)
                    killed.append(pids)

    killer = threading.Thread(target=kill)
    killer.start()
    answered, number = 0, 0
    try:
        while len(killed) < 15 or answered < 60:
            number += 1
            with contextlib.suppress(OSError):
                answer = stack.call("POST", "/api/accounts", {"email": f"killed{number}@example.com", "password": "p"})
                answered += answer.status == 200
            with contextlib.suppress(OSError):
                stack.call("POST", "/api/settings", {"QUEUE_TIMEOUT": number + 100})
    finally:
        done.set()
        killer.join()
    poll(lambda: len(stack.worker_pids()) == stack.workers and stack.is_up(), what="all workers are back")
    rows = all_rows(stack, f"from={begin}", after=last)
    added = {row["name"] for row in rows if row["action"] == "create"}
    there = {account["email"] for account in stack.accounts() if account["email"].startswith("killed")}
    assert added == there and len(there) > 50
    timeouts = [row["new"]["QUEUE_TIMEOUT"] for row in rows if row["subject_id"] == "QUEUE_TIMEOUT"]
    in_force = json.loads((stack.data / "config.json").read_text())["QUEUE_TIMEOUT"]
    assert in_force in timeouts[:2], (in_force, timeouts[:2])  # the newest row's change may not have come about
    stack.config = {**stack.config, "QUEUE_TIMEOUT": in_force}


def test_who_may_look(stack):
    assert send(stack.port, "GET", "/api/audit").status == 401
    assert send(stack.port, "GET", "/api/audit", headers=[bearer("no")]).status == 401
    for bad in ("size=0", "size=1001", "who=root", "from=then", "cursor=%00", "action=%27", "subject=x", "name=%ff"):
        answer = stack.call("GET", f"/api/audit?{bad}")
        assert answer.status == 422 and bad.split("=")[0] in answer.json()["detail"], bad
    for method in ("POST", "PUT", "DELETE"):
        assert stack.call(method, "/api/audit").status == 405


def test_what_is_old_is_pruned(stack):
    stack.change_settings(AUDIT_RETENTION_DAYS=2)
    old = stack.query("SELECT max(id) FROM audit")[0][0]
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", timeout=20)) as database, database:
        database.execute("UPDATE audit SET at = at - 3 * 86400000 WHERE id <= ?", (old,))
    young = stack.add_account()
    assert stack.call("POST", "/api/schedule/prune/run").status == 202
    poll(lambda: stack.query("SELECT count(*) FROM audit WHERE id <= ?", old) == [(0,)], what="the old rows go")
    assert young["email"] in [row["name"] for row in audit(stack)["items"]]
