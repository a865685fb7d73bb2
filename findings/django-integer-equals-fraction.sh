#!/usr/bin/env bash
# Django: an integer field equals 1.5 where it is 1, though the orders see that 1 < 1.5.
#
# Expected: no integer equals 1.5; an error or no record, as SQL answers `priority = 1.5`.
# Seen: `priority=1.5` and `priority__in=[1.5]` find the record with 1: the value is cut to an
# integer first. `priority__lt=1.5` finds the same record, since the orders round up. Equal and
# less hold at once.
# Versions: Django 5.2.19; Python's own sqlite3.
# Why it matters: conditions that exclude each other overlap, so a rule split into "below", "equal"
# and "above" counts records twice.
set -euo pipefail

packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
python3 -m pip install -qq --disable-pip-version-check --no-warn-conflicts \
  --target "$packages" Django==5.2.19

PYTHONPATH="$packages" python3 - <<'PYTHON'
import sys

import django
from django.conf import settings

database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
settings.configure(DATABASES={"default": database})
django.setup()
from django.db import connection, models  # noqa: E402


class Task(models.Model):
    id = models.AutoField(primary_key=True)
    priority = models.IntegerField()

    class Meta:
        app_label = "tasks"


with connection.schema_editor() as editor:
    editor.create_model(Task)
for priority in [1, 2]:
    Task.objects.create(priority=priority)


def found(**condition):
    return list(Task.objects.filter(**condition).values_list("priority", flat=True))


seen = {
    "= 1.5": found(priority=1.5),
    "in 1.5": found(priority__in=[1.5]),
    "< 1.5": found(priority__lt=1.5),
    "> 1.5": found(priority__gt=1.5),
    "1.5 to 1.9": found(priority__range=(1.5, 1.9)),
}
expected = {"= 1.5": [1], "in 1.5": [1], "< 1.5": [1], "> 1.5": [2], "1.5 to 1.9": [1]}
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"priorities found: {seen}")
PYTHON
