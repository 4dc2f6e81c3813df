"""Hands on the data: backup, restore, export, import, set-password, check."""

import json
import os
import pathlib
import re
import sqlite3
import stat
import subprocess

import pytest

from commands import make_database, make_key, refuse, run_command, succeed
from locations import ROOT, SERVE_SCRIPT, programs
from polling import poll
from stack import PASSWORD


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def emails(stack):
    return sorted(account["email"] for account in stack.accounts())


def test_a_backup_of_a_running_service_and_back_to_it(new_stack, tmp_path):
    stack = new_stack(serve_script=SERVE_SCRIPT).start()
    kept = stack.add_account()
    copy = tmp_path / "copy.db"
    assert "checked" in succeed(stack.data, "backup", copy)
    assert mode(copy) == 0o600 and sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]
    assert "not overwritten" in refuse(stack.data, "backup", copy)
    assert "no folder" in refuse(stack.data, "backup", tmp_path / "missing" / "copy.db")
    came_later = stack.add_account()

    assert "stop the service" in refuse(stack.data, "restore", copy, status=75)
    assert emails(stack) == sorted([kept["email"], came_later["email"]])
    assert stack.stop() == 0
    said = succeed(stack.data, "restore", copy)
    (former,) = stack.data.glob("dreamina.db.before-restore-*")
    assert str(former) in said
    with sqlite3.connect(former) as database:
        assert database.execute("SELECT count(*) FROM accounts").fetchall() == [(2,)]
    stack.start()
    assert emails(stack) == [kept["email"]]
    assert stack.generate().status == 200
    assert stack.stop() == 0


def test_a_restore_does_not_run_beside_a_worker_alone(new_stack, tmp_path):
    stack = new_stack().start()
    succeed(stack.data, "backup", tmp_path / "copy.db")
    (scheduler,) = stack.pids("dreamina-schedu")
    os.kill(scheduler, 19)  # it holds its place still
    try:
        assert "stop the service" in refuse(stack.data, "restore", tmp_path / "copy.db", status=75)
    finally:
        os.kill(scheduler, 18)
    assert not list(stack.data.glob("*before-restore*"))
    assert stack.stop() == 0


def test_a_restore_refuses_what_is_no_good(tmp_path):
    data = tmp_path / "data"
    make_database(data)
    before = (data / "dreamina.db").read_bytes()
    bad = tmp_path / "bad.db"
    assert "there is no file" in refuse(data, "restore", bad)
    bad.write_bytes(b"x" * 10000)
    assert "damaged" in refuse(data, "restore", bad)
    bad.unlink()
    with sqlite3.connect(bad) as database:
        database.execute("CREATE TABLE recipes (id)")
    database.close()
    assert "no database of this program" in refuse(data, "restore", bad)
    assert (data / "dreamina.db").read_bytes() == before
    assert not list(data.glob("*before-restore*")) and not list(data.glob("*.part*"))


