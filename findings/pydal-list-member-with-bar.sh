#!/usr/bin/env bash
# pyDAL: contains() on a list field finds parts of a member that holds a bar.
#
# Expected: `list:string` columns are stored as |a|b| with a bar in a member doubled, so that
# members can be told apart again, by `contains` as well as when the list is read.
# Seen: reading gives the one member "red|blue" back. `contains("red")` and `contains("blue")`
# both find that record though no member is red or blue: the pattern %|red|% fits the first half
# of |red||blue|.
# Versions: pydal 20260520.0; Python's own sqlite3.
# Why it matters: the same column has one set of members for those who read it and another one in
# filters. A rule "tags contain X" reaches records that are not tagged X.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pydal==20260520.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pydal import DAL, Field

db = DAL("sqlite:memory")
db.define_table("task", Field("tags", "list:string"))
db.task.insert(tags=["red|blue"])
db.task.insert(tags=["redblue"])
stored = db.executesql("SELECT tags FROM task WHERE id = 1")[0][0]
read = db.task[1].tags
found = {
    tag: db(db.task.tags.contains(tag)).select(db.task.id).column(db.task.id)
    for tag in ["red|blue", "red", "blue"]
}
seen = (stored, read, found)
expected = ("|red||blue|", ["red|blue"], {"red|blue": [1], "red": [1], "blue": [1]})
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"stored as {stored}, read as {read}, found by contains: {found}")
PYTHON
