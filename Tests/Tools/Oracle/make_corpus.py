#!/usr/bin/env python3
"""Makes the systematic part of the corpus: each operator on each storage class, null, affinity and
collation, and each name of each operator. The other files of Tests/Corpus are written by hand. The
oracle gives the answers (corpus.py --fill).
"""

import os

from corpus import FOLDER, write
from oracle.operators import ALIASES, FIXED_DAYS, OPERATORS, named

EVERYTHING = {"tables_enabled": {"*": "*"}}
USER = {"id_user": 7, "name": "Ana", "profile": "p"}

# The same values for every kind of column; SQLite stores each by the column's affinity.
VALUES = [
    None,
    -5,
    0,
    3,
    7,
    9007199254740993,
    9223372036854775807,
    -9223372036854775808,
    3.0,
    2.5,
    -0.5,
    1e19,
    9007199254740992.0,
    {"real": "inf"},
    "",
    "a",
    "A",
    "a ",
    " a",
    "b",
    "abc",
    "ABC",
    "aé",
    "aÉ",
    "a%b",
    "a_b",
    "3",
    "3.0",
    " 3",
    "03",
    "1e1",
    "x3",
    {"text": "610062"},
    {"text": "61ff62"},
    {"blob": ""},
    {"blob": "61"},
    {"blob": "33"},
    {"blob": "ff00"},
]

KINDS = {
    "none": ("", "a column without a type, which is BLOB affinity: values are stored unchanged"),
    "text": ("TEXT", "TEXT affinity, BINARY collation"),
    "nocase": ("VARCHAR(40) COLLATE NOCASE", "TEXT affinity, NOCASE collation"),
    "rtrim": ("CLOB COLLATE RTRIM", "TEXT affinity, RTRIM collation"),
    "integer": ("BIGINT", "INTEGER affinity"),
    "real": ("DOUBLE PRECISION", "REAL affinity"),
    "numeric": ("DECIMAL(10,2)", "NUMERIC affinity"),
    "none_nocase": (
        "COLLATE NOCASE",
        "no type, NOCASE collation: texts compare without case, everything else unchanged",
    ),
}

SCALARS = [3, 3.0, 2.5, "3", "a", "A ", "", 9007199254740993, True]


def tests_of(kind):
    """The conditions that are tested on every kind of column."""
    for value in SCALARS:
        yield "==", value
    yield "!=", 3
    yield "!=", "a"
    yield "==", None
    yield "!=", None
    for operator in (">", ">=", "<", "<="):
        yield operator, 3
        yield operator, "a"
    yield ">", 9007199254740992
    yield "<=", 9223372036854775807
    yield "<", 1e19
    yield ">", ""
    yield "in", [3, "a", 2.5]
    yield "in", ["3", None, "B"]
    yield "in", "3, a,b"
    yield "not in", [3, "a", 2.5]
    yield "not in", ["3", None]
    yield "between", [0, 7]
    yield "between", ["a", "b"]
    yield "between", [2.5, "a"]
    yield "between", [7, 0]
    yield "not between", [0, 7]
    yield "not between", ["a", "b"]
    yield "like", "a"
    yield "like", "B"
    yield "like", "3"
    yield "like", "%"
    yield "like", ""
    yield "like", ".0"
    yield "not like", "a"
    yield "starts with", "A"
    yield "starts with", "3"
    yield "not starts with", "a"
    yield "ends with", "b"
    yield "ends with", " "
    yield "not ends with", "C"
    for operator in ("is null", "is not null", "is empty", "is not empty"):
        yield operator, ...


def described(operator, value):
    if value is ...:
        return operator
    if isinstance(value, str):
        return f'{operator} "{value}"'
    return f"{operator} {value}".replace("None", "null").replace("True", "true").replace("'", '"')


def condition(field, operator, value):
    if value is ...:
        return {"field": field, "operator": operator}
    return {"field": field, "operator": operator, "value": value}


def values_file(kind):
    declared, about = KINDS[kind]
    cases = [
        {
            "name": described(operator, value),
            "request": {
                "object_type": "t",
                "select": ["id"],
                "filters": [condition("v", operator, value)],
            },
        }
        for operator, value in tests_of(kind)
    ]
    cases.append(
        {
            "name": "the values as they are stored",
            "request": {"object_type": "t", "select": ["id", "v"]},
        }
    )
    cases.append(
        {
            "name": "in ascending order",
            "request": {"object_type": "t", "select": ["id"], "sort": "v"},
        }
    )
    cases.append(
        {
            "name": "in descending order",
            "request": {"object_type": "t", "select": ["id"], "sort": "v desc"},
        }
    )
    return {
        "about": f"2 Comparison, 2 Truth: every operator on {about}. The ids number the values of "
        "a list that is the same in all of these files.",
        "schema": [f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})".replace(" )", ")")],
        "rows": {"t": [[place, value] for place, value in enumerate(VALUES, 1)]},
        "profile": EVERYTHING,
        "user": USER,
        "filters_as_scope": True,
        "cases": cases,
    }


OPERANDS = {
    "scalar or null": "b",
    "scalar": "b",
    "list": ["b", "c"],
    "pair": ["b", "c"],
    "text": "b",
    "days": 2,
}


def aliases_file():
    cases = []
    names = [(name, name) for name in OPERATORS]
    names += [(name, alias) for name, aliases in ALIASES.items() for alias in aliases]
    for canonical, name in names:
        takes = OPERATORS[canonical][0]
        field = "day" if takes == "days" or "datas" in name else "v"
        value = OPERANDS.get(takes, ...)
        if "datas" in name:
            value = ["2026-11-01", "2026-11-20"]
        cases.append(
            (f"{name} is {canonical}" if name != canonical else name, condition(field, name, value))
        )
    for name in FIXED_DAYS:
        cases.append((name, condition("day", name, ...)))
    for name in (
        "NOT IN",
        "Starts With",
        "CONTAINS",
        "GT",
        "igual",
        "IGUAL",
        "CONTÉM",
        "não contém",
        "é igual a",
        "É MAIOR OU IGUAL A",
        "NÃO É NULO",
        "Is_Null",
        "NOTINLIST",
        "ESTÁ VAZIO",
    ):
        takes = OPERATORS[named(name)[0]][0]
        cases.append(
            (f"{name}, for case does not matter", condition("v", name, OPERANDS.get(takes, ...)))
        )
    cases.append(("no operator is ==", {"field": "v", "value": "b"}))
    return {
        "about": "2 Operators: every name of every operator.",
        "schema": ["CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, day TEXT)"],
        "rows": {
            "t": [
                [1, None, None],
                [2, "", "2026-11-22"],
                [3, "a", "2026-11-21"],
                [4, "b", "2026-11-16"],
                [5, "bc", "2026-11-15"],
                [6, "c", "2026-10-24"],
                [7, "ab", "2026-10-23"],
                [8, "B", "2026-11-23"],
                [9, "d", "2026-11-24"],
            ]
        },
        "profile": EVERYTHING,
        "user": USER,
        "now": "2026-11-22T09:00:00Z",
        "filters_as_scope": True,
        "cases": [
            {"name": name, "request": {"object_type": "t", "select": ["id"], "filters": [test]}}
            for name, test in cases
        ],
    }


def main():
    for kind in KINDS:
        write(os.path.join(FOLDER, f"values_{kind}.json"), values_file(kind))
    write(os.path.join(FOLDER, "operator_names.json"), aliases_file())


if __name__ == "__main__":
    main()
