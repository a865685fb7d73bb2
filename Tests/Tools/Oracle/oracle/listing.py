"""List requests: from a request in JSON to records."""

from .conditions import Group
from .ordering import ordering, sort_keys
from .problem import Problem
from .projection import DEFAULT_SIZE, LARGEST_SIZE, Shape, selection, whole
from .reader import Reader
from .several import table_of
from .values import TEXT, Text, fold, text_from_number
from .writing import readonly, rights

REQUEST_KEYS = {"object_type", "select", "sort", "page", "size", "filters", "operator", "search",
                "after", "count", "may", "scope"}
BOUND = 10_000


class Listing:
    """An answer: the shape of its records, these, and whether and how many more there are."""

    def __init__(self, shape, records, page, has_more, count, may):
        self.shape, self.has_more, self.count = shape, has_more, count
        self.fields = list(shape.parts)
        # All records of the query in order, and those of the page.
        self.records, self.page = records, page
        # What the user may do with a record, if the request asks for it.
        self.may_of = may

    @property
    def items(self):
        return [item for item, _ in map(self.shape.objects(), self.page)]

    @property
    def rows(self):
        """By the fields; None where one is hidden."""
        return [[item.get(name) for name in self.fields] for item in self.items]

    @property
    def hidden(self):
        """What is left out of each item; None if nothing is."""
        names = [hidden for _, hidden in map(self.shape.objects(), self.page)]
        return names if any(names) else None

    @property
    def may(self):
        return None if self.may_of is None else list(map(self.may_of, self.page))

    @property
    def readonly(self):
        """For each item the fields that the user may not write in it; none if it may not be edited.
        """
        if self.may_of is None:
            return None
        lists = []
        for row, may in zip(self.page, self.may):
            found = readonly(self.shape.access, self.shape.table, row)
            names = [
                name for name, part in self.shape.parts.items()
                if part.index in found and part.relation is None]
            lists.append(names if "edit" in may else [])
        return lists

    def whole(self):
        """All pages as one, as a client that follows `next` sees them."""
        return Listing(self.shape, self.records, self.records, False, self.count, self.may_of)


ARGUMENTS = ("object_type", "filters", "size", "page", "sort", "select", "fetch_type", "operator")


def by_name(document):
    """A request with its positional arguments by their names; other keys stay as they are."""
    if "arguments" not in document:
        return document
    arguments = document["arguments"]
    if not isinstance(arguments, list) or len(arguments) > len(ARGUMENTS):
        raise Problem("wrong_type", "arguments")
    named = dict(zip(ARGUMENTS, arguments))
    if named.pop("fetch_type", None) not in (None, "single"):
        raise Problem("invalid_value", "fetch_type")
    rest = {key: value for key, value in document.items() if key != "arguments"}
    if set(rest) & set(named):
        raise Problem("invalid_request", "arguments and names")
    return {**rest, **named}


class Request:
    """A request on its own, without knowledge of tables and fields. A key with null is like an
    absent one.
    """

    def __init__(self, document):
        if not isinstance(document, dict):
            raise Problem("invalid_request", "a request is an object")
        document = by_name(document)
        for key in document:
            if key not in REQUEST_KEYS:
                raise Problem("unknown_key", key)
        self.document = {key: value for key, value in document.items() if value is not None}
        if "object_type" not in self.document:
            raise Problem("required_key", "no table")
        self.table = self.text("object_type")
        self.select = selection(self.document.get("select"))
        self.filters = self.conditions()
        self.search = self.text("search")
        self.sort = sort_keys(self.text("sort"))
        self.size = whole(self.document.get("size", DEFAULT_SIZE), "size")
        self.page = whole(self.document.get("page", 1), "page")
        self.after = self.text("after", None)
        self.count = self.text("count", "none")
        if self.count not in ("none", "bounded", "exact"):
            raise Problem("invalid_value", "count")
        self.may = self.flag("may")
        # What it stands for is not told here: nobody else can make it.
        self.flag("scope")

    def flag(self, key):
        value = self.document.get(key, False)
        if not isinstance(value, bool):
            raise Problem("wrong_type", key)
        return value

    def text(self, key, default=""):
        value = self.document.get(key, default)
        if value is not default and not isinstance(value, str):
            raise Problem("wrong_type", key)
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


def listing(access, document, position=0):
    """The answer to a request; `position` is that of a cursor, as a number of records before it."""
    request = Request(document)
    table = table_of(access, request.table)
    shape = Shape(access, table).filled(request.select)
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
    rows = order(rows)
    start = position if position else (request.page - 1) * size
    count = None
    if request.count != "none":
        exact = request.count == "exact" or len(rows) <= BOUND
        count = {"value": len(rows) if exact else BOUND, "exact": exact}

    may = (lambda row: rights(access, table, row)) if request.may else None
    return Listing(shape, rows, rows[start : start + size], start + size < len(rows), count, may)


def searching(access, table, wanted):
    """A literal text, ignoring the case of ASCII, in the visible text fields."""
    if wanted == "":
        return lambda row: True
    wanted = fold(Text(wanted.encode()))
    values = [
        access.value_of(table, index) for index in access.visible(table)
        if table.fields[index].affinity == TEXT and not table.fields[index].many]

    def found(row):
        for value_of in values:
            value = value_of(row)
            if value is None or type(value) is bytes:
                continue
            if wanted in fold(value if type(value) is Text else text_from_number(value)):
                return True
        return False

    return found
