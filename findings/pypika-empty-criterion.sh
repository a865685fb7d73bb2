#!/usr/bin/env bash
# PyPika: any() of no conditions and its negation both vanish, from DELETE statements too.
#
# Expected: Criterion.any([]) is false, as Python's any([]) is, or an error; at the least it and
# its negation are not the same.
# Seen: both are the "empty criterion", which leaves no WHERE at all. A SELECT lists every row and
# a DELETE has no condition.
# Versions: pypika 0.51.1.
# Why it matters: a rule "one of my teams" built with any() over a user's teams does not narrow
# anything for the user who is in no team, in reads and in writes.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pypika==0.51.1

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pypika import Criterion, SQLLiteQuery, Table

t = Table("task")
nothing = Criterion.any([t.team == team for team in []])
seen = [
    SQLLiteQuery.from_(t).select(t.id).where(nothing).get_sql(),
    SQLLiteQuery.from_(t).select(t.id).where(~nothing).get_sql(),
    SQLLiteQuery.from_(t).delete().where(nothing).get_sql(),
]
expected = ['SELECT "id" FROM "task"', 'SELECT "id" FROM "task"', 'DELETE FROM "task"']
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print("any of nothing, its negation, and a deletion by it: " + "; ".join(seen))
PYTHON
