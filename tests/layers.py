#!/usr/bin/env python3
"""Checks over the sources that every layer keeps to its place. Prints each offence as file:line and exits with 1.

  layers.py [FOLDER]   checks the project in FOLDER (default: the one this file is in)
  layers.py --self-test   plants one offence of every kind in a temporary folder and sees that it is found
"""
import re
import sys
import tempfile
from pathlib import Path

# What each layer may include besides itself.
CORE = {"base", "domain", "storage", "clients", "pool", "health"}
BELOW = {
    "base": set(),
    "domain": {"base"},
    "storage": {"base", "domain"},
    "clients": {"base", "domain"},
    "pool": {"base", "domain", "storage", "clients"},
    "health": {"base", "domain", "storage", "clients", "pool"},
    "net": {"base"},
    "auth": CORE | {"net"},
    "api": CORE | {"net", "auth"},
    "proxy": CORE | {"net", "auth"},
    "fcgi-app": CORE | {"net", "auth", "api", "proxy"},
    "scheduler": CORE,
    # No part of the service: writes files of the checkout from the tables of both programs.
    "generate": CORE | {"net", "auth", "api", "scheduler"},
}

# The same within storage: the engine knows no table, a store knows its tables, and maintenance works on whole files.
STORES = {"accounts", "generations", "log", "results", "stores", "webhooks"}
BELOW_IN_STORAGE = {"engine": set(), **{store: {"engine"} | STORES for store in STORES}, "maintenance": {"engine"} | STORES}

# Folders within a layer that its includes name.
WITHIN = {"commands": "scheduler", "jobs": "scheduler"}

# A folder with more files is hard to take in.
MAX_FILES = 40

# Headers of foreign libraries, and the one room that knows each.
ROOMS = {
    "curl.h": lambda path: path.startswith("fcgi-app/proxy/curl_transfer.") or path.startswith("fcgi-app/core/clients/"),
    "sqlite3.h": lambda path: path.startswith("fcgi-app/core/storage/"),
    "fcgiapp.h": lambda path: path == "fcgi-app/net/fastcgi_reader.cpp",
    "fcgi_stdio.h": lambda path: False,
}

# While an upgrade replaces the workers one after the other, those of the version before still use the tables: a
# migration only adds, or replaces a column. The first ones were made before there was a version to upgrade from.
LAST_FREE_MIGRATION = 11
TAKES_AWAY = re.compile(
    r"\b(DROP\s+(TABLE|VIEW)\s+(?P<table>\w+)|DROP\s+COLUMN\s+(?P<column>\w+)|RENAME\s+COLUMN\s+(?P<renamed>\w+)"
    r"|ALTER\s+TABLE\s+(?P<moved>\w+)\s+RENAME\s+TO)\b", re.IGNORECASE)
# Who reads accounts means those that are not deleted, and reads living_accounts; these mean the others too.
ACCOUNTS = re.compile(r"\b(FROM|JOIN)\s+accounts\b")
ALL_ACCOUNTS = {f"fcgi-app/core/storage/{name}.cpp" for name in (
    "accounts/account_queues", "accounts/account_selection", "accounts/account_secrets", "accounts/account_list",
    "accounts/account_store", "accounts/deleted_accounts", "accounts/pool_figures", "stores/lease_store")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SQL = re.compile(
    r"\b(SELECT\s+\S.*\bFROM\b|SELECT\s+\S+\(|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s+\w"
    r"|BEGIN\s+(IMMEDIATE|EXCLUSIVE|DEFERRED|TRANSACTION)|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|TRIGGER|VIEW))|^(BEGIN|COMMIT|ROLLBACK)$"
    r"|^(SELECT|INSERT|UPDATE|DELETE|PRAGMA)\s",
    re.DOTALL,
)
# A comment, a raw string, a string (adjacent ones are joined below), or a character.
TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)"'
    r'|"(?P<text>(?:\\.|[^"\\\n])*)"|\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def layer_of(path):
    parts = path.split("/")
    if parts[0] == "scheduler":
        return "scheduler"
    if parts[1] == "core":
        return parts[2]
    return parts[1] if len(parts) > 2 else "fcgi-app"


