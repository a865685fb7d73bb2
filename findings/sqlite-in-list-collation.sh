#!/usr/bin/env bash
# SQLite: `x IN (y COLLATE NOCASE)` with one member ignored case, and stopped doing so in 3.54.
#
# Expected: the collation of IN comes from its left side, as documented, whatever the length of
# the list.
# Seen: up to 3.53 a list of one member is compiled as `x = y`, where the right side's collation
# counts: 'a' IN ('A' COLLATE NOCASE) is true, and with a second member in the list it is false.
# In 3.54.1 it is false for both.
# Versions: apsw 3.53.0.0 and 3.54.1.0 (the SQLite of the same number).
# Why it matters: a list that is filled from a user's attributes matched without case for the
# user with one entry and with case for the user with two; with the update it matches neither.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "apsw==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import apsw

cursor = apsw.Connection(":memory:").cursor()
cursor.execute("CREATE TABLE task (status TEXT)")
cursor.execute("INSERT INTO task VALUES ('done')")
for members in ["'DONE' COLLATE NOCASE", "'DONE' COLLATE NOCASE, 'OPEN' COLLATE NOCASE"]:
    query = f"SELECT COUNT(*) FROM task WHERE status IN ({members})"
    print(cursor.execute(query).fetchall()[0][0], end=" ")
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: SQLite $1: expected rows $2, now $seen" >&2
    exit 1
  fi
  echo "SQLite $1: rows found by a list of one and of two members: $seen"
}

expect 3.53.0.0 "1 0 "
expect 3.54.1.0 "0 0 "
