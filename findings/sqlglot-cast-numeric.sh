#!/usr/bin/env bash
# sqlglot: SQLite's CAST(x AS NUMERIC) is written back as CAST(x AS REAL).
#
# Expected: SQLite to SQLite keeps the type of a cast. NUMERIC in SQLite gives an integer where
# the value is one, REAL always gives a double.
# Seen: the cast becomes REAL. An id beyond 2^53 is rounded and no longer equals itself, and
# `typeof` says real where it said integer.
# Versions: sqlglot 30.30.0, apsw 3.54.1.0 (SQLite 3.54.1).
# Why it matters: casts to NUMERIC are how ids kept as text are compared with numbers. After a
# round trip the row with such an id is not found.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" sqlglot==30.30.0 apsw==3.54.1.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import apsw
import sqlglot

db = apsw.Connection(":memory:")
db.execute("CREATE TABLE task (owner TEXT)")
db.execute("INSERT INTO task VALUES ('9007199254740993')")
query = (
    "SELECT TYPEOF(CAST(owner AS NUMERIC)) FROM task"
    " WHERE CAST(owner AS NUMERIC) = 9007199254740993"
)
again = sqlglot.transpile(query, read="sqlite", write="sqlite")[0]
seen = (again == query.replace("NUMERIC", "REAL"), *(list(db.execute(q)) for q in (query, again)))
expected = (True, [("integer",)], [])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}; text {again}")
print(f"as written: {seen[1]}; with each NUMERIC turned into REAL by sqlglot: {seen[2]}")
PYTHON
