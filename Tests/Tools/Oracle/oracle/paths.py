"""Paths through relations: how their names are looked up, and the related records of a record."""

from .problem import Problem
from .types import UUID, Letters, NoValue, Number
from .values import (
    BINARY, BLOB, NOCASE, NUMBERS, TEXT, Text, apply_affinity, comparison_key, text_from_number)


def fold_name(name):
    """Names match as SQLite's identifiers do: ASCII letters ignore case."""
    return name.encode("utf-8", "surrogatepass").lower()


def join_affinity(near, far):
    """The affinity under which two columns compare: a numeric one if either has one, else none."""
    return "NUMERIC" if near.affinity in NUMBERS or far.affinity in NUMBERS else "BLOB"


def resolve(table, path, sees):
    """Looks up a field of the table itself, or a path of relations to one: (steps, the last table,
    its field). A step is (near table, relation).
    """
    index = table.find(path)
    if index is not None and sees(table, index):
        return [], table, table.fields[index]
    for relation, rest in first_steps(table, path, sees):
        try:
            steps, last, field = resolve(relation.table, rest, sees)
            return [(table, relation), *steps], last, field
        except Problem:
            pass
    raise Problem("unknown_field", path)


def resolve_relations(table, path, sees):
    """Looks up a path that ends in a relation: (steps, the last table)."""
    relation = relation_named(table, path, sees)
    if relation is not None:
        return [(table, relation)], relation.table
    for relation, rest in first_steps(table, path, sees):
        try:
            steps, last = resolve_relations(relation.table, rest, sees)
            return [(table, relation), *steps], last
        except Problem:
            pass
    raise Problem("unknown_field", path)


def first_steps(table, path, sees):
    """Each relation that a path may begin with, and the rest of the path: names may have dots."""
    at = path.find(".")
    while at >= 0:
        relation = relation_named(table, path[:at], sees)
        if relation is not None:
            yield relation, path[at + 1 :]
        at = path.find(".", at + 1)


def meets_dead(table, path, sees):
    """Whether a path needs a relation or a link that the workspace declares and that cannot be used.
    """
    if fold_name(path) in table.dead:
        return True
    at = path.find(".")
    while at >= 0:
        if fold_name(path[:at]) in table.dead:
            return True
        at = path.find(".", at + 1)
    return any(meets_dead(relation.table, rest, sees)
               for relation, rest in first_steps(table, path, sees))


def relation_named(table, name, sees):
    """Documents name relations as the schema does. A request's names depend on what its user sees:
    hidden keys are none, and the long name of a way to children is always taken.
    """
    folded = fold_name(name)
    if not is_of_request(sees):
        relation = table.relations.get(folded)
        return relation if relation is not None and is_seen(table, relation, sees) else None
    seen = [r for r in table.relations.values() if is_seen(table, r, sees)]
    for relation in seen:
        if not relation.is_back and fold_name(relation.name) == folded:
            return relation
    if folded in table.dead:
        return None
    for relation in seen:
        names = [table.fields[near].name for near, _ in relation.pairs]
        if not relation.is_back and len(names) > 1 and relation.name in names:
            for name in names:
                if fold_name(name) == folded and folded not in table.claimed:
                    return relation.named(name)
    back = [r for r in seen if r.is_back]
    children = [r for r in back if fold_name(r.table.name) == folded]
    if len(children) == 1 and not any(dead.split(b"(")[0] == folded for dead in table.dead):
        return children[0].named(children[0].table.name)
    for relation in back:
        for long in long_names(relation, back):
            if fold_name(long) == folded:
                return relation.named(long)
    return None


def long_names(relation, back):
    """By the columns, if no other way in sight has the same, and by the name of the way there."""
    fields = [far for _, far in relation.pairs]
    columns = ",".join(relation.table.fields[far].name for far in fields)
    alone = sum(r.table is relation.table and [far for _, far in r.pairs] == fields
                for r in back) == 1
    if alone or relation.own_name is None:
        yield f"{relation.table.name}({columns})"
    if relation.own_name is not None:
        yield f"{relation.table.name}({relation.own_name})"


def is_of_request(sees):
    """What a user sees is a method of their access."""
    return hasattr(sees, "__self__")


def is_seen(table, relation, sees):
    """A relation is followed by visible columns alone, and its own conditions read no others."""
    if not all(sees(table, near) and sees(relation.table, far) for near, far in relation.pairs):
        return False
    # By the names of documents, which the conditions are part of.
    shown = lambda table, index: sees(table, index)
    try:
        for tree in relation.near_trees:
            tree.resolved_in(table, shown)
        for tree in relation.far_trees:
            tree.resolved_in(relation.table, shown)
    except Problem:
        return False
    return True


