#!/usr/bin/env bash
# Ibis on SQLite: times are shown as moments and filtered as texts, so that rows shown alike are not
# found alike.
#
# Expected: a filter on a timestamp column compares what the table shows.
# Seen: 10:00 written with a space, with a T, and as 12:00+02:00 are all shown as 10:00. Equality with
# 10:00 finds the first one alone, and `> 11:00` the other two. The literal is a text in the SQL.
# Versions: ibis-framework 12.0.0, on SQLite.
# Why it matters: SQLite has no type for times, and frameworks write them in several layouts. A rule
# about a range of times has to convert what is stored, or be told the layout.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" 'ibis-framework[sqlite]==12.0.0'

PYTHONPATH="$packages" python3 -W ignore - "$packages/events.db" <<'PYTHON'
import datetime
import sqlite3
import sys

import ibis

with sqlite3.connect(sys.argv[1]) as database:
    database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, at TIMESTAMP)")
    database.executemany(
        "INSERT INTO events VALUES (?, ?)",
        [(1, "2026-01-01 10:00:00"), (2, "2026-01-01T10:00:00"), (3, "2026-01-01 12:00:00+02:00")])

events = ibis.sqlite.connect(sys.argv[1]).table("events")
ten, eleven = (datetime.datetime(2026, 1, 1, hour) for hour in (10, 11))


def found(condition):
    return events.filter(condition).order_by("id").id.execute().tolist()


shown = [at.isoformat() for at in events.order_by("id").at.execute()]
seen = (shown, found(events.at == ten), found(events.at > eleven))
expected = (["2026-01-01T10:00:00"] * 3, [1], [2, 3])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"shown: {seen[0]}; equal to 10:00: {seen[1]}; after 11:00: {seen[2]}")
PYTHON
