#!/usr/bin/env bash
# odata-query: its SQLite text and its SQLAlchemy query answer one filter differently.
#
# Expected: one parser, one syntax tree: the two back ends find the same rows in the same SQLite
# table.
# Seen: `n div 4 eq 0.5` is a real division by SQLAlchemy and an integer one in the SQL text.
# `not n eq 1` is parsed as (not n) eq 1; SQLAlchemy is given that and finds nothing, while the SQL
# text NOT "n" = 1 means not (n = 1) to SQLite and finds the others.
# Versions: odata-query 0.10.0, SQLAlchemy 2.1.9; Python's own sqlite3.
# Why it matters: a second way to run the same conditions needs tests that compare rows. Text of a
# tree has to keep its grouping, also where two languages bind an operator differently.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" odata-query==0.10.0 SQLAlchemy==2.1.9

PYTHONPATH="$packages" python3 -W ignore - <<'PYTHON'
import sys

import sqlalchemy as sa
from odata_query.grammar import ODataLexer, ODataParser
from odata_query.sql import AstToSqliteSqlVisitor
from odata_query.sqlalchemy import apply_odata_query
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    n = mapped_column(sa.Integer, primary_key=True)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
seen = {}
with Session(engine) as session:
    session.add_all([Task(n=1), Task(n=2)])
    session.flush()
    for text in ["n div 4 eq 0.5", "not n eq 1"]:
        tree = ODataParser().parse(ODataLexer().tokenize(text))
        where = AstToSqliteSqlVisitor().visit(tree)
        seen[text] = (
            session.scalars(apply_odata_query(sa.select(Task.n), text)).all(),
            session.scalars(sa.text(f"SELECT n FROM task WHERE {where}")).all(),
        )
expected = {"n div 4 eq 0.5": ([2], []), "not n eq 1": ([], [2])}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"by SQLAlchemy and by SQL text, of 1 and 2: {seen}")
PYTHON
