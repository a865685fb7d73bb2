#!/usr/bin/env bash
# Vakt and py-abac: AllNotIn is true where some members are in the list, and AnyNotIn differs.
#
# Expected: AllNotIn("red") holds where none of the tags is red, as both libraries describe it, and
# AnyNotIn where at least one tag is not. Two libraries that share the names agree.
# Seen: AllNotIn is the negation of AllIn in both, so it holds for ["red", "blue"]. AnyNotIn is "at
# least one is not" in Vakt, and "none is" in py-abac, where the two names are the wrong way round.
# Versions: vakt 1.6.0, py-abac 0.4.1.
# Why it matters: quantifiers over a list and their negation are four conditions. Rules that are
# moved between libraries by name let other subjects in.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" vakt==1.6.0 py-abac==0.4.1

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import vakt.rules
from py_abac import PDP, AccessRequest, Policy
from py_abac.storage.memory import MemoryStorage


def by_vakt(name, tags):
    return getattr(vakt.rules, name)("red").satisfied(tags)


def by_py_abac(name, tags):
    storage = MemoryStorage()
    condition = {"$.tags": {"condition": name, "values": ["red"]}}
    rules = {"subject": [condition], "resource": {}, "action": {}, "context": {}}
    policy = {"uid": "1", "effect": "allow", "rules": rules, "targets": {}, "priority": 0}
    storage.add(Policy.from_json(policy))
    request = {
        "subject": {"id": "s", "attributes": {"tags": tags}},
        "resource": {"id": "r", "attributes": {}},
        "action": {"id": "a", "attributes": {}},
        "context": {},
    }
    return PDP(storage).is_allowed(AccessRequest.from_json(request))


lists = [["red"], ["red", "blue"], ["blue"]]
seen = {
    (library.__name__, name): [library(name, tags) for tags in lists]
    for library in (by_vakt, by_py_abac)
    for name in ("AllNotIn", "AnyNotIn")
}
expected = {
    ("by_vakt", "AllNotIn"): [False, True, True],
    ("by_vakt", "AnyNotIn"): [False, True, True],
    ("by_py_abac", "AllNotIn"): [False, True, True],
    ("by_py_abac", "AnyNotIn"): [False, False, True],
}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"for {lists}: {seen}")
PYTHON
