#!/usr/bin/env bash
# Datasette: a filter with an operator that it does not know is ignored, and so is its own value.
#
# Expected: ?status__ne=Done is an error, or a filter on a column of that name, which would find
# nothing; ?status__isnull=0 is the opposite of ?status__isnull=1.
# Seen: the first lists the whole table with status 200, as any misspelt operator or column with
# an operator does. An unknown column without an operator finds nothing. isnull=0 lists the nulls:
# only the name of that parameter counts.
# Versions: datasette 0.65.5.
# Why it matters: a program that filters by URL gets every record for a typing error. A service
# should refuse what it does not know; a filter that is left out widens the answer.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" datasette==0.65.5

PYTHONPATH="$packages" python3 -W ignore - "$packages/tasks.db" <<'PYTHON'
import asyncio
import sqlite3
import sys

from datasette.app import Datasette

path = sys.argv[1]
with sqlite3.connect(path) as db:
    db.execute("CREATE TABLE task (id INTEGER PRIMARY KEY, status TEXT)")
    db.executemany("INSERT INTO task (status) VALUES (?)", [("Done",), ("Open",), (None,)])


async def main(filters):
    datasette = Datasette([path])
    await datasette.invoke_startup()
    found = {}
    for text in filters:
        answer = await datasette.client.get(f"/tasks/task.json?_shape=array&{text}")
        answer.raise_for_status()
        found[text] = [row["id"] for row in answer.json()]
    return found


expected = {
    "status__not=Done": [2],
    "status__ne=Done": [1, 2, 3],
    "nonsense__gt=1": [1, 2, 3],
    "nonsense=1": [],
    "status__isnull=1": [3],
    "status__isnull=0": [3],
}
seen = asyncio.run(main(expected))
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"of Done, Open and null: {seen}")
PYTHON
