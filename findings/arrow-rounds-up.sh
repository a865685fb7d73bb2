#!/usr/bin/env bash
# arrow: digits beyond microseconds round up, into the next day or year; other parsers cut them.
#
# Expected: 23:59:59.9999999 on the last day of the year is a time on that day, as the text says,
# with the digits that do not fit cut off.
# Seen: arrow looks at the seventh digit and rounds: the value is midnight of 1 January 2027.
# ciso8601, iso8601, pendulum and dateutil keep 2026-12-31T23:59:59.999999.
# Versions: arrow 1.4.0, ciso8601 2.4.1, iso8601 2.1.0, pendulum 3.3.0,
# python-dateutil 2.9.0.post0.
# Why it matters: .NET and Go write seven and nine digits, and "end of day" is often written so.
# A record then counts in the next day for one service and in this one for another.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" arrow==1.4.0 ciso8601==2.4.1 iso8601==2.1.0 pendulum==3.3.0 \
  python-dateutil==2.9.0.post0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import arrow
import ciso8601
import dateutil.parser
import iso8601
import pendulum

text = "2026-12-31T23:59:59.9999999Z"
parsers = {
    "arrow": arrow.get,
    "ciso8601": ciso8601.parse_datetime,
    "iso8601": iso8601.parse_date,
    "pendulum": pendulum.parse,
    "dateutil": dateutil.parser.isoparse,
}
seen = {name: parse(text).isoformat()[:26] for name, parse in parsers.items()}
cut = "2026-12-31T23:59:59.999999"
expected = dict.fromkeys(parsers, cut) | {"arrow": "2027-01-01T00:00:00+00:00"}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"{text}: arrow {seen['arrow']}, the other four {cut}")
PYTHON
