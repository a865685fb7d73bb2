"""Conditions: parsed into a tree, then bound to a user and a time as a function of a record.

The function returns True, False or None; None is unknown: a reference without a value.
"""

import re

from . import operators
from .dates import day_of_text
from .paths import keys_of, resolve
from .problem import Problem
from .types import NoValue
from .values import (
    NOCASE, NUMBERS, Text, as_text, comparison_key, fold, is_scalar, number_from_text,
    sqlite_value)

TEXTUAL = ("like", "starts with", "ends with")
ORDERS = (">", ">=", "<", "<=", "between", "not between")
DAYS_LIMIT = 365_000


# From a document to a tree


def everything(table, index):
    """What a profile's own condition sees: all but the tables that the workspace's own condition
    does not fit.
    """
    return not table.is_denied and (
        table.fields[index].link is None or not table.fields[index].link_table.is_denied)


class Group:
    def __init__(self, kind, parts):
        self.kind, self.parts = kind, parts

    def resolved_in(self, table, sees):
        """The tree with its fields looked up; `sees(table, index)` says which are visible."""
        return Group(self.kind, [part.resolved_in(table, sees) for part in self.parts])

    def bound(self, binder):
        parts = [binder.bind(part) for part in self.parts]
        if self.kind == "not":
            return negation(parts[0])
        return conjunction(parts) if self.kind == "and" else disjunction(parts)


class Test:
    """A test of a field, at first by its name; `resolved` then holds the table and the field."""

    # Whether it compares as the field's type is declared.
    by_type = True

    def __init__(self, path, operator, operand, reference=None):
        self.path, self.operator, self.operand, self.reference = path, operator, operand, reference

    def resolved_in(self, table, sees):
        return self.resolved(*resolve(table, self.path, sees))

    def bound(self, binder):
        return binder.test(self)

    def resolved(self, steps, table, field):
        if field.many and self.operator not in operators.FOR_MANY:
            raise Problem("operator_not_applicable", self.operator)
        if self.operator in ("last days", "next days") and not field.may_be_date:
            raise Problem("operator_not_applicable", self.operator)
        if self.is_textual and field.kind is not None and not field.kind.has_text:
            raise Problem("operator_not_applicable", self.operator)
        self.check(field)
        test = type(self)(self.path, self.operator, self.operand, self.reference)
        test.steps, test.table, test.field = steps, table, field
        return test

    @property
    def is_textual(self):
        return self.operator.removeprefix("not ") in TEXTUAL

    @property
    def has_values(self):
        """Whether the operand is one value or several of the field's type."""
        takes = operators.OPERATORS[self.operator][0]
        return takes not in ("nothing", "days", "text")

    def check(self, field):
        """A literal that the field's type has no value for is a mistake."""
        if not self.has_values:
            return
        if self.reference in ("now", "today"):
            self.check_clock(field)
        elif self.reference is None:
            for literal in values_of(self.operand):
                if field.many:
                    member_key(field, literal)
                elif field.kind is not None:
                    field.kind.check(literal)
                elif self.is_order_without(field, literal):
                    raise Problem("wrong_operand", repr(literal))

    def check_clock(self, field):
        if field.holds_numbers or (field.kind is not None and not field.kind.has_clock):
            raise Problem("wrong_operand", self.reference)
        if self.is_order_without(field, Text(b"today")):
            raise Problem("wrong_operand", self.reference)

    def is_order_without(self, field, literal):
        """Whether this is an order by numbers, with a text that is none."""
        return (field.kind is None and not field.many and self.operator in ORDERS
                and field.affinity in NUMBERS
                and type(literal) is Text and number_from_text(literal) is None)


class StoredTest(Test):
    """A test of what is stored, whatever the field is declared to be."""

    by_type = False

    def check(self, field):
        pass


def values_of(operand):
    operands = operand if isinstance(operand, list) else [operand]
    return [value for value in operands if value is not None]


def member_key(field, literal):
    try:
        return field.member.key_of_literal(literal)
    except NoValue:
        raise Problem("wrong_operand", repr(literal)) from None


def split_list(takes, node):
    """A comma-separated string, where a list is expected."""
    value = node["value"]
    if isinstance(value, str) and (takes == "list" or node.get("type") == "list"):
        return [part.strip(" ") for part in value.split(",")] if value.strip(" ") else []
    return value


def checked(operator, takes, value):
    """The operand as values of SQLite; raises a problem if it has another shape than the operator
    takes.
    """
    def wrong():
        return Problem("wrong_operand", operator)

    if takes == "list":
        if not isinstance(value, list) or not all(v is None or is_scalar(v) for v in value):
            raise wrong()
        return [sqlite_value(v) for v in value]
    if takes == "pair":
        if not isinstance(value, list) or len(value) != 2 or not all(map(is_scalar, value)):
            raise wrong()
        return [sqlite_value(v) for v in value]
    if takes == "days":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise wrong()
        if value > DAYS_LIMIT:
            raise Problem("days_limit", operator)
        return value
    if takes == "text":
        if not isinstance(value, str):
            raise wrong()
    elif value is None:
        if takes != "scalar or null":
            raise wrong()
    elif not is_scalar(value):
        raise wrong()
    return sqlite_value(value)


# From a tree to a function of a record


