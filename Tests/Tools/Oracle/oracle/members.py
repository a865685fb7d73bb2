"""Members of a field of many values: which there are, and how they compare."""

import json
import re
from functools import lru_cache

from .documents import number_from_json
from .problem import Problem
from .types import Letters, Number
from .values import (
    BINARY, BLOB, Text, apply_affinity, as_text, is_scalar, order_key, sqlite_value)

MANY_TYPES = ("users", "multi", "tags")

_WHOLE = re.compile(rb"0|-?[1-9][0-9]*")


class AnyMember:
    """The same bytes or number, or a whole number and its digits as text. The members of a link
    table have their column's affinity and collation.
    """

    def __init__(self, affinity=BLOB, collation=BINARY):
        self.affinity, self.collation = affinity, collation

    def key(self, value):
        value = apply_affinity(self.affinity, value)
        if type(value) is Text and _WHOLE.fullmatch(value) and -(2**63) <= int(value) < 2**63:
            value = int(value)
        return order_key(value, self.collation)

    key_of_literal = key


class TypedMember:
    """Members that compare as a declared type; what is none of its values is no member."""

    def __init__(self, declared):
        self.declared = declared

    def key(self, value):
        return self.declared.key(value, None)

    def key_of_literal(self, literal):
        return self.declared.span(literal, None)[0]


def member_type(about, column=None):
    """How the members of a field compare; `column` is that of a link table."""
    name = about.get("member", "any")
    if name == "number":
        return TypedMember(Number())
    if name == "text":
        return TypedMember(Letters(BINARY if column is None else column.collation, False))
    return AnyMember() if column is None else AnyMember(column.affinity, column.collation)


def listed_members(value, separator):
    """The members of one value, and whether it has none; a value that is not a list has none."""
    if separator is None:
        return _members_of_json(value) if type(value) is Text else ((), True)
    text = None if value is None else as_text(value)
    if text is None:
        return (), True
    pieces = [piece.strip(b" ") for piece in bytes(text).split(separator.encode())]
    members = tuple(Text(piece) for piece in pieces if piece)
    return members, not members


def _no_constant(name):
    raise ValueError(name)


@lru_cache(maxsize=65536)
def _members_of_json(text):
    nothing = ((), True)
    if b"\0" in text:
        return nothing
    try:
        parsed = json.loads(
            text.decode("utf-8"), parse_constant=_no_constant,
            parse_int=number_from_json, parse_float=number_from_json)
    except (ValueError, RecursionError, Problem):
        return nothing
    if not isinstance(parsed, list):
        return nothing
    return tuple(sqlite_value(v) for v in parsed if is_scalar(v)), not parsed
