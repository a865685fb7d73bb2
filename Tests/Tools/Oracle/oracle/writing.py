"""Whether a user may create, edit or delete a record, and what is stored then.

An act is `{"create": table, "set": {…}}`, `{"edit": table, "key": […], "set": {…}}` or
`{"delete": table, "key": […]}`. The database is a copy that the act may change: the record is
judged by what it is before, and, to keep it in scope, by what it is after.
"""

import json

from .access import sees
from .conditions import Group
from .paths import fold_name
from .problem import Problem
from .profiles import Profile
from .schema import quoted
from .several import access_of, table_of
from .values import Text, order_key, sqlite_value

ACTS = ("create", "edit", "delete")


class Writer:
    """`schema_of(connection)` reads a database with the declarations of its workspace,
    `document_of(name)` gives a profile.
    """

    def __init__(self, connection, schema_of, document_of, user, clock):
        self.connection, self.schema_of = connection, schema_of
        self.document_of, self.user, self.clock = document_of, user, clock

    def access(self):
        """As the database is now."""
        schema = self.schema_of(self.connection)
        return access_of(
            schema, self.user, lambda name: Profile(self.document_of(name), schema), self.clock)

    def run(self, act):
        """The record as it is stored afterwards, by column; None if there is none any more."""
        kind = next(kind for kind in ACTS if kind in act)
        access = self.access()
        return getattr(self, kind)(access, table_of(access, act[kind]), act)

    def create(self, access, table, act):
        """By the first of the user's profiles that gives the new record with its presets."""
        givers = giving(access, table, "can_create")
        if not givers or not may_create(access, table):
            raise Problem("denied", "create")
        problem = None
        for number, part in enumerate(givers):
            self.connection.execute("SAVEPOINT act")
            try:
                return self.created(access, number, part.grant(table).presets, table, act)
            except Problem as one:
                problem = problem or one
                self.connection.execute("ROLLBACK TO act")
        raise problem

    def created(self, access, number, presets, table, act):
        """Each field is given by a profile that gives the new record too, with its own presets."""
        given = written(access, table, act["set"], lambda index: any(
            may_write(part, table, index) for part in access.givers(table)))
        presets = {i: preset_value(access, preset) for i, preset in presets.items()}
        values = {**presets, **given}
        if not same_values(presets, values):
            raise Problem("readonly_field", "another value than the preset")
        columns = ", ".join(quoted(table.fields[index].name) for index in values)
        marks = ", ".join("?" for _ in values)
        self.connection.execute(
            f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})",
            [bound(value) for value in values.values()])
        key = [value_of(values[index]) for index in table.primary_key]
        access, table, row = self.after(table, key, is_whole=True)
        givers = giving(access, table, "can_create")
        carriers = [part for part in givers if gives_new(part, table, row, values)]
        if givers[number] not in carriers or not all(
                any(may_write(part, table, index) for part in carriers) for index in given):
            raise Problem("out_of_scope", table.name)
        return stored(table, row)

    def edit(self, access, table, act):
        if not giving(access, table, "can_edit") or not edits_any(access, table):
            raise Problem("denied", "edit")
        row = self.found(access, table, act)
        parts = editors(access, table, row)
        if not parts:
            raise Problem("denied", "edit")

        def writers(index):
            return [part for part in parts if may_write(part, table, index)]

        values = written(access, table, act["set"], writers)
        columns = ", ".join(f"{quoted(table.fields[index].name)} = ?" for index in values)
        key = [row[index] for index in table.primary_key]
        self.connection.execute(
            f"UPDATE {quoted(table.name)} SET {columns} WHERE {self.by_key(table)}",
            [*map(bound, values.values()), *map(bound, key)])
        key = [value_of(values.get(i, part)) for i, part in zip(table.primary_key, key)]
        # Each field may be written by a profile that lets the record leave its scope.
        keeps = any(
            all(part.grant(table).keep_in_scope is True for part in writers(index))
            for index in values)
        access, table, row = self.after(table, key, is_whole=keeps)
        if keeps and not any(
                access.rule(part.grant(table).conditions)(row)
                for part in giving(access, table, "can_edit")):
            raise Problem("out_of_scope", table.name)
        return stored(table, row)

    def delete(self, access, table, act):
        givers = giving(access, table, "can_delete")
        if not givers or not may_delete(access):
            raise Problem("denied", "delete")
        row = self.found(access, table, act)
        if not may_delete_record(access, table, row):
            raise Problem("denied", "delete")
        if not any(part.reaches(table, row) and access.allows(part.grant(table).deletable, row)
                   for part in givers):
            raise Problem("denied", "delete_data")
        key = [row[index] for index in table.primary_key]
        self.connection.execute(
            f"DELETE FROM {quoted(table.name)} WHERE {self.by_key(table)}", list(map(bound, key)))

    @staticmethod
    def found(access, table, act):
        """The reached record with a key that is visible in it."""
        key = [sqlite_value(part) for part in act["key"]]
        for row in access.reached(table):
            if [row[index] for index in table.primary_key] == key and all(
                    access.shows(table, row, index) for index in table.primary_key):
                return row
        raise Problem("not_found", str(act["key"]))

    @staticmethod
    def by_key(table):
        names = (quoted(table.fields[index].name) for index in table.primary_key)
        return " AND ".join(f"{name} = ?" for name in names)

    def after(self, table, key, is_whole):
        """The access and the record as they are now. It satisfies the workspace's condition of every
        table, or, if not `is_whole`, the parts that ask for something of the user.
        """
        access = self.access()
        table = access.schema.need(table.name)
        row = next(r for r in table.rows if [r[index] for index in table.primary_key] == key)
        everywhere = [tree for tree in table.everywhere if is_whole or is_of_user(tree)]
        if not access.is_certain(table) or not access.rule(everywhere)(row):
            raise Problem("out_of_scope", table.name)
        return access, table, row


