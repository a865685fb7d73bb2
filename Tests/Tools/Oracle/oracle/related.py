"""Conditions that concern other records, or another field: one and the same related record,
another field's value, and a place in a tree.
"""

from .binding import negation
from .conditions import Group, Test, unknown
from .dates import instants_of_days
from .paths import following, is_seen, leads_to_one, resolve, resolve_relations
from .problem import Problem
from .types import Day, Instant, Letters
from .values import comparison_key, text_key

RELATED = ("some", "none", "every")
UNDER = {"is under": False, "is not under": True}
COMPARISONS = ("==", "!=", ">", ">=", "<", "<=")


class Related:
    """`some`, `none` and `every`: conditions that hold of the same related record."""

    def __init__(self, path, operator, parts):
        self.path, self.operator, self.parts = path, operator, parts

    def resolved_in(self, table, sees):
        steps, last = resolve_relations(table, self.path, sees)
        parts = [part.resolved_in(last, sees) for part in self.parts]
        result = Related(self.path, self.operator, parts)
        result.steps = steps
        return result

    def bound(self, binder, opposite=False):
        if not binder.knows(self.steps):
            return unknown(binder)
        before = binder.unknown_leaves
        # `some` and `none` look for a record that fits, `every` for one that does not.
        holds = binder.bind(Group("and", self.parts), self.operator == "every")
        # With an unknown part nothing is certain, not even of no records.
        of_none = False if binder.unknown_leaves == before else None
        follow = following(self.steps, binder)
        known = {}

        def truth(row):
            if id(row) not in known:
                known[id(row)] = holds(row)
            return known[id(row)]

        def found(row):
            truths = {truth(related) for related in follow(row)}
            if True in truths:
                return True
            if not truths:
                return of_none
            return None if None in truths else False

        if (self.operator == "some") != opposite:
            return found

        def absent(row):
            truth = found(row)
            return None if truth is None else not truth

        return absent


class Compared:
    """A comparison with another field."""

    def __init__(self, path, operator, other):
        self.path, self.operator, self.other = path, operator, other

    def resolved_in(self, table, sees):
        result = Compared(self.path, self.operator, self.other)
        result.left = resolve(table, self.path, sees)
        result.right = resolve(table, self.other, sees)
        for steps, _, field in (result.left, result.right):
            if field.many or not all(map(leads_to_one, steps)):
                raise Problem("wrong_operand", "not one value")
        left, right = result.left[2].kind, result.right[2].kind
        if type(left) is not type(right) and {type(left), type(right)} != {Day, Instant}:
            raise Problem("wrong_operand", "fields of different types")
        return result

    def bound(self, binder, opposite=False):
        if not binder.knows([*self.left[0], *self.right[0]]):
            return unknown(binder)
        left = self.spans(self.left, self.right[2], binder)
        right = self.spans(self.right, self.left[2], binder)
        lefts = following(self.left[0], binder)
        rights = following(self.right[0], binder)
        compare = comparison("==" if self.operator == "!=" else self.operator)

        def holds(row):
            spans = [s for s in map(right, rights(row)) if s is not None]
            return any(
                compare(value, span)
                for value in map(left, lefts(row)) if value is not None
                for span in spans)

        if (self.operator == "!=") != opposite:
            holds = negation(holds)
        for steps, table, field in (self.left, self.right):
            if not steps:
                holds = binder.where_seen(table, [table.fields.index(field)], holds)
        return holds

    def spans(self, side, other, binder):
        """A function from a record to the span of keys that its value stands for; None for no
        value, and where it is hidden.
        """
        _, table, field = side
        at = table.fields.index(field)
        of_value = span_of(field, other, self.left[2], binder.clock)
        is_there = binder.where_seen(table, [at], lambda row: row[at] is not None)
        return lambda row: of_value(row[at]) if is_there(row) else None


def comparison(operator):
    """Of two spans, one of which is a single key."""
    return {
        "==": lambda left, right: left[0] <= right[1] and right[0] <= left[1],
        "<": lambda left, right: left[1] < right[0],
        "<=": lambda left, right: left[0] <= right[1],
        ">": lambda left, right: left[0] > right[1],
        ">=": lambda left, right: left[1] >= right[0],
    }[operator]


