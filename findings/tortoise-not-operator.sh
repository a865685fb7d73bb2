#!/usr/bin/env bash
# Tortoise ORM: field__not keeps nulls where ~Q and exclude() drop them, and field__not=None finds
# the nulls.
#
# Expected: `status__not="Done"`, `~Q(status="Done")` and `exclude(status="Done")` are three
# spellings of one condition, and `status__not=None` means "has a status", as `status=None` means
# "has none".
# Seen: `__not` adds OR ... IS NULL and keeps the task without a status; the other two drop it.
# `__not=None` becomes `<> NULL OR IS NULL`: it lists exactly the tasks that have no status, the
# same ones as `status=None`.
# Versions: tortoise-orm 1.1.9; Python's own sqlite3.
# Why it matters: a rule with a value taken from a user record (`team__not=user.team`) turns into
# its opposite for the user who has no team, and the two ways to negate a rule differ on nulls.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" tortoise-orm==1.1.9

PYTHONPATH="$packages" python3 - <<'PYTHON'
import asyncio
import sys

from tortoise import Tortoise, fields
from tortoise.expressions import Q
from tortoise.models import Model


class Task(Model):
    id = fields.IntField(primary_key=True)
    status = fields.CharField(20, null=True)


async def ids(query):
    return await query.order_by("id").values_list("id", flat=True)


async def main():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    for status in ["Done", "Open", None]:
        await Task.create(status=status)
    seen = {
        "__not": await ids(Task.filter(status__not="Done")),
        "~Q": await ids(Task.filter(~Q(status="Done"))),
        "exclude": await ids(Task.exclude(status="Done")),
        "=None": await ids(Task.filter(status=None)),
        "__not=None": await ids(Task.filter(status__not=None)),
    }
    await Tortoise.close_connections()
    return seen


expected = {"__not": [2, 3], "~Q": [2], "exclude": [2], "=None": [3], "__not=None": [3]}
seen = asyncio.run(main())
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"tasks of Done, Open and no status: {seen}")
PYTHON
