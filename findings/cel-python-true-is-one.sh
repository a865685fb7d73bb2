#!/usr/bin/env bash
# CEL in Python: true equals 1, while 1 == 1.0 is an error.
#
# Expected: as the language's definition has it, numbers of two types are equal by value, and a
# boolean equals no number.
# Seen: `value == 1` holds of a JSON true, and raises that there is no overload for the JSON number
# 1.0. `value in [1, 2]` raises for true, which `==` takes.
# Versions: cel-python 0.5.0.
# Why it matters: a rule over JSON meets 1, 1.0 and true for one and the same thing, as other programs
# wrote it. Whether they are equal has to be said by the filter, and tested with all three.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" 'cel-python==0.5.0'

PYTHONPATH="$packages" python3 -W ignore - <<'PYTHON'
import sys

import celpy


def result(rule, value):
    environment = celpy.Environment()
    program = environment.program(environment.compile(rule))
    try:
        return bool(program.evaluate({"value": celpy.json_to_cel(value)}))
    except celpy.CELEvalError:
        return "error"


seen = [
    result("value == 1", True), result("value in [1, 2]", True), result("value == 1", 1),
    result("value == 1", 1.0),
]
expected = [True, "error", True, "error"]
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"true == 1: {seen[0]}; true in [1, 2]: {seen[1]}; 1 == 1: {seen[2]}; 1.0 == 1: {seen[3]}")
PYTHON
