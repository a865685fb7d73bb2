"""From a tree of conditions to a function of a record, for one user at one time."""

import re

from . import operators
from .comparing import positive
from .conditions import (
    DAYS_LIMIT, Group, checked, everything, split_list, unknown, values_of)
from .paths import keys_of
from .problem import Problem
from .types import NoValue
from .values import NUMBERS, Text


class Binder:
    """Gives references their values. `reach(table)` gives the related records that are visible,
    `is_certain(table)` says whether it is known which these are, and `shows(table, row, index)`
    whether a field is visible in a record; None if every one is.
    """

    def __init__(self, user, clock, reach, is_certain=lambda table: True, shows=None):
        self.user, self.clock, self.reach, self.is_certain = user, clock, reach, is_certain
        self.shows = shows
        # How many tests had a reference that the user has no value for.
        self.unknown_leaves = 0

    def bind(self, tree, opposite=False):
        """The tree, or its complement, as a function of a record."""
        return tree.bound(self, opposite)

    def test(self, test, opposite):
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
            holds = positive(
                field, test.table, complement or operator, operand, test.by_type, self.clock)
        except NoValue:
            # The user has no value of the field's type.
            return unknown(self)
        if not self.knows(test.steps):
            return unknown(self)
        if complement:
            opposite = not opposite
        at = test.table.fields.index(field)
        if test.steps:
            found = self.along(test.steps, self.where_seen(test.table, [at], holds))
            return negation(found) if opposite else found
        return self.where_seen(test.table, [at], negation(holds) if opposite else holds)

    def where_seen(self, table, places, holds):
        """Whether a record has these fields in sight, and the rest holds of it."""
        if self.shows is None:
            return holds
        return lambda row: all(self.shows(table, row, at) for at in places) and holds(row)

    def value(self, reference):
        """A value as in JSON, or None if the user has none."""
        if reference == "now":
            return self.clock.text_of_now().decode()
        if reference == "today":
            return self.clock.text_of_today().decode()
        if reference == "profile":
            names = profile_names(self.user)
            return names if len(names) > 1 else (names or [None])[0]
        if reference.startswith("attributes."):
            return self.user.get("attributes", {}).get(reference[len("attributes.") :])
        return self.user.get(reference)

    def fit(self, operator, operand, reference):
        takes = operators.OPERATORS[operator][0]
        several = reference == "profile" and isinstance(operand, list)
        if (reference == "teams" or several) and takes == "scalar or null":
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
        """Whether a near and a far record satisfy the relation's own conditions, with their keys in
        sight.
        """
        near_table, relation = step

        def holds(trees, table, places):
            resolved = [tree.resolved_in(table, everything) for tree in trees]
            test = self.bind(Group("and", resolved))
            return self.where_seen(table, places, lambda row: test(row) is True)

        nears, fars = zip(*relation.pairs)
        return (holds(relation.near_trees, near_table, nears),
                holds(relation.far_trees, relation.table, fars))

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


def negation(holds):
    return lambda row: not holds(row)


def profile_names(user):
    """The names of a user's profiles."""
    if "profiles" in user:
        return user["profiles"]
    return [user["profile"]] if "profile" in user else []


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
