"""SQLite's values: storage classes, affinities, collations, and how two values compare.

NULL is None, an integer is int, a real is float, a text is `Text` and a blob is bytes. Python
compares an int with a float exactly, as SQLite does.
"""

import re


class Text(bytes):
    """A text, which for SQLite is a sequence of bytes: neither a NUL nor invalid UTF-8 ends it."""

    __slots__ = ()


BLOB, TEXT, NUMERIC, INTEGER, REAL = "BLOB", "TEXT", "NUMERIC", "INTEGER", "REAL"
BINARY, NOCASE, RTRIM = "BINARY", "NOCASE", "RTRIM"
NUMBERS = (NUMERIC, INTEGER, REAL)


def affinity_of(declared_type):
    """https://sqlite.org/datatype3.html, section 3.1: the rules in their order."""
    declared = declared_type.upper()
    if "INT" in declared:
        return INTEGER
    if "CHAR" in declared or "CLOB" in declared or "TEXT" in declared:
        return TEXT
    if "BLOB" in declared or declared == "":
        return BLOB
    if "REAL" in declared or "FLOA" in declared or "DOUB" in declared:
        return REAL
    return NUMERIC


_NUMBER = re.compile(rb"[ \t\n\v\f\r]*([+-]?)(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\v\f\r]*\Z")


def number_from_text(text):
    """The number that a numeric affinity makes of a text; None if the text does not look like one.
    """
    match = _NUMBER.match(text)
    if not match:
        return None
    digits = text.strip(b" \t\n\v\f\r")
    if match.group(4) is None and b"." not in digits:
        whole = int(digits)
        if -(2**63) <= whole < 2**63:
            return whole
    return float(digits)


def text_from_number(number):
    """The text that SQLite casts a number to."""
    if isinstance(number, int):
        return Text(b"%d" % number)
    if number in (float("inf"), float("-inf")):
        return Text(b"Inf" if number > 0 else b"-Inf")
    digits = "%.15g" % number
    mantissa, exponent, power = digits.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return Text((mantissa + exponent + power).encode())


def as_text(value):
    """What the text operators see of a value; a blob has no text."""
    if type(value) in (int, float):
        return text_from_number(value)
    return value if type(value) is Text else None


def sqlite_value(value):
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else float(value)
    return Text(value.encode("utf-8", "surrogatepass"))


def is_scalar(value):
    return isinstance(value, (str, int, float))


def apply_affinity(affinity, value):
    if affinity in NUMBERS and type(value) is Text:
        number = number_from_text(value)
        return value if number is None else number
    if affinity == TEXT and type(value) in (int, float):
        return text_from_number(value)
    return value


def fold(text):
    """Ignores the case of ASCII letters; every other byte is unchanged."""
    return text.lower()  # bytes.lower changes only ASCII


def text_key(text, collation):
    """Texts compare as their keys do."""
    if collation == NOCASE:
        # SQLite stops comparing at a NUL that both have; then the longer one is greater.
        end = text.find(b"\0")
        return (bytes(fold(text if end < 0 else text[: end + 1])), len(text))
    if collation == RTRIM:
        return (bytes(text).rstrip(b" "), 0)
    return (bytes(text), 0)


def order_key(value, collation=BINARY):
    """A key by which values sort, the same for equal ones: NULL < numbers < text < blob."""
    if value is None:
        return (0,)
    kind = type(value)
    if kind is int or kind is float:
        return (1, value)
    if kind is Text:
        return (2, text_key(value, collation))
    return (3, value)


def comparison_key(value, affinity, collation):
    """The key of a column's or an operand's value, compared under a column's affinity and
    collation.
    """
    return order_key(apply_affinity(affinity, value), collation)
