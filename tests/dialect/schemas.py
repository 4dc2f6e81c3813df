#!/usr/bin/python3
"""Checks that the migrations make the same schema in SQLite and in PostgreSQL: tables, columns with their types and
whether they may be NULL, indexes, views, triggers, and the first rows. Prints each difference and exits with 1.

  schemas.py [FOLDER]   checks the project in FOLDER (default: the one this file is in)
"""
import sqlite3
import sys
from pathlib import Path

import postgresql

ROOT = Path(__file__).resolve().parents[2]

# What a column's type in SQLite may be in PostgreSQL. There an INTEGER may be 0 or 1 only, and a secret, which is TEXT
# or BLOB, is in a column of TEXT.
TYPES = {
    "INTEGER": {"bigint", "boolean"},
    "BIGINT": {"bigint"},
    "BOOLEAN": {"boolean"},
    "TEXT": {"text", "bytea"},
    "REAL": {"double precision"},
    "DOUBLE PRECISION": {"double precision"},
    "BLOB": {"bytea"},
}
# Former names that workers of the version before use until they have ended. No version before has known PostgreSQL.
FORMER_COLUMNS = {("requests", "standing_id"), ("schedule", "said"), ("upstream_facts", "finding"),
                  ("upstream_facts", "sentence")}
FORMER_VIEWS = {"removals", "removed_accounts", "removed_leases", "removed_usage", "sealing", "standings"}
FORMER_TRIGGERS = {
    "model_names_insert_position", "models_insert_position", "removed_leases_delete", "removed_usage_delete",
    "removed_usage_update", "schedule_insert_said", "schedule_update_said", "schedule_update_summary",
    "standings_insert", "upstream_facts_update_message", "upstream_facts_update_sentence"}
# Chance.
RANDOM_COLUMNS = {("upstream_breaker", "digest_key")}


def number_of(file):
    return int(file.name[:4])


def sqlite_migrations(root):
    return sorted((root / "sql").glob("*.sql"))


def postgresql_migrations(root):
    """The first of its own says up to where SQLite's are in it. From there on a file is for both, but where
    PostgreSQL's folder has one of the same number."""
    own = {number_of(file): file for file in sorted((root / "sql" / "postgresql").glob("*.sql"))}
    first = min(own)
    numbers = {first} | {number_of(file) for file in sqlite_migrations(root) if number_of(file) > first}
    stray = set(own) - numbers
    if stray:
        raise RuntimeError(f"sql/postgresql: no file of SQLite has the number {', '.join(map(str, sorted(stray)))}")
    shared = {number_of(file): file for file in sqlite_migrations(root)}
    return [own.get(number, shared[number]) for number in sorted(numbers)]


def sqlite_schema(root):
    database = sqlite3.connect(":memory:")
    for file in sqlite_migrations(root):
        database.executescript(file.read_text(encoding="utf-8"))

    def names(kind):
        return {name for name, in database.execute(
            "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", (kind,))}

    columns = {}
    rows = {}
    for table in names("table"):
        primary = database.execute("SELECT count(*) FROM pragma_table_xinfo(?) WHERE pk > 0", (table,)).fetchone()[0]
        read = []
        for name, kind, not_null, key, hidden in database.execute(
                "SELECT name, upper(type), \"notnull\", pk, hidden FROM pragma_table_xinfo(?)", (table,)):
            if (table, name) in FORMER_COLUMNS:
                continue
            # xinfo tells of a computed column with its type.
            columns[table, name] = (kind.removesuffix(" GENERATED ALWAYS"), bool(not_null or (primary and key)))
            if not hidden and (table, name) not in RANDOM_COLUMNS:
                read.append(name)
        found = database.execute(f"SELECT {', '.join(sorted(read))} FROM {table}").fetchall()
        rows[table] = sorted(tuple(text_of(value) for value in row) for row in found)
    return {"table": names("table"), "view": names("view") - FORMER_VIEWS, "index": names("index"),
            "trigger": names("trigger") - FORMER_TRIGGERS, "column": columns, "rows": rows}


def text_of(value):
    if value is None:
        return "NULL"
    return f"{value:g}" if isinstance(value, float) else str(value)


def postgresql_schema(root, server):
    server.execute("\n".join(file.read_text(encoding="utf-8") for file in postgresql_migrations(root)))

    def names(sql):
        return {line[0] for line in server.execute(sql)}

    schema = "WHERE table_schema = 'public'"
    columns = {(table, name): (kind, nullable == "NO") for table, name, kind, nullable in server.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns JOIN "
        f"information_schema.tables USING (table_schema, table_name) {schema} AND table_type = 'BASE TABLE'")}
    computed = {tuple(line) for line in server.execute(
        f"SELECT table_name, column_name FROM information_schema.columns {schema} AND is_generated = 'ALWAYS'")}
    rows = {}
    for table in {table for table, _ in columns}:
        read = sorted(name for of, name in columns
                      if of == table and (of, name) not in computed and (of, name) not in RANDOM_COLUMNS)
        wanted = [f"CAST({name} AS INTEGER)" if columns[table, name][0] == "boolean" else name for name in read]
        found = server.psql(f"SELECT {', '.join(wanted)} FROM {table}", "-P", "null=NULL").stdout.splitlines()
        rows[table] = sorted(tuple(line.split("\t")) for line in found)
    return {
        "table": names(f"SELECT table_name FROM information_schema.tables {schema} AND table_type = 'BASE TABLE'"),
        "view": names(f"SELECT table_name FROM information_schema.views {schema}"),
        # Those of constraints have no names of ours.
        "index": names("SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                       "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT EXISTS "
                       "(SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)"),
        "trigger": names("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'public'"),
        "column": columns, "rows": rows}


def differences(sqlite, postgres):
    for kind in ("table", "view", "index", "trigger"):
        yield from (f"{kind} {name}: not in PostgreSQL" for name in sorted(sqlite[kind] - postgres[kind]))
        yield from (f"{kind} {name}: not in SQLite" for name in sorted(postgres[kind] - sqlite[kind]))
    for column in sorted(set(sqlite["column"]) | set(postgres["column"])):
        name = ".".join(column)
        if column not in postgres["column"]:
            yield f"column {name}: not in PostgreSQL"
        elif column not in sqlite["column"]:
            yield f"column {name}: not in SQLite"
        else:
            kind, not_null = sqlite["column"][column]
            other, other_not_null = postgres["column"][column]
            if other not in TYPES.get(kind, set()):
                yield f"column {name}: {kind or 'no type'} in SQLite, {other} in PostgreSQL"
            if not_null != other_not_null:
                yield f"column {name}: may be NULL in {'PostgreSQL' if not_null else 'SQLite'} only"
    for table in sorted(sqlite["table"] & postgres["table"]):
        if sqlite["rows"][table] != postgres["rows"][table]:
            yield f"table {table}: the first rows differ"


def main(arguments):
    root = Path(arguments[0]) if arguments else ROOT
    binaries = postgresql.programs()
    if binaries is None:
        print("skipped: PostgreSQL is not installed (docker/install-deps.sh test)")
        return postgresql.SKIPPED
    with postgresql.Server(binaries) as server:
        sqlite = sqlite_schema(root)
        found = list(differences(sqlite, postgresql_schema(root, server)))
    counts = f"{len(sqlite['table'])} tables, {len(sqlite['column'])} columns, {len(found)} differences"
    print("\n".join([*found, counts]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
