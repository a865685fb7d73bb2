#!/usr/bin/env bash
# Polars: read_database cuts a fraction and converts a text that come after the first 100 rows.
#
# Expected: a column that SQLite holds mixed values in is read as the widest type, or the read
# fails with "could not append value", as it does for a word.
# Seen: the type is taken from the first 100 rows. Behind 100 integers a 2.9 becomes 2 and the text
# '7' the number 7, without an error; the word 'x' does raise one. With infer_schema_length=None
# the 2.9 is kept.
# Versions: polars 2.1.0; Python's own sqlite3.
# Why it matters: amounts are changed silently, by where a row stands. A filter on the frame then
# disagrees with the same filter on the table.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" polars==2.1.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sqlite3
import sys

import polars


def last(value, **options):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE task (amount)")
    db.executemany("INSERT INTO task VALUES (?)", [(1,)] * 100 + [(value,)])
    query = "SELECT amount FROM task ORDER BY rowid"
    try:
        return polars.read_database(query, db, **options)["amount"].to_list()[-1]
    except polars.exceptions.ComputeError:
        return "ComputeError"


seen = (last(2.9), last(-2.9), last("7"), last("x"), last(2.9, infer_schema_length=None))
expected = (2, -2, 7, "ComputeError", 2.9)
if repr(seen) != repr(expected):
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"2.9, -2.9, '7', 'x' behind 100 integers, and 2.9 with the whole column inferred: {seen}")
PYTHON
