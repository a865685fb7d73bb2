"""The order of records."""

from .paths import following, leads_to_one, resolve
from .problem import Problem
from .values import BINARY, order_key


def sort_keys(text):
    """`name [asc|desc], …`: (name, whether it is descending)."""
    keys = []
    for part in text.split(",") if text.strip() else []:
        name, descending = part.strip(" "), False
        words = name.rsplit(" ", 1)
        if len(words) == 2 and words[1].lower() in ("asc", "desc"):
            name, descending = words[0].strip(" "), words[1].lower() == "desc"
        keys.append((name, descending))
    return keys


def ordering(access, table, sort):
    """A function that orders records of a table: by the sort keys, and then by those that make the
    order total, by what is stored: last the bytes of texts that compare equal. Where a field is
    hidden it is NULL, and before a NULL that is shown where nothing else tells the two apart.
    """
    keys, known = [], set()
    for path, descending in sort:
        steps, last, field = resolve(table, path, access.sees)
        if field.many or not all(map(leads_to_one, steps)):
            raise Problem("unsupported", "a sort by many values")
        name = (*(relation.name for _, relation in steps), field.name)
        if name in known:
            raise Problem("invalid_request", "a field twice in a sort")
        known.add(name)
        keys.append((by_path(access, steps, last, field), descending))

    def stored(index, collation=None):
        collation = collation or table.fields[index].collation
        value = access.value_of(table, index)
        return lambda row: order_key(value(row), collation), False

    visible = access.visible(table)
    key_is_visible = all(index in visible for index in table.primary_key)
    if key_is_visible:
        keys += [stored(index) for index in table.primary_key]
    if not (key_is_visible and table.key_is_total) or access.hides_by_record:
        columns = [index for index in visible if table.fields[index].link is None]
        keys += [stored(index) for index in columns]
        keys += [stored(index, BINARY) for index in columns]
        keys.append((lambda row: [access.shows(table, row, index) for index in columns], False))

    def ordered(rows):
        for key, descending in reversed(keys):
            rows = sorted(rows, key=key, reverse=descending)
        return rows

    return ordered


def by_path(access, steps, table, field):
    """The key of a record by a field of its own or of a related record; without one it is NULL."""
    value_of = access.value_of(table, table.fields.index(field))

    def key(value):
        if field.kind is None:
            return order_key(value, field.collation)
        return field.kind.order(value, access.clock)

    if not steps:
        return lambda row: key(value_of(row))
    follow = following(steps, access.related())

    def related(row):
        found = follow(row)
        return key(value_of(found[0]) if found else None)

    return related
