#!/usr/bin/env bash
# SQLite: a correlated EXISTS searches by the index that was made last, be it on the join key or on a
# constant, which means half of the other table again for every outer row.
#
# Expected: `EXISTS (SELECT 1 FROM comments WHERE comments.task = tasks.id AND comments.kind = 0)`
# asks, for each task, the index on `comments.task`, which has one or two entries for it.
# Seen: with an index on each of the two columns and no ANALYZE, the one made last is taken: with
# that on `kind` the plan is `SEARCH comments USING INDEX comments_kind (kind=?)`. On a million rows
# each, a page of 50 took 7 s in the place of 0.07 ms. After ANALYZE, with `+comments.kind = 0`, or
# with `likelihood(comments.kind = 0, 0.9)`, the index on `task` is taken.
# Versions: apsw 3.54.1.0 (the SQLite of the same number); the times are of SQLite 3.40.1.
# Why it matters: rules on memberships have this form, services index both columns, and few run
# ANALYZE.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" "apsw==3.54.1.0"

seen="$(
  PYTHONPATH="$packages" python3 - <<'PYTHON'
import apsw


def index(first, second, test="comments.kind = 0", analyze=False):
    db = apsw.Connection(":memory:")
    for sql in ("CREATE TABLE tasks (id INTEGER PRIMARY KEY, due INTEGER)",
                "CREATE TABLE comments (id INTEGER PRIMARY KEY, task INTEGER, kind INTEGER)",
                "CREATE INDEX tasks_due ON tasks (due)",
                f"CREATE INDEX comments_{first} ON comments ({first})",
                f"CREATE INDEX comments_{second} ON comments ({second})",
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                "INSERT INTO tasks SELECT i, i FROM n",
                "INSERT INTO comments SELECT id, id, id % 2 FROM tasks"):
        db.execute(sql)
    if analyze:
        db.execute("ANALYZE")
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM tasks WHERE EXISTS (SELECT 1 FROM comments "
        f"WHERE comments.task = tasks.id AND {test}) ORDER BY due LIMIT 50")
    return next(detail.split(" INDEX ")[1].split()[0]
                for *_, detail in plan if detail.startswith("SEARCH comments"))


print(index("task", "kind"), index("kind", "task"), index("task", "kind", analyze=True),
      index("task", "kind", "+comments.kind = 0"),
      index("task", "kind", "likelihood(comments.kind = 0, 0.9)"))
PYTHON
)"
expected="comments_kind comments_task comments_task comments_task comments_task"
if [ "$seen" != "$expected" ]; then
  echo "changed: expected $expected, now $seen" >&2
  exit 1
fi
echo "as stated: without ANALYZE the index made last is taken"
