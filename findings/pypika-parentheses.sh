#!/usr/bin/env bash
# PyPika: parentheses that a negation, a product and a comparison of comparisons need are lost.
#
# Expected: the SQL text groups as the Python expression did; PyPika does add parentheses for
# sums, differences and AND/OR.
# Seen: -(a - 1) is written -"a"-1, a * (b / 2) is "a"*"b"/2, and (a == 1) == (b == 2) is
# "a"=1="b"=2. In SQLite each has another value: -4 for -2, 7 for 6, and 0 for 1 here.
# Versions: pypika 0.51.1, apsw 3.54.1.0 (SQLite 3.54.1).
# Why it matters: the text is valid SQL, so nothing fails; the filter is another one than the code
# says. A printer of conditions needs a test that evaluates what it printed.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pypika==0.51.1 apsw==3.54.1.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import apsw
from pypika import SQLLiteQuery, Table

db = apsw.Connection(":memory:")
db.execute("CREATE TABLE t (a INTEGER, b INTEGER)")
db.execute("INSERT INTO t VALUES (3, 5)")
t = Table("t")
seen = []
for term in [-(t.a - 1), t.a * (t.b / 2), (t.a == 1) == (t.b == 2)]:
    text = SQLLiteQuery.from_(t).select(term).get_sql()
    seen.append((term.get_sql(quote_char='"'), db.execute(text).fetchall()[0][0]))
expected = [('-"a"-1', -4), ('"a"*"b"/2', 7), ('"a"=1="b"=2', 0)]
meant = db.execute("SELECT -(a - 1), a * (b / 2), (a = 1) = (b = 2) FROM t").fetchall()[0]
if seen != expected or meant != (-2, 6, 1):
    sys.exit(f"changed: expected {expected} for {(-2, 6, 1)}, now {seen} for {meant}")
print(f"text and value with a = 3, b = 5: {seen}; meant were {meant}")
PYTHON
