#!/usr/bin/env bash
# sqlakeyset on SQLite: a page loses a record where SQLAlchemy rounds the sort key on reading.
#
# Expected: keyset pages over (price, id) list every record once; the cursor holds the last row's
# keys as they are stored.
# Seen: SQLAlchemy stores a decimal in a Numeric(10, 2) column on SQLite as it is given, and rounds
# it to two places when it is read. The cursor is made of what was read. A record whose stored
# price lies between the stored and the rounded price of a page's last record is on no page.
# Versions: sqlakeyset 2.0.1787969905, SQLAlchemy 2.1.9; Python's own sqlite3.
# Why it matters: a cursor has to hold what the database compares, not what the reader shows.
# Rounding, time zones and case all change a key on its way out.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" sqlakeyset==2.0.1787969905 SQLAlchemy==2.1.9

PYTHONPATH="$packages" python3 -W ignore - <<'PYTHON'
import sys
from decimal import Decimal

import sqlalchemy as sa
from sqlakeyset import select_page
from sqlalchemy.orm import Session

item = sa.Table(
    "item",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", sa.Numeric(10, 2)),
)
engine = sa.create_engine("sqlite://")
item.metadata.create_all(engine)
with Session(engine) as session:
    prices = ["0.666", "0.667", "0.668", "0.9"]
    session.execute(item.insert(), [{"price": Decimal(price)} for price in prices])
    query = sa.select(item.c.id, item.c.price).order_by(item.c.price, item.c.id)
    pages = []
    page = None
    while True:
        rows = select_page(session, query, per_page=1, page=page)
        pages.append([row.id for row in rows])
        if not rows.paging.has_next:
            break
        page = rows.paging.bookmark_next
    read = session.scalars(sa.select(item.c.price).order_by(item.c.id)).all()
seen = (pages, [str(price) for price in read])
expected = ([[1], [4]], ["0.67", "0.67", "0.67", "0.90"])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"prices stored {prices}, read {seen[1]}; pages of one record: {pages}")
PYTHON
