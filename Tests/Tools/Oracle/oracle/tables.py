"""Tables, fields and relations, as the schema fills them."""

from copy import copy

from .members import listed_members
from .paths import fold_name, join_affinity
from .problem import Problem
from .types import Moment, Number
from .values import comparison_key


class Field:
    def __init__(self, name, affinity, collation):
        self.name = name
        self.affinity = affinity
        self.collation = collation
        self.is_generated = False
        self.about = {}  # what the workspace declares
        self.kind = None  # the declared type of one value
        self.listed = False  # many values in one text: a JSON array, or separated
        self.separator = None
        self.link = None  # the column of the link table with the members
        self.link_table = self.link_columns = None
        self.member = None  # how members compare
        self.origins = []  # (folded table, folded field)
        # Whether a relation is declared here that cannot be used, and whether a link that cannot be
        # used has the name of this column.
        self.leads_nowhere = self.is_dead = False

    @property
    def many(self):
        return self.listed or self.link is not None

    def members(self, value):
        """The members of a value, and whether it has none."""
        if self.link is not None:
            return value, not value
        return listed_members(value, self.separator)

    def member_keys(self, value):
        return {self.member.key(member) for member in self.members(value)[0]} - {None}

    @property
    def holds_numbers(self):
        """Whether values, or members, are declared numbers."""
        if self.many:
            return self.about.get("member") == "number"
        return isinstance(self.kind, Number)

    @property
    def may_be_date(self):
        """As declared; otherwise where the column's type allows text. What refers to a record is no
        date.
        """
        if self.many or "relation" in self.about or self.about.get("type") in ("user", "relation"):
            return False
        if self.kind is None:
            return self.affinity in ("TEXT", "BLOB", "NUMERIC")
        return isinstance(self.kind, Moment)


class Relation:
    def __init__(self, name, table, pairs, by_members=False):
        self.name = name
        self.table = table
        self.pairs = pairs  # (index of the near field, index of the far field)
        # Whether the members of the one near field lead to records.
        self.by_members = by_members
        # Conditions of the relation's own, on the near and on the far record.
        self.near_trees, self.far_trees = [], []
        self.is_back = False  # whether it leads to children
        self.own_name = None  # that the workspace declares for the way there, if any

    def named(self, name):
        relation = copy(self)
        relation.name = name
        return relation


class Table:
    def __init__(self, name, is_view=False):
        self.name = name
        self.is_view = is_view
        self.fields = []
        self.index = {}
        self.primary_key = []
        self.key_is_total = False
        self.relations = {}
        self.parents = {}  # index of a field that refers to another record: its relations
        self.dead_links = set()
        self.claimed = set()  # the names of columns of relations with names of their own
        self.dead = set()  # the names of relations and links that cannot be used
        # The workspace's condition of every record; denied if it does not fit the table.
        self.everywhere, self.is_denied = [], False
        self.tree = None  # the relation to itself by which the records form a tree
        # Paths to the fields with the owner and the team of a record.
        self.owner_field = self.team_field = None
        self.rows = []

    @property
    def is_restricted(self):
        """Whether the workspace's condition of every table leaves out records, or the table."""
        return self.is_denied or bool(self.everywhere)

    def fill_links(self):
        """Gives the link fields the members that the rows of their link tables say."""
        for at, field in enumerate(self.fields):
            if field.link is None:
                continue
            own, record, member = field.link_columns
            far = field.link_table
            join = join_affinity(self.fields[own], far.fields[record])
            collation = far.fields[record].collation
            members = {}
            for row in far.rows:
                if row[record] is not None and row[member] is not None:
                    key = comparison_key(row[record], join, collation)
                    members.setdefault(key, []).append(row[member])
            self.rows = [
                (*row[:at], tuple(members.get(comparison_key(row[own], join, collation), ())),
                 *row[at + 1 :])
                for row in self.rows]

    def add(self, field):
        self.index[fold_name(field.name)] = len(self.fields)
        self.fields.append(field)

    def find(self, name):
        return self.index.get(fold_name(name))

    def need(self, name):
        found = self.find(name)
        if found is None:
            raise Problem("invalid_workspace", f"{self.name} has no {name}")
        return found


class ForeignKey:
    def __init__(self, child, parent, columns, declared, name=None):
        self.child, self.parent, self.columns, self.declared = child, parent, columns, declared
        self.name = name  # in paths, where it is not that of the column
        self.is_tree = self.by_members = False
        self.when, self.where = [], []  # conditions on the child, and on the parent

    @property
    def near(self):
        return [near for near, _ in self.columns]

    def same(self, other):
        return (self.child, self.parent, sorted(self.columns)) == (
            other.child, other.parent, sorted(other.columns))
