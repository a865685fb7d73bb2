"""What is shown of a record: its fields, those of related records, and lists of related records.

A path to one record nests: `client.name` is `{"client": {"name": …}}`, null where no such record is
in scope. Where `client` is selected as well, the object begins with the key, and without a record
the key stands alone. A list of related records is `{"items": […], "has_more": …}`.

What is hidden in a record is left out and named: a field, a field of a related record by its path,
and a relation whose own key is hidden. A list names what is hidden in its items itself.
"""

import json

from .members import listed_members
from .ordering import ordering, sort_keys
from .paths import following, leads_to_one, resolve, resolve_relations
from .problem import Problem
from .values import Text, order_key, text_from_number

LIST_KEYS = {"path", "select", "sort", "size"}
DEFAULT_SIZE, LARGEST_SIZE = 100, 500


# A selection on its own, without knowledge of tables and fields


class ListOf:
    """A list of related records."""

    def __init__(self, document):
        for key in document:
            if key not in LIST_KEYS:
                raise Problem("unknown_key", key)
        document = {key: value for key, value in document.items() if value is not None}
        if "path" not in document:
            raise Problem("required_key", "path")
        self.path, sort = document["path"], document.get("sort", "")
        if not isinstance(self.path, str) or not isinstance(sort, str):
            raise Problem("wrong_type", "path or sort")
        self.select = selection(document.get("select"))
        self.sort = sort_keys(sort)
        self.size = whole(document.get("size", DEFAULT_SIZE), "size")


def selection(entries):
    """Names, paths and lists; None for all fields."""
    if entries is None:
        return None
    if not isinstance(entries, list) or not all(isinstance(e, (str, dict)) for e in entries):
        raise Problem("wrong_type", "select")
    return [ListOf(entry) if isinstance(entry, dict) else entry for entry in entries]


def whole(value, key):
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Problem("invalid_value", key)
    return value


# A selection of a table


HIDDEN = object()


class Shape:
    """The names of an object of the answer, in order, and what is under each."""

    def __init__(self, access, table):
        self.access, self.table = access, table
        self.parts = {}

    def filled(self, entries):
        if entries is None:
            self.add_all()
        elif not entries:
            raise Problem("invalid_request", "a selection of nothing")
        for entry in entries or ():
            if isinstance(entry, str):
                self.add(entry)
            else:
                self.add_list(entry)
        return self

    def add_all(self):
        for index in self.access.visible(self.table):
            self.add_field(index)

    def add_field(self, index):
        """Each field once, at its first place."""
        self.part(self.table.fields[index].name).index = index

    def add(self, path):
        """A field, a path to one, or `….*` for all fields of a related record."""
        sees = self.access.sees
        if path.endswith(".*"):
            steps, _ = resolve_relations(self.table, path[:-2], sees)
            self.nested(steps).add_all()
        else:
            steps, last, field = resolve(self.table, path, sees)
            self.nested(steps).add_field(last.fields.index(field))

    def add_list(self, about):
        steps, _ = resolve_relations(self.table, about.path, self.access.sees)
        shape = self.nested(steps[:-1])
        part = shape.part(steps[-1][1].name)
        if not part.is_empty:
            raise Problem("invalid_request", "a list has a name of its own")
        part.items = RelatedList(self.access, steps[-1], about)

    def nested(self, steps):
        """The shape of the record that the steps lead to."""
        shape = self
        for step in steps:
            if not leads_to_one(step):
                raise Problem("unsupported", "a path to many records")
            _, relation = step
            part = shape.part(relation.name)
            if part.relation is None:
                part.relation = relation
                part.shape = Shape(self.access, relation.table)
            shape = part.shape
        return shape

    def part(self, name):
        part = self.parts.setdefault(name, Part())
        if part.items is not None:
            raise Problem("invalid_request", "a list has a name of its own")
        return part

    def objects(self):
        """A function from a record to its object, and the names of what is left out."""
        parts = [(name, part.value(self, name)) for name, part in self.parts.items()]

        def shown_of(row):
            found, hidden = {}, []
            for name, value_of in parts:
                value, left_out = value_of(row)
                hidden += left_out
                if value is not HIDDEN:
                    found[name] = value
            return found, hidden

        return shown_of


class Part:
    """What is under one name: a field, the record that it leads to, both, or a list."""

    def __init__(self):
        self.index = self.relation = self.shape = self.items = None

    @property
    def is_empty(self):
        return self.index is None and self.relation is None and self.items is None

    def value(self, shape, name):
        """A function from a record to the value, or `HIDDEN`, and the names of what is left out."""
        table, access = shape.table, shape.access
        if self.items is not None:
            places, value = self.items.near, self.items.value()
        elif self.relation is None:
            places, value = [self.index], lambda row: (self.key(shape, row), [])
        else:
            places = [near for near, _ in self.relation.pairs]
            follow = following([(table, self.relation)], access.related())
            related = self.record_shape(access).objects()

            def value(row):
                found = follow(row)
                if not found:
                    return self.key(shape, row), []
                record, hidden = related(found[0])
                return record, [f"{name}.{inner}" for inner in hidden]

        return lambda row: (
            value(row) if all(access.shows(table, row, at) for at in places) else (HIDDEN, [name]))

    def key(self, shape, row):
        if self.index is None:
            return None
        return shown(shape.table.fields[self.index], row[self.index])

    def record_shape(self, access):
        """The shape of the related record; its key is first, where it is selected as well."""
        if self.index is None:
            return self.shape
        far = dict(self.relation.pairs).get(self.index)
        if far is None:
            raise Problem("invalid_request", "a field and a record of one name")
        shape = Shape(access, self.relation.table)
        shape.add_field(far)
        for name, part in self.shape.parts.items():
            if name in shape.parts:
                part.index = far
            shape.parts[name] = part
        return shape


class RelatedList:
    def __init__(self, access, step, about):
        self.access, self.step, self.about = access, step, about
        table = step[1].table
        self.shape = Shape(access, table).filled(about.select)
        self.order = ordering(access, table, about.sort)
        if about.size > LARGEST_SIZE:
            raise Problem("limit_exceeded", "size")

    @property
    def near(self):
        return [near for near, _ in self.step[1].pairs]

    def value(self):
        follow = following([self.step], self.access.related())
        objects, size = self.shape.objects(), self.about.size

        def items(row):
            rows = self.order(follow(row))
            found = [objects(r) for r in rows[:size]]
            page = {"items": [item for item, _ in found]}
            if any(hidden for _, hidden in found):
                page["hidden"] = [hidden for _, hidden in found]
            return {**page, "has_more": len(rows) > size}, []

        return items


# Values


def shown(field, value):
    if field.link is not None:
        return members_shown(sorted(value, key=order_key))
    if field.separator is not None and value is not None:
        return members_shown(listed_members(value, field.separator)[0])
    return value if field.kind is None else field.kind.shown(value)


def members_shown(members):
    """Members as a JSON array, as SQLite writes it; JSON has no form for a blob."""
    texts = []
    for member in members:
        if isinstance(member, Text):
            texts.append(json.dumps(member.decode("utf-8", "replace"), ensure_ascii=False))
        elif isinstance(member, (int, float)):
            texts.append(text_from_number(member).decode())
    return Text(f"[{','.join(texts)}]".encode())
