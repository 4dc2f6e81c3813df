"""What happens by itself: bans end, counts are reset once a day, and there is one scheduler."""

import contextlib
import datetime
import os
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from locations import SERVE_SCRIPT, programs
from polling import poll
from stack import rfc3339, start_scheduler, utc


def test_bans_end_when_their_time_has_come(stack):
    ends, lasts, by_hand = (stack.add_account() for _ in range(3))
    until = time.time() + 4
    stack.api("PUT", f"/api/accounts/{ends['id']}", {"is_banned": True, "ban_until": rfc3339(until)})
    stack.api("POST", f"/api/accounts/{lasts['id']}/ban?duration_hours=0.5")
    stack.api("POST", f"/api/accounts/{by_hand['id']}/ban", {"duration_hours": None})
    assert stack.account(ends["id"])["status"] == "banned"

    def ended():
        account, asked = stack.account(ends["id"]), time.time()
        assert account["status"] == "active" or asked < until + 60
        return account["status"] == "active" and asked

    assert poll(ended, 70, "the ban ends") >= until - 0.001
    assert stack.account(ends["id"])["ban_until"] is None
    assert stack.generate().status == 200
    assert stack.account(lasts["id"])["status"] == stack.account(by_hand["id"])["status"] == "banned"
    assert utc(stack.account(lasts["id"])["ban_until"]) > time.time() + 1700
    assert stack.account(by_hand["id"])["ban_until"] is None


def write(stack, sql, *values):
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db")) as database, database:
        database.execute(sql, values)


def last_reset(stack):
    return stack.query("SELECT last_day FROM schedule WHERE name = 'reset_counts'")


def test_a_reset_that_was_slept_through_is_caught_up_once(new_stack, stand_in):
    # In a zone with its own day, so that it is the local one that counts; 00:00 has always passed.
    zone = datetime.timezone(datetime.timedelta(hours=14))
    stack = new_stack({"LIMIT_JIMENG_4_0": 2, "RESET_COUNTS_TIME": "00:00"}, environment={"TZ": "<+14>-14"},
                      serve_script=SERVE_SCRIPT).start()
    stack.add_account()
    assert [stack.generate().status for _ in range(3)] == [200, 200, 503]
    today = datetime.datetime.now(zone).date()
    poll(lambda: last_reset(stack) == [(str(today),)], what="a new pool has nothing to catch up")
    assert stack.accounts()[0]["jimeng_4_0_count"] == 2
    assert stack.stop() == 0

    before = today - datetime.timedelta(days=2)
    write(stack, "UPDATE schedule SET last_day = ? WHERE name = 'reset_counts'", str(before))
    stack.start()
    poll(lambda: stack.accounts()[0]["jimeng_4_0_count"] == 0, what="the counts are reset")
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
    lines = [line for text in stack.log_texts().values() for line in text.splitlines() if " debug " not in line]
    assert sum("Counts of " in line for line in lines) == 1
    assert stack.stop() == 0


def test_a_second_scheduler_refuses(stack):
    second = start_scheduler(stack.data)
    out, err = second.communicate(timeout=60)
    assert second.returncode == 75
    assert "another scheduler runs for" in err and "dreamina.db" in err and err.count("\n") == 1
    assert len(stack.pids("dreamina-schedu")) == 1


