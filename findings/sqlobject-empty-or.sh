#!/usr/bin/env bash
# SQLObject: an OR of no conditions is true.
#
# Expected: `OR(*conditions)` with an empty list is false (or an error), as `any([])` is in
# Python and as `IN(field, [])` is in SQLObject itself.
# Seen: both `AND()` and `OR()` become `1 = 1`. With two conditions taken out of an OR one after
# the other the answer shrinks, and with the last one it is the whole table.
# Versions: SQLObject 3.14.0; Python's own sqlite3.
# Why it matters: a rule "one of my teams" written as an OR over a user's teams shows everything
# to the user who is in no team.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" SQLObject==3.14.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from sqlobject import IntCol, SQLObject, connectionForURI, sqlhub
from sqlobject.sqlbuilder import IN, OR

sqlhub.processConnection = connectionForURI("sqlite:/:memory:")


class Task(SQLObject):
    team = IntCol()


Task.createTable()
for team in [1, 2, 3]:
    Task(team=team)


def by_or(teams):
    return [t.id for t in Task.select(OR(*[Task.q.team == team for team in teams]))]


seen = (by_or([1, 2]), by_or([1]), by_or([]), [t.id for t in Task.select(IN(Task.q.team, []))])
expected = ([1, 2], [1], [1, 2, 3], [])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"OR of two teams, one, none: {seen[0]}, {seen[1]}, {seen[2]}; IN of none: {seen[3]}")
PYTHON
