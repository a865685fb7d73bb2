#!/usr/bin/env bash
# SQLAlchemy: an UPDATE's condition is evaluated twice, in the database and in Python, and differs.
#
# Expected: the objects in a session show what the database holds after `update(...).where(...)`;
# a condition that Python would answer in another way is refused by the "evaluate" strategy, which
# is tried first by default, and the session then asks the database instead.
# Seen: NOT IN over a list with a null is true in Python and never in SQLite, and a NOCASE column
# compares with case in Python. The session then holds changed objects for unchanged rows, and
# unchanged objects for changed rows.
# Versions: SQLAlchemy 2.1.9; Python's own sqlite3.
# Why it matters: two engines for one condition need one set of rules for nulls and collations, or
# each difference is a wrong record. The same code is right again after a commit or a refresh.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" SQLAlchemy==2.1.9

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id = mapped_column(sa.Integer, primary_key=True)
    status = mapped_column(sa.String(collation="NOCASE"))
    seen = mapped_column(sa.Integer)


def run(condition):
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Task(status=status, seen=0) for status in ["Done", "Open"]])
        session.flush()
        tasks = session.scalars(sa.select(Task).order_by(Task.id)).all()
        session.execute(sa.update(Task).where(condition).values(seen=1))
        in_memory = [task.id for task in tasks if task.seen]
        in_database = session.scalars(sa.text("SELECT id FROM task WHERE seen")).all()
        return in_memory, in_database


seen = {
    "not in ('Done', null)": run(Task.status.not_in(["Done", None])),
    "== 'OPEN', NOCASE": run(Task.status == "OPEN"),
}
expected = {"not in ('Done', null)": ([2], []), "== 'OPEN', NOCASE": ([], [2])}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"updated in memory and in the database: {seen}")
PYTHON
