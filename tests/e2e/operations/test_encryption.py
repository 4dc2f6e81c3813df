"""Secrets in the database are sealed with a key: what a thief of the files gets, and what the service does without it."""

import os
import pathlib
import signal
import sqlite3
import subprocess
import threading

import pytest

from commands import make_key, refuse, run_command, succeed
from locations import programs
from polling import poll
from stack import PASSWORD


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path)


def files_with(folder, secrets):
    """Every file below that holds one of them, but for what clients send and the log of nginx: those have none either."""
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [(path.name, secret) for secret in secrets if secret.encode() in content]
    return found


def secrets_of(stack):
    return {secret for secret in stack.secrets if secret.startswith("Account-Secret-") or len(secret) == 32} | {"proxy-pw"}


def add_accounts(stack, count):
    return [stack.add_account(proxy_url="http://user:proxy-pw@127.0.0.1:9") if number == 0 else stack.add_account()
            for number in range(count)]


def test_a_stolen_data_folder_tells_no_secret(new_stack, key, stand_in):
    stack = new_stack({"SECRET_KEY_FILE": str(key)}).start()
    accounts = add_accounts(stack, 30)
    stack.api("DELETE", f"/api/accounts/{accounts[0]['id']}")  # its proxy leads nowhere
    assert [stack.generate().status for _ in range(5)] == [200] * 5
    stack.api("PUT", f"/api/accounts/{accounts[1]['id']}", {"password": "Account-Secret-changed"})
    stack.secrets.add("Account-Secret-changed")
    succeed(stack.data, "--once", "backup")
    succeed(stack.data, "backup", stack.data / "by-hand.db")
    succeed(stack.data, "export", stack.data / "export.json")
    assert files_with(stack.data, secrets_of(stack)) == []  # with the log, which is in use
    # kill -9 leaves the log as it is.
    stack.kill_all()
    assert files_with(stack.data, secrets_of(stack)) == []
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0
    assert files_with(stack.data, secrets_of(stack)) == []
    stack.assert_logs_hold_no_secret()


def test_it_is_turned_on_for_a_pool_that_lives_and_off_again(new_stack, key):
    stack = new_stack().start()
    accounts = add_accounts(stack, 20)[1:]
    stack.api("DELETE", f"/api/accounts/{min(a['id'] for a in stack.accounts())}")
    before = stack.accounts()
    assert files_with(stack.data, {accounts[3]["session_id"]})
    # Through the API, for the next start; what is no key is refused.
    answer = stack.call("POST", "/api/settings", {"SECRET_KEY_FILE": "/etc/hostname"})
    assert answer.status == 422 and b"SECRET_KEY_FILE" in answer.body
    stack.change_settings(SECRET_KEY_FILE=str(key))
    assert stack.generate().status == 200
    assert stack.stop() == 0
    stack.start()
    assert files_with(stack.data, secrets_of(stack)) == []
    after = stack.accounts()
    assert [(a["email"], a["session_id"]) for a in after] == [(a["email"], a["session_id"]) for a in before]
    assert stack.generate().status == 200
    answer = stack.call("POST", "/api/settings", {"SECRET_KEY_FILE": None})
    assert answer.status == 422 and b"encrypted" in answer.body

    assert "stop the service" in refuse(stack.data, "decrypt", "--password-stdin", password=PASSWORD, status=75)
    assert stack.stop() == 0
    assert "wrong" in refuse(stack.data, "decrypt", "--password-stdin", password="guess")
    succeed(stack.data, "decrypt", "--password-stdin", password=PASSWORD)
    assert files_with(stack.data, {accounts[3]["session_id"]})
    key.unlink()
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0


def started(program, data, *arguments):
    return subprocess.run([programs() / program, "--data", str(data), *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "TZ": "UTC"})


def test_without_the_right_key_nothing_starts(new_stack, tmp_path, key):
    stack = new_stack({"SECRET_KEY_FILE": str(key)}).start()
    stack.add_account()
    assert stack.stop() == 0
    held = (stack.data / "dreamina.db").read_bytes()
    saved = key.read_text()

    def nothing_starts(word):
        for program, arguments in [("dreamina-fcgi", []), ("dreamina-fcgi", ["--check"]), ("dreamina-scheduler", []),
                                   ("dreamina-scheduler", ["--once", "prune"]), ("dreamina-scheduler", ["--list"]),
                                   ("dreamina-scheduler", ["backup", str(tmp_path / "no.db")]),
                                   ("dreamina-scheduler", ["export", str(tmp_path / "no.json")]),
                                   ("dreamina-scheduler", ["rotate-key"])]:
            ended = started(program, stack.data, *arguments)
            assert ended.returncode == 78, (program, arguments, ended)
            assert word in ended.stderr and ended.stderr.count("\n") == 1, ended.stderr
            assert saved.split()[-1] not in ended.stderr
        checked = run_command(stack.data, "check")
        assert checked.returncode == 1 and word in checked.stdout
        assert list(tmp_path.glob("no.*")) == []
        assert (stack.data / "dreamina.db").read_bytes() == held

    key.unlink()
    nothing_starts("there is no key file")
    make_key(tmp_path)
    nothing_starts("holds")
    key.write_text(saved)
    key.chmod(0o644)
    nothing_starts("chmod 600")
    key.chmod(0o600)
    stack.write_config({name: value for name, value in stack.config.items() if name != "SECRET_KEY_FILE"})
    nothing_starts("SECRET_KEY_FILE is not set")
    stack.write_config({**stack.config, "SECRET_KEY_FILE": str(key)})
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0


def test_the_key_is_rotated_under_load(new_stack, key):
    stack = new_stack({"SECRET_KEY_FILE": str(key)}).start()
    for _ in range(8):
        stack.add_account()
    statuses, done = [], threading.Event()

    def load():
        while not done.is_set():
            statuses.append(stack.generate().status)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for round_number in range(3):
            before = key.read_text()
            assert "encrypted with the key" in succeed(stack.data, "rotate-key")
            assert key.read_text() != before
            stack.add_account()
            seen = len(statuses)
            poll(lambda: len(statuses) > seen + 20, what="requests go on")
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200}, {status: statuses.count(status) for status in set(statuses)}
    (sealed,), = stack.query("SELECT count(DISTINCT substr(password, 2, 8)) FROM accounts")
    assert sealed == 1
    assert len(stack.accounts()) == 11
    assert stack.stop() == 0
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0


def test_a_rotation_killed_at_any_moment_keeps_the_service_going(new_stack, key):
    stack = new_stack({"SECRET_KEY_FILE": str(key)}).start()
    stack.add_account()
    assert stack.stop() == 0
    with sqlite3.connect(stack.data / "dreamina.db") as database:
        database.executemany("INSERT INTO accounts (email, password, region, created_at, updated_at) "
                             "VALUES (?, 'x', 'us', 1, 1)", [(f"many{i}@example.com",) for i in range(20000)])
    database.close()
    for number in range(8):
        rotating = subprocess.Popen([programs() / "dreamina-scheduler", "--data", str(stack.data), "rotate-key"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            rotating.wait(0.005 * 2 ** number)
        except subprocess.TimeoutExpired:
            rotating.send_signal(signal.SIGKILL)
        rotating.wait()
        assert started("dreamina-fcgi", stack.data, "--check").returncode == 0
    succeed(stack.data, "rotate-key")
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0


def test_a_crash_leaves_no_core_file_behind(stack):
    pids = stack.worker_pids() + poll(lambda: stack.pids("dreamina-schedu"), what="a scheduler")
    for pid in pids:
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        [core] = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
        assert core[4:6] == ["0", "0"]
