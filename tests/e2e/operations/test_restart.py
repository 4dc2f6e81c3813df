"""The service is ended, and parts of it die: nothing is lost that need not be, and it comes back by itself."""

import concurrent.futures
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import sqlite3
import threading
import time

import pytest

from http_client import bearer, connect, request_bytes, send
from locations import SERVE_SCRIPT
from polling import poll
from stack import PASSWORD, in_flight_is_over
from stand_in import HELD


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT}


@pytest.fixture
def slow_request(stand_in):
    """Begins a request that the upstream has, and answers when the test releases it."""
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        def begin(stack):
            stand_in.script({"path": "/v1/*", "delay_ms": HELD})
            known = len(stand_in.requests())
            answer = threads.submit(stack.generate, timeout=120)
            poll(lambda: len(stand_in.requests()) > known, what="the upstream has the request")
            stand_in.script()  # those that come later are answered at once
            return answer

        yield begin
        stand_in.release()


def is_ending(stack):
    poll(lambda: "letting the requests in flight finish" in stack.log_texts()["serve.out"], what="it has begun to end")


def is_cut(answer):
    """The worker may be killed a moment before nginx, which can then still say so."""
    try:
        return answer.result().status == 502
    except (OSError, http.client.HTTPException):
        return True


def test_asked_to_end_it_lets_requests_finish(new_stack, stand_in, slow_request):
    stack = new_stack().start()
    stack.add_account()
    for calls, signal_number in enumerate([signal.SIGTERM, signal.SIGINT], start=1):
        answer = slow_request(stack)
        stack.process.send_signal(signal_number)
        is_ending(stack)
        stand_in.release()
        assert answer.result().status == 200
        assert stack.process.wait(60) == 0
        assert stack.processes() == []
        assert stack.query("SELECT calls FROM account_usage") == [(calls,)]
        assert stack.query("SELECT count(*) FROM leases") == [(0,)]
        stack.output.unlink()
        stack.start()  # and it takes up where it was
        assert stack.accounts()[0]["jimeng_4_0_count"] == calls
    assert stack.stop() == 0


def test_a_generation_whose_client_has_gone_is_let_finish(new_stack, stand_in):
    stack = new_stack().start()
    stack.add_account()
    stand_in.clear()
    stand_in.script({"path": "/v1/*", "delay_ms": HELD})
    with connect(stack.port) as connection:
        body = b'{"model": "jimeng-4.0"}'
        connection.sendall(request_bytes(stack.port, "POST", "/v1/images/generations", body, [bearer(PASSWORD)]))
        poll(stand_in.requests, what="the upstream has the request")
    stack.process.terminate()
    is_ending(stack)
    stand_in.release()
    assert stack.process.wait(60) == 0
    assert stack.query("SELECT in_flight, error_count FROM accounts") == [(0, 0)]  # a success, not a cut
    assert stack.query("SELECT calls FROM account_usage") == [(1,)]


def test_asked_twice_it_ends_at_once(new_stack, stand_in, slow_request):
    stack = new_stack().start()
    stack.add_account()
    answer = slow_request(stack)
    stack.process.terminate()
    is_ending(stack)
    stack.process.terminate()
    assert stack.process.wait(60) == 1
    assert stack.processes() == []
    assert is_cut(answer)
    stand_in.script()
    stack.start()
    in_flight_is_over(stack)
    assert stack.accounts()[0]["jimeng_4_0_count"] == 1
    assert stack.stop() == 0


def test_killed_worker(stack, stand_in, slow_request):
    stack.add_account()
    before = stack.worker_pids()
    answer = slow_request(stack)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    came = answer.result()
    assert came.status == 502 and came.json()["error"]["code"] == "bad_gateway"
    assert came.header("X-Should-Retry") == "false"  # nginx' own answer
    poll(lambda: len(stack.worker_pids()) == 2 and not set(before) & set(stack.worker_pids()), what="new workers")
    in_flight_is_over(stack)
    account = stack.accounts()[0]
    assert (account["jimeng_4_0_count"], account["error_count"]) == (1, 1)  # it may have been paid for
    stand_in.script()
    assert poll(lambda: stack.generate().status == 200, what="requests are served")


