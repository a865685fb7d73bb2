"""Paths through relations: how their names are looked up, and the related records of a record."""

from .problem import Problem
from .types import NoValue
from .values import NUMBERS, comparison_key


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


def leads_to_one(step):
    """Whether at most one record is related: the step's far columns include the primary key, which
    has no NULLs and whose values stay different as the step compares them. A number is equal to
    the texts 1 and 01.
    """
    near_table, relation = step
    near_of = {far: near for near, far in relation.pairs}
    key = relation.table.primary_key
    return not relation.by_members and relation.table.key_is_total and all(
        far in near_of
        and (near_table.fields[near_of[far]].affinity not in NUMBERS
             or relation.table.fields[far].affinity in NUMBERS)
        for far in key)


def keys_of(step):
    """The keys of a near record and the one of a far record: those with the same are related. None
    where a column is NULL, since a NULL has no related records.
    """
    near_table, relation = step
    if relation.by_members:
        return keys_by_members(*relation.pairs[0], near_table)
    sides = []
    for near, far in relation.pairs:
        affinity = join_affinity(near_table.fields[near], relation.table.fields[far])
        # The related table's column determines the collation.
        sides.append((near, far, affinity, relation.table.fields[far].collation))

    def key_by(columns):
        def key(row):
            if any(row[index] is None for index, _, _ in columns):
                return None
            return tuple(comparison_key(row[i], a, c) for i, a, c in columns)

        return key

    near_key = key_by([(near, a, c) for near, _, a, c in sides])
    return lambda row: {near_key(row)} - {None}, key_by([(far, a, c) for _, far, a, c in sides])


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