def literals(source):
    """The string literals with their lines; those that follow each other with only blanks between are one."""
    found = []
    end = None
    for token in TOKEN.finditer(source):
        content = token["raw"] if token["raw"] is not None else token["text"]
        if content is None:
            continue
        if found and end is not None and not source[end : token.start()].strip():
            found[-1] = (found[-1][0], found[-1][1] + content)
        else:
            found.append((source.count("\n", 0, token.start()) + 1, content))
        end = token.end()
    return found


def without_comments(source):
    def blank(token):
        return re.sub(r"[^\n]", " ", token[0]) if token["comment"] else token[0]

    return TOKEN.sub(blank, source)


def check_include(path, layer, kind, name):
    file = name.split("/")[-1]
    if file in ROOMS and not ROOMS[file](path):
        return f"{name} has one room, and this is not it"
    if kind == "<":
        if name.startswith("nlohmann/") and path.endswith(".hpp") and layer in ("domain", "storage"):
            return f"{name} in a header of {layer}"
        return None
    if ".." in name.split("/"):
        return f"{name} climbs; includes start at the layer's name"
    if name == "core/base/json_reader.hpp" and path.endswith(".hpp") and layer in ("domain", "storage"):
        return f"{name} in a header of {layer}"
    folders = name.removeprefix("core/").split("/")[:-1]
    target = folders[0] if folders else layer
    if layer == "scheduler":
        target = WITHIN.get(target, target)
    if target in CORE and not name.startswith("core/"):
        return f"{name} is core/{name}"
    if target != layer and target not in BELOW[layer]:
        return f"{layer} must not include {name}"
    if target == layer == "storage":
        part, other = path.split("/")[3], folders[1]
        if other != part and other not in BELOW_IN_STORAGE[part]:
            return f"storage/{part} must not include {name}"
    return None


def check_file(path, source):
    """Offences of one file as (line, words)."""
    layer = layer_of(path)
    if layer not in BELOW:
        return [(1, f'"{layer}" is not a layer')]
    offences = []
    for number, line in enumerate(without_comments(source).split("\n"), 1):
        include = INCLUDE.match(line)
        fault = check_include(path, layer, *include.groups()) if include else None
        if fault:
            offences.append((number, fault))
    if layer == "storage" and path not in ALL_ACCOUNTS:
        for number, text in literals(source):
            if ACCOUNTS.search(text):
                offences.append((number, f'reads deleted accounts as well: "{text[:60]}"'))
    if layer != "storage":
        for number, text in literals(source):
            if SQL.search(text):
                offences.append((number, f'SQL outside of storage: "{text[:60]}"'))
    return offences


def check_migration(source):
    plain = re.sub(r"--[^\n]*", "", source)

    def comes_again(taken):
        column, table = taken["column"] or taken["renamed"], taken["table"] or taken["moved"]
        again = rf"ADD\s+COLUMN\s+{column}" if column else rf"(CREATE\s+(TABLE|VIEW)|RENAME\s+TO)\s+{table}"
        return re.search(rf"\b{again}\b", plain, re.IGNORECASE)

    return [(number, "a migration takes away what running workers of the version before use")
            for number, line in enumerate(plain.split("\n"), 1)
            for taken in TAKES_AWAY.finditer(line) if not comes_again(taken)]


def check_sizes(root):
    folders = [f for top in ("fcgi-app", "scheduler", "tests/unit") for f in (root / top).rglob("*") if f.is_dir()]
    counts = [(folder.relative_to(root).as_posix(), sum(f.is_file() for f in folder.iterdir())) for folder in folders]
    return [(path, 1, f"{count} files in one folder") for path, count in counts if count > MAX_FILES]


def check_project(root):
    offences = []
    for file in sorted((root / "sql").glob("*.sql")):
        if int(file.name[:4]) > LAST_FREE_MIGRATION:
            path = file.relative_to(root).as_posix()
            offences += [(path, line, words) for line, words in check_migration(file.read_text(encoding="utf-8"))]
    offences += check_sizes(root)
    files = sorted(f for top in ("fcgi-app", "scheduler") for f in (root / top).rglob("*") if f.suffix in (".cpp", ".hpp"))
    for file in files:
        path = file.relative_to(root).as_posix()
        offences += [(path, line, words) for line, words in check_file(path, file.read_text(encoding="utf-8"))]
    return len(files), offences


