#!/usr/bin/env bash
# JsonLogic: a missing number is below 1 in one implementation, and never "at most 0" in either.
#
# Expected: JsonLogic's comparisons are JavaScript's, where null counts as 0 in the orders: null is
# below 1, at most 0 and at least 0. Or all orders are false on null, as in SQL.
# Seen: jsonlogic-rs has half of it: null < 1 and null > -1 are true, null <= 0 and null >= 0 are
# false. json-logic-qubit has every order false. So "below 1" keeps records without the number in
# one and drops them in the other.
# Versions: jsonlogic-rs 0.5.0, json-logic-qubit 0.9.1.
# Why it matters: rules that are stored as JSON so that a browser and a server can share them give
# other records by the library that reads them, where a field has no value.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" jsonlogic-rs==0.5.0 json-logic-qubit==0.9.1

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

from json_logic import jsonLogic
from jsonlogic_rs import apply

comparisons = [("<", 1), (">", -1), ("<=", 0), (">=", 0)]
rules = [{operator: [{"var": "amount"}, value]} for operator, value in comparisons]
seen = {
    "jsonlogic-rs": [apply(rule, {}) for rule in rules],
    "json-logic-qubit": [jsonLogic(rule, {}) for rule in rules],
}
expected = {
    "jsonlogic-rs": [True, True, False, False],
    "json-logic-qubit": [False, False, False, False],
}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"a missing amount < 1, > -1, <= 0, >= 0: {seen}")
PYTHON
