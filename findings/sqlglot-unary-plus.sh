#!/usr/bin/env bash
# sqlglot: parsing SQLite and writing SQLite drops a unary plus, which changes the answer.
#
# Expected: a unary plus does nothing to a value, so dropping it is safe; a tool that knows SQLite
# keeps it all the same, since it is SQLite's documented way to switch a column's affinity off.
# Seen: `+priority = '1'` comes back as `priority = '1'`. The first compares without affinity and
# finds nothing, the second converts '1' to a number and finds a row. The index hint is lost too.
# Versions: sqlglot 30.30.0, apsw 3.54.1.0 (SQLite 3.54.1).
# Why it matters: a query that is only parsed and printed again, to add a condition for a tenant
# say, can return other rows than the one that was written.
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
db.execute("CREATE TABLE task (priority INTEGER)")
db.execute("INSERT INTO task VALUES (1), (2)")
query = "SELECT priority FROM task WHERE +priority = '1'"
again = sqlglot.transpile(query, read="sqlite", write="sqlite")[0]
seen = (again, db.execute(query).fetchall(), db.execute(again).fetchall())
expected = ("SELECT priority FROM task WHERE priority = '1'", [], [(1,)])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"as written: {seen[1]}; after sqlglot ({again}): {seen[2]}")
PYTHON
