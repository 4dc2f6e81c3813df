"""The whole service on a data folder and a port of its own: its parts started directly, or by serve.sh where that is
what is tested."""

import contextlib
import datetime
import fcntl
import hashlib
import itertools
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time
import urllib.parse
import uuid

from http_client import JSON_TYPE, bearer, send
from locations import build_tree, programs
from parts import Parts
from polling import NeverHappened, poll
from ports import free_port
from processes import processes_of

PASSWORD = "correct-horse-battery-staple"
numbers = itertools.count(1)


def half_a_day_from_now():
    return time.strftime("%H:%M", time.gmtime(time.time() + 12 * 3600))


def utc(text):
    """A time of the API as seconds since 1970."""
    assert text.endswith("Z"), f"{text} is not UTC"
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def rfc3339(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def hold_place_of_preferred(data):
    """The file whose lock a worker would take; it is held as long as the file is open."""
    (data / "workers").mkdir(mode=0o700, exist_ok=True)
    file = open(data / "workers" / "preferred", "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


class Stack:
    def __init__(self, folder, config=None, workers=2, environment=None, fixed_port=True, serve_script=None,
                 evenly=False):
        """`serve_script` starts the service and keeps its parts alive. Without it nothing starts the scheduler and
        nginx again, nor does nginx follow the settings. `evenly`: no worker is preferred, so that all of them get
        connections."""
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.port = free_port() if fixed_port else config["PORT"]
        self.serve_script = serve_script
        self.fixed_port = fixed_port  # given to serve.sh, whatever the settings say
        self.workers = workers
        self.preferred = hold_place_of_preferred(self.data) if evenly else None
        self.mark = f"DREAMINA_E2E={uuid.uuid4()}"
        self.environment = environment or {}
        self.output = self.folder / "serve.out"
        self.process = None  # of the serve script
        self.parts = None  # without one
        self.config = None
        self.secrets = set()  # what must never stand in a log
        if config is not None:
            self.write_config({"ADMIN_PASSWORD": PASSWORD, "HOST": "127.0.0.1", "PROXY_TIMEOUT": 120,
                               "LOG_LEVEL": "debug", "RESET_COUNTS_TIME": half_a_day_from_now(), **config})
            self.first_config = dict(self.config)
        self.password = PASSWORD

    # --- its life -------------------------------------------------------------------------------

    def launch(self, data=None):
        """Starts it without waiting. It ends with the test run, even if that is killed."""
        name, _, value = self.mark.partition("=")
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", "TZ": "UTC",
                       "DREAMINA_BUILD": str(build_tree()), **self.environment, name: value}
        if self.serve_script is None:
            self.parts = Parts(self.data, self.port, self.workers, environment, self.output)
            return
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", "bash", str(self.serve_script), "--no-install", "--no-build",
             "--data", str(data or self.data), "--workers", str(self.workers),
             *(["--port", str(self.port)] if self.fixed_port else [])],
            env=environment, stdin=subprocess.DEVNULL, stdout=open(self.output, "ab"), stderr=subprocess.STDOUT)

    def start(self):
        self.launch()
        poll(self.is_up, what="the service is up")
        self.first_settings = self.api("GET", "/api/settings")
        return self

    def is_up(self):
        self.assert_nothing_ended()
        try:
            if send(self.port, "GET", "/healthz", timeout=5).status != 200:
                return False
        except OSError:
            return False
        assert len(self.worker_pids()) == self.workers, self.processes("dreamina-fcgi")
        return True

    def assert_nothing_ended(self):
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"serve.sh ended with {self.process.returncode}:\n{self.output.read_text()}")
        if self.parts is not None and self.parts.ended():
            raise RuntimeError(f"of the parts have ended: {self.parts.ended()}\n{self.tails()}")

    def stop(self, within=120):
        """As Ctrl-C ends it; returns the exit status."""
        try:
            if self.parts is not None:
                status = self.parts.stop(self.worker_pids, within)
                self.parts = None
                return status
            if self.process is None:
                return None
            if self.process.poll() is None:
                self.process.terminate()
            return self.process.wait(within)
        except (subprocess.TimeoutExpired, NeverHappened):
            tails = self.tails()
            self.kill_all()
            raise AssertionError(f"the service did not end within {within} s:\n{tails}") from None

    def kill_all(self):
        while left := self.processes():  # again: multiwatch may have started a worker during the first round
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)
        if self.parts is not None:
            self.parts.reap()
            self.parts = None

    def processes(self, program=None):
        return processes_of(self.mark, self.data, program)

    def pids(self, program):
        """Of a program by its name, workers and scheduler, or nginx's master as "nginx: master"."""
        name = program.split(":")[0][:15]  # as much of it as the kernel keeps
        return sorted(p.pid for p in self.processes(name)
                      if p.program == program or p.command.startswith(program) or ":" not in program
                      if "--check" not in p.command)

    def worker_pids(self):
        return self.pids("dreamina-fcgi")

    # --- the API --------------------------------------------------------------------------------

    def call(self, method, path, body=None, headers=(), password=None, timeout=60):
        """A call of /api with the password; the answer as it is."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is None and method != "GET":
            body = b""
        typed = [JSON_TYPE] if body else []
        return send(self.port, method, path, body, [bearer(password or self.password), *typed, *headers], timeout)

    def api(self, method, path, body=None):
        """The same where only success will do; its JSON."""
        answer = self.call(method, path, body)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:500]}"
        return answer.json()

    def accounts(self):
        found = []
        for page in itertools.count(1):
            answer = self.api("GET", f"/api/accounts?size=1000&page={page}")
            found += answer["items"]
            if len(found) >= answer["total"]:
                return found

    def account(self, account_id):
        return next(account for account in self.accounts() if account["id"] == account_id)

    def add_account(self, **fields):
        number = next(numbers)
        session = hashlib.md5(f"session {self.mark} {number}".encode()).hexdigest()
        account = {"email": f"account{number}@example.com", "password": f"Account-Secret-{number}!", "region": "us",
                   "session_id": session, "points": 100, **fields}
        self.secrets.add(account["password"])
        if account["session_id"]:
            self.secrets.add(account["session_id"])
        return self.api("POST", "/api/accounts", account)

    # --- /v1 ------------------------------------------------------------------------------------

    def v1(self, method="POST", target="/v1/images/generations", body=None, headers=(), password=None, timeout=30):
        """A request for the upstream. A dict is sent as JSON. Returns when the answer is booked too."""
        if isinstance(body, dict):
            body, headers = json.dumps(body).encode(), [JSON_TYPE, *headers]
        return self.booked(send(self.port, method, target, body, [bearer(password or self.password), *headers], timeout))

    def booked(self, answer):
        """The answer, when its request is in the log and its account and key have been settled: a client has it some
        milliseconds before. What is refused before it could be forwarded has no id, and is not logged; nor is what the
        database itself refuses."""
        number = answer.header("X-Dreamina-Request-Id")
        if number is not None and b'"database_unavailable"' not in answer.body:
            poll(lambda: self.query("SELECT 1 FROM requests WHERE id = ?", number), every=0.005,
                 what=f"the request {number} is booked")
        return answer

    def generate(self, model="jimeng-4.0", prompt=None, **how):
        """Each one asks for something else, as different clients do: the breaker tells them apart by it."""
        return self.v1(body={"model": model, "prompt": prompt or f"lighthouse {next(numbers)}"}, **how)

    # --- settings -------------------------------------------------------------------------------

    def write_config(self, config):
        """As an administrator's editor would."""
        self.config = dict(config)
        temporary = self.data / "config.json.by-hand"
        temporary.write_text(json.dumps(config))
        temporary.chmod(0o600)
        temporary.rename(self.data / "config.json")
        self.secrets |= {value for key, value in config.items()
                         if key in ("ADMIN_PASSWORD", "REGISTER_API_KEY") and value and len(value) > 7}

    def change_settings(self, **changes):
        self.api("POST", "/api/settings", changes)
        self.config.update(changes)
        self.wait_until_live(changes)

    def edit_config(self, **changes):
        """Changes config.json by hand; a new password is given as the hash or text to be stored and `self.password`."""
        self.write_config({**self.config, **changes})
        self.wait_until_live(changes)

    def wait_until_live(self, changes):
        shown = {key: value for key, value in changes.items() if key not in ("ADMIN_PASSWORD", "REGISTER_API_KEY")}

        def every_worker_has_them():
            answer = self.api("GET", "/api/settings/schema")
            values = {row["key"]: row["value"] for row in answer["settings"]}
            assert {key: values[key] for key in shown} == shown, "config.json says something else"
            assert answer["workers"] == {"running": self.workers, "up_to_date": self.workers}, "a worker is behind"
            return True

        poll(every_worker_has_them, what=f"the settings {sorted(changes)} are live in every worker")

    def socket_path(self):
        rendered = (self.data / "run" / "nginx" / "upstream.conf").read_text()
        return re.search(r'server "unix:([^"]+)"', rendered).group(1)

    # --- what stands behind it ------------------------------------------------------------------

    def query(self, sql, *values):
        file = f"file:{urllib.parse.quote(str(self.data))}/dreamina.db?mode=ro"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def log_texts(self):
        files = [*sorted((self.data / "logs").glob("*")), self.output]
        return {file.name: file.read_text(errors="replace") for file in files if file.exists()}

    def clients_that_left(self):
        """How many have gone before their answer came, as nginx has seen it."""
        return self.log_texts()["nginx-access.log"].count('" 499 ')

    def tails(self, lines=15):
        return "\n".join(f"--- {name}\n" + "\n".join(text.splitlines()[-lines:])
                         for name, text in self.log_texts().items() if text)

    def reset(self):
        """As new: no accounts, the first settings. Cheaper than a start."""
        self.api("POST", "/api/accounts/actions", {"action": "delete", "accounts": {}})
        if self.config != self.first_config:
            self.password = self.first_config["ADMIN_PASSWORD"]
            self.write_config(self.first_config)
            self.wait_until_live(self.first_settings)

    def assert_logs_hold_no_secret(self):
        for name, text in self.log_texts().items():
            for secret in self.secrets:
                assert secret not in text, f"{name} holds a secret: {line_of(text, secret)}"


def line_of(text, part):
    return next(line for line in text.splitlines() if part in line)


def start_scheduler(data, **options):
    return subprocess.Popen([programs() / "dreamina-scheduler", "--data", str(data)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def in_flight_is_over(stack):
    def over():
        assert stack.query("SELECT count(*) FROM leases") == [(0,)]
        assert all(account["in_flight"] == 0 for account in stack.accounts())
        return True

    poll(over, what="no request is in flight any more")
