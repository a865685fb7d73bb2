#!/usr/bin/env bash
# DuckDB: a CSV record that begins with # is dropped as a comment where the others are numbers.
#
# Expected: CSV has no comments; a reader skips such lines only if it is asked to. A column with
# one "#18" among numbers is text.
# Seen: the sniffer chooses "#" as a comment mark by itself, since the rest of the column is then
# of integers. The record is gone, without an error and without a count. Polars, PyArrow and
# Python's csv keep it.
# Versions: duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1.
# Why it matters: ticket numbers and tags are written so by people. What a guess takes away, no
# filter can show; an import should say how many lines it left out.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

printf 'ticket,owner\n17,3\n#18,4\n19,5\n' > "$packages/tickets.csv"
PYTHONPATH="$packages" python3 - "$packages/tickets.csv" <<'PYTHON'
import csv
import sys

import duckdb
import polars
import pyarrow.csv

path = sys.argv[1]
with open(path, newline="") as file:
    rows = list(csv.reader(file))[1:]
seen = {
    "duckdb": duckdb.sql(f"SELECT ticket FROM '{path}'").fetchall(),
    "polars": polars.read_csv(path).select("ticket").rows(),
    "pyarrow": [(value,) for value in pyarrow.csv.read_csv(path)["ticket"].to_pylist()],
    "csv": [(row[0],) for row in rows],
}
kept = [("17",), ("#18",), ("19",)]
expected = {"duckdb": [(17,), (19,)], "polars": kept, "pyarrow": kept, "csv": kept}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"17, #18, 19: DuckDB {seen['duckdb']}; Polars, PyArrow and csv {kept}")
PYTHON
