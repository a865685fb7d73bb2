#!/usr/bin/env bash
# SQLite: a view of a UNION ALL rounds the integers of one table when another has reals.
#
# Expected: a view shows what its SELECT shows; UNION ALL puts rows one after the other.
# Seen: `SELECT r FROM a UNION ALL SELECT i FROM b` gives 9007199254740993. The same SELECT as a
# view gives 9007199254740992.0 from 3.40 on: the first part's type is applied to all parts. Up to
# 3.39 the view showed the stored number. A filter for it finds nothing in the view, in either.
# Versions: apsw 3.39.4.0, 3.40.1.0 and 3.54.1.0 (the SQLite of the same number).
# Why it matters: ids of 64 bits are not found through the view, or two of them become one; and the
# order of the parts decides.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "apsw==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import apsw

cursor = apsw.Connection(":memory:").cursor()
union = "SELECT r AS x FROM a UNION ALL SELECT i FROM b"
cursor.execute(
    "CREATE TABLE a (r REAL); CREATE TABLE b (i INTEGER);"
    f"INSERT INTO b VALUES (9007199254740993); CREATE VIEW v AS {union}")
for query in [union, "SELECT x FROM v", "SELECT count(*) FROM v WHERE x = 9007199254740993"]:
    print(cursor.execute(query).fetchall()[0][0], end=" ")
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: SQLite $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "SQLite $1: the SELECT, the view, and records found in the view: $seen"
}

expect 3.39.4.0 "9007199254740993 9007199254740993 0 "
expect 3.40.1.0 "9007199254740993 9007199254740992.0 0 "
expect 3.54.1.0 "9007199254740993 9007199254740992.0 0 "
