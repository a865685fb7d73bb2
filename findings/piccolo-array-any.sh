#!/usr/bin/env bash
# Piccolo on SQLite: any() on an array column searches the digits, so 1 is found in [12].
#
# Expected: `Task.watchers.any(1)` finds the tasks that 1 watches, as on PostgreSQL, or an error,
# as all() gives on SQLite.
# Seen: it becomes LIKE '%1%' over the stored JSON text. A task watched by 12 is found, and
# not_any(1) leaves that task out.
# Versions: piccolo 1.38.0 (with its sqlite extra).
# Why it matters: a rule "I am among the watchers" gives user 1 the records of users 10 to 19. A
# member has to be compared as a member, by json_each or between its separators.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" 'piccolo[sqlite]==1.38.0'

PYTHONPATH="$packages" python3 -W ignore - "$packages/tasks.db" <<'PYTHON'
import asyncio
import sys

from piccolo.columns import Array, Integer
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table, create_db_tables


class Task(Table, db=SQLiteEngine(sys.argv[1])):
    watchers = Array(base_column=Integer())


async def found(condition):
    rows = await Task.select(Task.watchers).where(condition).order_by(Task.id)
    return [row["watchers"] for row in rows]


async def main():
    await create_db_tables(Task)
    for watchers in [[1, 2], [12], [3]]:
        await Task(watchers=watchers).save()
    return await found(Task.watchers.any(1)), await found(Task.watchers.not_any(1))


seen = asyncio.run(main())
expected = ([[1, 2], [12]], [[3]])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"any(1) of [1, 2], [12], [3]: {seen[0]}; not_any(1): {seen[1]}")
PYTHON
