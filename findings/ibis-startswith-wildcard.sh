#!/usr/bin/env bash
# Ibis: startswith and endswith take % and _ for wildcards on SQLite, and not on DuckDB.
#
# Expected: `t.code.startswith("A_")` finds the texts that begin with these two characters, on every
# backend.
# Seen: on SQLite it becomes LIKE 'A_%' without an escape, so that AB1 is found; `contains` is exact
# there, and on DuckDB all three are.
# Versions: ibis-framework 12.0.0, DuckDB 2.0.1.
# Why it matters: one expression is tested on one backend and run on another. A prefix of codes such
# as A_ is a rule for who sees what, and the wider answer comes without an error.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" 'ibis-framework[sqlite,duckdb]==12.0.0' 'duckdb==2.0.1'

PYTHONPATH="$packages" python3 -W ignore - "$packages/codes.db" <<'PYTHON'
import sqlite3
import sys

import ibis

codes = [(1, "A_1"), (2, "AB1"), (3, "1_A"), (4, "1BA")]
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("CREATE TABLE codes (id INTEGER PRIMARY KEY, code TEXT)")
    database.executemany("INSERT INTO codes VALUES (?, ?)", codes)

sqlite = ibis.sqlite.connect(sys.argv[1]).table("codes")
duckdb = ibis.duckdb.connect().create_table(
    "codes", ibis.memtable([{"id": id, "code": code} for id, code in codes]))
tests = {
    "startswith A_": lambda t: t.code.startswith("A_"),
    "endswith _A": lambda t: t.code.endswith("_A"),
    "contains _": lambda t: t.code.contains("_"),
}
seen = {
    name: [t.filter(test(t)).order_by("id").id.execute().tolist() for t in (sqlite, duckdb)]
    for name, test in tests.items()
}
expected = {
    "startswith A_": [[1, 2], [1]], "endswith _A": [[3, 4], [3]], "contains _": [[1, 3], [1, 3]]}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
for name, (on_sqlite, on_duckdb) in seen.items():
    print(f"{name}: {on_sqlite} on SQLite, {on_duckdb} on DuckDB")
PYTHON
