"""Conditions as a tree, and what their parts come to.

`binding` makes the tree, or its complement, a function of a record that returns True, False or
None; None is unknown: a reference without a value. Complements go down to the tests: one of a field
that is hidden in a record fails, and so does its complement.
"""

from . import operators
from .paths import resolve
from .problem import Problem
from .types import NoValue
from .values import NUMBERS, Text, is_scalar, number_from_text, sqlite_value

TEXTUAL = ("like", "starts with", "ends with")
ORDERS = (">", ">=", "<", "<=", "between", "not between")
DAYS_LIMIT = 365_000


# From a document to a tree


def everything(table, index):
    """What a profile's own condition sees: all but the tables that the workspace's condition of
    every table does not fit, the fields whose link table has one, and the columns with the name of
    a link that cannot be used.
    """
    field = table.fields[index]
    return not table.is_denied and not field.is_dead and (
        field.link is None or not field.link_table.is_restricted)


class Group:
    def __init__(self, kind, parts):
        self.kind, self.parts = kind, parts

    def resolved_in(self, table, sees):
        """The tree with its fields looked up; `sees(table, index)` says which are visible."""
        return Group(self.kind, [part.resolved_in(table, sees) for part in self.parts])

    def bound(self, binder, opposite=False):
        if self.kind == "not":
            return binder.bind(self.parts[0], not opposite)
        parts = [binder.bind(part, opposite) for part in self.parts]
        return conjunction(parts) if (self.kind == "and") != opposite else disjunction(parts)


class Test:
    """A test of a field, at first by its name; `resolved` then holds the table and the field."""

    # Whether it compares as the field's type is declared.
    by_type = True

    def __init__(self, path, operator, operand, reference=None):
        self.path, self.operator, self.operand, self.reference = path, operator, operand, reference

    def resolved_in(self, table, sees):
        return self.resolved(*resolve(table, self.path, sees))

    def bound(self, binder, opposite=False):
        return binder.test(self, opposite)

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


# Truth


def unknown(binder):
    binder.unknown_leaves += 1
    return lambda row: None


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
