#!/usr/bin/env bash
# DuckDB's SQLite scanner: generated columns of a table do not exist, those of a view do.
#
# Expected: an attached SQLite table has the columns that SELECT * has in SQLite, generated ones
# too, stored or virtual.
# Seen: SELECT * leaves them out and naming one is a binder error. Through a view over the table
# that names them they are there, and all columns of the view are text, the integers too.
# Versions: duckdb 1.5.5 with duckdb-extension-sqlite-scanner 1.5.5; Python's own sqlite3.
# Why it matters: keys that are taken out of JSON for an index are often generated columns. Two
# readers of one file see two schemas, and a copy made by DuckDB lacks what filters use.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" duckdb==1.5.5 duckdb-extensions==1.5.5 \
  duckdb-extension-sqlite-scanner==1.5.5

PYTHONPATH="$packages" HOME="$packages" python3 - "$packages/tasks.db" <<'PYTHON'
import sqlite3
import sys

import duckdb
from duckdb_extensions import import_extension

path = sys.argv[1]
with sqlite3.connect(path) as db:
    db.execute(
        """CREATE TABLE task (id INTEGER, twice INTEGER AS (id * 2),
           next INTEGER AS (id + 1) STORED)"""
    )
    db.execute("INSERT INTO task (id) VALUES (7)")
    db.execute("CREATE VIEW every AS SELECT id, twice, next FROM task")
    in_sqlite = db.execute("SELECT * FROM task").fetchone()

import_extension("sqlite_scanner")
duck = duckdb.connect()
duck.load_extension("sqlite_scanner")
duck.execute(f"ATTACH '{path}' AS file (TYPE sqlite)")
table = duck.sql("SELECT * FROM file.task").fetchone()
view = duck.sql("SELECT * FROM file.every").fetchone()
try:
    named = duck.sql("SELECT next FROM file.task").fetchone()
except duckdb.BinderException:
    named = "BinderException"
seen = (in_sqlite, table, named, view)
expected = ((7, 14, 8), (7,), "BinderException", ("7", "14", "8"))
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"SQLite {in_sqlite}; DuckDB: table {table}, a column by name {named}, view {view}")
PYTHON
