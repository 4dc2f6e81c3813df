"""The same for many accounts, while requests go on: what the page's selection does."""

import collections
import contextlib
import http.client
import json
import os
import signal
import sqlite3
import threading

import pytest

from polling import poll
from stack import PASSWORD, Stack

MANY = 20_000
CLIENTS = 8
SESSION = "feed{:028x}"


@pytest.fixture(scope="module")
def stack_options():
    return {"workers": 2, "config": {"LOG_LEVEL": "warning", "LIMIT_JIMENG_4_0": 1_000_000}}


def password_of(number):
    return f"Pool:Secret:{number}" if number % 2 else f"Pool-Secret-{number}"


def import_lines(numbers, name="many"):
    return "\n".join(f"{name}{number}@example.com:{password_of(number)}:us:{SESSION.format(number)}" for number in numbers)


def add(stack, lines):
    return stack.api("POST", "/api/accounts/bulk", {"credentials": lines})["created_count"]


@pytest.fixture(scope="module")
def pool(module_stack, stand_in):
    """20,000 accounts, a tenth of them in hk, and two that nothing below touches."""
    assert add(module_stack, import_lines(range(MANY))) == MANY
    module_stack.api("POST", "/api/accounts/actions", {"action": "region", "region": "hk", "accounts": {"email": "0@"}})
    for number in range(2):
        module_stack.add_account(email=f"bystander{number}@example.org", region="us")
    return module_stack


def act(stack, action, accounts, **more):
    return stack.api("POST", "/api/accounts/actions", {"action": action, "accounts": accounts, **more})


def total(stack, query=""):
    return stack.api("GET", f"/api/accounts?size=1{query}")["total"]


class Load:
    """Requests without end, from clients with kept connections."""

    def __init__(self, stack):
        self.stack, self.over, self.seen = stack, threading.Event(), collections.Counter()
        self.threads = [threading.Thread(target=self.client) for _ in range(CLIENTS)]

    def client(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=60)
        headers = {"Authorization": f"Bearer {PASSWORD}", "Content-Type": "application/json"}
        body = json.dumps({"model": "jimeng-4.0", "prompt": "x"}).encode()
        while not self.over.is_set():
            connection.request("POST", "/v1/images/generations", body, headers)
            answer = connection.getresponse()
            answer.read()
            self.seen[answer.status] += 1
        connection.close()

    @contextlib.contextmanager
    def held_up_by_nobody(self):
        """Each client has begun and ended requests meanwhile."""
        before = self.seen[200]
        yield
        assert self.seen[200] - before > 2 * CLIENTS

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_what_was_deleted_comes_back_as_it_was(pool):
    before = {account["id"]: account for account in pool.accounts()}
    secrets = pool.query("SELECT id, password, session_id, proxy_url FROM living_accounts ORDER BY id")
    gone = act(pool, "delete", {})
    assert pool.accounts() == [] and \
        pool.query("SELECT count(*) FROM account_usage JOIN living_accounts ON id = account_id") == [(0,)]
    assert pool.generate().status == 503
    figures = pool.api("GET", "/api/overview")["accounts"]
    assert figures["total"] == 0
    again = pool.add_account(email="MANY7@example.com")
    assert again["id"] > max(before)
    back = pool.api("POST", "/api/accounts/undelete", {"undo": gone["undo"]})
    assert (back["restored"], back["skipped"]) == (len(before) - 1, ["many7@example.com"])
    pool.api("DELETE", f"/api/accounts/{again['id']}")
    now = {account["id"]: account for account in pool.accounts()}
    lost = set(before) - set(now)
    assert len(lost) == 1 and {before[i]["email"] for i in lost} == {"many7@example.com"}
    assert now == {i: account for i, account in before.items() if i not in lost}
    assert pool.query("SELECT id, password, session_id, proxy_url FROM living_accounts ORDER BY id") == \
        [row for row in secrets if row[0] not in lost]
    assert pool.call("POST", "/api/accounts/undelete", {"undo": gone["undo"]}).status == 404
    assert pool.generate().status == 200