class Binder:
    """Gives references their values. `reach(table)` gives the related records that are visible,
    `is_certain(table)` says whether it is known which these are.
    """

    def __init__(self, user, clock, reach, is_certain=lambda table: True):
        self.user, self.clock, self.reach, self.is_certain = user, clock, reach, is_certain
        # How many tests had a reference that the user has no value for.
        self.unknown_leaves = 0

    def bind(self, tree):
        return tree.bound(self)

    def test(self, test):
        operator, operand, field = test.operator, test.operand, test.field
        if test.reference in ("now", "today") and field.kind is not None and test.has_values:
            operand = getattr(field.kind, test.reference)(self.clock)
        elif test.reference is not None:
            operand = self.value(test.reference)
            if operand is None:
                return unknown(self)
            operator, operand = self.fit(operator, operand, test.reference)
            if test.reference in ("id_user", "teams"):
                try:
                    operator, operand = only_ids(operator, operand, field)
                except NoValue:
                    return unknown(self)
                if operand is None:
                    return unknown(self)
            if any(test.is_order_without(field, value) for value in values_of(operand)):
                return unknown(self)
        complement = operators.OPERATORS[operator][1]
        try:
            holds = self.positive(
                field, test.table, complement or operator, operand, test.by_type)
        except NoValue:
            # The user has no value of the field's type.
            return unknown(self)
        link = field.link_table
        if not self.knows(test.steps) or not (link is None or self.is_certain(link)):
            return unknown(self)
        holds = self.along(test.steps, holds)
        if complement:
            return lambda row: not holds(row)
        return holds

    def value(self, reference):
        """A value as in JSON, or None if the user has none."""
        if reference == "now":
            return self.clock.text_of_now().decode()
        if reference == "today":
            return self.clock.text_of_today().decode()
        if reference.startswith("attributes."):
            return self.user.get("attributes", {}).get(reference[len("attributes.") :])
        return self.user.get(reference)

    def fit(self, operator, operand, reference):
        takes = operators.OPERATORS[operator][0]
        if reference == "teams" and takes == "scalar or null":
            operator = "in" if operator == "==" else "not in"
            takes = "list"
        if takes == "list" and isinstance(operand, str):
            operand = split_list(takes, {"value": operand})
        if takes == "days" and isinstance(operand, int) and operand > DAYS_LIMIT:
            raise Problem("wrong_operand", reference)
        return operator, checked(operator, takes, operand)

    def knows(self, steps):
        """Whether it is known which records the steps lead to. A reference without a value in a
        condition of a relation, or of every table, leaves that open.
        """
        before = self.unknown_leaves
        for step in steps:
            self.conditions_of(step)
        found = self.unknown_leaves == before
        self.unknown_leaves = before
        return found and all(self.is_certain(relation.table) for _, relation in steps)

    def conditions_of(self, step):
        """Whether a near and a far record satisfy the relation's own conditions."""
        near_table, relation = step

        def holds(trees, table):
            resolved = [tree.resolved_in(table, everything) for tree in trees]
            test = self.bind(Group("and", resolved))
            return lambda row: test(row) is True

        return holds(relation.near_trees, near_table), holds(relation.far_trees, relation.table)

    def along(self, steps, holds):
        """Whether a record at the end of the steps matches."""
        for step in reversed(steps):
            holds = self.exists(step, holds)
        return holds

    def exists(self, step, holds):
        near_keys, far_key = keys_of(step)
        leads, is_led_to = self.conditions_of(step)
        rows = self.reach(step[1].table)
        found = {far_key(row) for row in rows if is_led_to(row) and holds(row)} - {None}
        return lambda row: leads(row) and not found.isdisjoint(near_keys(row))

    def positive(self, field, table, operator, operand, by_type):
        """A test that is not a complement, of a record that has the field itself."""
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
            return self.typed(field, at, operator, operand)
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
        first, last = self.clock.days(operator, operand)

        def within(row):
            day = day_of_text(row[at], self.clock.zone) if type(row[at]) is Text else None
            return day is not None and first <= day <= last

        return within


    def typed(self, field, at, operator, operand):
        """Of a field with a declared type. A span is the lowest and the highest key that a literal
        or `now` or `today` stands for.
        """
        kind, clock = field.kind, self.clock

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


_DIGITS_AFTER_ZERO = re.compile(rb"0[0-9]+")


def is_never_a_number(identifier, field):
    """Whether an id is digits after a zero, and the field holds numbers or makes them of texts."""
    if not isinstance(identifier, Text) or not _DIGITS_AFTER_ZERO.fullmatch(identifier):
        return False
    if field.holds_numbers:
        return True
    affinity = field.link.affinity if field.link is not None else field.affinity
    return affinity in NUMBERS and not field.listed


def only_ids(operator, operand, field):
    """The test without the ids that the field never holds; the operand is None if one of them would
    be an end of a range or an order.
    """
    ids = operand if isinstance(operand, list) else [operand]
    possible = [i for i in ids if not is_never_a_number(i, field)]
    if field.holds_numbers and len(possible) < len(ids):
        raise NoValue
    takes = operators.OPERATORS[operator][0]
    if len(possible) == len(ids) or takes == "text":
        return operator, operand
    if operator in ("==", "!="):
        return ("in" if operator == "==" else "not in"), possible
    return operator, possible if takes == "list" else None


def unknown(binder):
    binder.unknown_leaves += 1
    return lambda row: None


def negation(part):
    def opposite(row):
        truth = part(row)
        return None if truth is None else not truth

    return opposite


def conjunction(parts):
    def all_of(row):
        result = True
        for part in parts:
            truth = part(row)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return all_of


def disjunction(parts):
    def one_of(row):
        result = False
        for part in parts:
            truth = part(row)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return one_of


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
