#!/usr/bin/env python3
"""Runs the corpus against the oracle, or fills in the oracle's answers.

    corpus.py            checks every case of Tests/Corpus; exit 1 if the oracle answers differently
    corpus.py --fill     gives the cases without "expect" the oracle's answer, and formats the files
    corpus.py --show F   prints the cases of one file with their answers, for reading
    --folder FOLDER      of another corpus

Read the answers of --fill before you keep them: the oracle can be wrong.
"""

import argparse
import glob
import json
import os
import sqlite3
import sys

from oracle.dates import Clock
from oracle.listing import Request
from oracle.problem import Problem
from oracle.profiles import Profile
from oracle.schema import Schema, quoted
from oracle.stored import StoredProfiles, StoredUsers, is_stored
from oracle.writing import Writer
from rowscope_oracle import answer, as_json

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Corpus")
DEFAULTS = ("schema", "rows", "workspace", "derived", "profile", "profiles", "user", "as",
            "now", "offset", "filters_as_scope", "twin")
NOW = "2026-11-22T09:00:00Z"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_int=int)


def cases_of(document):
    """The cases of a file, each with the file's defaults under its own keys."""
    shared = {key: document[key] for key in DEFAULTS if key in document}
    return [{**shared, **case} for case in document["cases"]]


def sqlite_value(value):
    if isinstance(value, dict):
        (kind, text), = value.items()
        return bytes.fromhex(text) if kind in ("blob", "text") else float(text)
    return int(value) if isinstance(value, bool) else value


def build(case):
    """The database of a case, in memory. Tables are filled in the order in which they are listed.
    """
    connection = sqlite3.connect(":memory:")
    for statement in case["schema"]:
        connection.execute(statement)
    for table, rows in case.get("rows", {}).items():
        columns = [
            row[1]
            for row in connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
            if row[6] == 0
        ]
        for row in rows:
            marks = ", ".join(
                "CAST(? AS TEXT)" if isinstance(value, dict) and "text" in value else "?"
                for value in row)
            names = ", ".join(quoted(name) for name in columns[: len(row)])
            connection.execute(
                f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})",
                [sqlite_value(value) for value in row])
    return connection


_schemas = {}


def schema_of(case):
    key = json.dumps([case.get(k) for k in ("schema", "rows", "workspace", "derived")])
    if key not in _schemas:
        _schemas[key] = schema_from(build(case), case)
    return _schemas[key]


def schema_from(connection, case):
    return Schema(connection, case.get("workspace"), case.get("derived"))


def document_of(case):
    """A function from a name to the document of a profile."""
    def document(name):
        if "profiles" not in case:
            return case["profile"]
        if name not in case["profiles"]:
            raise Problem("invalid_profile", f"no profile {name}")
        return case["profiles"][name]

    return document


def profile_of(case, schema):
    """A function from a name to a checked profile."""
    declared = case.get("workspace", {}).get("profiles")
    if is_stored(declared):
        stored = StoredProfiles(schema, declared)
        return lambda name: stored.profile(name, case.get("now", NOW), zone_of(case))
    return lambda name: Profile(document_of(case)(name), schema)


def zone_of(case):
    """The time zone of a user who has none of their own."""
    return case.get("offset") or case.get("workspace", {}).get("time_zone", "UTC")


def user_of(case, schema):
    """The user of a case: as it describes them, or as the database does."""
    if "as" not in case:
        return case["user"]
    # The mistakes of a request are found before its user is looked up.
    Request(case["request"])
    stored = StoredUsers(schema, case["workspace"]["users"])
    return stored.user(case["as"], case.get("now", NOW), zone_of(case))


def write_in(case):
    """What is stored after the case's act, in the form of "expect"."""
    user = case["user"]
    time_zone = user.get("time_zone") or case.get("offset") or (
        case.get("workspace", {}).get("time_zone", "UTC"))
    writer = Writer(
        build(case), lambda connection: schema_from(connection, case), document_of(case), user,
        Clock(case.get("now", NOW), time_zone))
    try:
        record = writer.run(case["act"])
    except Problem as problem:
        return {"error": problem.code}
    return {"stored": record and {name: as_json(value) for name, value in record.items()}}


