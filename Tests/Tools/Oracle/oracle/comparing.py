"""The tests that are no complement, as functions of a record that has the field itself."""

from .conditions import TEXTUAL
from .dates import day_of_text
from .values import NOCASE, Text, as_text, comparison_key, fold


def positive(field, table, operator, operand, by_type, clock):
    at = table.fields.index(field)
    if field.many:
        return many_valued(field, at, operator, operand)
    affinity, collation = field.affinity, field.collation

    def key(value):
        return comparison_key(value, affinity, collation)

    if operator == "is null" or (operator == "==" and operand is None):
        return lambda row: row[at] is None
    if operator == "is empty":
        empty = key(Text(b""))
        return lambda row: row[at] is None or key(row[at]) == empty
    if field.kind is not None and by_type:
        return typed(field, at, operator, operand, clock)
    if operator == "==":
        wanted = key(operand)
        return lambda row: row[at] is not None and key(row[at]) == wanted
    if operator in (">", ">=", "<", "<="):
        return ordered(at, key, operator, key(operand))
    if operator == "in":
        # An operand of NULL has the key of a null field.
        wanted = {key(value) for value in operand}
        return lambda row: key(row[at]) in wanted
    if operator == "between":
        low, high = map(key, operand)
        return lambda row: row[at] is not None and low <= key(row[at]) <= high
    if operator in TEXTUAL:
        return textual(at, operator, operand, collation == NOCASE, as_text)
    first, last = clock.days(operator, operand)

    def within(row):
        day = day_of_text(row[at], clock.zone) if type(row[at]) is Text else None
        return day is not None and first <= day <= last

    return within


def typed(field, at, operator, operand, clock):
    """Of a field with a declared type. A span is the lowest and the highest key that a literal
    or `now` or `today` stands for.
    """
    kind = field.kind

    def span(value):
        return value if isinstance(value, tuple) else kind.span(value, clock)

    def test(holds):
        def of(row):
            key = None if row[at] is None else kind.key(row[at], clock)
            return key is not None and holds(key)

        return of

    if operator in TEXTUAL:
        return textual(at, operator, operand, kind.without_case, kind.text)
    if operator in ("last days", "next days"):
        if operand == 0:
            return lambda row: False
        low, high = kind.days(*clock.days(operator, operand), clock)
        return test(lambda key: low <= key <= high)
    if operator == "between":
        (low, _), (_, high) = map(span, operand)
        return test(lambda key: low <= key <= high)
    if operator == "in":
        spans = [span(value) for value in operand if value is not None]
        inside = test(lambda key: any(low <= key <= high for low, high in spans))
        nulls = None in operand
        return lambda row: nulls if row[at] is None else inside(row)
    low, high = span(operand)
    return test(
        {
            "==": lambda key: low <= key <= high,
            "<": lambda key: key < low,
            "<=": lambda key: key <= high,
            ">": lambda key: key > high,
            ">=": lambda key: key >= low,
        }[operator]
    )


def ordered(at, key, operator, bound):
    if operator == ">":
        return lambda row: row[at] is not None and key(row[at]) > bound
    if operator == ">=":
        return lambda row: row[at] is not None and key(row[at]) >= bound
    if operator == "<":
        return lambda row: row[at] is not None and key(row[at]) < bound
    return lambda row: row[at] is not None and key(row[at]) <= bound


def textual(at, operator, wanted, without_case, text_of):
    """A literal text in a value's text."""
    wanted = fold(wanted) if without_case else wanted

    def holds(row):
        text = None if row[at] is None else text_of(row[at])
        if text is None:
            return False
        if without_case:
            text = fold(text)
        if operator == "like":
            return wanted in text
        return text.startswith(wanted) if operator == "starts with" else text.endswith(wanted)

    return holds


# Fields of many members


def many_valued(field, at, operator, operand):
    def is_empty(row):
        return field.members(row[at])[1]

    if operator == "is empty":
        return is_empty
    if operator == "is null" or (operator == "==" and operand is None):
        if field.listed:
            return lambda row: row[at] is None
        return is_empty
    operands = operand if operator == "in" else [operand]
    wanted = {field.member.key_of_literal(value) for value in operands if value is not None}
    nulls = many_valued(field, at, "is null", None) if None in operands else lambda row: False
    return lambda row: not wanted.isdisjoint(field.member_keys(row[at])) or nulls(row)
