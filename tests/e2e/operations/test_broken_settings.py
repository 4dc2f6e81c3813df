"""config.json is broken while the service runs, or before it starts: what runs goes on with the last good settings, what
starts waits for the file to be mended, and each fault is told once, with all that is wrong."""

import json
import os
import signal
import subprocess

import pytest

from http_client import send
from locations import ROOT, SERVE_SCRIPT, programs
from polling import poll

FAULTY = json.dumps({"ADMIN_PASSWORD": "another", "PORT": 0, "LOG_LEVEL": "loud"})
SYNTAX = '{"ADMIN_PASSWORD": "another",\n "PORT": '


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT}


def told(log, words):
    """How often a process that is not served by anything else said so."""
    return sum(words in line and "stay in force" not in line for line in log.splitlines())


def checks(stack):
    return {check["name"]: check for check in stack.api("GET", "/api/health")["checks"]}


def test_what_dies_meanwhile_waits_for_the_file_and_is_not_started_again_and_again(new_stack):
    stack = new_stack().start()
    stack.add_account()
    file = stack.data / "config.json"
    good = file.read_text()
    file.write_text(FAULTY)
    poll(lambda: checks(stack)["settings"]["state"] == "fault", what="the workers know")
    assert "PORT must" in checks(stack)["settings"]["message"] and "LOG_LEVEL must" in checks(stack)["settings"]["message"]
    assert send(stack.port, "GET", "/healthz/ready").status == 503

    before = stack.worker_pids()
    scheduler = stack.pids("dreamina-scheduler")
    for pid in (before[0], *scheduler):
        os.kill(pid, signal.SIGKILL)

    def logs():
        return [stack.log_texts()[name] for name in ("workers.log", "scheduler.log")]

    poll(lambda: [told(log, "LOG_LEVEL must be") for log in logs()] == [1, 1], what="both say what is wrong")
    waiting = [*(set(stack.worker_pids()) - set(before)), *stack.pids("dreamina-scheduler")]
    assert len(waiting) == 2
    assert stack.generate().status == 200  # with the last good settings, the password among them

    file.write_text(SYNTAX)
    poll(lambda: [told(log, "is not valid JSON (line 2)") for log in logs()] == [1, 1], what="both look at it again")
    assert [told(log, "LOG_LEVEL must be") for log in logs()] == [1, 1]

    file.write_text(good)
    poll(lambda: {check["state"] for name, check in checks(stack).items() if name in ("settings", "workers", "scheduler")}
         == {"ok"}, what="all is well")
    poll(stack.is_up, what="both workers answer")
    assert [*(set(stack.worker_pids()) - set(before)), *stack.pids("dreamina-scheduler")] == waiting
    poll(lambda: [log.count("what kept this from starting is mended") for log in logs()] == [1, 1], what="both have told")
    assert stack.stop() == 0


@pytest.mark.parametrize("content, words", [
    (FAULTY, ["PORT must be a whole number from 1 to 65535", "LOG_LEVEL must be one of"]),
    (SYNTAX, ["is not valid JSON (line 2)"]), ("[]", ["must contain a JSON object"]),
    (None, ["is a directory and must be a file"])])
def test_it_is_told_once_at_the_start_and_nothing_starts_with_defaults(tmp_path, content, words):
    file = tmp_path / "config.json"
    if content is None:
        file.mkdir()
    else:
        file.write_text(content)
    environment = {"PATH": os.environ["PATH"], "DREAMINA_BUILD": str(programs().parent), "HOME": str(tmp_path)}
    for command in (["bash", SERVE_SCRIPT, "--no-install", "--no-build", "--data", tmp_path],
                    [programs() / "dreamina-fcgi", "--data", tmp_path, "--check"],
                    [programs() / "dreamina-fcgi", "--data", tmp_path],
                    [programs() / "dreamina-scheduler", "--data", tmp_path],
                    [programs() / "dreamina-scheduler", "--data", tmp_path, "--wait", "1"]):
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert ended.returncode in (1, 78), command
        for each in words:
            assert ended.stderr.count(each) == 1, (command, ended.stderr)
        assert str(file) in ended.stderr
    assert not (tmp_path / "dreamina.db").exists()


def test_what_waits_ends_when_it_is_told_to(tmp_path):
    (tmp_path / "config.json").write_text(SYNTAX)
    for program in ("dreamina-fcgi", "dreamina-scheduler"):
        waiting = subprocess.Popen([programs() / program, "--data", tmp_path, "--wait", "1000"], stderr=subprocess.PIPE)
        assert b"is not valid JSON" in waiting.stderr.readline()
        waiting.terminate()
        waiting.wait(30)


def test_nginx_is_not_prepared_again_before_the_settings_have_changed(tmp_path):
    """As systemd and the container start it."""
    file = tmp_path / "config.json"
    file.write_text(SYNTAX)
    environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", "DREAMINA_BIN": str(programs()), "DREAMINA_DATA": str(tmp_path),
                   "DREAMINA_PAGE": str(tmp_path), "RUNTIME_DIRECTORY": str(tmp_path / "run")}
    (tmp_path / "run").mkdir()
    preparing = subprocess.Popen([ROOT / "nginx" / "shipped.sh", "prepare"], env=environment,
                                 stderr=subprocess.PIPE, text=True)
    assert "is not valid JSON" in preparing.stderr.readline()
    assert preparing.poll() is None
    file.write_text("{}")
    assert preparing.wait(30) == 78
    assert preparing.stderr.read() == ""

    file.write_text(SYNTAX)
    preparing = subprocess.Popen([ROOT / "nginx" / "shipped.sh", "prepare"], env=environment,
                                 stderr=subprocess.PIPE, text=True)
    preparing.stderr.readline()
    preparing.send_signal(signal.SIGQUIT)
    assert preparing.wait(30) == 0