def stored(table, row):
    """A record by column."""
    return {field.name: value for field, value in zip(table.fields, row) if field.link is None}


def is_of_user(tree):
    """Whether a condition compares with what the user has."""
    if getattr(tree, "reference", None) not in (None, "now", "today"):
        return True
    return any(is_of_user(part) for part in getattr(tree, "parts", ()))


def giving(access, table, right):
    """The accesses of the user's profiles that give a right in a table."""
    return [part for part in access.givers(table) if part.grant(table).rights[right]]


def may_write(part, table, index):
    return (part.sees(table, index) and index not in part.grant(table).readonly
            and not table.fields[index].is_generated)


def written(access, table, given, may):
    """The values to write, by the index of their fields; `may(index)` says which may be."""
    values = {}
    for name, value in given.items():
        index = table.find(name)
        if index is None or not access.sees(table, index):
            raise Problem("unknown_field", name)
        if not may(index):
            raise Problem("readonly_field", name)
        values[index] = value
    return values


def gives_new(part, table, row, values):
    """Whether a profile gives a new record: it reaches it, unless it need not, and its presets are
    the values.
    """
    grant = part.grant(table)
    try:
        presets = {i: preset_value(part, preset) for i, preset in grant.presets.items()}
    except Problem:
        return False
    return same_values(presets, values) and (
        grant.keep_in_scope is False or part.rule(grant.conditions)(row))


def same_values(presets, values):
    return all(
        i in values and order_key(value_of(values[i])) == order_key(value_of(value))
        for i, value in presets.items())


def preset_value(access, preset):
    if preset.reference is None:
        return preset.value
    binder = access.related()
    value = binder.value(preset.reference)
    if value is None:
        raise Problem("denied", f"no value of {preset.reference}")
    return value


def value_of(value):
    """What a value of the request is in SQLite; members are a JSON array in one form."""
    if isinstance(value, list):
        value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value if isinstance(value, bytes) else sqlite_value(value)


def bound(value):
    """The value as Python's module for SQLite takes it."""
    value = value_of(value)
    return value.decode() if isinstance(value, Text) else value


# What the user type allows


def may_create(access, table):
    if access.user.get("user_type") != "guest":
        return True
    return any("record" not in i for i in invitations(access, table))


def edits_any(access, table):
    """Whether the user type lets any record be edited."""
    return access.user.get("user_type") != "guest" or any(
        i.get("mode", "submit_and_edit") == "submit_and_edit" for i in invitations(access, table))


def may_edit(access, table, row):
    """A guest edits where an invitation says so: one record, or their own of a table. So does a user,
    beyond their own and their teams' records.
    """
    kind = access.user.get("user_type")
    if kind not in ("user", "guest") or kind == "user" and is_own(access, table, row):
        return True
    for invitation in invitations(access, table):
        if sees(invitation) and invitation.get("mode") != "submit_and_view":
            if "record" not in invitation:
                if kind == "guest":
                    return True
            elif access.rule([access.record(table, invitation["record"])])(row):
                return True
    return False


def may_delete(access):
    return access.user.get("user_type") != "guest"


def may_delete_record(access, table, row):
    """No invitation lets a record be deleted."""
    return access.user.get("user_type") != "user" or is_own(access, table, row)


def is_own(access, table, row):
    """Whether a record is a user's own, or of one of their teams."""
    return access.rule([Group("or", access.own(table))])(row)


def invitations(access, table):
    return [
        i for i in access.user.get("invitations", [])
        if fold_name(i["table"]) == fold_name(table.name)]


def rights(access, table, row):
    """What the user may do with a record that they reach."""
    if table.is_view:
        # It is never written.
        return []
    may = []
    if editors(access, table, row):
        may.append("edit")
    if may_delete(access) and may_delete_record(access, table, row) and any(
            part.reaches(table, row) and access.allows(part.grant(table).deletable, row)
            for part in giving(access, table, "can_delete")):
        may.append("delete")
    return may


def editors(access, table, row):
    """The accesses of the user's profiles that let a record be edited."""
    if table.is_view or not may_edit(access, table, row):
        return []
    return [
        part for part in giving(access, table, "can_edit")
        if part.reaches(table, row) and access.allows(part.grant(table).editable, row)]


def readonly(access, table, row):
    """The visible fields of a record that the user may not write, of a record that may be edited.
    """
    parts = editors(access, table, row)
    return [
        index for index in access.visible(table)
        if access.shows(table, row, index)
        and not any(may_write(part, table, index) for part in parts)]

