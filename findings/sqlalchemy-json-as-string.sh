#!/usr/bin/env bash
# SQLAlchemy on SQLite: as_string() and as_integer() on a JSON member convert since 2.1.
#
# Expected: `column["a"].as_string() == "1"` finds members that are the text "1", in 2.0 as in 2.1;
# the query does not change with an update of the library.
# Seen: 2.0 compares JSON_EXTRACT itself and finds the text alone. 2.1 puts a CAST around it: the
# text, the number 1 and true are all found, by as_string() == "1" and by as_integer() == 1, and
# as_integer() finds 1.9 as well.
# Versions: SQLAlchemy 2.0.58 and 2.1.9; Python's own sqlite3.
# Why it matters: the same filter reaches more records after the update, and an index on the
# expression JSON_EXTRACT(...) no longer fits the query.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "SQLAlchemy==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import json

import sqlalchemy as sa

task = sa.Table("task", sa.MetaData(), sa.Column("data", sa.JSON))
engine = sa.create_engine("sqlite://")
task.metadata.create_all(engine)
member = task.c.data["a"]
with engine.connect() as connection:
    values = [1, "1", True, 1.9]
    connection.execute(task.insert(), [{"data": {"a": value}} for value in values])
    for condition in [member.as_string() == "1", member.as_integer() == 1]:
        found = connection.scalars(sa.select(task.c.data).where(condition)).all()
        print(json.dumps([document["a"] for document in found]), end=" ")
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: SQLAlchemy $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "SQLAlchemy $1, as_string() == \"1\" and as_integer() == 1: $seen"
}

expect 2.0.58 '["1"] [1, true] '
expect 2.1.9 '[1, "1", true] [1, "1", true, 1.9] '
