#!/usr/bin/env bash
# SQLite: a COLLATE in the ORDER BY of a UNION, even the collation that the column has already, makes
# it find and sort all rows where it would merge the first few from two indexes.
#
# Expected: `... UNION ... ORDER BY 1 COLLATE NOCASE, 2 LIMIT 10`, over a column declared NOCASE with
# an index that brings each half in that order, is run as `... ORDER BY 1, 2 LIMIT 10` is.
# Seen: without the word the plan is `MERGE (UNION)` of two index searches, which go no further than
# the page does. With it both halves are read to their ends (up to 3.51 into a B-tree), and all of
# that is sorted for the page. The rows are the same. `COLLATE NOCASE` in the halves' own lists of columns keeps the merge.
# Versions: apsw 3.54.1.0 and 3.40.1.0 (the SQLites of the same numbers).
# Why it matters: pages of rows that several rules let a user see are unions, and generated SQL often
# states its collations.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

for version in 3.54.1.0 3.40.1.0; do
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$version" "apsw==$version"
  seen="$(
    PYTHONPATH="$packages/$version" python3 - <<'PYTHON'
import apsw

db = apsw.Connection(":memory:")
for sql in ("CREATE TABLE notes (id INTEGER PRIMARY KEY, team INTEGER, title TEXT COLLATE NOCASE)",
            "CREATE INDEX notes_team ON notes (team, title, id)",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
            "INSERT INTO notes SELECT i, i % 4, char(65 + i % 2 * 32 + i % 26) || i FROM n"):
    db.execute(sql)


def way(title, order):
    sql = (f"SELECT {title}, id FROM notes WHERE team = 1 UNION "
           f"SELECT {title}, id FROM notes WHERE team = 2 ORDER BY {order} LIMIT 10")
    steps = [detail for *_, detail in db.execute("EXPLAIN QUERY PLAN " + sql)]
    merges = any(step.startswith("MERGE (UNION)") for step in steps)
    sorts = any(step.startswith("USE TEMP B-TREE FOR ORDER BY") for step in steps)
    return ("sorted" if sorts else "merged" if merges else "?"), list(db.execute(sql))


plain, page = way("title", "1, 2")
stated, same = way("title", "1 COLLATE NOCASE, 2")
inside, third = way("title COLLATE NOCASE", "1, 2")
print(plain, stated, inside, page == same == third)
PYTHON
  )"
  expected="merged sorted merged True"
  if [ "$seen" != "$expected" ]; then
    echo "changed with $version: expected $expected, now $seen" >&2
    exit 1
  fi
done
echo "as stated: the collation that a column has anyway, stated in ORDER BY, ends the merge"
