"""What the Debian package's rolling restart asks of systemd: tests/package/run.sh has the real one."""

import json
import os
import pathlib
import subprocess

import pytest

from locations import ROOT

SYSTEMCTL = pathlib.Path(__file__).resolve().parent.parent / "support" / "fake_systemctl.py"
SERVES = {"state": "active", "status": "serving"}
DRAINS = {"state": "active", "status": "draining: 0 requests and 1 generations are not finished"}
SCHEDULER = {"dreamina-scheduler.service": {"state": "active", "status": ""}}


def worker(instance):
    return f"dreamina-fcgi@{instance}.service"


@pytest.fixture
def restart(tmp_path):
    """Plays it on these units; returns (exit status, what was asked, the units afterwards)."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").symlink_to(SYSTEMCTL)
    (programs / "sleep").symlink_to("/bin/true")  # nothing comes later

    def play(workers, failing=(), more=SCHEDULER):
        file = tmp_path / "systemd.json"
        units = {**more, **{worker(instance): dict(unit) for instance, unit in workers.items()}}
        file.write_text(json.dumps({"units": units, "calls": [], "failing": list(failing)}))
        ended = subprocess.run(["sh", ROOT / "docker" / "package" / "rolling-restart"], timeout=60,
                               env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "FAKE_SYSTEMD": str(file)})
        system = json.loads(file.read_text())
        return ended.returncode, system["calls"], system["units"]

    return play


def serving(units):
    return sorted(name for name, unit in units.items() if unit["status"] == "serving")


def test_a_successor_starts_before_each_worker_drains(restart):
    status, calls, units = restart({"1": SERVES, "2": SERVES}, more={**SCHEDULER, "dreamina-nginx.service": {"state": "active", "status": ""}})
    assert status == 0
    assert calls == ["restart dreamina-scheduler.service",
                     f"start {worker('1.2')}", f"kill --signal=QUIT {worker('1')}",
                     f"start {worker('2.2')}", f"kill --signal=QUIT {worker('2')}",
                     "reload dreamina-nginx.service"]
    assert serving(units) == [worker("1.2"), worker("2.2")]


def test_restarts_while_those_of_before_still_drain(restart):
    status, calls, units = restart({"1": DRAINS, "1.2": SERVES, "2": {"state": "inactive", "status": ""}, "2.2": SERVES})
    assert status == 0
    assert serving(units) == [worker("1.3"), worker("2")]  # the first names that are free
    assert [call for call in calls if worker("1") in call.split()] == []  # it is left alone


def test_a_masked_name_is_passed_over_and_an_administrators_is_kept(restart):
    _, _, units = restart({"1": {"state": "inactive", "status": "", "masked": True}, "1.2": SERVES, "fast": SERVES})
    assert serving(units) == [worker("1.3"), worker("fast.2")]


def test_an_earlier_version_is_restarted_as_it_always_was(restart):
    _, calls, units = restart({"1": {"state": "active", "status": ""}})
    assert calls == ["restart dreamina-scheduler.service", f"restart {worker('1')}"]
    assert serving(units) == [worker("1")]


def test_where_a_successor_does_not_start_all_stay_as_they_are(restart):
    status, calls, units = restart({"1": SERVES, "2": SERVES}, failing=[worker("1.2")])
    assert status != 0
    assert serving(units) == [worker("1"), worker("2")]
    assert calls[-1] == f"stop {worker('1.2')}"  # it does not come up later, as one too many
    assert units[worker("1.2")]["state"] == "inactive"


def test_a_worker_that_does_not_say_that_it_drains_gets_one_successor(restart):
    status, calls, units = restart({"1": {**SERVES, "outdated": True, "deaf": True}, "2": {**SERVES, "outdated": True}})
    assert status == 0
    assert [call for call in calls if call.startswith("start ")] == [f"start {worker('1.2')}", f"start {worker('2.2')}"]
    assert [call for call in calls if call.startswith("kill ")] == [f"kill --signal=QUIT {worker('1')}",
                                                                    f"kill --signal=QUIT {worker('2')}"]
    assert serving(units) == [worker("1.2"), worker("1"), worker("2.2")]
