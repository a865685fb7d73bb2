#!/usr/bin/env bash
# SQLAlchemy on SQLite: a JSON member compared with 1 equals nothing, with "1" it equals 1 and true.
#
# Expected: `column["a"] == 1` finds the records whose member a is the number 1, since the value is
# turned into JSON as the column's values are; `== None` finds those without the member.
# Seen: the left side becomes JSON_QUOTE(JSON_EXTRACT(...)), a text, and the right side is bound
# as it is. The number 1 never equals a text. The text "1" equals the number 1 and true, and not
# the member that is the text "1". IS NULL is never true; JSON.NULL finds null and missing alike.
# Versions: SQLAlchemy 2.1.9; Python's own sqlite3.
# Why it matters: a filter on a JSON attribute without as_integer() or as_string() runs without an
# error and finds other records than the ones it names.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" SQLAlchemy==2.1.9

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import sqlalchemy as sa

task = sa.Table("task", sa.MetaData(), sa.Column("data", sa.JSON))
engine = sa.create_engine("sqlite://")
task.metadata.create_all(engine)
member = task.c.data["a"]
conditions = {
    "== 1": member == 1,
    '== "1"': member == "1",
    "== None": member.is_(None),
    "JSON.NULL": member == sa.JSON.NULL,
}
with engine.connect() as connection:
    documents = [{"a": 1}, {"a": "1"}, {"a": True}, {"a": None}, {}]
    connection.execute(task.insert(), [{"data": document} for document in documents])
    seen = {
        name: connection.scalars(sa.select(task.c.data).where(condition)).all()
        for name, condition in conditions.items()
    }
expected = {
    "== 1": [],
    '== "1"': [{"a": 1}, {"a": True}],
    "== None": [],
    "JSON.NULL": [{"a": None}, {}],
}
# True == 1 in Python, so the texts are compared.
if repr(seen) != repr(expected):
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"of 1, \"1\", true, null and missing: {seen}")
PYTHON