def test_workers_are_renewed_one_by_one_without_a_failure(stack, stand_in):
    stack.change_settings(LIMIT_JIMENG_4_0=1_000_000)
    stack.add_account()
    stand_in.script({"path": "/v1/*", "delay_ms": [0, 40]})
    over, statuses = threading.Event(), []

    def client():
        while not over.is_set():
            statuses.append(stack.generate().status)

    def serve_more():
        known = len(statuses)
        poll(lambda: len(statuses) > known + 200, what="requests are served")

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        clients = [threads.submit(client) for _ in range(16)]
        try:
            for pid in stack.worker_pids():
                serve_more()
                os.kill(pid, signal.SIGTERM)
                poll(lambda: pid not in (now := stack.worker_pids()) and len(now) == 2, what="a new worker in its place")
            serve_more()
        finally:
            over.set()
        for each in clients:
            each.result()
    assert set(statuses) == {200}
    assert stack.accounts()[0]["jimeng_4_0_count"] == len(statuses)


def test_killed_supervisor_lets_requests_finish(stack, stand_in, slow_request):
    stack.add_account()
    before, workers = stack.pids("supervisord"), stack.worker_pids()
    answer = slow_request(stack)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    poll(lambda: (now := stack.pids("supervisord")) and now != before, what="another supervisord")
    stand_in.release()
    assert answer.result().status == 200
    poll(lambda: len(stack.worker_pids()) == 2 and not set(workers) & set(stack.worker_pids()), what="new workers alone")
    stand_in.script()

    def served():
        try:
            return stack.generate().status == 200
        except OSError:  # no nginx yet
            return False

    assert poll(served, what="requests are served")


def test_killed_nginx(stack, stand_in):
    stack.add_account()
    before = stack.pids("nginx: master")
    os.kill(before[0], signal.SIGKILL)
    poll(lambda: (now := stack.pids("nginx: master")) and now != before, what="another nginx")

    def served():
        try:
            return stack.generate().status == 200
        except OSError:
            return False

    assert poll(served, what="requests are served")


def test_killed_nginx_worker(stack, stand_in):
    stack.add_account()
    before = stack.pids("nginx: worker")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    poll(lambda: (now := stack.pids("nginx: worker")) and not set(now) & set(before), what="new ones")
    assert stack.generate().status == 200


def test_killed_scheduler(stack):
    before = stack.pids("dreamina-schedu")
    os.kill(before[0], signal.SIGKILL)
    poll(lambda: (now := stack.pids("dreamina-schedu")) and now != before, what="another scheduler")


def faults_of_ended_children(pid):
    """As the kernel counts them: more of them, once a child has been waited for."""
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[8])


def test_at_rest_it_starts_no_process(stack):
    """Bash can lose a signal that comes while it waits for one: Ctrl-C, with the service going on. And the scheduler's
    heartbeat every second is no change of the settings."""
    scripts = [stack.process.pid, *(each.pid for each in stack.processes("bash") if "follow-settings.sh" in each.command)]
    assert len(scripts) > 1

    def is_quiet():
        before, since = [faults_of_ended_children(pid) for pid in scripts], time.monotonic()
        poll(lambda: time.monotonic() - since > 1.5, what="a heartbeat and five turns of the loop pass")
        return [faults_of_ended_children(pid) for pid in scripts] == before

    assert any(is_quiet() for _ in range(3))  # now and then they look after logs and settings