def test_twenty_thousand_accounts_are_changed_while_requests_flow(pool):
    many, count = {"email": "many"}, total(pool, "&email=many")
    with Load(pool) as load:
        poll(lambda: load.seen[200] > 20)
        for action, more, changed in (("ban", {"duration_hours": None}, count), ("ban", {"duration_hours": None}, 0),
                                      ("unban", {}, count), ("disable", {}, count), ("enable", {}, count)):
            answer = act(pool, action, many, **more)
            assert (answer["changed"], answer["unchanged"], answer["missing"]) == (changed, count - changed, 0)
        with load.held_up_by_nobody():
            gone = act(pool, "delete", many)
        assert gone["changed"] == count and total(pool) == 2
        with load.held_up_by_nobody():
            back = pool.api("POST", "/api/accounts/undelete", {"undo": gone["undo"]})
        assert (back["restored"], back["skipped"]) == (count, [])
        assert total(pool) == count + 2
        counted = load.seen[200]
        poll(lambda: load.seen[200] > counted + 20)
    assert set(load.seen) == {200}, load.seen


def test_an_export_is_an_import(pool, new_stack):
    wanted = {"format": "import", "accounts": {"email": "many"}}
    assert pool.call("POST", "/api/accounts/export", wanted).json()["code"] == "password_required"
    assert pool.call("POST", "/api/accounts/export", {**wanted, "password": "guess"}).status == 403
    answer = pool.call("POST", "/api/accounts/export", {**wanted, "password": PASSWORD})
    assert answer.status == 200 and answer.header("Content-Disposition").startswith("attachment; filename=")
    table = pool.call("POST", "/api/accounts/export", {"format": "csv"})
    assert table.header("Content-Type").startswith("text/csv") and b"Pool" not in table.body
    assert table.body.count(b"\r\n") == total(pool) + 1

    other = new_stack({"LOG_LEVEL": "warning"}, name="other").start()
    assert add(other, answer.body.decode()) == total(pool, "&email=many")
    rows = "SELECT email, password, region, session_id FROM living_accounts WHERE email LIKE 'many%' ORDER BY email"
    assert other.query(rows) == pool.query(rows)
    assert other.stop() == 0


def test_killed_in_the_midst_each_account_is_done_or_not(tmp_path, stand_in):
    stack = Stack(tmp_path / "killed", {"UPSTREAM_BASE_URL": stand_in.url, "LOG_LEVEL": "warning"}, workers=1)
    try:
        stack.start()
        add(stack, import_lines(range(MANY), "killed"))
        before = stack.query("SELECT id, password, session_id FROM accounts ORDER BY id")

        def delete_all():
            with contextlib.suppress(OSError, http.client.HTTPException):
                stack.call("POST", "/api/accounts/actions", {"action": "delete", "accounts": {}})

        asked = threading.Thread(target=delete_all)
        asked.start()
        poll(lambda: 0 < stack.query("SELECT count(*) FROM accounts WHERE deletion IS NOT NULL")[0][0], every=0.001)
        for pid in stack.worker_pids():
            os.kill(pid, signal.SIGKILL)
        asked.join()
        poll(lambda: len(stack.worker_pids()) == 1, what="a worker again")
        left = stack.query("SELECT id, password, session_id FROM living_accounts")
        gone = stack.query("SELECT id, password, session_id FROM accounts WHERE deletion IS NOT NULL")
        assert sorted(left + gone) == before and 0 < len(gone) < MANY
        rows = stack.api("GET", "/api/audit?action=delete")["items"]
        assert [row["new"]["accounts"] for row in rows] == [len(gone)]
        assert stack.query("PRAGMA foreign_key_check") == []

        # The answer with the token never came; its time is over at some time, and they are gone for good.
        with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", timeout=10)) as database:
            with database:
                database.execute("UPDATE account_deletions SET undo_until = 1")
        poll(lambda: stack.query("SELECT count(*) FROM accounts WHERE deletion IS NOT NULL") == [(0,)],
             what="they are gone for good")
        assert total(stack) == MANY - len(gone)
        assert stack.stop() == 0
    finally:
        stack.kill_all()
