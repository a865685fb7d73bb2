#!/usr/bin/env bash
# pyDAL: a boolean field used as a query means "is not null", so False counts as true.
#
# Expected: `db(db.task.done)` lists the tasks that are done, as a boolean column does in SQL and
# in other ORMs.
# Seen: pyDAL turns every bare field into IS NOT NULL, a boolean too. The tasks with done = False
# are listed with the others; only those that never got a value are left out.
# Versions: pydal 20260520.0; Python's own sqlite3.
# Why it matters: the query reads as a filter and hardly filters. It shows only in data that holds
# False, since a fresh test table with nulls gives the expected records.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pydal==20260520.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pydal import DAL, Field

db = DAL("sqlite:memory")
db.define_table("task", Field("done", "boolean"))
for done in [True, False, None]:
    db.task.insert(done=done)
bare = db(db.task.done).select(db.task.id).column(db.task.id)
equal = db(db.task.done == True).select(db.task.id).column(db.task.id)  # noqa: E712
if (bare, equal) != ([1, 2], [1]):
    sys.exit(f"changed: expected [1, 2] and [1], now {bare} and {equal}")
print(f"of True, False and null: db(done) lists {bare}, db(done == True) lists {equal}")
PYTHON
