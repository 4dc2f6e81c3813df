#!/usr/bin/python3
"""Checks that both engines take each statement of the stores: what the unit tests asked SQLite for, PostgreSQL prepares
and plans as well. Prints each that it refuses, and each in the sources that no unit test runs, and exits with 1.

  statements.py FOLDER [PROJECT]   FOLDER has what dreamina-unit-tests --statements=FILE wrote
"""
import json
import re
import sys
from pathlib import Path

import postgresql
from schemas import ROOT, postgresql_migrations

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from layers import literals  # noqa: E402

STORAGE = "fcgi-app/core/storage"
ENGINE = f"{STORAGE}/engine/"
MAINTENANCE = f"{STORAGE}/maintenance/"
SECRETS = f"{STORAGE}/accounts/account_secrets.cpp"

# What only SQLite can be asked, with the places that may ask it, and why.
SQLITE_ONLY = [
    (r"(BEGIN|BEGIN IMMEDIATE|COMMIT|ROLLBACK)$", [ENGINE], "transactions are the engine's own, and not prepared"),
    (r"PRAGMA\s", [ENGINE, MAINTENANCE], "settings of a connection, the schema's version, the check of a file"),
    (r"VACUUM$|.*\bvacuum_db\b", [MAINTENANCE], "overwrites what was plain text in the file, and how SQLite does it"),
    (r".*\bsqlite_master\b", [ENGINE, MAINTENANCE], "which tables there are; the first read of a snapshot"),
    (r".*\bpragma_table_x?info\b", [MAINTENANCE, SECRETS], "which columns a file of an earlier version has"),
    (r".*\btypeof\(", [MAINTENANCE, SECRETS], "whether a secret is kept as TEXT or as BLOB"),
    (r".*\bearlier_accounts\b|DROP INDEX", [MAINTENANCE], "takes over the earlier program's file, which is SQLite's"),
]
# Written in the sources, but no statement that a unit test could run.
NOT_RUN = set()

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s")
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WITH|FROM|WHERE|CREATE|ALTER|DROP|PRAGMA|VACUUM|BEGIN|COMMIT)\b"
                 r"|\bROLLBACK\b|\w\.\w+, \w\.\w")  # or a list of columns
HOLE = re.compile(r"\{[^{}]*\}")
# What PostgreSQL has to refuse, so that silence means consent.
FOREIGN = "SELECT ifnull(id, 0) FROM accounts"
# A part of a statement that is as long as this is in no other by chance.
TELLING = 30


class Literal:
    """A text in the sources, of which a statement is made; {} stands for anything."""

    def __init__(self, path, line, text):
        self.path = path
        self.line = line
        self.text = text.replace('\\"', '"').replace("\\n", "\n")
        parts = HOLE.split(self.text)
        self.pattern = re.compile(".*?".join(re.escape(part) for part in parts), re.DOTALL)
        self.is_telling = len(parts) == 1 or max(map(len, parts)) > TELLING

    def is_whole(self, sql):
        return self.is_telling and self.pattern.fullmatch(sql)


def sql_literals(root, folder):
    for file in sorted((root / folder).rglob("*.[ch]pp")):
        path = file.relative_to(root).as_posix()
        for line, text in literals(file.read_text(encoding="utf-8")):
            if SQL.search(text):
                yield Literal(path, line, text)


def recorded(folder):
    """Each statement with the same in PostgreSQL's placeholders."""
    found = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            statement = json.loads(line)
            found[statement["sql"]] = statement["numbered"]
    return found


def is_sqlite_only(sql):
    return any(re.match(pattern, sql, re.DOTALL | re.IGNORECASE) for pattern, _, _ in SQLITE_ONLY)


def strayed(product):
    """What only SQLite understands, in places that are not for it."""
    for literal in product:
        for pattern, places, _ in SQLITE_ONLY:
            if re.match(pattern, literal.text, re.DOTALL) and not any(literal.path.startswith(p) for p in places):
                yield f"{literal.path}:{literal.line}: is SQLite's alone: {literal.text[:80]}"


def is_of_tests(sql, tests, product):
    """Whether a test asks it by itself, as the sources are written: as a whole, in a script, or by how it begins."""
    if sql.startswith("EXPLAIN "):
        return True
    if any(literal.is_whole(sql) or (len(literal.text) > TELLING and literal.text in sql) for literal in product):
        return False
    if any(literal.pattern.fullmatch(sql) or sql.strip() in literal.text for literal in tests):
        return True

    def beginning(of):
        return max((len(literal.text) for literal in of if literal.pattern.match(sql)), default=0)

    return beginning(product) == 0 or beginning(tests) > beginning(product)


def refusals(server, statements):
    """What PostgreSQL says of those that it cannot prepare or plan, by their places in the list. A plan shows more than
    PREPARE: whether ON CONFLICT names the columns of an index."""
    script = ["SET plan_cache_mode = force_generic_plan;"]
    for number, sql in enumerate([*statements, FOREIGN]):
        arguments = max((int(n) for n in re.findall(r"\$(\d+)", sql)), default=0)
        execute = f"s{number}({', '.join(['NULL'] * arguments)})" if arguments else f"s{number}"
        script += [f"\\warn @{number}", f"PREPARE s{number} AS {sql.rstrip().rstrip(';')};",
                   f"EXPLAIN EXECUTE {execute};"]
    done = server.psql("\n".join(script) + "\n")
    found = {}
    for part in done.stderr.split("@")[1:]:
        number, _, said = part.partition("\n")
        error = re.search(r"ERROR:\s+(.*)", said)
        if error:
            found[int(number)] = error[1]
    if found.pop(len(statements), None) is None:
        raise RuntimeError(f"PostgreSQL was not asked, or took {FOREIGN}: {done.stderr[-500:]}")
    return found


def offences(root, folder, server):
    product = list(sql_literals(root, STORAGE))
    begin = [literal for literal in product if STATEMENT.match(literal.text)]
    tests = list(sql_literals(root, "tests/unit"))
    migrations = "\n".join(file.read_text(encoding="utf-8") for file in sorted((root / "sql").glob("*.sql")))
    statements = {sql: numbered for sql, numbered in recorded(folder).items()
                  if sql.strip().rstrip(";") not in migrations and not is_of_tests(sql, tests, product)}
    common = sorted(sql for sql in statements if not is_sqlite_only(sql))
    refused = refusals(server, [statements[sql] for sql in common])

    for number, said in sorted(refused.items()):
        yield f"PostgreSQL: {said}\n    in: {common[number]}"
    yield from strayed(product)
    for literal in begin:
        if literal.text in NOT_RUN or is_sqlite_only(literal.text):
            continue
        if not any(literal.pattern.match(sql) for sql in statements):
            yield f"{literal.path}:{literal.line}: no unit test runs this: {literal.text[:80]}"
    print(f"{len(statements)} statements: {len(common) - len(refused)} for both engines, "
          f"{len(statements) - len(common)} for SQLite alone")


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    root = Path(arguments[1]) if len(arguments) > 1 else ROOT
    binaries = postgresql.programs()
    if binaries is None:
        print("skipped: PostgreSQL is not installed (docker/install-deps.sh test)")
        return postgresql.SKIPPED
    if not recorded(folder):
        print(f"{folder}: no statements; the unit tests write them", file=sys.stderr)
        return 1
    with postgresql.Server(binaries) as server:
        server.execute("\n".join(file.read_text(encoding="utf-8") for file in postgresql_migrations(root)))
        found = list(offences(root, folder, server))
    print("\n".join(found + [f"{len(found)} offences"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
