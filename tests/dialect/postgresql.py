"""A PostgreSQL of the test's own, in a temporary folder, on a socket in it, run by an ordinary user."""
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

# What CMakeLists.txt takes for "skipped".
SKIPPED = 77
USER = "dreamina"
DATABASE = "postgres"
START_SECONDS = 120


def programs():
    """The folder of initdb and postgres, of the newest version; None where there is none. Debian keeps it off PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folders = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return folders[-1] if folders else None


def ordinary_user():
    """Arguments for subprocess: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Server:
    """with Server(programs()) as server: server.psql(script)"""

    def __init__(self, binaries):
        self.binaries = binaries
        self.user = ordinary_user()
        # Short: the path of a socket has at most 107 bytes. Where the ordinary user may go, whatever TMPDIR says.
        self.folder = Path(tempfile.mkdtemp(prefix="dreamina-pg-", dir="/tmp"))
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        data = self.folder / "data"
        # Byte by byte, as SQLite compares texts.
        self.run("initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        log = (self.folder / "log").open("wb")
        # If the test is killed, its server goes with it.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "INT", self.binaries / "postgres", "-D", data, "-k", self.folder, "-F",
             "-c", "listen_addresses=", "-c", "autovacuum=off", "-c", "max_connections=5", "-c", "shared_buffers=16MB"],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.user)
        log.close()
        deadline = time.monotonic() + START_SECONDS
        while self.psql("SELECT 1").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL does not start: " + (self.folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program, *arguments):
        done = subprocess.run([self.binaries / program, *arguments], cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, **self.user)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")

    def psql(self, script, *options):
        """Runs a script with psql; rows come as lines of columns divided by tabs."""
        return subprocess.run(
            [self.binaries / "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-h", self.folder, "-U", USER, "-d", DATABASE,
             *options],
            input=script, capture_output=True, text=True, encoding="utf-8", check=False)

    def execute(self, script):
        """As psql(), in one transaction; raises at the first error."""
        done = self.psql(script, "-v", "ON_ERROR_STOP=1", "--single-transaction")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]
