#!/usr/bin/env bash
# SQLite: what ->> does with a text label changed twice, and sqlglot still writes the first form.
#
# Expected: `object ->> 'x.y'` has meant one thing since SQLite got the operator, the documented
# one: the member named "x.y".
# Seen: in SQLite 3.40.1 the label is a path in short form, so 'x.y' is the member y of x; in
# 3.45.3 it is the member "x.y". The label '0' is an array's first element in 3.45.3 and a
# member's name in 3.46.1. sqlglot turns `->> 'x.y'` into `->> '$.x.y'`, also from SQLite to
# SQLite, which has another answer in every release since.
# Versions: apsw 3.40.1.0, 3.45.3.0, 3.46.1.0 (the SQLite of the same number), sqlglot 30.30.0.
# Why it matters: attributes with dots in their names are common (e-mail addresses, hosts). A rule
# on such a member reads another one, or null, by the SQLite that a process is linked to.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
install() {
  python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
    --target "$packages/$1" "$2"
}

ask() {
  PYTHONPATH="$packages/$1" python3 - <<'PYTHON'
import apsw

cursor = apsw.Connection(":memory:").cursor()
document = """'{"x.y": "dotted", "x": {"y": "nested"}}'"""
dotted = cursor.execute(f"SELECT {document} ->> 'x.y'").fetchall()[0][0]
element = cursor.execute("""SELECT '["first"]' ->> '0'""").fetchall()[0][0]
print(f"{dotted} {element}")
PYTHON
}

expect() {
  if [ "$2" != "$3" ]; then
    echo "changed: $1: expected $2, now $3" >&2
    exit 1
  fi
}

for version in 3.40.1.0 3.45.3.0 3.46.1.0; do
  install "$version" "apsw==$version"
done
install sqlglot sqlglot==30.30.0

expect "SQLite 3.40.1" "nested first" "$(ask 3.40.1.0)"
expect "SQLite 3.45.3" "dotted first" "$(ask 3.45.3.0)"
expect "SQLite 3.46.1" "dotted None" "$(ask 3.46.1.0)"
written="$(PYTHONPATH="$packages/sqlglot" python3 -c \
  'import sqlglot; print(sqlglot.transpile("SELECT a ->> '"'x.y'"'", "sqlite", "sqlite")[0])')"
expect "sqlglot" "SELECT a ->> '\$.x.y'" "$written"
echo "'x.y' and '0' after ->>: 3.40.1 nested, first; 3.45.3 dotted, first; 3.46.1 dotted, null"
