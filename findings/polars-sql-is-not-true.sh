#!/usr/bin/env bash
# Polars SQL: IS NOT TRUE is false on null, so it is not the complement of IS TRUE.
#
# Expected: IS TRUE and IS NOT TRUE divide all rows between them; that is what they are for, in
# standard SQL, SQLite, PostgreSQL and DuckDB.
# Seen: in Polars IS NOT TRUE means "is false". A row where the condition is null is in neither
# half, and NOT (x IS TRUE) leaves it out as well. IS DISTINCT FROM does keep it.
# Versions: polars 2.1.0; Python's own sqlite3.
# Why it matters: `(condition) IS NOT TRUE` is the usual way to write an exact complement of a
# rule, so records without a value drop out of both the rule and its negation.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" polars==2.1.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sqlite3
import sys

import polars

frame = polars.DataFrame({"id": [1, 2, 3], "status": ["Done", "Open", None]})
db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE task (id, status)")
db.executemany("INSERT INTO task VALUES (?, ?)", frame.rows())
conditions = [
    "(status = 'Done') IS TRUE",
    "(status = 'Done') IS NOT TRUE",
    "NOT ((status = 'Done') IS TRUE)",
]
seen = {}
for condition in conditions:
    query = f"SELECT id FROM task WHERE {condition}"
    by_polars = polars.SQLContext(task=frame).execute(query, eager=True)["id"].to_list()
    seen[condition] = (by_polars, [row[0] for row in db.execute(query)])
expected = dict(zip(conditions, [([1], [1]), ([2], [2, 3]), ([2], [2, 3])]))
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"by Polars and by SQLite, of Done, Open and null: {seen}")
PYTHON
