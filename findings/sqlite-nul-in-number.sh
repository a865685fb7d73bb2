#!/usr/bin/env bash
# SQLite: from 3.53 on a column of numbers cuts a text at its NUL, and stores a number.
#
# Expected: a column with numeric affinity keeps a text that is not a number as it is, as
# documented: only what is a number "in its entirety" is converted.
# Seen: up to 3.51 the text '7', NUL, 'abc' stays a text of five bytes. From 3.53 on the same
# INSERT stores the integer 7, and what follows the NUL is lost.
# Versions: apsw 3.51.3.0, 3.53.0.0 and 3.54.1.0 (the SQLite of the same number).
# Why it matters: two different keys become one, and a filter for 7 finds records that it did not
# find before; a check of the value before the INSERT has seen another one.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "apsw==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import apsw

cursor = apsw.Connection(":memory:").cursor()
cursor.execute("CREATE TABLE part (id INTEGER PRIMARY KEY, code NUMERIC)")
cursor.execute("INSERT INTO part VALUES (1, ?)", ["7\0abc"])
for row in cursor.execute("SELECT typeof(code), length(CAST(code AS BLOB)) FROM part"):
    print(*row, end=" ")
print(cursor.execute("SELECT count(*) FROM part WHERE code = 7").fetchall()[0][0])
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: SQLite $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "SQLite $1: type, bytes, and records where the code is 7: $seen"
}

expect 3.51.3.0 "text 5 0"
expect 3.53.0.0 "integer 1 1"
expect 3.54.1.0 "integer 1 1"