def test_a_restore_killed_at_any_moment_loses_nothing(tmp_path):
    data = tmp_path / "data"
    make_database(data)
    with sqlite3.connect(data / "dreamina.db") as database:
        database.executemany("INSERT INTO accounts (email, password, region, created_at, updated_at) "
                             "VALUES (?, ?, 'us', 1, 1)", [(f"a{i}@x.org", "p" * 500) for i in range(5000)])
    database.close()
    succeed(data, "backup", tmp_path / "copy.db")
    for number in range(7):
        restoring = subprocess.Popen([programs() / "dreamina-scheduler", "--data", str(data), "restore",
                                      str(tmp_path / "copy.db")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            restoring.wait(0.004 * 2 ** number)
        except subprocess.TimeoutExpired:
            restoring.kill()
        restoring.wait()
        with sqlite3.connect(data / "dreamina.db") as database:
            assert database.execute("SELECT count(*) FROM accounts").fetchall() == [(5000,)]
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
    succeed(data, "restore", tmp_path / "copy.db")


@pytest.mark.parametrize("sealed", [True, False])
def test_an_export_is_taken_in_by_another_service(new_stack, tmp_path, sealed):
    key = make_key(tmp_path)
    first = new_stack({"SECRET_KEY_FILE": str(key)} if sealed else {}, name="first").start()
    account = first.add_account(region="hk", points=7)
    first.api("POST", f"/api/accounts/{first.add_account()['id']}/ban", {"duration_hours": None})
    first.api("POST", "/api/models", {"id": "seed-5", "needs_points": False, "regions": ["hk"], "daily_limit": 3,
                                      "names": [{"name": "seed-*"}]})
    first.change_settings(MAX_ATTEMPTS=2)
    export = tmp_path / "export.json"
    if sealed:
        succeed(first.data, "export", export)
        assert account["session_id"] not in export.read_text() and account["email"] not in export.read_text()
    else:
        assert "--plain" in refuse(first.data, "export", export)
        assert "wrong" in refuse(first.data, "export", export, "--plain", "--password-stdin", password="guess")
        assert "--password-stdin" in refuse(first.data, "export", export, "--plain")  # no terminal here
        assert not export.exists()
        succeed(first.data, "export", export, "--plain", "--password-stdin", password=PASSWORD)
        assert account["session_id"] in export.read_text()
    assert mode(export) == 0o600
    shown = {a["email"]: a for a in first.accounts()}
    assert first.stop() == 0

    second = new_stack({"SECRET_KEY_FILE": str(key)} if sealed else {}, name="second").start()
    second.add_account(email=account["email"].upper(), points=99)
    dry = succeed(second.data, "import", export, "--dry-run")
    assert "nothing was changed" in dry and "accounts: 1 added, 0 replaced, 1 left" in dry
    assert len(second.accounts()) == 1
    assert second.api("GET", "/api/audit?who=command_line")["items"] == []
    assert "accounts: 1 added, 0 replaced, 1 left" in succeed(second.data, "import", export)
    assert len(second.accounts()) == 2
    trail = second.api("GET", "/api/audit?who=command_line")["items"]
    assert sorted((row["action"], row["subject"]) for row in trail) == [("import", "account"), ("import", "model")]
    assert next(a for a in second.accounts() if a["email"] == account["email"].upper())["points"] == 99
    replaced = succeed(second.data, "import", export, "--replace")
    assert "accounts: 0 added, 2 replaced" in replaced
    same = ("email", "region", "session_id", "points", "is_banned", "ban_until", "status", "created_at")
    taken = {a["email"]: a for a in second.accounts()}
    assert {e: {k: a[k] for k in same} for e, a in taken.items()} == {e: {k: a[k] for k in same} for e, a in shown.items()}
    model = second.api("GET", "/api/models/seed-5")
    assert model["daily_limit"] == 3 and model["regions"] == ["hk"]
    poll(lambda: second.api("GET", "/api/settings")["MAX_ATTEMPTS"] == 2, what="the settings came along")
    poll(lambda: second.generate("seed-5").status == 200, what="the model is live")
    assert second.stop() == 0


def test_lines_are_imported_as_the_page_imports_them(tmp_path):
    data = tmp_path / "data"
    make_database(data)
    lines = tmp_path / "lines.txt"
    session = "0123456789abcdef" * 2
    text = f"a@x.org----do-not-print-me----jp----{session.upper()}\r\nb@x.org:pw\r\nA@x.org----again\r\n"
    lines.write_bytes(text.encode("utf-16"))
    said = refuse(data, "import", lines)
    assert 'line 2: this line is separated by ":", but the others by "----"' in said and "nothing was changed" in said
    assert "do-not-print-me" not in said

    def stored():
        with sqlite3.connect(data / "dreamina.db") as database:
            return database.execute("SELECT email, password, region, session_id, points FROM accounts").fetchall()

    assert "accounts: 1 added" in succeed(data, "import", lines, "--skip-faulty", "--dry-run") and stored() == []
    assert "accounts: 1 added, 0 replaced, 0 left" in succeed(data, "import", lines, "--skip-faulty")
    assert stored() == [("a@x.org", "do-not-print-me", "jp", session, 120)]
    table = tmp_path / "table.csv"
    table.write_text("email;password;region\na@x.org;another;sg\n")
    assert "1 left" in succeed(data, "import", table)
    with sqlite3.connect(data / "dreamina.db") as database:
        database.execute("UPDATE accounts SET points = 7, error_count = 3")
    assert "1 replaced" in succeed(data, "import", table, "--replace")
    assert stored() == [("a@x.org", "another", "sg", session, 7)]


def test_an_import_with_a_fault_changes_nothing(tmp_path):
    data = tmp_path / "data"
    succeed(data, "set-password", "--password-stdin", password=PASSWORD)
    export = tmp_path / "export.json"
    make_database(data)
    succeed(data, "export", export, "--plain", "--password-stdin", password=PASSWORD)
    document = json.loads(export.read_text())
    good = {"email": "a@x.org", "password": "do-not-print-me", "region": "us", "created_at": "2026-11-24T00:00:00Z"}
    for accounts, word in [([good, {**good, "email": "b"}], "accounts[1].email"),
                           ([good, good], "more than once"),
                           ([{**good, "region": "mars"}], "accounts[0].region")]:
        export.write_text(json.dumps({**document, "accounts": accounts}))
        said = refuse(data, "import", export)
        assert word in said and "nothing was changed" in said and "do-not-print-me" not in said
    sealed = tmp_path / "sealed.json"
    other = tmp_path / "other"
    other.mkdir()
    key = make_key(tmp_path)
    (other / "config.json").write_text(json.dumps({"SECRET_KEY_FILE": str(key)}))
    make_database(other)
    succeed(other, "export", sealed)
    assert "encrypted with the key" in refuse(data, "import", sealed, status=78)
    with sqlite3.connect(data / "dreamina.db") as database:
        assert database.execute("SELECT count(*) FROM accounts").fetchall() == [(0,)]


def test_a_new_password_is_live_and_never_seen(new_stack):
    stack = new_stack({"MY_OWN_KEY": [1, 2]}).start()
    new = "another-horse-battery"
    assert stack.call("GET", "/api/accounts").status == 200
    watching = subprocess.Popen([programs() / "dreamina-scheduler", "--data", str(stack.data), "set-password",
                                 "--password-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    listed = pathlib.Path(f"/proc/{watching.pid}/cmdline").read_bytes() + pathlib.Path(f"/proc/{watching.pid}/environ").read_bytes()
    said, _ = watching.communicate(new + "\n", timeout=30)
    assert watching.returncode == 0 and new not in said and new.encode() not in listed

    def live():
        return stack.call("GET", "/api/accounts", password=new).status == 200 and \
            stack.call("GET", "/api/accounts", password=PASSWORD).status == 401

    poll(live, what="the new password counts, the old one does not")
    config = json.loads((stack.data / "config.json").read_text())
    assert config["ADMIN_PASSWORD"].startswith("$y$") and config["MY_OWN_KEY"] == [1, 2]
    assert mode(stack.data / "config.json") == 0o600
    for bad, word in [("", "empty"), ("admin123", "default"), (config["ADMIN_PASSWORD"], "hash"), ("x" * 300, "256")]:
        assert word in refuse(stack.data, "set-password", "--password-stdin", password=bad)
    assert json.loads((stack.data / "config.json").read_text()) == config
    stack.password = new
    [row] = stack.api("GET", "/api/audit?who=command_line")["items"]
    assert (row["action"], row["subject_id"]) == ("change", "ADMIN_PASSWORD") and new not in str(row)
    assert stack.stop() == 0


def test_a_backup_in_plain_text_wants_the_password(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    key = make_key(tmp_path)
    (data / "config.json").write_text(json.dumps({"ADMIN_PASSWORD": PASSWORD}))
    make_database(data)
    with sqlite3.connect(data / "dreamina.db") as database:
        database.execute("INSERT INTO accounts (email, password, region, created_at, updated_at) "
                         "VALUES ('a@x.org', 'plain-secret', 'us', 1, 1)")
    database.close()
    (data / "config.json").write_text(json.dumps({"ADMIN_PASSWORD": PASSWORD, "SECRET_KEY_FILE": str(key)}))
    sealed, plain = tmp_path / "sealed.db", tmp_path / "plain.db"
    succeed(data, "backup", sealed)
    assert b"plain-secret" not in sealed.read_bytes()
    refuse(data, "backup", plain, "--plain", "--password-stdin", password="guess")
    assert not plain.exists()
    succeed(data, "backup", plain, "--plain", "--password-stdin", password=PASSWORD)
    assert b"plain-secret" in plain.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.db*")) == ["plain.db", "sealed.db"]


def findings(data):
    ended = run_command(data, "check", "--json")
    document = json.loads(ended.stdout)
    assert (ended.returncode == 0) == document["ok"] == all(f["level"] != "fault" for f in document["findings"])
    parts = {}
    for finding in document["findings"]:
        parts.setdefault(finding["part"], []).append(finding)
        assert finding["level"] == "ok" or finding["advice"], finding
    return parts


def test_check_of_a_service_that_is_well_and_of_one_that_is_not(new_stack, stand_in, tmp_path):
    key = make_key(tmp_path)
    stack = new_stack({"SECRET_KEY_FILE": str(key), "REGISTER_API_URL": stand_in.url, "REGISTER_API_KEY": "wrong-one"}).start()
    stack.add_account()
    (stack.data).chmod(0o700)
    found = findings(stack.data)
    for part in ("database", "key", "upstream", "workers", "socket", "scheduler", "permissions", "disk", "clock"):
        assert [f["level"] for f in found[part]] == ["ok"], found[part]
    assert found["configuration"][0]["level"] == "warning"  # its password stands there as plain text
    assert found["backups"][0]["code"] == "health.backup.none_yet"  # the next one will come
    text = run_command(stack.data, "check").stdout
    for secret in (PASSWORD, "wrong-one", key.read_text().split()[-1]):
        assert secret not in text
    succeed(stack.data, "--once", "backup")
    assert findings(stack.data)["backups"][0]["level"] == "ok"

    stack.edit_config(UPSTREAM_BASE_URL="http://127.0.0.1:9")
    (stack.data / "config.json").chmod(0o644)
    found = findings(stack.data)
    assert found["upstream"][0]["level"] == "fault"
    assert found["permissions"][0]["level"] == "warning" and "config.json" in found["permissions"][0]["said"]
    (stack.data / "config.json").chmod(0o600)
    assert stack.stop() == 0
    found = findings(stack.data)
    assert found["workers"][0]["level"] == found["scheduler"][0]["level"] == "warning"


def test_check_of_what_cannot_start(tmp_path):
    assert findings(tmp_path / "missing")["configuration"][0]["level"] == "fault"
    (tmp_path / "config.json").write_text('{"PORT": 0}')
    assert "PORT" in findings(tmp_path)["configuration"][0]["said"]
    assert findings(tmp_path)["configuration"][0]["message"] == findings(tmp_path)["configuration"][0]["said"]
    (tmp_path / "config.json").write_text('{"SECRET_KEY_FILE": "gone.key"}')
    assert findings(tmp_path)["database"][0]["level"] == "warning"
    (tmp_path / "config.json").write_text("{}")
    with sqlite3.connect(tmp_path / "dreamina.db") as theirs:
        theirs.execute("CREATE TABLE recipes (id)")
    theirs.close()
    before = (tmp_path / "dreamina.db").read_bytes()
    assert findings(tmp_path)["database"][0]["level"] == "warning"
    assert (tmp_path / "dreamina.db").read_bytes() == before  # looked at, not touched
    (tmp_path / "dreamina.db").unlink()
    make_database(tmp_path)
    (tmp_path / "config.json").write_text('{"SECRET_KEY_FILE": "gone.key"}')
    assert findings(tmp_path)["key"][0]["level"] == "fault"
    database = tmp_path / "dreamina.db"
    content = bytearray(database.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    database.write_bytes(content)
    found = findings(tmp_path)
    assert found["database"][0]["level"] == "fault" and "restore" in found["database"][0]["advice"]


def levels_of(data):
    return {part: [finding["level"] for finding in found] for part, found in findings(data).items()}


def test_check_tells_all_faults_of_the_configuration_and_looks_at_the_rest(stand_in, tmp_path):
    make_database(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(
        {"UPSTREAM_BASE_URL": stand_in.url, "PORT": 0, "LOG_LEVEL": "loud", "REGISTER_API_KEY": []}))
    found = findings(tmp_path)
    for words in ("PORT must be a whole number", "LOG_LEVEL must be one of", "REGISTER_API_KEY must be a single value"):
        assert words in found["configuration"][0]["message"]
    for part in ("database", "key", "upstream", "permissions", "disk", "clock"):
        assert part in found, part
    assert (found["database"][0]["level"], found["upstream"][0]["level"]) == ("ok", "ok")
    assert "register service" not in found  # nobody knows its key

    # A setting at fault is not taken for its default.
    (tmp_path / "config.json").write_text(json.dumps(
        {"UPSTREAM_BASE_URL": "nowhere", "SECRET_KEY_FILE": [], "DATABASE_URL": "other.db"}))
    levels = levels_of(tmp_path)
    assert levels["database"] == ["warning"] and not {"upstream", "key"} & set(levels)  # there is no other.db yet

    # Nothing can be read of it: the database is looked at where it usually is.
    (tmp_path / "config.json").write_text('{"PORT": ')
    levels = levels_of(tmp_path)
    assert levels["configuration"] == ["fault"] and levels["database"] == ["ok"]
    assert not {"upstream", "key", "register service"} & set(levels)
    (tmp_path / "dreamina.db").unlink()
    assert "database" not in levels_of(tmp_path)


def test_check_says_of_a_directory_in_the_databases_place_what_it_is(tmp_path):
    (tmp_path / "dreamina.db").mkdir()
    found = findings(tmp_path)["database"]
    assert [(f["level"], f["code"]) for f in found] == [("fault", "health.database.no_file")]
    assert f"{tmp_path}/dreamina.db is to be the database and is no file" in found[0]["message"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("named", [True, False])
def test_a_key_that_root_makes_is_the_services(tmp_path, named):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    for folder in (data, elsewhere):
        folder.mkdir()
    os.chown(data, 1234, 4321)
    key = (elsewhere if named else data) / "secret.key"
    options = ["--data", str(data)] if named else []
    made = subprocess.run([programs() / "dreamina-scheduler", "generate-key", str(key), *options], capture_output=True)
    assert made.returncode == 0, made
    owner = key.stat()
    assert (owner.st_uid, owner.st_gid, mode(key)) == (1234, 4321, 0o600)


def help_of(*words):
    said = subprocess.run([programs() / words[0], *words[1:], "--help"], capture_output=True, text=True)
    assert said.returncode == 0 and said.stderr == ""
    return said.stdout


def test_the_manual_page_tells_what_the_help_tells():
    page = (ROOT / "scheduler" / "dreamina-scheduler.8").read_text().replace("\\-", "-")
    help_text = help_of("dreamina-scheduler")
    commands = re.findall(r"^  ([a-z-]+) {2,}", help_text.split("Commands:")[1], re.MULTILINE)
    assert commands == ["backup", "restore", "export", "import", "set-password", "generate-key", "rotate-key", "decrypt", "check"]
    assert re.findall(r"^\.TP\n\.B[IR]? ([a-z][a-z-]*)\b", page.split(".SH COMMANDS")[1].split(".PP")[0], re.MULTILINE) == commands
    for option in re.findall(r"--[a-z-]+", help_text + "".join(help_of("dreamina-scheduler", it) for it in commands)):
        assert re.search(rf"{option}(?![a-z-])", page), option


@pytest.mark.parametrize("words, named", [((), "--data"), (("--data",), "--data"), (("--data=", "--check"), "--data"),
                                          (("--data", ".", "--chek"), "--chek"), (("--data", ".", "more"), "more")])
def test_a_wrong_command_line_of_a_worker_is_named(words, named):
    ended = subprocess.run([programs() / "dreamina-fcgi", *words], capture_output=True, text=True)
    assert ended.returncode == 64 and ended.stdout == ""
    assert ended.stderr.count("\n") == 1 and named in ended.stderr
    assert "--check" in help_of("dreamina-fcgi")
