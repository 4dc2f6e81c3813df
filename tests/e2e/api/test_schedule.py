"""The timed jobs as people see them: the list, a run now over the API, one run from the command line."""

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import time

import pytest

from commands import make_database
from locations import SERVE_SCRIPT, programs
from polling import poll
from stack import utc


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT}  # which starts a killed scheduler again


def scheduler(data, *arguments):
    return subprocess.run([programs() / "dreamina-scheduler", "--data", str(data), *arguments], capture_output=True,
                          text=True, timeout=60, env={"PATH": os.environ["PATH"], "TZ": "UTC"})


def timed_job(stack, name):
    return next(job for job in stack.api("GET", "/api/schedule")["items"] if job["name"] == name)


def copies(data):
    return sorted((data / "backups").glob("*")) if (data / "backups").exists() else []


def assert_is_whole(copy, accounts):
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM living_accounts").fetchall() == [(accounts,)]


def run_now(stack, name):
    """Over the API; the job's row when the run is over."""
    before = timed_job(stack, name)["last_started_at"]
    answer = stack.call("POST", f"/api/schedule/{name}/run")
    assert answer.status == 202 and answer.json()["scheduler"]["running"], answer.body

    def over():
        job = timed_job(stack, name)
        return job["last_started_at"] != before and not job["running"] and job

    job = poll(over, what=f"{name} has run")
    assert job["run_requested_at"] is None
    return job


def test_the_list_tells_of_every_job_and_of_the_scheduler(stack):
    shown = stack.api("GET", "/api/schedule")
    assert shown["scheduler"]["running"] is True
    assert abs(utc(shown["scheduler"]["beat_at"]) - time.time()) < 10
    jobs = {job["name"]: job for job in shown["items"]}
    assert list(jobs)[:2] == ["end_bans", "reset_counts"]
    assert jobs["backup"]["when"] == "Daily at 03:30" and jobs["backup"]["enabled"]
    assert utc(jobs["backup"]["next_run_at"]) > time.time()
    assert poll(lambda: timed_job(stack, "end_bans")["outcome"] == "ok", what="the housekeeping is told of")
    assert jobs["points"]["waits_for_message"] == {"code": "schedule.setting_off", "params": {"setting": "POINTS_UPDATE_ENABLED"}} and not jobs["points"]["enabled"]
    stack.change_settings(POINTS_UPDATE_ENABLED=True, POINTS_UPDATE_INTERVAL=7200)
    points = poll(lambda: (job := timed_job(stack, "points"))["enabled"] and job["outcome"] and job,
                  what="a setting brings it to life")
    assert points["when"] == "Every 2 hours"
    assert 7000 < utc(points["next_run_at"]) - time.time() <= 7200


def test_jobs_run_under_their_former_names_too(stack):
    answer = stack.call("POST", "/api/schedule/find_out_upstream/run")
    assert (answer.status, answer.json()["name"]) == (202, "detect_upstream")
    assert scheduler(stack.data, "--once", "forget_removed_accounts").stdout.startswith("purge_deleted_accounts: ")


def test_a_backup_now(stack):
    stack.add_account()
    job = run_now(stack, "backup")
    assert job["outcome"] == "ok" and job["message"].startswith("Wrote dreamina-") and job["result_message"]["code"] == "schedule.backed_up"
    assert job["duration_ms"] >= 1
    assert_is_whole(copies(stack.data)[-1], accounts=1)
    assert stack.call("POST", "/api/schedule/lunch/run").status == 404


def test_a_backup_that_fails_says_why(stack):
    for copy in copies(stack.data):
        copy.unlink()
    if (stack.data / "backups").exists():
        (stack.data / "backups").rmdir()
    (stack.data / "backups").write_text("in the way")
    try:
        job = run_now(stack, "backup")
        assert job["outcome"] == "failed" and "backups" in job["message"]
    finally:
        (stack.data / "backups").unlink()
    assert run_now(stack, "backup")["outcome"] == "ok"


def test_one_run_from_the_command_line_beside_the_scheduler(stack):
    stack.add_account()
    before = copies(stack.data)
    ended = scheduler(stack.data, "--once", "backup")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("backup: Wrote dreamina-")
    assert len(copies(stack.data)) == len(before) + 1
    assert scheduler(stack.data, "--once", "prune").stdout.startswith("prune: Removed 0 jobs")
    listed = scheduler(stack.data, "--list")
    assert listed.returncode == 0
    line = next(line for line in listed.stdout.splitlines() if line.startswith("backup "))
    assert " Daily at 03:30 " in line and " ok " in line


def test_a_mistyped_folder_is_refused_and_not_made(tmp_path):
    for command in (["--list"], ["--once", "backup"], ["backup", tmp_path / "copy"], ["export", tmp_path / "copy"], ["rotate-key"]):
        refused = scheduler(tmp_path / "dtaa", *command)
        assert refused.returncode == 1 and "there is no database" in refused.stderr, command
        assert list(tmp_path.iterdir()) == []


def test_one_run_from_the_command_line_alone(tmp_path):
    make_database(tmp_path)
    listed = scheduler(tmp_path, "--list")
    assert listed.returncode == 0 and "backup" in listed.stdout
    ended = scheduler(tmp_path, "--once", "backup")
    assert ended.returncode == 0, ended.stderr
    (copy,) = copies(tmp_path)
    assert_is_whole(copy, accounts=0)
    assert str(copy.name) in ended.stdout
    (tmp_path / "backups" / copy.name).unlink()
    (tmp_path / "backups").rmdir()
    (tmp_path / "backups").write_text("in the way")
    failed = scheduler(tmp_path, "--once", "backup")
    assert failed.returncode == 1
    assert "backup failed" in failed.stderr
    assert " failed " in scheduler(tmp_path, "--list").stdout


def test_points_from_the_command_line_are_there_when_it_returns(new_stack, stand_in):
    stack = new_stack().start()
    account = stack.add_account(points=1)
    assert stack.stop() == 0
    ended = scheduler(stack.data, "--once", "points")
    assert ended.returncode == 0, ended.stderr
    (points,), = stack.query("SELECT points FROM accounts WHERE id = ?", account["id"])
    assert points != 1
    assert stack.query("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')") == [(0,)]


def test_no_scheduler_is_told_and_what_was_asked_for_is_done_by_the_next(stack):
    (pid,) = stack.pids("dreamina-schedu")
    before = timed_job(stack, "prune")["last_started_at"]
    os.kill(pid, signal.SIGSTOP)
    try:
        poll(lambda: not stack.api("GET", "/api/schedule")["scheduler"]["running"], what="its beat is old")
        answer = stack.call("POST", "/api/schedule/prune/run")
        assert answer.status == 202 and "does not run now" in answer.json()["message"]
    finally:
        os.kill(pid, signal.SIGKILL)
    poll(lambda: stack.pids("dreamina-schedu") not in ([], [pid]), what="another scheduler")
    job = poll(lambda: (job := timed_job(stack, "prune"))["last_started_at"] != before and job, what="it is done")
    assert job["outcome"] == "ok"
