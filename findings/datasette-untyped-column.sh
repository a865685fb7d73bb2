#!/usr/bin/env bash
# Datasette: on a column without a declared type equality finds no number, and pages get lost.
#
# Expected: what a table shows can be found by that value and is on one of its pages, whatever the
# column's declared type; "=" and the orders treat a parameter alike.
# Seen: the orders convert a parameter that looks like a number, "=" binds text. On a column
# without a type n=9 finds nothing while n >= 9 and n <= 9 find the record. The cursor is text as
# well: the second page of a list sorted by n is empty, and the other records are on no page.
# Versions: datasette 0.65.5.
# Why it matters: tables made by CREATE TABLE AS have columns without types. A value in a cursor
# needs its class next to it: SQLite orders every number before every text.
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
    db.execute("CREATE TABLE task (id INTEGER PRIMARY KEY, n)")
    db.executemany("INSERT INTO task (n) VALUES (?)", [(7,), (8,), (9,), (10,), (11,)])


async def main():
    datasette = Datasette([path])
    await datasette.invoke_startup()

    async def page(text):
        return (await datasette.client.get(f"/tasks/task.json?{text}")).json()

    found = {}
    for text in ["n=9", "n__gte=9&n__lte=9"]:
        found[text] = [row["n"] for row in (await page(f"_shape=objects&{text}"))["rows"]]
    sort = "_shape=objects&_sort=n&_size=2"
    first = await page(sort)
    second = await page(f"{sort}&_next={first['next']}")
    pages = [[row["n"] for row in answer["rows"]] for answer in (first, second)]
    return found, pages, second["next"]


seen = asyncio.run(main())
expected = ({"n=9": [], "n__gte=9&n__lte=9": [9]}, [[7, 8], []], None)
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"found {seen[0]}; pages of 7 to 11: {seen[1]}, then no more")
PYTHON
