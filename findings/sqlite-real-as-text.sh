#!/usr/bin/env bash
# SQLite: the text of a real number has 15 digits up to 3.51 and up to 17 from 3.53 on.
#
# Expected: CAST(real AS TEXT) is "%!.15g", as documented for two decades; a new release would not
# change what a text filter or a stored generated column sees.
# Seen: 0.1 + 0.2 is the text 0.3 in SQLite 3.51.3 and 0.30000000000000004 in 3.53.0; 1e15 is
# 1.0e+15 and then 1000000000000000.0. JSON functions follow two patch releases later: json_array
# of that sum is [0.3] in 3.53.0 and [0.30000000000000004] in 3.53.2.
# Versions: apsw 3.51.3.0, 3.53.0.0, 3.53.2.0 (the SQLite of the same number).
# Why it matters: text filters on real columns match other rows after an update. An engine that
# makes the text itself must ask which SQLite it runs beside, for a cast and for JSON separately.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT

ask() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "apsw==$1"
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import apsw

row = apsw.Connection(":memory:").cursor().execute(
    """SELECT CAST(n AS TEXT), CAST(1e15 AS TEXT), CAST(n AS TEXT) LIKE '%3', JSON_ARRAY(n)
       FROM (SELECT 0.1 + 0.2 AS n)"""
).fetchall()[0]
print(*row)
PYTHON
}

expect() {
  local seen
  seen="$(ask "$1")"
  if [ "$seen" != "$2" ]; then
    echo "changed: SQLite $1: expected $2, now $seen" >&2
    exit 1
  fi
  echo "SQLite $1: $seen"
}

expect 3.51.3.0 "0.3 1.0e+15 1 [0.3]"
expect 3.53.0.0 "0.30000000000000004 1000000000000000.0 0 [0.3]"
expect 3.53.2.0 "0.30000000000000004 1000000000000000.0 0 [0.30000000000000004]"
