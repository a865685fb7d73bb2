#!/usr/bin/env bash
# DuckDB's SQLite scanner: a Julian day in a DATETIME column is read as seconds since 1970.
#
# Expected: SQLite documents three forms of a time: ISO text, Unix seconds as INTEGER, and Julian
# day numbers as REAL. A reader of DATETIME columns takes an INTEGER for the second and a REAL for
# the third, or refuses both.
# Seen: every number is taken for seconds. The Julian day 2461128.5, midnight of 29 March 2026, is
# 29 January 1970; milliseconds are the year 58209. A text beside them is read as it should be.
# Versions: duckdb 1.5.5 with duckdb-extension-sqlite-scanner 1.5.5; Python's own sqlite3.
# Why it matters: nothing in the file says which form a column has. A filter by date needs to be
# told the form, since a guess is wrong without an error.
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
    db.execute("CREATE TABLE task (due DATETIME)")
    values = [("2026-03-29 00:00:00",), (1774742400,), (2461128.5,), (1774742400000,)]
    db.executemany("INSERT INTO task VALUES (?)", values)
    in_sqlite = db.execute("SELECT DATE(due) FROM task WHERE TYPEOF(due) = 'real'").fetchone()[0]

import_extension("sqlite_scanner")
duck = duckdb.connect()
duck.load_extension("sqlite_scanner")
duck.execute(f"ATTACH '{path}' AS file (TYPE sqlite)")
rows = duck.sql("SELECT CAST(CAST(due AS DATE) AS VARCHAR) FROM file.task").fetchall()
seen = (in_sqlite, [row[0] for row in rows])
expected = ("2026-03-29", ["2026-03-29", "2026-03-29", "1970-01-29", "58209-05-08"])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"text, seconds, Julian day ({in_sqlite} to SQLite), milliseconds: {seen[1]}")
PYTHON
