"""What an administrator got wrong, or brought along from the earlier program, is understood at the start, or told."""

import contextlib
import json
import sqlite3
import subprocess

import pytest

from http_client import send
from locations import SERVE_SCRIPT, programs
from stack import PASSWORD, Stack


@pytest.fixture(scope="module")
def stack_options():
    return {"serve_script": SERVE_SCRIPT}


def refused(stack):
    """Starts it, expects that it ends by itself, and returns what it says."""
    stack.launch()
    assert stack.process.wait(60) != 0
    return stack.output.read_text()


def checks(stack):
    return {check["name"]: check for check in stack.api("GET", "/api/health")["checks"]}


def put_earlier_database(stack):
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db")) as database, database:
        database.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR UNIQUE, password VARCHAR, "
                         "session_id VARCHAR, session_id_updated_at DATETIME)")
        database.execute("INSERT INTO accounts VALUES (1, 'a@example.com', 'p', ?, '2026-11-22 19:28:34.461805')",
                         ("0123456789abcdef" * 2,))


def test_quotes_of_an_env_file_and_a_short_time_of_day(tmp_path):
    stack = Stack(tmp_path, environment={"ADMIN_PASSWORD": f'"{PASSWORD}"', "HOST": "'127.0.0.1'", "TZ": '"CST-8"'},
                  serve_script=SERVE_SCRIPT)
    stack.secrets.add(PASSWORD)
    stack.write_config({"UPSTREAM_BASE_URL": "http://127.0.0.1:9", "RESET_COUNTS_TIME": "8:00"})
    try:
        stack.start()
        assert stack.api("GET", "/api/settings")["RESET_COUNTS_TIME"] == "08:00"
        assert stack.api("POST", "/api/settings", {"RESET_COUNTS_TIME": "9:30"})["RESET_COUNTS_TIME"] == "09:30"
        assert json.loads((stack.data / "config.json").read_text())["RESET_COUNTS_TIME"] == "09:30"
        zone = checks(stack)["time_zone"]
        assert (zone["state"], zone["facts"]) == ("ok", {"zone": "CST-8", "offset": "+08:00"})
        for variable in ("ADMIN_PASSWORD", "HOST", "TZ"):
            assert f"the environment variable {variable} is in quotes" in stack.output.read_text()
        assert send(stack.port, "GET", "/healthz/live").status == 200
        assert stack.stop() == 0
        stack.assert_logs_hold_no_secret()
    finally:
        stack.kill_all()


def test_a_time_zone_that_does_not_exist(new_stack):
    stack = new_stack(environment={"TZ": "Asia/Shangai"})
    config = json.loads((stack.data / "config.json").read_text())
    put_earlier_database(stack)
    before = stack.query("SELECT * FROM accounts")
    said = refused(stack)
    assert 'TZ is "Asia/Shangai", and there is no such time zone' in said and "cannot be converted" in said
    assert stack.query("SELECT * FROM accounts") == before and not list(stack.data.glob("*.before-upgrade*"))
    assert json.loads((stack.data / "config.json").read_text()) == config

    # Without local times to convert it runs, and is ill.
    for name in stack.data.glob("dreamina.db*"):
        name.unlink()
    stack.start()
    zone = checks(stack)["time_zone"]
    assert (zone["state"], zone["code"]) == ("fault", "unknown")
    assert zone["facts"] == {"zone": "Asia/Shangai", "offset": "+00:00"}
    assert "there is no such time zone: local times are in UTC" in stack.output.read_text()
    found = json.loads(subprocess.run([programs() / "dreamina-scheduler", "--data", stack.data, "check", "--json"],
                                      env={"TZ": "Asia/Shangai"}, capture_output=True, text=True).stdout)["findings"]
    assert [f["level"] for f in found if f["part"] == "clock"] == ["fault"]
    assert stack.stop() == 0


def test_values_of_the_earlier_program_that_are_out_of_range(new_stack):
    stack = new_stack({"SESSION_UPDATE_BATCH_SIZE": 200, "AUTO_REGISTER_INTERVAL": 10, "THEIR_OWN": [1]})
    config = json.loads((stack.data / "config.json").read_text())
    assert "SESSION_UPDATE_BATCH_SIZE must be a whole number from 1 to 50" in refused(stack)
    for name in stack.data.glob("dreamina.db*"):
        name.unlink()
    put_earlier_database(stack)
    stack.output.write_text("")
    stack.start()
    settings = stack.api("GET", "/api/settings")
    assert (settings["SESSION_UPDATE_BATCH_SIZE"], settings["AUTO_REGISTER_INTERVAL"]) == (50, 60)
    assert "SESSION_UPDATE_BATCH_SIZE was 200 and is now 50" in stack.output.read_text()
    assert "AUTO_REGISTER_INTERVAL was 10 and is now 60" in stack.output.read_text()
    stored = json.loads((stack.data / "config.json").read_text())
    assert stored == {**config, "SESSION_UPDATE_BATCH_SIZE": 50, "AUTO_REGISTER_INTERVAL": 60}
    assert json.loads((stack.data / "config.json.before-upgrade").read_text()) == config
    assert [account["email"] for account in stack.accounts()] == ["a@example.com"]
    assert stack.stop() == 0


def test_a_host_that_cannot_be_resolved_says_where_it_comes_from(new_stack):
    stack = new_stack({"HOST": "no-such-host.invalid"})
    said = refused(stack)
    assert f"HOST 'no-such-host.invalid' (from {stack.data}/config.json) cannot be resolved" in said

    stack = new_stack(name="other", environment={"HOST": "no-such-host.invalid"})
    stack.write_config({key: value for key, value in stack.config.items() if key != "HOST"})
    said = refused(stack)
    assert "HOST 'no-such-host.invalid' (from the environment variable HOST) cannot be resolved" in said

    stack.write_config({**stack.config, "HOST": "2001:db8::1"})
    said = refused(stack)
    assert f"HOST '2001:db8::1' (from {stack.data}/config.json) is no address of this machine" in said


def test_a_directory_in_the_place_of_a_file(new_stack):
    stack = new_stack()
    (stack.data / "config.json").unlink()
    (stack.data / "config.json").mkdir()
    said = refused(stack)
    assert f"{stack.data}/config.json is a directory and must be a file. Docker makes such a directory" in said


def test_a_database_that_is_mounted_as_a_single_file(new_stack, tmp_path):
    stack = new_stack()
    outside = tmp_path / "outside.db"
    outside.touch()
    inside = stack.data / "dreamina.db"
    inside.touch()
    mounted = subprocess.run(["mount", "--bind", outside, inside], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file may be mounted here: {mounted.stderr.strip()}")
    try:
        stack.start()
        place = checks(stack)["database_place"]
        assert (place["state"], place["code"], place["facts"]["file"]) == ("warning", "single_file", "dreamina.db")
        assert "The database is mounted as a single file: its log dreamina.db-wal" in stack.output.read_text()
        assert stack.stop() == 0
    finally:
        subprocess.run(["umount", "--lazy", inside], check=True)