class Pair:
    """How two columns of a relation are compared: texts by the collation of the key, UUIDs of
    different forms and numbers of different classes as what they stand for, and a number that
    refers to a key of text by its own text.
    """

    def __init__(self, step, near, far):
        near_table, relation = step
        self.near, self.far = near_table.fields[near], relation.table.fields[far]
        self.far_is_of_view = relation.table.is_view
        self.affinity = join_affinity(self.near, self.far)
        self.collation = collation_of(self.near if relation.is_back else self.far)
        kinds = self.near.kind, self.far.kind
        affinities = self.near.affinity, self.far.affinity
        key, self.reference = (
            (self.near, self.far) if relation.is_back else (self.far, self.near))
        self.by_text = key.affinity == TEXT and self.reference.affinity in NUMBERS
        if all(isinstance(kind, UUID) for kind in kinds):
            self.by_kind = (
                key.kind.form is not None and kinds[0].spelling != kinds[1].spelling)
        else:
            self.by_kind = all(isinstance(kind, Number) for kind in kinds) and set(affinities) == {
                TEXT, BLOB}
        self.by_text = self.by_text and not self.by_kind and not all(
            isinstance(kind, Number) for kind in kinds)

    def tells_keys_apart(self):
        """Whether far columns with different values equal no one near value."""
        if self.by_kind:
            kind = self.far.kind
            return isinstance(kind, UUID) and kind.form is not None and not self.far_is_of_view and (
                self.far.collation == BINARY
                and (self.far.affinity not in NUMBERS or kind.form != "digits"))
        return (
            not ignores_case(self.far) and self.collation == self.far.collation
            and (self.affinity == BLOB or self.by_text or self.far.affinity in NUMBERS))

    def key(self, field, value):
        """None for what equals nothing."""
        if value is None:
            return None
        if self.by_kind:
            return field.kind.key(value, None)
        if self.by_text:
            if field is self.reference and type(value) in (int, float):
                text = text_from_number(value)
                # Fifteen digits may be those of several numbers.
                if apply_affinity("NUMERIC", text) != value:
                    return None
                value = text
            return comparison_key(value, BLOB, self.collation) if type(value) is Text else None
        return comparison_key(value, self.affinity, self.collation)


def ignores_case(field):
    return isinstance(field.kind, Letters) and field.kind.without_case and (
        field.collation != NOCASE)


def collation_of(field):
    return NOCASE if ignores_case(field) else field.collation


def leads_to_one(step):
    """Whether at most one record is related: the step's far columns include the primary key, which
    has no NULLs and whose values stay different as the step compares them. A number is equal to
    the texts 1 and 01.
    """
    _, relation = step
    near_of = {far: near for near, far in relation.pairs}
    return not relation.by_members and relation.table.key_is_total and all(
        far in near_of and Pair(step, near_of[far], far).tells_keys_apart()
        for far in relation.table.primary_key)


def keys_of(step):
    """The keys of a near record and the one of a far record: those with the same are related. None
    where a column is NULL, since a NULL has no related records.
    """
    near_table, relation = step
    if relation.by_members:
        return keys_by_members(*relation.pairs[0], near_table)
    pairs = [(near, far, Pair(step, near, far)) for near, far in relation.pairs]

    def key_by(columns):
        def key(row):
            found = tuple(pair.key(field, row[index]) for index, field, pair in columns)
            return None if None in found else found

        return key

    near_key = key_by([(near, pair.near, pair) for near, _, pair in pairs])
    far_key = key_by([(far, pair.far, pair) for _, far, pair in pairs])
    return lambda row: {near_key(row)} - {None}, far_key


def keys_by_members(near, far, near_table):
    """A record is related if `==` with its key holds: it is a member."""
    field = near_table.fields[near]

    def far_key(row):
        try:
            return None if row[far] is None else field.member.key_of_literal(row[far])
        except NoValue:
            return None

    return lambda row: field.member_keys(row[near]), far_key


def following(steps, binder):
    """A function from a record to the list of those at the end of the steps, each once for every
    way to it.
    """
    if not steps:
        return lambda row: [row]
    near_keys, far_key = keys_of(steps[0])
    leads, is_led_to = binder.conditions_of(steps[0])
    by_key = {}
    for row in binder.reach(steps[0][1].table):
        if is_led_to(row):
            by_key.setdefault(far_key(row), []).append(row)
    by_key.pop(None, None)
    rest = following(steps[1:], binder)

    def follow(row):
        return [] if not leads(row) else [
            last for key in near_keys(row) for far in by_key.get(key, ()) for last in rest(far)]

    return follow
