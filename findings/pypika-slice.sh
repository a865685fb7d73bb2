#!/usr/bin/env bash
# PyPika: query[2:5] is LIMIT 5 OFFSET 2, not LIMIT 3.
#
# Expected: a slice means what it means in Python: from the third row to the fifth, LIMIT 3
# OFFSET 2, as in other query builders that take slices.
# Seen: the slice's end is used as the limit. query[2:5] asks for five rows; of two pages in a row,
# [0:5] and [5:10], the first has five rows and the second ten.
# Versions: pypika 0.51.1.
# Why it matters: pages overlap and grow, and the first page, from which most tests are made, is
# right.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pypika==0.51.1

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from pypika import SQLLiteQuery, Table

query = SQLLiteQuery.from_(Table("t")).select("id")
start = 'SELECT "id" FROM "t" '
seen = [query[a:b].get_sql().removeprefix(start) for a, b in [(0, 5), (2, 5), (5, 10)]]
expected = ["LIMIT 5", "LIMIT 5 OFFSET 2", "LIMIT 10 OFFSET 5"]
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"[0:5], [2:5], [5:10]: {seen}")
PYTHON
