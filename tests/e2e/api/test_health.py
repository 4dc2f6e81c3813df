"""What load balancers and administrators are told: live, ready, and what is wrong."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess

import pytest

import fastcgi_client
from each_worker import all_go_to, ask_each_worker
from http_client import send
from locations import SERVE_SCRIPT
from polling import poll
from stack import PASSWORD
from stand_in import StandIn

GOOD = {"database": "ok", "settings": "ok", "upstream": "ok", "scheduler": "ok"}


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT}  # which starts a killed scheduler again


def ready(stack):
    """As a stranger asks."""
    answer = send(stack.port, "GET", "/healthz/ready")
    assert answer.header("Content-Type").startswith("application/json") and answer.header("Cache-Control") == "no-store"
    body = answer.json()
    assert set(body) == {"status", "checks"} and set(body["checks"]) == set(GOOD), body
    assert (answer.status, body["status"]) in ((200, "ready"), (503, "not_ready")), answer
    assert (answer.status == 200) == (body["checks"] == GOOD)
    # Words, and nothing that a stranger could use.
    text = answer.body.decode()
    assert not re.search(r"[/\\]|\d", text), text
    assert str(stack.data) not in text and PASSWORD not in text
    return answer.status, body["checks"]


def live(stack):
    answer = send(stack.port, "GET", "/healthz/live")
    return answer.status, answer.json()


def becomes_ready(stack):
    """Every worker looks for itself."""
    def all_ready():
        answers = ask_each_worker(stack, "/healthz/ready")
        assert [status for status, _ in answers] == [200] * stack.workers, answers
        return True

    poll(all_ready, what="every worker is ready", every=0.2)


def is_not_ready(stack, check, words):
    def told():
        for status, body in ask_each_worker(stack, "/healthz/ready"):
            assert status == 503 and words in json.loads(body)["checks"][check], body
        return True

    poll(told, what=f"every worker says of {check}: {words}", every=0.2)
    assert ready(stack)[1][check].find(words) >= 0
    assert live(stack) == (200, {"status": "live"})


def report(stack):
    return {check["name"]: check for check in stack.api("GET", "/api/health")["checks"]}


def test_live_and_ready(stack):
    becomes_ready(stack)
    assert ready(stack) == (200, GOOD)
    assert live(stack) == (200, {"status": "live"})
    for path in ("/healthz", "/healthz/live", "/healthz/ready"):
        head = send(stack.port, "HEAD", path)
        assert head.status == 200 and head.body == b"" and head.header("Content-Type").startswith("application/json")
        refused = send(stack.port, "POST", path, b"{}")
        assert refused.status == 405 and refused.json()["code"] == "method_not_allowed"
    # Never the page, which would look healthy.
    for path in ("/healthz/", "/healthz/readyy", "/healthz/ready/", "/healthz/live/x"):
        answer = send(stack.port, "GET", path)
        assert answer.status == 404 and answer.json()["code"] == "not_found", path


def test_healthz_says_what_it_said(stack):
    body = send(stack.port, "GET", "/healthz").json()
    assert body["status"] == body["settings"] == "ok" and body["upstream"]["state"] == "closed"


def test_the_report(stack):
    becomes_ready(stack)
    answer = stack.call("GET", "/api/health")
    assert answer.status == 200
    checks = report(stack)
    assert list(checks) == ["database", "settings", "workers", "upstream", "scheduler", "accounts", "jobs", "webhooks",
                            "results", "schedule", "backup",
                            "disk", "database_log", "database_place", "password", "clock", "time_zone"]
    assert checks["accounts"]["state"] == "warning" and "no accounts" in checks["accounts"]["message"] and checks["accounts"]["code"] == "none"
    for name in ("database", "settings", "workers", "upstream", "scheduler", "jobs", "webhooks", "results", "password", "clock", "database_place", "time_zone"):
        assert checks[name]["state"] == "ok", checks[name]
    assert checks["time_zone"]["facts"] == {"zone": "UTC", "offset": "+00:00"}
    assert checks["workers"]["facts"] == {"running": 2, "up_to_date": 2}
    assert send(stack.port, "GET", "/api/health").status == 401
    assert PASSWORD not in answer.body.decode()


def test_a_bad_config_is_told_and_the_last_good_one_serves_on(stack):
    stack.add_account()
    good = dict(stack.config)
    temporary = stack.data / "config.json.broken"
    temporary.write_text('{"PROXY_TIMEOUT": "Config-Secret"}')
    temporary.rename(stack.data / "config.json")
    is_not_ready(stack, "settings", "the configuration file has a fault")
    assert report(stack)["settings"]["state"] == "fault" and "PROXY_TIMEOUT" in report(stack)["settings"]["message"]
    assert "Config-Secret" not in json.dumps(report(stack))
    assert stack.generate().status == 200
    stack.write_config(good)
    becomes_ready(stack)


def test_a_worker_that_does_not_take_the_settings(stack):
    stuck, other = stack.worker_pids()

    def told():
        status, body = fastcgi_client.ask(stack.socket_path(), "/api/health", stack.password, timeout=30)
        assert status == 200
        (check,) = (check for check in json.loads(body)["checks"] if check["name"] == "workers")
        return check["state"] == "warning" and check

    with all_go_to(stack, other):
        stack.write_config({**stack.config, "QUEUE_TIMEOUT": 78})
        check = poll(told, what="it is told", every=0.2)
        assert (check["code"], check["facts"]) == ("behind", {"running": 2, "up_to_date": 1})
    stack.wait_until_live({"QUEUE_TIMEOUT": 78})
    assert report(stack)["workers"]["state"] == "ok"


def test_a_locked_database(stack):
    becomes_ready(stack)
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        is_not_ready(stack, "database", "locked by another process")
        # Neither waits for the lock, as all threads of the API do.
        assert live(stack)[0] == 200
        assert report(stack)["database"]["state"] == "fault"
        database.execute("ROLLBACK")
    becomes_ready(stack)


def test_a_scheduler_that_stands_still_or_is_dead(stack):
    becomes_ready(stack)
    scheduler = stack.pids("dreamina-schedu")[0]
    os.kill(scheduler, signal.SIGSTOP)
    try:
        is_not_ready(stack, "scheduler", "is not running")
        check = report(stack)["scheduler"]
        assert check["state"] == "fault" and check["code"] == "stuck"
    finally:
        os.kill(scheduler, signal.SIGKILL)
    becomes_ready(stack)  # serve.sh starts another


def test_an_upstream_that_is_gone_is_found_without_any_traffic(stack, tmp_path):
    elsewhere = StandIn(tmp_path / "elsewhere.log")
    stack.change_settings(UPSTREAM_BASE_URL=elsewhere.url)
    becomes_ready(stack)
    elsewhere.stop()
    is_not_ready(stack, "upstream", "does not answer")
    assert report(stack)["upstream"]["state"] == "fault"
    stack.change_settings(UPSTREAM_BASE_URL=stack.first_config["UPSTREAM_BASE_URL"])
    becomes_ready(stack)


def test_an_outage_that_requests_have_found(stack, stand_in):
    for _ in range(6):
        stack.add_account()
    stand_in.script({"path": "/v1/*", "answer": "server_error", "dialect": "b"})
    poll(lambda: stack.generate().status == 503 and stack.api("GET", "/api/upstream")["state"] == "open",
         what="the breaker opens")
    is_not_ready(stack, "upstream", "requests have found the upstream down")
    assert "since" in report(stack)["upstream"]["message"]
    stand_in.script()
    poll(lambda: stack.generate().status == 200, what="the upstream is back")
    becomes_ready(stack)


def mounted(*arguments):
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted("-t", "tmpfs", "-o", "size=6m", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk(small_disk, new_stack):
    stack = new_stack(name=small_disk / "stack").start()
    becomes_ready(stack)
    filler = stack.data / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    is_not_ready(stack, "database", "disk")
    check = report(stack)["database"]
    assert check["state"] == "fault" and check["code"] == "full" and "Free up space" in check["advice"]
    assert report(stack)["disk"]["state"] == "fault"
    # What cannot be recorded is not changed.
    before = (stack.data / "config.json").read_bytes()
    assert stack.call("POST", "/api/settings", {"QUEUE_TIMEOUT": 77}).status == 500
    assert (stack.data / "config.json").read_bytes() == before
    filler.unlink()
    becomes_ready(stack)
    assert stack.api("GET", "/api/audit?subject=setting")["items"] == []
    stack.change_settings(QUEUE_TIMEOUT=77)
    assert [row["new"] for row in stack.api("GET", "/api/audit?subject=setting")["items"]] == [{"QUEUE_TIMEOUT": 77}]
    assert stack.stop() == 0


def test_a_disk_that_became_read_only(new_stack):
    stack = new_stack().start()
    becomes_ready(stack)
    mounted("--bind", stack.data, stack.data)
    try:
        mounted("-o", "remount,bind,ro", stack.data)
        is_not_ready(stack, "database", "the database c")
        assert report(stack)["database"]["state"] == "fault"
    finally:
        subprocess.run(["umount", "--lazy", stack.data], check=True)
    becomes_ready(stack)
    assert stack.stop() == 0
