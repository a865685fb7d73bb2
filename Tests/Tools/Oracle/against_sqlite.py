#!/usr/bin/env python3
"""Checks the oracle's comparisons against SQLite itself: the values_*.json files of the corpus, the
comparisons of two undeclared fields and the tests of fields that are hidden in some records as
plain SQL, and conversions of many random numbers and texts. Exit 1 if they differ.
"""

import glob
import os
import random
import sqlite3
import struct
import sys

from corpus import FOLDER, build, cases_of, load
from oracle.values import Text, number_from_text, text_from_number

LISTS = {"in": "v IN", "not in": "v NOT IN"}
COMPARISONS = {"==": "v = ?", ">": "v > ?", ">=": "v >= ?", "<": "v < ?", "<=": "v <= ?"}


def where(test):
    """A condition as handwritten SQL, and its bindings."""
    operator, value = test["operator"], test.get("value")
    if operator in ("is null", "is not null"):
        return f"v {operator.upper()}", []
    if operator.startswith("is "):
        return ("" if operator == "is empty" else "NOT ") + "coalesce(v = '', 1)", []
    if value is None:
        return "v IS NULL" if operator == "==" else "v IS NOT NULL", []
    if operator in COMPARISONS:
        return COMPARISONS[operator], [value]
    if operator == "!=":
        return "v IS NOT ?", [value]
    if operator in LISTS:
        values = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        nulls = "1" if None in values else "0"
        values = [item for item in values if item is not None]
        sql = f"CASE WHEN v IS NULL THEN {nulls} ELSE v IN ({', '.join('?' * len(values))}) END"
        return ("NOT " if operator == "not in" else "") + sql, values
    negated = "NOT " if operator.startswith("not ") else ""
    if operator.endswith("between"):
        return f"{negated}coalesce(v BETWEEN ? AND ?, 0)", value
    text, wanted = "CAST(v AS TEXT)", "?"
    if "NOCASE" in DECLARED:
        text, wanted = f"lower({text})", "lower(?)"
    # As blobs, since a text ends at a NUL for SQLite's functions.
    text, wanted = f"CAST({text} AS BLOB)", f"CAST({wanted} AS BLOB)"
    sql = {
        "like": f"instr({text}, {wanted}) > 0",
        "starts with": f"substr({text}, 1, length({wanted})) = {wanted}",
        "ends with": f"substr({text}, -length({wanted})) = {wanted}",
    }[operator.removeprefix("not ")]
    return f"{negated}coalesce({sql} AND typeof(v) <> 'blob', 0)", [value] * sql.count("?")


DECLARED = ""


def check_values():
    global DECLARED
    wrong = count = 0
    for path in sorted(glob.glob(os.path.join(FOLDER, "values_*.json"))):
        document = load(path)
        connection = build(document)
        DECLARED = document["schema"][0]
        for case in cases_of(document):
            request = case["request"]
            order = {"v": "v, id", "v desc": "v DESC, id"}.get(request.get("sort"), "id")
            sql, bound = where(request["filters"][0]) if "filters" in request else ("1", [])
            if request["select"] != ["id"] or "error" in case["expect"]:
                continue
            found = connection.execute(
                f"SELECT id FROM t WHERE {sql} ORDER BY {order}", bound
            ).fetchall()
            count += 1
            if [list(row) for row in found] != case["expect"]["rows"]:
                wrong += 1
                print(f"{os.path.basename(path)}: {case['name']}\n  {sql}\n  SQLite {found}\n"
                      f"  oracle {case['expect']['rows']}")
    print(f"{count} cases as SQL, {wrong} differ")
    return wrong


