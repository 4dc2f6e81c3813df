"""What happens by itself: bans end, counts begin anew once a day, and there is one scheduler."""

import contextlib
import datetime
import os
import signal
import sqlite3
import time

from polling import poll
from stack import rfc3339, start_scheduler, utc


def test_bans_end_when_their_time_has_come(stack):
    ends, lasts, by_hand = (stack.add_account() for _ in range(3))
    until = time.time() + 1.5
    stack.api("PUT", f"/api/accounts/{ends['id']}", {"is_banned": True, "ban_until": rfc3339(until)})
    stack.api("POST", f"/api/accounts/{lasts['id']}/ban?duration_hours=0.5")
    stack.api("POST", f"/api/accounts/{by_hand['id']}/ban", {"duration_hours": None})
    assert stack.account(ends["id"])["status"] == "banned"

    def ended():
        account, asked = stack.account(ends["id"]), time.time()
        assert account["status"] == "active" or asked < until + 60
        return account["status"] == "active" and asked

    assert poll(ended, 62, "the ban ends") >= until - 0.001
    assert stack.account(ends["id"])["ban_until"] is None
    assert stack.generate().status == 200
    assert stack.account(lasts["id"])["status"] == stack.account(by_hand["id"])["status"] == "banned"
    assert utc(stack.account(lasts["id"])["ban_until"]) > time.time() + 1700
    assert stack.account(by_hand["id"])["ban_until"] is None


def write(stack, sql, *values):
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db")) as database, database:
        database.execute(sql, values)


def last_reset(stack):
    return stack.query("SELECT last_day FROM daily_runs WHERE name = 'reset_counts'")


def test_a_reset_that_was_slept_through_is_caught_up_once(new_stack, stand_in):
    # In a zone with its own day, so that it is the local one that counts; 00:00 has always passed.
    zone = datetime.timezone(datetime.timedelta(hours=14))
    stack = new_stack({"LIMIT_JIMENG_4_0": 2}, environment={"TZ": "<+14>-14"}).start()
    stack.add_account()
    assert [stack.generate().status for _ in range(3)] == [200, 200, 503]
    today = datetime.datetime.now(zone).date()
    poll(lambda: last_reset(stack) == [(str(today),)], what="a new pool has nothing to catch up")
    assert stack.accounts()[0]["jimeng_4_0_count"] == 2
    assert stack.stop() == 0

    before = today - datetime.timedelta(days=2)
    write(stack, "UPDATE daily_runs SET last_day = ? WHERE name = 'reset_counts'", str(before))
    stack.start()
    poll(lambda: stack.accounts()[0]["jimeng_4_0_count"] == 0, what="the counts begin anew")
    assert last_reset(stack) == [(str(datetime.datetime.now(zone).date()),)]
    assert [stack.generate().status for _ in range(3)] == [200, 200, 503]

    # Not again: neither by the running scheduler, nor by its successor, nor when the time of day is moved.
    scheduler = stack.pids("dreamina-schedu")[0]
    os.kill(scheduler, signal.SIGKILL)
    poll(lambda: stack.pids("dreamina-schedu") not in ([], [scheduler]), what="another scheduler")
    stack.change_settings(RESET_COUNTS_TIME="00:01")
    banned = stack.add_account()  # another job of the same round shows that the scheduler has been through
    stack.api("PUT", f"/api/accounts/{banned['id']}", {"is_banned": True, "ban_until": rfc3339(time.time())})
    poll(lambda: stack.account(banned["id"])["status"] == "active", what="a round of the scheduler")
    assert stack.accounts()[0]["jimeng_4_0_count"] == 2
    assert sum(text.count("were reset") for text in stack.log_texts().values()) == 1
    assert stack.stop() == 0


def test_a_second_scheduler_refuses(stack):
    second = start_scheduler(stack.data)
    out, err = second.communicate(timeout=10)
    assert second.returncode == 75
    assert "another scheduler runs for" in err and "dreamina.db" in err
    assert len(stack.pids("dreamina-schedu")) == 1


def test_term_ends_it_cleanly(tmp_path):
    alone = start_scheduler(tmp_path, env={"PATH": os.environ["PATH"]})
    try:
        poll(lambda: (tmp_path / "scheduler.lock").exists() and (tmp_path / "dreamina.db").exists(), what="it runs")
        alone.terminate()
        out, err = alone.communicate(timeout=10)
        assert alone.returncode == 0
        assert "the scheduler ends" in out + err
    finally:
        alone.kill()
    again = start_scheduler(tmp_path, env={"PATH": os.environ["PATH"]})
    again.terminate()
    again.communicate(timeout=10)
    assert again.returncode in (0, -signal.SIGTERM)  # asked before it listens, or after


def test_a_bad_configuration_is_named(tmp_path):
    (tmp_path / "config.json").write_text('{"PROXY_TIMEOUT": 0, "ADMIN_PASSWORD": "do-not-print-me"}')
    scheduler = start_scheduler(tmp_path, env={"PATH": os.environ["PATH"]})
    out, err = scheduler.communicate(timeout=10)
    assert scheduler.returncode == 78
    assert "PROXY_TIMEOUT" in err and "do-not-print-me" not in out + err
