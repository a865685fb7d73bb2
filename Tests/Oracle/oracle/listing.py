"""List requests: from a request as JSON to records."""

import json

from .conditions import Group, Reader, resolved
from .problem import Problem
from .values import TEXT, Text, fold, order_key, text_from_number

REQUEST_KEYS = {"object_type", "select", "sort", "page", "size", "filters", "operator", "search",
                "after", "count"}
DEFAULT_SIZE, LARGEST_SIZE, BOUND = 100, 500, 10_000


class Listing:
    """An answer: the names of its fields, its records, and what is said about those that are not in it."""

    def __init__(self, fields, rows, has_more, count, ordered):
        self.fields, self.rows, self.has_more, self.count = fields, rows, has_more, count
        # Every record of the query in order, for a walk from page to page.
        self.ordered = ordered


def listing(access, request, position=0):
    """The answer to a request; `position` is where a cursor stands, as a number of records before it."""
    if not isinstance(request, dict):
        raise Problem("invalid_request", "a request is an object")
    for key in request:
        if key not in REQUEST_KEYS:
            raise Problem("unknown_key", key)
    if "object_type" not in request:
        raise Problem("required_key", "no table")
    if not isinstance(request["object_type"], str):
        raise Problem("wrong_type", "object_type")
    table = access.table(request["object_type"])
    if table is None:
        raise Problem("unknown_table", request["object_type"])

    projection = selected(access, table, request)
    order = ordering(access, table, request)
    tree = filtering(access, table, request)
    searched = searching(access, table, request)
    size = whole(request, "size", DEFAULT_SIZE)
    if size > LARGEST_SIZE:
        raise Problem("limit_exceeded", "size")
    page = whole(request, "page", 1)
    if "after" in request:
        # What a cursor looks like is the engine's own business; one that it never gave is refused.
        code = "invalid_cursor" if isinstance(request["after"], str) else "wrong_type"
        raise Problem(code, "after")
    kind = request.get("count", "none")
    if not isinstance(kind, str):
        raise Problem("wrong_type", "count")
    if kind not in ("none", "bounded", "exact"):
        raise Problem("invalid_value", "count")

    holds = access.related().bind(tree)
    rows = [row for row in access.reached(table) if holds(row) is True and searched(row)]
    for index, descending in reversed(order):
        collation = table.fields[index].collation
        rows.sort(key=lambda row: order_key(row[index], collation), reverse=descending)
    start = position if position else (page - 1) * size
    shown = rows[start : start + size]
    count = None
    if kind != "none":
        exact = kind == "exact" or len(rows) <= BOUND
        count = {"value": len(rows) if exact else BOUND, "exact": exact}

    def project(row):
        return [
            row[index] if table.fields[index].link is None else members_shown(row[index])
            for index in projection]

    return Listing(
        [table.fields[index].name for index in projection], [project(row) for row in shown],
        start + size < len(rows), count, [project(row) for row in rows])


def members_shown(members):
    """A link field's members as a JSON array in their own order, as SQLite writes one; a blob has no form in JSON."""
    texts = []
    for member in sorted(members, key=order_key):
        if isinstance(member, Text):
            texts.append(json.dumps(member.decode("utf-8", "replace"), ensure_ascii=False))
        elif isinstance(member, (int, float)):
            texts.append(text_from_number(member).decode())
    return Text(f"[{','.join(texts)}]".encode())


def walk(access, request):
    """All pages of a request, one after the other, as a client that follows `next` sees them."""
    first = listing(access, request)
    return Listing(first.fields, first.ordered, False, first.count, first.ordered)


def whole(request, key, default):
    value = request.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Problem("invalid_value", key)
    return value


def visible_field(access, table, name):
    index = table.find(name)
    if index is None or not access.sees(table, index):
        raise Problem("unknown_field", name)
    return index


def selected(access, table, request):
    if "select" not in request:
        return access.visible(table)
    names = request["select"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Problem("wrong_type", "select")
    indices = []
    for name in names:
        index = visible_field(access, table, name)
        if index not in indices:
            indices.append(index)
    return indices


def ordering(access, table, request):
    """The keys of the sort, and then what makes the order total."""
    keys = []
    text = request.get("sort", "")
    if not isinstance(text, str):
        raise Problem("wrong_type", "sort")
    for part in text.split(",") if text.strip() else []:
        name, descending = part.strip(" "), False
        words = name.rsplit(" ", 1)
        if len(words) == 2 and words[1].lower() in ("asc", "desc"):
            name, descending = words[0].strip(" "), words[1].lower() == "desc"
        index = visible_field(access, table, name)
        if table.fields[index].many:
            raise Problem("unsupported", "a sort by many values")
        if any(index == known for known, _ in keys):
            raise Problem("invalid_request", "a field twice in a sort")
        keys.append((index, descending))
    visible = access.visible(table)
    key_is_visible = all(index in visible for index in table.primary_key)
    if key_is_visible:
        keys += [(index, False) for index in table.primary_key]
    if not (key_is_visible and table.key_is_total):
        keys += [(index, False) for index in visible if table.fields[index].link is None]
    return keys


def filtering(access, table, request):
    filters = request.get("filters", [])
    if not isinstance(filters, list):
        raise Problem("wrong_type", "filters")
    operator = request.get("operator", "AND")
    if not isinstance(operator, str):
        raise Problem("wrong_type", "operator")
    if operator.upper() not in ("AND", "OR"):
        raise Problem("invalid_value", "operator")
    reader = Reader(in_profile=False)
    kind = "or" if operator.upper() == "OR" and filters else "and"
    tree = Group(kind, [reader.read(node) for node in filters])
    return resolved(tree, table, access.sees)


def searching(access, table, request):
    """Literal, without ASCII case, in the visible text fields."""
    wanted = request.get("search", "")
    if not isinstance(wanted, str):
        raise Problem("wrong_type", "search")
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
