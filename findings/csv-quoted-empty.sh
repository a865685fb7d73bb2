#!/usr/bin/env bash
# CSV: readers give a quoted empty field and a missing one three different pairs of values.
#
# Expected: two camps: readers that tell "" (empty text) from nothing (null), and readers that make
# both null.
# Seen: Polars tells them apart. DuckDB makes both null, PyArrow makes both the empty text, and
# in a column of quoted numbers PyArrow makes "" null after all while Polars keeps the column as
# text. Then "is null" finds no record, one or two of the same file.
# Versions: duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1; Python's own csv.
# Why it matters: `!=` and "is empty" depend on which of the two a cell holds. An importer has to
# say which one it writes, and a filter for "no value" should take both.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

printf 'id,text,number\n1,"",""\n2,,\n3,"x","5"\n' > "$packages/cells.csv"
PYTHONPATH="$packages" python3 - "$packages/cells.csv" <<'PYTHON'
import csv
import sys

import duckdb
import polars
import pyarrow.csv

path = sys.argv[1]
with open(path, newline="") as file:
    rows = list(csv.reader(file))[1:]
arrow = pyarrow.csv.read_csv(path)
frame = polars.read_csv(path)
seen = {}
for place, column in [(1, "text"), (2, "number")]:
    duck = duckdb.sql(f"SELECT {column} FROM '{path}' ORDER BY id").fetchall()
    seen[column] = {
        "duckdb": [row[0] for row in duck],
        "polars": frame[column].to_list(),
        "pyarrow": arrow[column].to_pylist(),
        "csv": [row[place] for row in rows],
    }
expected = {
    "text": {
        "duckdb": [None, None, "x"],
        "polars": ["", None, "x"],
        "pyarrow": ["", "", "x"],
        "csv": ["", "", "x"],
    },
    "number": {
        "duckdb": [None, None, 5],
        "polars": ["", None, "5"],
        "pyarrow": [None, None, 5],
        "csv": ["", "", "5"],
    },
}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"quoted empty, missing, a value: {seen}")
PYTHON