def test_killed_serve_script_leaves_nothing_behind_and_starts_again(new_stack, stand_in, slow_request):
    stack = new_stack().start()
    account = stack.add_account()
    answer = slow_request(stack)
    stack.process.kill()
    stack.process.wait(60)
    stand_in.release()
    assert answer.result().status == 200  # what was in flight may still finish
    poll(lambda: stack.processes() == [], what="all of it has ended")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", stack.port)) != 0
    stack.start()
    assert [found["id"] for found in stack.accounts()] == [account["id"]]
    assert stack.generate().status == 200

    stack.kill_all()  # everything at once
    stack.start()
    assert stack.generate().status == 200
    assert stack.stop() == 0
    assert stack.processes() == []


def test_two_copies_beside_each_other(new_stack, stack, stand_in):
    # With blanks, not in ASCII, and too long for the address of a unix socket.
    other = new_stack(name="another folder, 你的 " + "x" * 100).start()
    mine, others = stack.add_account(), other.add_account()
    for each, account in ((stack, mine), (other, others)):
        assert each.generate().status == 200
        assert stand_in.requests()[-1]["account"] == f"us-{account['session_id']}"
    assert other.stop() == 0
    assert other.processes() == []
    assert stack.generate().status == 200


def test_second_start_on_one_folder_refuses(stack, new_stack):
    second = new_stack(name="second")
    first = stack.process.pid
    second.launch(data=stack.data)
    assert second.process.wait(60) == 1
    said = second.output.read_text()
    assert "another serve.sh" in said and str(first) in said
    assert send(stack.port, "GET", "/healthz").status == 200


def test_a_taken_port_is_named(stack, new_stack):
    second = new_stack(name="second")
    second.port = stack.port
    second.launch()
    assert second.process.wait(60) == 1
    assert f"port {stack.port} is taken" in second.output.read_text()


def test_a_database_that_cannot_be_used_is_named(new_stack):
    for name, spoil, said in [
            ("newer", lambda file: write(file, "PRAGMA journal_mode = WAL", "PRAGMA user_version = 9999"), "newer"),
            ("no database", lambda file: file.write_bytes(b"not a database at all" * 1000), "not a database")]:
        stack = new_stack(name=name)
        spoil(stack.data / "dreamina.db")
        before = (stack.data / "dreamina.db").read_bytes()
        stack.launch()
        assert stack.process.wait(60) not in (0, None)
        output = stack.output.read_text()
        assert said in output and "dreamina.db" in output
        assert (stack.data / "dreamina.db").read_bytes() == before
        assert stack.processes() == []


def write(file, *statements):
    with contextlib.closing(sqlite3.connect(file)) as database:
        for statement in statements:
            database.execute(statement)


def test_somebody_else_holds_the_database(stack, stand_in):
    """A backup, or an administrator's shell: requests wait a little, and what only reads goes on."""
    account = stack.add_account()
    stand_in.set_points(**{account["session_id"]: 3})  # as the page has it: the scheduler may ask for them
    with concurrent.futures.ThreadPoolExecutor(2) as threads, \
            contextlib.closing(sqlite3.connect(stack.data / "dreamina.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = threads.submit(stack.generate)
        change = threads.submit(stack.call, "PUT", f"/api/accounts/{account['id']}", {"points": 3})
        assert [found["points"] for found in stack.accounts()] == [100]
        assert stand_in.requests() == []
        other.execute("COMMIT")
        assert answer.result().status == change.result().status == 200
    assert stack.accounts()[0]["points"] == 3


@pytest.mark.parametrize("text,said", [
    ('{"PROXY_TIMEOUT": "soon", "ADMIN_PASSWORD": "Config-Secret-1"}', "PROXY_TIMEOUT"),
    ('{"ADMIN_PASSWORD": "Config-Secret-1", ', "config.json"), ('["Config-Secret-1"]', "config.json")])
def test_a_bad_configuration_is_named(new_stack, text, said):
    stack = new_stack()
    (stack.data / "config.json").write_text(text)
    stack.launch()
    assert stack.process.wait(60) == 78
    output = stack.output.read_text()
    assert said in output and "Config-Secret-1" not in output
