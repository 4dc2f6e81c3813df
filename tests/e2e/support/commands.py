"""dreamina-scheduler's commands, as people and scripts run them."""

import os
import subprocess

from locations import programs


def run_command(data, *arguments, password=None, environment=None):
    """A password goes in by the standard input, with the command's --password-stdin."""
    return subprocess.run([programs() / "dreamina-scheduler", "--data", str(data), *map(str, arguments)],
                          input=None if password is None else password + "\n",
                          stdin=subprocess.DEVNULL if password is None else None,
                          capture_output=True, text=True, timeout=120, start_new_session=True,
                          env={"PATH": os.environ["PATH"], "TZ": "UTC", **(environment or {})})


def succeed(data, *arguments, **how):
    ended = run_command(data, *arguments, **how)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def refuse(data, *arguments, status=1, **how):
    """What it says: one line."""
    ended = run_command(data, *arguments, **how)
    assert ended.returncode == status, ended.stdout + ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def make_database(data):
    """The data folder as the service's first start makes it."""
    made = subprocess.run([programs() / "dreamina-fcgi", "--data", str(data), "--check"], capture_output=True, text=True,
                          timeout=60, env={"PATH": os.environ["PATH"], "TZ": "UTC"})
    assert made.returncode == 0, made.stdout + made.stderr


def make_key(folder, name="secret.key"):
    succeed(folder, "generate-key", folder / name)
    return folder / name
