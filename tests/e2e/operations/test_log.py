"""What LOG_LEVEL adds to the log and leaves out of it."""

import json
import os
import re
import subprocess

import pytest

from locations import programs
from polling import poll


def lines(stack, part):
    return [line for text in stack.log_texts().values() for line in text.splitlines() if part in line]


def test_debug_tells_each_attempt_and_what_changed(new_stack, stand_in):
    stack = new_stack({"LOG_LEVEL": "info"}).start()
    first, second = stack.add_account(), stack.add_account()
    assert stack.generate().status == 200
    assert not lines(stack, " debug [")

    stack.change_settings(LOG_LEVEL="debug")
    stack.change_settings(MAX_ATTEMPTS=2)
    assert poll(lambda: lines(stack, "MAX_ATTEMPTS changed"), what="the change is told")
    stand_in.script({"answer": "rate_limited", "dialect": "b", "times": 1})
    answer = stack.generate()
    number = answer.header("X-Dreamina-Request-Id")
    told = lines(stack, f"request {number}, attempt ")
    assert len(told) == 2, (number, lines(stack, " debug ["))
    assert all(" debug [" in line for line in told)
    assert re.search(rf"attempt 1: account ({first['id']}|{second['id']}) \(us\), model jimeng-4.0, status 429, "
                     r"rate_limited, reason \S+, rule \S+, \d+ ms$", told[0]), told
    assert re.search(r"attempt 2: account \d+ \(us\), model jimeng-4.0, status 200, success, reason none, "
                     r"rule \S+, \d+ ms$", told[1]), told
    assert poll(lambda: lines(stack, "under way: "), what="the load is told")
    assert stack.call("POST", "/api/schedule/prune/run").status == 202
    assert poll(lambda: lines(stack, "prune: done in "), what="a timed job is told")
    assert not lines(stack, "checkpoint_log")  # ten times a second
    assert stack.stop() == 0
    stack.assert_logs_hold_no_secret()


@pytest.mark.parametrize("program", ["dreamina-fcgi", "dreamina-scheduler"])
def test_critical_is_what_keeps_the_service_from_running(tmp_path, program):
    (tmp_path / "config.json").write_text(json.dumps({"PORT": 0, "LOG_LEVEL": "critical"}))
    ended = subprocess.run([programs() / program, "--data", str(tmp_path)], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=60, env={"PATH": os.environ["PATH"], "TZ": "UTC"})
    assert ended.returncode == 78
    assert " critical [" in ended.stderr and "PORT" in ended.stderr and ended.stderr.count("\n") == 1
