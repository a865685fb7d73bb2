#!/usr/bin/env bash
# DuckDB: a timestamp's text with an offset was converted to UTC in 1.3 and loses the offset in 2.0.
#
# Expected: casting '2026-03-29 12:30:00+02:00' to TIMESTAMP gives 10:30, the same instant in UTC,
# as DuckDB did; a change of that would be an error or a warning.
# Seen: 1.3.2 gives 10:30:00, 2.0.1 gives 12:30:00. The offset is read and dropped, as PostgreSQL
# does. A text with Z is the same in both.
# Versions: duckdb 1.3.2 and 2.0.1.
# Why it matters: peewee, Tortoise and pandas leave such texts in SQLite files. Two instants of
# different offsets compare the other way round after the update, without an error.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "duckdb==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import duckdb

east, zulu = "'2026-03-29 12:30:00+02:00'", "'2026-03-29 11:00:00Z'"
row = duckdb.sql(
    f"""SELECT CAST({east} AS TIMESTAMP), CAST({zulu} AS TIMESTAMP),
        CAST({east} AS TIMESTAMP) < CAST({zulu} AS TIMESTAMP)"""
).fetchall()[0]
print(row[0].time(), row[1].time(), row[2])
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: DuckDB $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "DuckDB $1: 12:30+02:00, 11:00Z, whether the first is before the second: $seen"
}

expect 1.3.2 "10:30:00 11:00:00 True"
expect 2.0.1 "12:30:00 11:00:00 False"
