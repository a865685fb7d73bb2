#!/usr/bin/env bash
# python-dateutil 2.9: isoparse reads 20260329123000 as 23:00; 4.0 refuses it.
#
# Expected: a date and a time written together without a T are refused by a strict ISO parser, or
# read as the digits say: 12:30:00, as dateutil's own loose parser reads them.
# Seen: isoparse takes any one character for the separator. In 2.9.0.post0 the first digit of the
# hour is taken for it, and the rest, 23000, is read as 23:00:0. The day is right, so nobody looks.
# 4.0.0 raises an error for the same text.
# Versions: python-dateutil 2.9.0.post0 and 4.0.0.
# Why it matters: the compact form is common in exports and file names. Imported so, records move
# within their day, and filters by time find others. A text that cannot be read is better refused.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "python-dateutil==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
from dateutil import parser

for text in ["20260329123000", "202603290230"]:
    for parse in [parser.isoparse, parser.parse]:
        try:
            print(parse(text).strftime("%H:%M:%S"), end=" ")
        except ValueError:
            print("refused", end=" ")
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: python-dateutil $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "python-dateutil $1: isoparse and parse of 12:30:00, then of 02:30: $seen"
}

expect 2.9.0.post0 "23:00:00 12:30:00 23:00:00 02:30:00 "
expect 4.0.0 "refused 12:30:00 refused 02:30:00 "