# Path, source, and the line where an offence must be found (none: it must be clean).
PLANTED = [
    ("fcgi-app/core/base/a.hpp", '#include "core/domain/settings.hpp"\n', 1),
    ("fcgi-app/core/domain/b.cpp", '// a word\n#include "core/storage/engine/database.hpp"\n', 2),
    ("fcgi-app/core/storage/engine/c.cpp", '#include "core/pool/pool.hpp"\n', 1),
    ("fcgi-app/core/storage/engine/c2.cpp", '#include "core/clients/http.hpp"\n', 1),
    ("fcgi-app/core/clients/d.cpp", '#include "core/storage/engine/database.hpp"\n', 1),
    ("fcgi-app/core/pool/e.cpp", '#include "api/http/router.hpp"\n', 1),
    ("fcgi-app/net/f.cpp", '#include "api/accounts.hpp"\n', 1),
    ("fcgi-app/api/g.cpp", '#include "proxy/v1_handler.hpp"\n', 1),
    ("fcgi-app/proxy/h.cpp", '#include "api/accounts.hpp"\n', 1),
    ("fcgi-app/net/f2.cpp", '#include "core/domain/settings.hpp"\n', 1),
    ("fcgi-app/auth/f3.cpp", '#include "api/http/router.hpp"\n', 1),
    ("fcgi-app/api/f4.cpp", '#include "base/log.hpp"\n', 1),
    ("fcgi-app/core/storage/engine/f5.cpp", '#include "core/storage/stores/job_store.hpp"\n', 1),
    ("fcgi-app/core/storage/stores/f6.cpp", '#include "core/storage/maintenance/backup.hpp"\n', 1),
    ("scheduler/i.cpp", '#include "api/http/router.hpp"\n', 1),
    ("scheduler/j.cpp", '\n  #  include "proxy/upstream.hpp"\n', 2),
    ("fcgi-app/api/j2.cpp", '#include "generate/openapi_file.hpp"\n', 1),
    ("scheduler/j3.cpp", '#include "generate/openapi_file.hpp"\n', 1),
    ("fcgi-app/generate/j4.cpp", '#include "proxy/v1_handler.hpp"\n', 1),
    ("fcgi-app/api/k.cpp", '#include "../proxy/v1_handler.hpp"\n', 1),
    ("fcgi-app/helpers/l.cpp", "int a;\n", 1),
    ("fcgi-app/api/m.cpp", "#include <curl/curl.h>\n", 1),
    ("fcgi-app/proxy/m2.cpp", "#include <curl/curl.h>\n", 1),
    ("fcgi-app/core/pool/n.cpp", "#include <sqlite3.h>\n", 1),
    ("fcgi-app/auth/o.cpp", "#include <fcgiapp.h>\n", 1),
    ("fcgi-app/core/domain/p.hpp", "#include <nlohmann/json.hpp>\n", 1),
    ("fcgi-app/core/storage/stores/q.hpp", '#include "core/base/json_reader.hpp"\n', 1),
    ("fcgi-app/api/r.cpp", 'auto a = 1;\nrun("SELECT 1 FROM accounts");\n', 2),
    ("fcgi-app/api/r2.cpp", 'run("DELETE "\n    "FROM accounts");\n', 1),
    ("fcgi-app/core/pool/r3.cpp", 'run(R"(UPDATE accounts SET points = 0)");\n', 1),
    ("scheduler/r4.cpp", 'run("INSERT INTO jobs VALUES (1)");\n', 1),
    ("scheduler/r5.cpp", 'run("PRAGMA optimize");\n', 1),
    ("fcgi-app/core/pool/r6.cpp", 'run("BEGIN IMMEDIATE");\n', 1),
    ("fcgi-app/core/pool/r7.cpp", 'run("COMMIT");\n', 1),
    ("fcgi-app/core/storage/log/r8.cpp", 'run("SELECT 1 FROM accounts");\n', 1),
    ("sql/0098_planted.sql", "-- DROP TABLE a\nALTER TABLE a\n  DROP COLUMN b;\n", 3),
    ("sql/0096_planted.sql", "DROP TABLE a;\n", 1),
    ("sql/0095_planted.sql", "ALTER TABLE a RENAME TO b;\n", 1),
    ("sql/0094_planted.sql", "ALTER TABLE a RENAME COLUMN b TO c;\n", 1),
    *[(f"fcgi-app/proxy/full/{number}.cpp", "int a;\n", None) for number in range(MAX_FILES + 1)],
    # No offences:
    ("sql/0001_planted.sql", "DROP TABLE a;\n", None),
    ("sql/0097_planted.sql", "ALTER TABLE a DROP COLUMN b;\nALTER TABLE a ADD COLUMN b INTEGER;\n", None),
    ("sql/0093_planted.sql", "CREATE TABLE new_a (b);\nDROP TABLE a;\nALTER TABLE new_a RENAME TO a;\n", None),
    ("sql/0092_planted.sql", "ALTER TABLE a RENAME TO b;\nCREATE VIEW a AS SELECT * FROM b;\n", None),
    ("sql/0099_planted.sql", "ALTER TABLE a ADD COLUMN dropped INTEGER; DROP INDEX b;\n", None),
    ("fcgi-app/core/storage/engine/clean.cpp", '#include <sqlite3.h>\n#include "core/domain/a.hpp"\nrun("SELECT 1");\n', None),
    ("fcgi-app/core/clients/clean.cpp", "#include <curl/curl.h>\n", None),
    ("fcgi-app/proxy/curl_transfer.hpp", "#include <curl/curl.h>\n", None),
    ("fcgi-app/net/fastcgi_reader.cpp", "#include <fcgiapp.h>\n", None),
    ("fcgi-app/core/domain/clean.cpp", "#include <nlohmann/json.hpp>\n", None),
    ("fcgi-app/main.cpp", '#include "worker.hpp"\n#include "api/a.hpp"\n#include "proxy/a.hpp"\n', None),
    ("fcgi-app/generate/clean.cpp", '#include "api/a.hpp"\n#include "scheduler/jobs.hpp"\n', None),
    ("fcgi-app/core/storage/maintenance/clean.cpp", '#include "core/storage/stores/job_store.hpp"\n', None),
    ("scheduler/jobs/clean.cpp", '#include "jobs/token_sweep.hpp"\n', None),
    ("fcgi-app/api/jobs/clean.cpp", '#include "api/jobs/job_json.hpp"\n', None),
    ("scheduler/clean.cpp", '#include "jobs.hpp"\n#include "core/pool/pool.hpp"\n', None),
    ("fcgi-app/api/clean.cpp", '// "DELETE FROM accounts"\n/* #include "proxy/a.hpp"\n */ char c = \'"\';\n'
                               'route("DELETE_ALL"); say("begin to update the set: select one");\n', None),
    ("fcgi-app/api/methods.cpp", 'Route r{"DELETE", "/api/accounts/{id}"};\n', None),
]


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, source, _ in PLANTED:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(source, encoding="utf-8")
        _, offences = check_project(root)
        found = {(path, line) for path, line, _ in offences}
        expected = {(path, line) for path, _, line in PLANTED if line is not None} | {("fcgi-app/proxy/full", 1)}
    for path, line in sorted(expected - found):
        print(f"self-test: the offence at {path}:{line} was not found")
    for path, line in sorted(found - expected):
        print(f"self-test: {path}:{line} is no offence")
    print(f"self-test: {len(expected & found)} of {len(expected)} planted offences found")
    return 1 if expected != found else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    count, offences = check_project(root)
    for path, line, words in offences:
        print(f"{path}:{line}: {words}")
    if count == 0:
        print(f"{root}: no sources", file=sys.stderr)
        return 1
    print(f"{count} files, {len(offences)} offences")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
