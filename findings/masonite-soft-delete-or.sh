#!/usr/bin/env bash
# Masonite ORM: an or_where brings deleted records back into a list of a model with soft deletes.
#
# Expected: the scope of soft deletes holds for the whole query: (owner = 1 OR status = 'Open') AND
# deleted_at IS NULL, as in Eloquent, which this ORM follows.
# Seen: the scope is appended without parentheses. AND binds tighter, so only the last alternative
# is limited to records that are not deleted; what the first one finds includes deleted ones.
# Versions: masonite-framework-orm 3.1.0; Python's own sqlite3.
# Why it matters: the same joint serves scopes for tenants and for visibility. A condition that is
# added to a user's filter has to stand beside the whole of it.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" masonite-framework-orm==3.1.0

PYTHONPATH="$packages" python3 -W ignore - "$packages/tasks.db" <<'PYTHON'
import sqlite3
import sys

from masoniteorm.models import Model
from masoniteorm.scopes import SoftDeletesMixin

path = sys.argv[1]
with sqlite3.connect(path) as db:
    db.execute("CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner, status, deleted_at)")
    rows = [(1, "Done", None), (1, "Done", "2026-01-01"), (2, "Open", None)]
    db.executemany("INSERT INTO tasks (owner, status, deleted_at) VALUES (?, ?, ?)", rows)


class Task(Model, SoftDeletesMixin):
    __table__ = "tasks"

    def get_connection_details(self):
        return {"default": "file", "file": {"driver": "sqlite", "database": path}}


seen = (
    [task.id for task in Task.where("owner", 1).get()],
    [task.id for task in Task.where("owner", 1).or_where("status", "Open").get()],
)
expected = ([1], [1, 2, 3])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"of owner 1: {seen[0]}; of owner 1 or open: {seen[1]}, with the deleted task 2")
PYTHON
