#!/usr/bin/env bash
# PyCasbin: quoted text in a matcher is rewritten like code, so some texts equal nothing.
#
# Expected: in `m = r.sub == "wow!"` the text between the quotes is data; operators are translated
# to Python outside of it.
# Seen: `!`, `&&`, `||` and names such as `r.x` are replaced inside of quotes too. A subject that
# is exactly the text in the matcher is refused where the text holds one of them, without an
# error; a text without them is found.
# Versions: casbin 1.43.0.
# Why it matters: a rule names a team or a status of real data ("R&D && sales", "Done!") and never
# holds. Text replacement is no way to translate a condition: it takes a parser.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" casbin==1.43.0

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import casbin


def holds(text):
    model = casbin.Enforcer.new_model(
        text=f"""
[request_definition]
r = sub
[policy_definition]
p = sub
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == "{text}"
"""
    )
    enforcer = casbin.Enforcer(model)
    enforcer.add_policy("anyone")
    return enforcer.enforce(text)


seen = {text: holds(text) for text in ["wow", "wow!", "a && b", "a || b", "r.x"]}
expected = {"wow": True, "wow!": False, "a && b": False, "a || b": False, "r.x": False}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"whether a subject equals its own text in a matcher: {seen}")
PYTHON
