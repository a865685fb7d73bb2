#!/usr/bin/env bash
# Tortoise ORM and peewee on SQLite: a total of decimals is less than every Decimal and greater than
# none.
#
# Expected: `total > Decimal("10")` finds the group whose total is 119.75, as `total > 10` does and
# as a filter on the field itself does.
# Seen: both bind the Decimal as a text. A column of decimals would convert it, a sum has no
# affinity, and in SQLite each number is less than each text. So `> Decimal("10")` finds no group and
# `< Decimal("10")` finds the one of 119.75; so it is with the maximum. With an int both answer right.
# Versions: tortoise-orm 1.1.9, peewee 4.5.3; Python's own sqlite3.
# Why it matters: the answer has the total as 119.75, so that whoever passes on the limit of a user
# in the field's own type, a Decimal, gets every group below it and none above.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" tortoise-orm==1.1.9 peewee==4.5.3

PYTHONPATH="$packages" python3 - <<'PYTHON'
import asyncio
import sys
from decimal import Decimal

import peewee
from tortoise import Tortoise, fields
from tortoise.functions import Max, Sum
from tortoise.models import Model

PRICES = [Decimal("9.50"), Decimal("10.25"), Decimal("100.00")]
LIMITS = {"Decimal": Decimal("10"), "int": 10}


class Sale(Model):
    id = fields.IntField(primary_key=True)
    shop = fields.CharField(max_length=9)
    price = fields.DecimalField(max_digits=10, decimal_places=2)


async def by_tortoise():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    for price in PRICES:
        await Sale.create(shop="north", price=price)
    seen = {"field > Decimal": await Sale.filter(price__gt=Decimal("10")).count()}
    for function in Sum, Max:
        totals = Sale.all().annotate(total=function("price")).group_by("shop")
        for kind, limit in LIMITS.items():
            for sign, lookup in (">", "total__gt"), ("<", "total__lt"):
                found = await totals.filter(**{lookup: limit}).values("shop", "total")
                seen[f"{function.__name__} {sign} {kind}"] = len(found)
    await Tortoise.close_connections()
    return seen


def by_peewee():
    database = peewee.SqliteDatabase(":memory:")

    class Sale(peewee.Model):
        shop = peewee.TextField()
        price = peewee.DecimalField(max_digits=10, decimal_places=2)

        class Meta:
            pass

    Sale.bind(database)
    database.create_tables([Sale])
    for price in PRICES:
        Sale.create(shop="north", price=price)
    seen = {"field > Decimal": Sale.select().where(Sale.price > Decimal("10")).count()}
    for name, total in ("Sum", peewee.fn.SUM(Sale.price)), ("Max", peewee.fn.MAX(Sale.price)):
        groups = Sale.select(Sale.shop).group_by(Sale.shop)
        for kind, limit in LIMITS.items():
            seen[f"{name} > {kind}"] = len(groups.having(total > limit))
            seen[f"{name} < {kind}"] = len(groups.having(total < limit))
    return seen


expected = {
    "field > Decimal": 2,
    "Sum > Decimal": 0, "Sum < Decimal": 1, "Sum > int": 1, "Sum < int": 0,
    "Max > Decimal": 0, "Max < Decimal": 1, "Max > int": 1, "Max < int": 0,
}
for name, seen in ("tortoise", asyncio.run(by_tortoise())), ("peewee", by_peewee()):
    if seen != expected:
        sys.exit(f"{name} changed: expected {expected}, now {seen}")
    print(f"{name}: groups found, with a total of 119.75 and a maximum of 100: {seen}")
PYTHON
