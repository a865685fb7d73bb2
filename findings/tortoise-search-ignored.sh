#!/usr/bin/env bash
# Tortoise ORM: a __search filter on SQLite is left out of the query without an error.
#
# Expected: full-text search is not implemented for SQLite, so the filter raises an error, as
# `__contains` on a JSON field does there.
# Seen: the condition becomes nothing. `filter(title__search="printer")` lists every record, those
# without a title too, and next to another condition only the other one is left.
# Versions: tortoise-orm 1.1.9; Python's own sqlite3.
# Why it matters: tests on SQLite pass for code that filters on PostgreSQL, and a filter that a
# backend lacks widens the answer. A compiler should refuse what its dialect cannot express.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" tortoise-orm==1.1.9

PYTHONPATH="$packages" python3 - <<'PYTHON'
import asyncio
import sys

from tortoise import Tortoise, fields
from tortoise.models import Model


class Task(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(20, null=True)
    owner = fields.IntField()


async def main():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    for title, owner in [("printer", 1), ("phone", 1), (None, 2)]:
        await Task.create(title=title, owner=owner)
    alone = Task.filter(title__search="printer").order_by("id")
    owned = Task.filter(title__search="printer", owner=1).order_by("id")
    seen = (
        await alone.values_list("id", flat=True),
        await owned.values_list("id", flat=True),
        " WHERE " in alone.only("id").sql(),
    )
    await Tortoise.close_connections()
    return seen


expected = ([1, 2, 3], [1, 2], False)
seen = asyncio.run(main())
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"search for printer: {seen[0]}; of owner 1: {seen[1]}; the first query has no WHERE")
PYTHON
