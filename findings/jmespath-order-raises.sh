#!/usr/bin/env bash
# JMESPath: one record with a text for a number makes a filter by order raise a TypeError.
#
# Expected: orders are for numbers, and on anything else the comparison is null, as JMESPath's
# specification says; the filter leaves such a record out.
# Seen: null, true, lists and objects are left out so. A text next to a number is not: Python's own
# TypeError comes through, and no record is found. Two texts are even compared.
# Versions: jmespath 1.1.0.
# Why it matters: data decide whether a filter runs. A column that holds one imported "7" among its
# numbers breaks each query by order, for every user who reaches that record.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" jmespath==1.1.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import jmespath


def found(values, condition="n > `1`"):
    records = [{"n": value} for value in values]
    try:
        return jmespath.search(f"[?{condition}].n", records)
    except TypeError:
        return "TypeError"


seen = (
    found([2, None, True, [3], {"a": 4}]),
    found([2, "7"]),
    found(["b", "a"], "n > 'a'"),
)
expected = ([2], "TypeError", ["b"])
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"above 1 of 2, null, true, list, object: {seen[0]}; of 2 and '7': {seen[1]}")
PYTHON
