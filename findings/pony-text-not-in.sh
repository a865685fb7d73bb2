#!/usr/bin/env bash
# Pony ORM: "x" not in t.text keeps records without text, not ("x" in t.text) drops them.
#
# Expected: two spellings of one Python condition give one answer; CPython even compiles both to
# the same byte code. (The second one is given as a string here, for that reason.)
# Seen: `"o" not in t.status` gets an extra OR ... IS NULL and keeps the record without a status;
# `not "o" in t.status` and `t.status != "Done"` get none and drop it. With another spelling of
# the condition a record appears or disappears.
# Versions: pony 0.7.20; Python's own sqlite3.
# Why it matters: filters on nullable text cannot be compared across spellings, and a rewrite that
# a linter proposes changes the records that a user gets.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pony==0.7.20

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pony.orm import Database, Optional, db_session, select

db = Database()


class Task(db.Entity):
    status = Optional(str, nullable=True)


db.bind("sqlite", ":memory:")
db.generate_mapping(create_tables=True)
with db_session:
    for status in ["Done", "Hi", None]:
        Task(status=status)
    seen = {
        '"o" not in status': sorted(select(t.id for t in Task if "o" not in t.status)),
        'not "o" in status': sorted(select("t.id for t in Task if not 'o' in t.status")),
        'status != "Done"': sorted(select(t.id for t in Task if t.status != "Done")),
    }
expected = {'"o" not in status': [2, 3], 'not "o" in status': [2], 'status != "Done"': [2]}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"records of Done, Hi and no status: {seen}")
PYTHON
