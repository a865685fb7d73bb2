#!/usr/bin/env bash
# iso8601: 12:30.5, twelve thirty and a half minute, is read as half a second past 12:00:30.
#
# Expected: in ISO 8601 the fraction belongs to the last part that is given, so 12:30.5 is
# 12:30:30; a parser reads that or refuses the form, as arrow and ciso8601 do.
# Seen: iso8601 takes the number before the fraction for the seconds and leaves the minutes at 0:
# 12:00:30.5. A single digit is taken so too: 12:3 is 12:00:03. dateutil's loose parser reads
# 12:30:30.
# Versions: iso8601 2.1.0, arrow 1.4.0, ciso8601 2.4.1, python-dateutil 2.9.0.post0.
# Why it matters: one valid timestamp has three readings among parsers that claim one standard, so
# a filter has to say which forms it takes and refuse the others.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" iso8601==2.1.0 arrow==1.4.0 ciso8601==2.4.1 python-dateutil==2.9.0.post0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import arrow
import ciso8601
import dateutil.parser
import iso8601


def time_of(parse, text):
    try:
        return parse(text).time().isoformat()
    except ValueError:
        return "refused"


parsers = {
    "iso8601": iso8601.parse_date,
    "arrow": arrow.get,
    "ciso8601": ciso8601.parse_datetime,
    "dateutil": dateutil.parser.parse,
}
texts = ["2026-03-29T12:30.5", "2026-03-29T12:3"]
seen = {name: [time_of(parse, text) for text in texts] for name, parse in parsers.items()}
expected = {
    "iso8601": ["12:00:30.500000", "12:00:03"],
    "arrow": ["refused", "refused"],
    "ciso8601": ["refused", "refused"],
    "dateutil": ["12:30:30", "12:03:00"],
}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"12:30.5 and 12:3: {seen}")
PYTHON
