#!/usr/bin/env bash
# PyCasbin: quotes in a policy file do not protect a comma, against Casbin's documentation.
#
# Expected: a policy file is CSV; a field with a comma stands in double quotes, as Casbin's page on
# policy storage shows and as its Go and Node versions read it.
# Seen: the file adapter splits at every comma and keeps the quotes in the parts. The line has one
# field too many. It is loaded without an error; then each request that comes to the line raises
# "invalid policy size", one for another subject too.
# Versions: casbin 1.43.0.
# Why it matters: a policy file that serves in one language stops a service in another one, at the
# first request and not when it starts. A loader should check what it loads.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" casbin==1.43.0

cat > "$packages/model.conf" <<'MODEL'
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
MODEL
printf '%s\n' 'p, agent, "tasks,open", read' 'p, clerk, tasks, read' > "$packages/policy.csv"

PYTHONPATH="$packages" python3 - "$packages" <<'PYTHON'
import csv
import sys

import casbin

folder = sys.argv[1]
enforcer = casbin.Enforcer(f"{folder}/model.conf", f"{folder}/policy.csv")
with open(f"{folder}/policy.csv", newline="") as file:
    as_csv = next(csv.reader(file, skipinitialspace=True))
answers = []
for subject, record in [("agent", "tasks,open"), ("clerk", "tasks")]:
    try:
        answers.append(enforcer.enforce(subject, record, "read"))
    except RuntimeError as error:
        answers.append(str(error))
seen = (as_csv, enforcer.get_policy()[0], answers)
expected = (
    ["p", "agent", "tasks,open", "read"],
    ["agent", '"tasks', 'open"', "read"],
    ["invalid policy size", "invalid policy size"],
)
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"as CSV {seen[0]}, as PyCasbin {seen[1]}; requests by both lines: {seen[2]}")
PYTHON
