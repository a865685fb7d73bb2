#!/usr/bin/env bash
# Pony ORM: a path to a related record inside an OR drops the records that the other half matches.
#
# Expected: `t.urgent or t.client.region == "north"` keeps every urgent task, with a client or
# without one; the related table is joined from the left, as other ORMs do for an OR.
# Seen: Pony joins the client with a condition in WHERE, an inner join. An urgent task without a
# client is gone as soon as the other half of the OR names the client's region.
# Versions: pony 0.7.20; Python's own sqlite3.
# Why it matters: adding an alternative to a filter takes records away. A rule that gives a user
# more tasks ("or those of my region") can hide tasks that the user had before.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pony==0.7.20

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pony.orm import Database, Optional, Required, Set, db_session, select

db = Database()


class Client(db.Entity):
    region = Required(str)
    tasks = Set("Task")


class Task(db.Entity):
    urgent = Required(bool)
    client = Optional(Client)


db.bind("sqlite", ":memory:")
db.generate_mapping(create_tables=True)
with db_session:
    north = Client(region="north")
    Task(urgent=True)
    Task(urgent=True, client=Client(region="south"))
    Task(urgent=False, client=north)
    urgent = sorted(select(t.id for t in Task if t.urgent))
    either = sorted(select(t.id for t in Task if t.urgent or t.client.region == "north"))
if (urgent, either) != ([1, 2], [2, 3]):
    sys.exit(f"changed: expected [1, 2] and [2, 3], now {urgent} and {either}")
print(f"urgent tasks: {urgent}; urgent or of the north: {either}, without task 1")
PYTHON
