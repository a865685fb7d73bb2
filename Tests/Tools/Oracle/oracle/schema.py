"""Tables, fields, relations and rows, from a SQLite database and a workspace's declarations."""

import contextlib
import sqlite3

from .conditions import Group, everything
from .declaring import Relations, declare_link, needs_dead
from .members import MANY_TYPES, member_type
from .paths import fold_name, meets_dead, resolve
from .problem import Problem
from .reader import Named, Reader
from .tables import Field, ForeignKey, Table
from .types import declared_type
from .values import BINARY, NOCASE, RTRIM, Text, affinity_of


# What says of a field how it compares.
TYPE_KEYS = {"type", "encoding", "zone", "layout", "form", "case", "ignores_case"}


class Schema:
    def __init__(self, connection, workspace=None, derived=None):
        """`derived` has what SQLite's own tables do not tell: {table: {generated field or view's
        field: [[table, field]]}}.
        """
        connection.text_factory = Text
        workspace = workspace or {}
        self.tables = {}
        self.keys = []
        # Of texts without an offset, and of the request's days.
        self.zone = workspace.get("zone", "UTC")
        self.time_zone = workspace.get("time_zone", "UTC")
        self._read(connection)
        self.named = conditions_by_name(workspace.get("conditions", {}))
        self._declare(workspace)
        for table in self.tables.values():
            table.fill_links()
        self._give_types()
        self.relations.check_conditions()
        self._check_owners()
        self._restrict(workspace.get("everywhere"))
        for table_name, fields in (derived or {}).items():
            table = self.need(table_name)
            for name, origins in fields.items():
                field = table.fields[table.need(name)]
                field.origins = [(fold_name(t), fold_name(f)) for t, f in origins]

    def find(self, name):
        return self.tables.get(fold_name(name))

    def need(self, name):
        found = self.find(name)
        if found is None:
            raise Problem("invalid_workspace", f"no table {name}")
        return found

    # What the database says

    def _read(self, connection):
        listed = connection.execute("PRAGMA main.table_list").fetchall()
        for _, name, kind, _, without_rowid, _ in listed:
            name = name.decode()
            if name.lower().startswith("sqlite_") or kind == b"shadow":
                continue
            table = Table(name, kind == b"view")
            declared = []
            key = []
            columns = connection.execute(f"PRAGMA main.table_xinfo({quoted(name)})").fetchall()
            for _, column, declared_type, not_null, _, position, hidden in columns:
                if hidden == 1:
                    continue
                column, declared_type = column.decode(), (declared_type or b"").decode()
                collation = _collation(connection, name, column)
                if position:
                    key.append((position, len(table.fields), not_null, declared_type))
                declared.append(column)
                table.add(Field(column, affinity_of(declared_type), collation))
                table.fields[-1].is_generated = hidden in (2, 3)
            key.sort()
            table.primary_key = [index for _, index, _, _ in key]
            table.key_is_total = bool(key) and (
                bool(without_rowid)
                or all(not_null for _, _, not_null, _ in key)
                or (len(key) == 1 and key[0][3].upper() == "INTEGER")
            )
            names = ", ".join(quoted(column) for column in declared)
            table.rows = connection.execute(f"SELECT {names} FROM {quoted(name)}").fetchall()
            self.tables[fold_name(name)] = table
        for child in list(self.tables.values()):
            found = {}
            pragma = f"PRAGMA main.foreign_key_list({quoted(child.name)})"
            for number, position, parent, near, far, *_ in connection.execute(pragma).fetchall():
                found.setdefault(number, []).append((position, parent.decode(), near, far))
            for number in sorted(found, reverse=True):
                parts = sorted(found[number])
                parent = self.find(parts[0][1])
                if parent is None:
                    continue
                far = [p[3].decode() if p[3] else None for p in parts]
                if None in far:
                    far = [parent.fields[i].name for i in parent.primary_key]
                near = [child.find(p[2].decode()) for p in parts]
                far = [parent.find(name) for name in far]
                if len(near) == len(far) and None not in near + far:
                    self.keys.append(ForeignKey(child, parent, list(zip(near, far)), False))

    # What the workspace says

    def _declare(self, workspace):
        relations = []
        for table_name, declared in workspace.get("tables", {}).items():
            table = self.need(table_name)
            for name, about in declared.get("fields", {}).items():
                if "link" in about:
                    with in_workspace():
                        declare_link(self, table, name, about)
                    index = table.find(name)
                    if index is None or table.fields[index].is_dead:
                        continue
                else:
                    index = table.need(name)
                    field = table.fields[index]
                    field.about = about
                    if about.get("type") in MANY_TYPES:
                        field.listed = True
                        field.separator = about.get("separator")
                        field.member = member_type(about)
                if "relation" in about:
                    relations.append((table, index, about["relation"]))
            for key in ("owner_field", "team_field"):
                if key in declared:
                    setattr(table, key, declared[key])
        self.relations = Relations(self)
        with in_workspace():
            for declared in relations:
                self.relations.declare(*declared)

    def _give_types(self):
        """Each column its declared type; a key of one column that refers to another field has that
        field's type, unless it is declared as something else.
        """
        for table in self.tables.values():
            for index, field in enumerate(table.fields):
                if not field.many:
                    about = self._about(table, index)
                    field.kind = declared_type(about, field.affinity, field.collation, self.zone)

    def _about(self, table, index, seen=()):
        about = table.fields[index].about
        if about.get("type") not in (None, "user", "relation") or (table, index) in seen:
            return about
        keys = [*self.relations.types, *(k for k in self.relations.keys if not k.declared)]
        abouts = [
            self._about(key.parent, key.columns[0][1], (*seen, (table, index)))
            for key in keys if key.child is table and key.near == [index]]
        types = [{k: v for k, v in a.items() if k in TYPE_KEYS} for a in abouts]
        # Keys of several types are compared as they are stored.
        return abouts[0] if types and all(t == types[0] for t in types) else about

    def _restrict(self, about):
        """The condition of every table. One that does not fit a table denies it."""
        if about is None:
            return
        with in_workspace():
            if set(about) - {"tables", "except", "data"} or not {"tables", "data"} <= set(about):
                raise Problem("unknown_key", "everywhere")
            trees = Reader(True, self.named).parts(about, "data")
            names, exceptions = about["tables"], about.get("except", [])
            if not isinstance(names, list) or not isinstance(exceptions, list):
                raise Problem("wrong_type", "everywhere")
            excepted = {fold_name(self.need(name).name) for name in exceptions}
            listed = [self.need(name) for name in names if name != "*"]
            tables = list(self.tables.values()) if "*" in names else listed
            tables = [table for table in tables if fold_name(table.name) not in excepted]
            for tree in trees:
                # A field that no table has is a mistake.
                if not any(fits(tree, table) or needs_dead(tree, table) for table in tables):
                    raise Problem("unknown_field", "everywhere")
        for table in tables:
            table.is_denied = not all(fits(tree, table) for tree in trees)
            if table.is_denied and table in listed and not any(
                    needs_dead(tree, table) for tree in trees):
                raise Problem("invalid_workspace", table.name)
            if not table.is_denied:
                table.everywhere = [tree.resolved_in(table, everything) for tree in trees]

    def _check_owners(self):
        for table in self.tables.values():
            for key in ("owner_field", "team_field"):
                path = getattr(table, key)
                try:
                    if path is not None:
                        resolve(table, path, everything)
                except Problem:
                    if not meets_dead(table, path, everything):
                        raise Problem("invalid_workspace", f"{table.name} has no {path}") from None
                    # Nobody's.
                    setattr(table, key, None)


