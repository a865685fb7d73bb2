#!/usr/bin/env bash
# pysimdjson: a repeated key has its first value when looked up and its last one when converted.
#
# Expected: a parsed document is one document: `doc["owner"]` and `doc.as_dict()["owner"]` agree,
# on the last value as in Python's json, or on the first.
# Seen: lookup, JSON pointer and dict(doc) give the first value, as_dict() and loads() the last,
# and len(doc) counts the key twice.
# Versions: pysimdjson 7.0.2.
# Why it matters: a service that checks a field with a lookup and stores the converted object works
# on two different values of one valid JSON text. Refusing repeated keys is the safe way.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" pysimdjson==7.0.2

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import simdjson

text = b'{"owner": 1, "owner": 2}'
document = simdjson.Parser().parse(text)
seen = {
    "lookup": document["owner"],
    "pointer": document.at_pointer("/owner"),
    "dict()": dict(document)["owner"],
    "as_dict()": document.as_dict()["owner"],
    "loads()": simdjson.loads(text)["owner"],
    "len()": len(document),
}
expected = {"lookup": 1, "pointer": 1, "dict()": 1, "as_dict()": 2, "loads()": 2, "len()": 2}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"{text.decode()}: {seen}")
PYTHON
