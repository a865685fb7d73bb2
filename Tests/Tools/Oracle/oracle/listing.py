"""List requests: from a request in JSON to records."""

import json

from .conditions import Group, listed_members
from .problem import Problem
from .reader import Reader
from .values import BINARY, TEXT, Text, fold, order_key, text_from_number

REQUEST_KEYS = {"object_type", "select", "sort", "page", "size", "filters", "operator", "search",
                "after", "count"}
DEFAULT_SIZE, LARGEST_SIZE, BOUND = 100, 500, 10_000


class Listing:
    """An answer: the names of its fields, its records, and whether and how many more there are."""

    def __init__(self, fields, rows, has_more, count, ordered):
        self.fields, self.rows, self.has_more, self.count = fields, rows, has_more, count
        # All records of the query in order, for reading page by page.
        self.ordered = ordered


class Request:
    """A request on its own, without knowledge of tables and fields. A key with null is like an
    absent one.
    """

    def __init__(self, document):
        if not isinstance(document, dict):
            raise Problem("invalid_request", "a request is an object")
        for key in document:
            if key not in REQUEST_KEYS:
                raise Problem("unknown_key", key)
        self.document = {key: value for key, value in document.items() if value is not None}
        if "object_type" not in self.document:
            raise Problem("required_key", "no table")
        self.table = self.text("object_type")
        self.select = self.document.get("select")
        if self.select is not None and not isinstance(self.select, list):
            raise Problem("wrong_type", "select")
        if any(not isinstance(name, str) for name in self.select or []):
            raise Problem("wrong_type", "select")
        self.filters = self.conditions()
        self.search = self.text("search")
        self.sort = sort_keys(self.text("sort"))
        self.size = self.whole("size", DEFAULT_SIZE)
        self.page = self.whole("page", 1)
        self.after = self.text("after", None)
        self.count = self.text("count", "none")
        if self.count not in ("none", "bounded", "exact"):
            raise Problem("invalid_value", "count")

    def text(self, key, default=""):
        value = self.document.get(key, default)
        if value is not default and not isinstance(value, str):
            raise Problem("wrong_type", key)
        return value

    def whole(self, key, default):
        value = self.document.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise Problem("invalid_value", key)
        return value

    def conditions(self):
        filters = self.document.get("filters", [])
        if not isinstance(filters, list):
            raise Problem("wrong_type", "filters")
        reader = Reader(in_profile=False)
        parts = [reader.read(node) for node in filters]
        joining = self.text("operator", "AND").upper()
        if joining not in ("AND", "OR"):
            raise Problem("invalid_value", "operator")
        # Without a filter there is no restriction.
        return Group("or" if joining == "OR" and parts else "and", parts)


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


def listing(access, document, position=0):
    """The answer to a request; `position` is that of a cursor, as a number of records before it."""
    request = Request(document)
    table = access.table(request.table)
    if table is None:
        raise Problem("unknown_table", request.table)
    projection = selected(access, table, request.select)
    holds = access.related().bind(request.filters.resolved_in(table, access.sees))
    order = ordering(access, table, request.sort)
    searched = searching(access, table, request.search)
    size = request.size
    if size > LARGEST_SIZE:
        raise Problem("limit_exceeded", "size")
    if request.after is not None:
        # Cursors are up to the engine; one that it never issued is refused.
        raise Problem("invalid_cursor", "after")

    rows = [row for row in access.reached(table) if holds(row) is True and searched(row)]
    for index, descending, key in reversed(order):
        rows.sort(key=lambda row: key(row[index]), reverse=descending)
    start = position if position else (request.page - 1) * size
    page = rows[start : start + size]
    count = None
    if request.count != "none":
        exact = request.count == "exact" or len(rows) <= BOUND
        count = {"value": len(rows) if exact else BOUND, "exact": exact}

    def project(row):
        return [shown(table.fields[index], row[index]) for index in projection]

    return Listing(
        [table.fields[index].name for index in projection], [project(row) for row in page],
        start + size < len(rows), count, [project(row) for row in rows])


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


def walk(access, request):
    """All pages of a request in order, as a client that follows `next` sees them."""
    first = listing(access, request)
    return Listing(first.fields, first.ordered, False, first.count, first.ordered)


def visible_field(access, table, name):
    index = table.find(name)
    if index is None or not access.sees(table, index):
        raise Problem("unknown_field", name)
    return index


def selected(access, table, names):
    if names is None:
        return access.visible(table)
    if not names:
        raise Problem("invalid_request", "a selection of nothing")
    # Each field once, at its first place.
    return list(dict.fromkeys(visible_field(access, table, name) for name in names))


def ordering(access, table, sort):
    """The sort keys, and then those that make the order total, by what is stored: last the bytes of
    texts that compare equal.
    """
    keys = []
    for name, descending in sort:
        index = visible_field(access, table, name)
        if table.fields[index].many:
            raise Problem("unsupported", "a sort by many values")
        if any(index == known for known, _ in keys):
            raise Problem("invalid_request", "a field twice in a sort")
        keys.append((index, descending))
    visible = access.visible(table)
    key_is_visible = all(index in visible for index in table.primary_key)

    def stored(index, collation=None):
        collation = collation or table.fields[index].collation
        return lambda value: order_key(value, collation)

    def declared(index):
        kind = table.fields[index].kind
        return stored(index) if kind is None else lambda value: kind.order(value, access.clock)

    ordered = [(index, descending, declared(index)) for index, descending in keys]
    if key_is_visible:
        ordered += [(index, False, stored(index)) for index in table.primary_key]
    if not (key_is_visible and table.key_is_total):
        columns = [index for index in visible if table.fields[index].link is None]
        ordered += [(index, False, stored(index)) for index in columns]
        ordered += [(index, False, stored(index, BINARY)) for index in columns]
    return ordered


def searching(access, table, wanted):
    """A literal text, ignoring the case of ASCII, in the visible text fields."""
    if wanted == "":
        return lambda row: True
    wanted = fold(Text(wanted.encode()))
    places = [
        index for index in access.visible(table)
        if table.fields[index].affinity == TEXT and not table.fields[index].many]

    def found(row):
        for index in places:
            value = row[index]
            if value is None or type(value) is bytes:
                continue
            if wanted in fold(value if type(value) is Text else text_from_number(value)):
                return True
        return False

    return found