def run(case):
    """The oracle's answer, in the form of "expect"."""
    if "act" in case:
        return write_in(case)
    try:
        schema = schema_of(case)
        found = answer(
            schema, profile_of(case, schema), user_of(case, schema), case["request"],
            case.get("now", NOW),
            case.get("offset"), case.get("walk", False))
    except Problem as problem:
        return {"error": problem.code}
    expect = {"fields": found.fields, "rows": [[as_json(v) for v in row] for row in found.rows]}
    if found.has_more:
        expect["has_more"] = True
    if found.count is not None:
        expect["count"] = found.count
    if found.hidden is not None:
        expect["hidden"] = found.hidden
    if found.may is not None:
        expect["may"] = found.may
    return expect


def as_scope(case):
    """The case with its request's filters as the grant's own, which must not change the answer. A
    profile with an invalid condition is invalid.
    """
    request = {k: v for k, v in case["request"].items() if k not in ("filters", "operator")}
    filters = case["request"]["filters"]
    data = [{"or": filters}] if case["request"].get("operator") == "OR" else filters
    profile = {"tables_enabled": {request["object_type"]: {"data": data}}}
    expect = (
        {"error": "invalid_profile"} if "error" in case.get("expect", {}) else case.get("expect")
    )
    return {**case, "request": request, "profile": profile, "expect": expect}


def variants(case):
    yield "", case
    if case.get("filters_as_scope") and "filters" in case["request"]:
        yield " (as scope)", as_scope(case)
    if "twin" in case:
        yield " (twin)", {**case, **case["twin"]}


def same(left, right):
    """Compares JSON texts, which tell 1 from 1.0 as == does not."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


# Layout: an object that fits is on one line


def layout(value, indent=0, width=118, room=0):
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or len(line) + indent + room <= width:
        return line
    inner = indent + 2
    pad = " " * inner
    if isinstance(value, dict):
        parts = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: "
            + layout(item, inner, width, len(json.dumps(key, ensure_ascii=False)) + 3)
            for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    if all(not isinstance(item, (dict, list)) for item in value):
        return filled([json.dumps(item, ensure_ascii=False) for item in value], indent, width)
    if all(isinstance(item, list) and len(item) == 1 for item in value):
        return filled([json.dumps(item, ensure_ascii=False) for item in value], indent, width)
    parts = [pad + layout(item, inner, width, 1) for item in value]
    return "[\n" + ",\n".join(parts) + "\n" + " " * indent + "]"


def filled(items, indent, width):
    lines, line = [], " " * (indent + 2)
    for position, item in enumerate(items):
        item += "," if position < len(items) - 1 else ""
        if line.strip() and len(line) + len(item) > width:
            lines.append(line.rstrip())
            line = " " * (indent + 2)
        line += item + " "
    lines.append(line.rstrip())
    return "[\n" + "\n".join(lines) + "\n" + " " * indent + "]"


def write(path, document):
    head = {key: value for key, value in document.items() if key != "cases"}
    lines = [
        f"  {json.dumps(key)}: {layout(value, 2, 118, len(key) + 5)},"
        for key, value in head.items()
    ]
    cases = ",\n".join("    " + layout(case, 4) for case in document["cases"])
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n" + "\n".join(lines) + '\n  "cases": [\n' + cases + "\n  ]\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--show")
    parser.add_argument("--folder", default=FOLDER)
    arguments = parser.parse_args()
    wrong = total = 0
    names = set()
    for path in sorted(glob.glob(os.path.join(arguments.folder, "*.json"))):
        document = load(path)
        file = os.path.basename(path)
        if arguments.fill:
            for plain, case in zip(document["cases"], cases_of(document)):
                if "expect" not in case:
                    plain["expect"] = run(case)
            write(path, document)
            document = load(path)
        for case in cases_of(document):
            name = f"{file}: {case['name']}"
            if name in names:
                print(f"two cases are called {name}")
                wrong += 1
            names.add(name)
            total += 1
            if arguments.show and arguments.show in file:
                asked = case.get("act") or case["request"]
                print(case["name"], "|", json.dumps(asked, ensure_ascii=False), "|",
                      json.dumps(case["expect"], ensure_ascii=False))
            for suffix, variant in variants(case):
                found = run(variant)
                if not same(found, variant["expect"]):
                    wrong += 1
                    print(f"{name}{suffix}\n  expected {variant['expect']}\n  found    {found}")
    print(f"{total} cases, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