def check_other_fields():
    """A column compares with another one's value as with a bound parameter."""
    document = load(os.path.join(FOLDER, "other_field.json"))
    connection = build(document)
    connection.text_factory = Text
    wrong = count = 0
    for case in cases_of(document):
        table = case["request"]["object_type"]
        if table not in ("mixed", "letters"):
            continue
        test, = case["request"]["filters"]
        left, right, operator = test["field"], test["other_field"], test["operator"]
        holds = f"{left} IS NOT ?2" if operator == "!=" else f"{left} {operator} ?2"
        # A text, which Python binds as a blob, becomes one again; the plus takes its affinity away.
        values = connection.execute(f"SELECT id, {right}, typeof({right}) FROM {table}").fetchall()
        found = [
            [identifier]
            for identifier, value, kind in values
            if connection.execute(
                f"SELECT {holds.replace('?2', '+CAST(?2 AS TEXT)' if kind == b'text' else '?2')}"
                f" FROM {table} WHERE id = ?1", [identifier, value]).fetchone()[0]]
        count += 1
        if found != case["expect"]["rows"]:
            wrong += 1
            print(f"{case['name']}\n  SQLite {found}\n  oracle {case['expect']['rows']}")
    print(f"{count} comparisons of fields as SQL, {wrong} differ")
    return wrong


# The records that the two profiles of several_profiles.json reach, and where each field is hidden.
REACHED = "(owner = 7 OR status = 'Done')"
SEEN = {"budget": "status = 'Done'", "note": "owner = 7"}


def check_hidden_cells():
    """A test, or its complement, holds of the records in which the user sees the field."""
    document = load(os.path.join(FOLDER, "several_profiles.json"))
    connection = build(document)
    wrong = count = 0
    for case in cases_of(document):
        request = case["request"]
        tests = request.get("filters", [])
        if set(request) != {"object_type", "select", "filters"} or len(tests) != 1 or (
                case["profiles"] != document["profiles"]):
            continue
        test = tests[0].get("not", tests[0])
        if set(test) - {"field", "operator", "value"} or test["field"] not in SEEN:
            continue
        holds, bound = where({"operator": "==", **test})
        holds = f"NOT coalesce({holds}, 0)" if "not" in tests[0] else holds
        found = connection.execute(
            f"SELECT id FROM (SELECT *, {test['field']} AS v FROM tasks) WHERE {REACHED} AND"
            f" {SEEN[test['field']]} AND {holds} ORDER BY id", bound).fetchall()
        count += 1
        if [list(row) for row in found] != case["expect"]["rows"]:
            wrong += 1
            print(f"{case['name']}\n  SQLite {found}\n  oracle {case['expect']['rows']}")
    print(f"{count} tests of hidden cells as SQL, {wrong} differ")
    return wrong


def check_numbers(count=100_000):
    generator = random.Random(1)
    connection = sqlite3.connect(":memory:")
    connection.text_factory = Text
    connection.execute("CREATE TABLE n (v NUMERIC)")
    wrong = 0
    for _ in range(count):
        if generator.random() < 0.5:
            # Reals have up to 12 digits: rounding a 15th digit depends on SQLite's version.
            number = float(f"{generator.randrange(10**12)}e{generator.randrange(-30, 30)}")
        else:
            number = struct.unpack("<q", generator.randbytes(8))[0] >> generator.randrange(64)
        text, = connection.execute("SELECT CAST(? AS TEXT)", [number]).fetchone()
        if text != text_from_number(number):
            wrong += 1
            print("as text", number, text, text_from_number(number))
        characters = generator.choices("0123456789", k=generator.randrange(4))
        characters += generator.choices(".eE+- \tx0", k=generator.randrange(4))
        generator.shuffle(characters)
        text = "".join(characters)
        connection.execute("INSERT INTO n VALUES (?)", [text])
        stored, = connection.execute("SELECT v FROM n").fetchone()
        connection.execute("DELETE FROM n")
        read = number_from_text(Text(text.encode()))
        if (read is None) != isinstance(stored, Text) or (read is not None and read != stored):
            wrong += 1
            print("as number", repr(text), stored, read)
    print(f"{count} numbers and texts, {wrong} differ")
    return wrong


if __name__ == "__main__":
    sys.exit(
        1 if check_values() + check_other_fields() + check_hidden_cells() + check_numbers() else 0)