def span_of(field, other, left, clock):
    """A function from a value of a field to a span of keys, comparable with those of the other
    field; `left` is the one of the two that decides affinity and collation.
    """
    def point(key):
        return None if key is None else (key, key)

    kind = field.kind
    if kind is None:
        return lambda value: point(comparison_key(value, left.affinity, left.collation))
    if isinstance(kind, Letters):
        collation = left.kind.collation

        def of_text(value):
            text = kind.text(value)
            return None if text is None else point(text_key(text, collation))

        return of_text
    if isinstance(kind, Day) and isinstance(other.kind, Instant):
        zone = other.kind.own_zone(clock)

        def of_day(value):
            day = kind.key(value, clock)
            return None if day is None else instants_of_days(day, day, zone)

        return of_day
    if isinstance(kind, Instant):
        return lambda value: point(kind.instant(value, clock))
    return lambda value: point(kind.key(value, clock))


class Under:
    """`is under` and `is not under`: at a record of a tree, or anywhere below it."""

    def __init__(self, path, operator, operand, reference=None):
        self.path, self.operator, self.operand, self.reference = path, operator, operand, reference

    def resolved_in(self, table, sees):
        result = Under(self.path, self.operator, self.operand, self.reference)
        result.steps, last, relation = self.way(table, sees)
        nodes = relation.table
        if nodes.tree is None or not is_seen(nodes, nodes.tree, sees):
            raise Problem("operator_not_applicable", self.operator)
        result.to_node, result.nodes = (last, relation), nodes
        result.key = nodes.fields[relation.pairs[0][1]]
        if self.reference is None:
            result.is_start = result.start_test(self.operand)
        elif self.reference in ("now", "today"):
            result.start_test(None)
        return result

    def way(self, table, sees):
        """The steps and the relation to a node: that of a field, or one by its name."""
        try:
            steps, last, field = resolve(table, self.path, sees)
        except Problem:
            steps, _ = resolve_relations(table, self.path, sees)
            last, relation = steps[-1]
            if relation not in (way for ways in last.parents.values() for way in ways):
                raise
            return steps[:-1], last, relation
        relations = last.parents.get(last.fields.index(field), [])
        # One of several would have to be chosen.
        relation = relations[0] if len(relations) == 1 else None
        if field.leads_nowhere or relation is None or not is_seen(last, relation, sees):
            raise Problem("operator_not_applicable", self.operator)
        return steps, last, relation

    def start_test(self, operand):
        """The test of the key of a node at which to begin."""
        test = Test("", "in" if isinstance(operand, list) else "==", operand, self.reference)
        return test.resolved([], self.nodes, self.key)

    def bound(self, binder, opposite=False):
        if self.reference is None:
            test = self.is_start
        elif self.reference in ("now", "today"):
            test = self.start_test(None)
        else:
            value = binder.value(self.reference)
            if value is None:
                return unknown(binder)
            # The test looks the value up again; a list decides that it is one of several.
            test = self.start_test(value if isinstance(value, list) else None)
        before = binder.unknown_leaves
        is_start = binder.bind(test)
        if binder.unknown_leaves > before:
            return is_start
        if not binder.knows([*self.steps, self.to_node, (self.nodes, self.nodes.tree)]):
            return unknown(binder)
        below = self.below(binder, is_start)
        to_node = following([self.to_node], binder)

        def stands(row):
            return any(id(node) in below for node in to_node(row))

        holds = binder.along(self.steps, stands)
        if UNDER[self.operator] != opposite:
            holds = negation(holds)
        if self.steps:
            return holds
        last, relation = self.to_node
        return binder.where_seen(last, [near for near, _ in relation.pairs], holds)

    def below(self, binder, is_start):
        """The nodes at which to begin and all below them, as ids of rows. NULL is no key."""
        to_parent = following([(self.nodes, self.nodes.tree)], binder)
        children = {}
        for node in binder.reach(self.nodes):
            for parent in to_parent(node):
                children.setdefault(id(parent), []).append(node)
        open_nodes = [
            node for node in binder.reach(self.nodes)
            if node[self.nodes.fields.index(self.key)] is not None and is_start(node)]
        found = set()
        while open_nodes:
            node = open_nodes.pop()
            if id(node) not in found:
                found.add(id(node))
                open_nodes += children.get(id(node), ())
        return found
