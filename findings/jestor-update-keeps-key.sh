#!/usr/bin/env bash
# Jestor's client for Python: `update` leaves the record's key in the dictionary that it is given, so
# the same values used again write to another table with a field that it does not have.
#
# Expected: `table.update(7, values)` sends the values and the key, and `values` stays as it was.
# Seen: `values` has the key `id_tasks` afterwards. A loop that sends one dictionary to two tables
# sends `id_tasks` to the second one, too; and a record that is updated and then inserted as a copy
# carries the key of the first.
# Versions: jestor 1.1.1.
# Why it matters: a service that takes these requests refuses the second one because of a field that
# nobody wrote, or, where it ignores what it does not know, takes a copy for the record itself.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" "jestor==1.1.1" "requests==2.32.5"

seen="$(
  PYTHONPATH="$packages" python3 - <<'PYTHON'
import json

import requests

sent = []


class Reply:
    status_code = 200

    def json(self):
        return {"data": {}}


def post(url, data=None, **others):
    sent.append(json.loads(data)["arguments"])
    return Reply()


requests.post = post

from jestor.Jestor import Jestor

client = Jestor("token", "example")
values = {"title": "Toner"}
client.table("tasks").update(7, values)
client.table("orders").insert(values)
print(json.dumps(sent[1]), json.dumps(values))
PYTHON
)"
expected='["orders", {"title": "Toner", "id_tasks": 7}] {"title": "Toner", "id_tasks": 7}'
if [ "$seen" != "$expected" ]; then
  echo "changed: expected $expected, now $seen" >&2
  exit 1
fi
echo "as stated: an update adds its key to the caller's values"
