#!/usr/bin/env bash
# Django: "less than" a number beyond the column's range keeps the records without a number.
#
# Expected: a comparison is false on null for every value on its right side: `amount < 10**18` and
# `amount < 10**30` list the same records, those that have an amount.
# Seen: a value that does not fit SQLite's integers is decided without the database, as "all
# records". The record without an amount is listed for 10**30 and not for 10**18. In a list or a
# range the same value raises an OverflowError.
# Versions: Django 5.2.19; Python's own sqlite3.
# Why it matters: folding a comparison to "true" is right for columns that are never null only;
# on others it has to become IS NOT NULL.
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
    amount = models.IntegerField(null=True)

    class Meta:
        app_label = "tasks"


with connection.schema_editor() as editor:
    editor.create_model(Task)
for amount in [5, None]:
    Task.objects.create(amount=amount)


def ids(**condition):
    try:
        return list(Task.objects.filter(**condition).values_list("id", flat=True))
    except OverflowError:
        return "OverflowError"


seen = (
    ids(amount__lt=10**18),
    ids(amount__lt=10**30),
    ids(amount__gt=-(10**30)),
    ids(amount__in=[5, 10**30]),
)
expected = ([1], [1, 2], [1, 2], "OverflowError")
if seen != expected:
    sys.exit(f"changed: expected {expected}, now {seen}")
print(f"of 5 and null: < 10**18 {seen[0]}, < 10**30 {seen[1]}, > -10**30 {seen[2]}, in {seen[3]}")
PYTHON
