"""A database of any earlier version is brought up to date at the start; an older program refuses a newer one, and says
which copy leads back."""

import contextlib
import re
import sqlite3

import pytest

from commands import succeed
from locations import ROOT, SERVE_SCRIPT

MIGRATIONS = sorted((ROOT / "sql").glob("[0-9]*.sql"))
VERSIONS = [int(migration.name[:4]) for migration in MIGRATIONS]
NEWEST = VERSIONS[-1]


def make_database(file, version):
    """As the program of that version left it, with an account."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        for number, migration in zip(VERSIONS, MIGRATIONS):
            if number <= version:
                database.executescript(migration.read_text())
        database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA user_version = {version}")
        database.execute("INSERT INTO accounts (email, password, region, session_id, points, created_at, updated_at) "
                         "VALUES ('kept@example.com', 'p', 'us', ?, 42, 1, 1)", ["c" * 32])
        database.commit()


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_database_of_an_earlier_version_is_taken_over(new_stack, version):
    stack = new_stack()
    make_database(stack.data / "dreamina.db", version)
    stack.start()
    (account,) = stack.accounts()
    assert (account["email"], account["points"]) == ("kept@example.com", 42)
    assert stack.generate().status == 200
    assert stack.query("PRAGMA user_version") == [(NEWEST,)]
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db.before-upgrade")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (version,)
    assert stack.stop() == 0


def test_going_back_one_version(new_stack):
    """This program stands for the older one: the database is from a version after it, the copy from its own time."""
    stack = new_stack(serve_script=SERVE_SCRIPT)
    make_database(stack.data / "dreamina.db.before-upgrade", NEWEST)
    make_database(stack.data / "dreamina.db", NEWEST)
    with contextlib.closing(sqlite3.connect(stack.data / "dreamina.db")) as database:
        database.execute(f"PRAGMA user_version = {NEWEST + 1}")

    stack.launch()
    assert stack.process.wait(60) != 0
    assert f"schema {NEWEST + 1}, this one knows {NEWEST}" in stack.output.read_text()
    copy = re.search(r"restore the copy that was made before it: (\S+)", stack.output.read_text()).group(1)

    succeed(stack.data, "restore", copy)
    stack.start()
    assert [account["email"] for account in stack.accounts()] == ["kept@example.com"]
    assert stack.stop() == 0