class Manager:
    """What systemd is to a service of Type=notify: a socket that it is told things on."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.told = []
        self.counted, self.counted_at = 0, time.monotonic()

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": self.path, **more}

    def hear(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.told += self.socket.recv(4096).decode().split("\n")
        return self.told

    def is_silent(self, seconds=1.3):
        """Whether the last word that it lives is so long ago."""
        count = self.hear().count("WATCHDOG=1")
        if count != self.counted:
            self.counted, self.counted_at = count, time.monotonic()
        return time.monotonic() - self.counted_at > seconds

    def wait_for(self, start):
        poll(lambda: any(line.startswith(start) for line in self.hear()), what=f"it tells {start}")


@contextlib.contextmanager
def scheduler_of(data, **options):
    running = start_scheduler(data, **options)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def test_it_tells_systemd_how_it_is_and_ends_in_time(tmp_path):
    manager = Manager(tmp_path)
    data = tmp_path / "data"
    with scheduler_of(data, env=manager.environment(WATCHDOG_USEC="2000000")) as scheduler:
        manager.wait_for("READY=1")
        manager.wait_for("WATCHDOG=1")
        manager.wait_for("STATUS=")
        status = next(line for line in manager.hear() if line.startswith("STATUS="))
        assert "; next " in status
        already = manager.hear().count("WATCHDOG=1")
        poll(lambda: manager.hear().count("WATCHDOG=1") >= already + 3, what="it goes on to say that it lives")
        assert "STOPPING=1" not in manager.hear()
        scheduler.terminate()
        manager.wait_for("STOPPING=1")
        out, err = scheduler.communicate(timeout=60)
        assert scheduler.returncode == 0
        assert "the scheduler ends" in out + err


def test_the_watchdog_hears_nothing_while_the_housekeeping_stands_still(tmp_path):
    manager = Manager(tmp_path)
    data = tmp_path / "data"
    with scheduler_of(data, env=manager.environment(WATCHDOG_USEC="2000000")):
        manager.wait_for("WATCHDOG=1")
        with contextlib.closing(sqlite3.connect(data / "dreamina.db", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 30000")
            other.execute("UPDATE schedule SET last_day = '2000-01-01' WHERE name = 'reset_counts'")
            other.execute("BEGIN IMMEDIATE")  # the housekeeping waits for it, to begin the reset
            poll(manager.is_silent, what="it tells nothing for longer than the half of the watchdog's time")
            other.execute("ROLLBACK")
        already = manager.hear().count("WATCHDOG=1")
        poll(lambda: manager.hear().count("WATCHDOG=1") > already, what="it lives again")


def test_term_ends_it_cleanly(tmp_path):
    alone = start_scheduler(tmp_path, env={"PATH": os.environ["PATH"]})
    try:
        poll(lambda: (tmp_path / "scheduler.lock").exists() and (tmp_path / "dreamina.db").exists(), what="it runs")
        alone.terminate()
        out, err = alone.communicate(timeout=60)
        assert alone.returncode == 0
        assert "the scheduler ends" in out + err
    finally:
        alone.kill()
    again = start_scheduler(tmp_path, env={"PATH": os.environ["PATH"]})
    again.terminate()
    again.communicate(timeout=60)
    assert again.returncode in (0, -signal.SIGTERM)  # asked before it listens, or after


def run_scheduler(*arguments):
    return subprocess.run([programs() / "dreamina-scheduler", *arguments], capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "TZ": "UTC"})


@pytest.mark.parametrize("config, key, reason", [
    ('{"PROXY_TIMEOUT": 0, "ADMIN_PASSWORD": "do-not-print-me"}', "PROXY_TIMEOUT", "must be a whole number from 1"),
    ('{"BACKUP_KEEP": 0}', "BACKUP_KEEP", "must be a whole number from 1 to 365"),
    ('{"RESET_COUNTS_TIME": "25:00"}', "RESET_COUNTS_TIME", "must be a time of day"),
    ('{"DATABASE_URL": "postgres://x/y"}', "DATABASE_URL", "must be sqlite:///FILE"),
    ("{", "config.json", "line 1"),
])
def test_a_bad_configuration_is_named(tmp_path, config, key, reason):
    (tmp_path / "config.json").write_text(config)
    for more in ([], ["--list"], ["--once", "backup"]):
        ended = run_scheduler("--data", str(tmp_path), *more)
        assert ended.returncode == 78
        assert key in ended.stderr and reason in ended.stderr and ended.stderr.count("\n") == 1
        assert "do-not-print-me" not in ended.stdout + ended.stderr


def test_a_database_that_is_not_ours_is_a_bad_configuration_and_a_folder_that_cannot_be_made_is_a_failure(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "dreamina.db")) as database, database:
        database.execute("CREATE TABLE recipes (id)")
    ended = run_scheduler("--data", str(tmp_path))
    assert ended.returncode == 78 and "not this program's" in ended.stderr
    (tmp_path / "file").write_text("")
    ended = run_scheduler("--data", str(tmp_path / "file" / "data"))
    assert ended.returncode == 1 and "file" in ended.stderr


@pytest.mark.parametrize("arguments, word", [
    ([], "--data DIR is missing"),
    (["--data", "x", "extra"], "extra"),
    (["--data", "x", "--once", "lunch"], "there is no scheduled job \"lunch\"; there are end_bans,"),
    (["--data", "x", "--once", "backup", "--list"], "--list excludes --once"),
    (["--nonsense"], "nonsense"),
])
def test_a_wrong_command_line(arguments, word):
    ended = run_scheduler(*arguments)
    assert ended.returncode == 64
    assert word in ended.stderr and ended.stderr.count("\n") == 1