def conditions_by_name(about):
    """Named conditions may use each other, but not in a circle."""
    named = {}
    with in_workspace():
        for name, nodes in about.items():
            if not isinstance(nodes, list) or not nodes:
                raise Problem("empty_group", name)
            named[name] = Group("and", Reader(True, named).nested(nodes))

        def check(tree, above):
            if isinstance(tree, Named):
                if tree.name in above or tree.name not in named:
                    raise Problem("unknown_condition", tree.name)
                check(named[tree.name], {*above, tree.name})
            for part in getattr(tree, "parts", ()):
                check(part, above)

        for name, tree in named.items():
            check(tree, {name})
    return named


@contextlib.contextmanager
def in_workspace():
    """Every mistake is one of the workspace, and denies everything."""
    try:
        yield
    except (Problem, TypeError, AttributeError, RecursionError) as problem:
        raise Problem("invalid_workspace", str(problem)) from None


def fits(tree, table):
    try:
        tree.resolved_in(table, everything)
    except Problem:
        return False
    return True


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def _collation(connection, table, column):
    """Python has no access to SQLite's function for this. A UNION tells, as its left side decides
    the collation.
    """

    def distinct(left, right):
        union = (f"SELECT {quoted(column)} FROM {quoted(table)} WHERE 0"
                 f" UNION SELECT '{left}' UNION SELECT '{right}'")
        return connection.execute(f"SELECT count(*) FROM ({union})").fetchone()[0]

    if distinct("a", "A") == 1:
        return NOCASE
    return RTRIM if distinct("a", "a ") == 1 else BINARY


def open_database(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
