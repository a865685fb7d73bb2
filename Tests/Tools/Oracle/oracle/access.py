"""What the user of a profile may see: which tables, which fields, which records."""

from .binding import Binder, is_never_a_number
from .conditions import Group, StoredTest, Test, everything
from .paths import fold_name, resolve
from .problem import Problem
from .types import UUID
from .values import sqlite_value


class Access:
    """One user with one profile at one time."""

    # Whether a field may be hidden in some records alone.
    hides_by_record = False

    def __init__(self, schema, profile, user, clock):
        self.schema, self.profile, self.user, self.clock = schema, profile, user, clock
        self._reached, self._existing, self._ids = {}, {}, {}

    def table(self, name):
        """The table of this name, if the user reaches it."""
        table = self.schema.find(name)
        if table is None or not self.enabled(table):
            return None
        if table.is_denied:
            raise Problem("invalid_workspace", name)
        if fold_name(table.name) in self.profile.faulty:
            raise Problem("invalid_profile", name)
        if not self.has(table):
            return None
        try:
            self.reached(table)
        except Problem as problem:
            raise Problem("invalid_profile", f"{problem.code}: {problem.message}") from None
        return table

    def denies_missing(self, name):
        """Whether a table that does not exist is denied as those are that a misspelt disabled name
        may mean: else it would show which tables there are.
        """
        return self.profile is not None and denies_missing([self.profile], name)

    def enabled(self, table):
        name = fold_name(table.name)
        return (self.profile is not None
                and (name in self.profile.grants or name in self.profile.faulty)
                and name not in self.profile.disabled and b"*" not in self.profile.disabled)

    def has(self, table):
        """A view without visible fields does not exist: its number of records may give away what is
        hidden.
        """
        name = fold_name(table.name)
        return (
            self.enabled(table)
            and not table.is_denied
            and name not in self.profile.faulty
            and not (
                table.is_view
                and all((name, i) in self.profile.hidden for i in range(len(table.fields)))
            )
        )

    def sees(self, table, index):
        return self.has(table) and (fold_name(table.name), index) not in self.profile.hidden

    def visible(self, table):
        return [i for i in range(len(table.fields)) if self.sees(table, i)]

    def givers(self, table):
        """The accesses that each give records of a table: those of the user's profiles."""
        return [self]

    def grant(self, table):
        return self.profile.grants[fold_name(table.name)]

    def shows(self, table, row, index):
        """Whether a field is visible in a record."""
        return self.sees(table, index)

    def value_of(self, table, index):
        """A function from a record to a field's value; None where it is hidden."""
        return lambda row: row[index]

    def reached(self, table):
        """The records in the user's own scope."""
        name = fold_name(table.name)
        if name not in self._reached:
            holds = self.rule([*self.profile.grants[name].conditions, *self.limit(table)])
            self._reached[name] = [row for row in self.existing(table) if holds(row)]
        return self._reached[name]

    def reaches(self, table, row):
        if table.name not in self._ids:
            self._ids[table.name] = set(map(id, self.reached_or_none(table)))
        return id(row) in self._ids[table.name]

    def rule(self, conditions):
        """Whether a profile's own conditions hold of a record; they see every related record that
        satisfies the workspace's condition of every table.
        """
        binder = Binder(self.user, self.clock, self.existing, self.is_certain)
        holds = binder.bind(Group("and", conditions))
        return lambda row: holds(row) is True

    def allows(self, conditions, row):
        """Whether a record may be edited, or deleted; not if a condition does not fit the user."""
        try:
            return self.rule(conditions)(row)
        except Problem:
            return False

    def existing(self, table):
        """The records that satisfy the workspace's condition of every table, which itself sees all
        records; none where it has a reference that does not fit the user.
        """
        name = fold_name(table.name)
        if name not in self._existing:
            rows = table.rows if self.is_certain(table) else []
            if table.everywhere and rows:
                binder = Binder(self.user, self.clock, lambda table: table.rows)
                holds = binder.bind(Group("and", table.everywhere))
                rows = [row for row in rows if holds(row) is True]
            self._existing[name] = rows
        return self._existing[name]

    def is_certain(self, table):
        """Whether all references of the condition of every table have values that fit."""
        binder = Binder(self.user, self.clock, lambda table: table.rows)
        try:
            binder.bind(Group("and", table.everywhere))
        except Problem:
            return False
        return binder.unknown_leaves == 0

    def limit(self, table):
        """What the user type takes away before the profile does."""
        kind = self.user.get("user_type")
        if kind in (None, "admin"):
            return []
        invitations = [
            i
            for i in self.user.get("invitations", [])
            if fold_name(i["table"]) == fold_name(table.name)
        ]
        reached = [
            self.record(table, i["record"]) for i in invitations if "record" in i and sees(i)
        ]
        if kind == "user" or any("record" not in i and sees(i) for i in invitations):
            reached += self.own(table)
        return [Group("or", reached)]

    def own(self, table):
        """The tests of a user's own records and, but for a guest, those of their teams."""
        reached = []
        if leads(table, table.owner_field):
            steps, last, field = resolve(table, table.owner_field, everything)
            test = Test("", "==", None, "id_user")
            reached.append(test.resolved(steps, last, field))
        if self.user.get("user_type") == "user" and leads(table, table.team_field):
            steps, last, field = resolve(table, table.team_field, everything)
            teams = [sqlite_value(team) for team in self.user.get("teams", [])]
            teams = [team for team in teams if may_hold(field, team)]
            reached.append(Test("", "in", teams).resolved(steps, last, field))
        return reached

    @staticmethod
    def record(table, key):
        """The one record that an invitation names, by what is stored, but for UUIDs; none if the
        key does not fit the table.
        """
        key = key if isinstance(key, list) else [key]
        if not key or len(key) != len(table.primary_key):
            return Group("or", [])
        fields = [table.fields[index] for index in table.primary_key]
        if any(is_never_a_number(sqlite_value(v), f) for f, v in zip(fields, key)):
            return Group("or", [])
        try:
            tests = []
            for field, value in zip(fields, key):
                kind = Test if isinstance(field.kind, UUID) else StoredTest
                tests.append(kind("", "==", sqlite_value(value)).resolved([], table, field))
            return Group("and", tests)
        except Problem:
            # The key is no UUID.
            return Group("or", [])

    def related(self):
        """A request sees the related records in the user's scope of their table."""
        return Binder(self.user, self.clock, self.reached_or_none)

    def reached_or_none(self, table):
        """If a rule does not fit the user (a list for a scalar operator), no record is reached."""
        try:
            return self.reached(table)
        except Problem:
            return []


def denies_missing(profiles, name):
    name = fold_name(name)
    return (any(p.has_doubts and name not in p.enabled for p in profiles)
            and any(b"*" in p.enabled and name not in p.enabled for p in profiles))


def may_hold(field, identifier):
    """Whether the field's type has a value for an id; a team that it has none for has no records.
    """
    if is_never_a_number(identifier, field):
        return False
    try:
        Test("", "==", identifier).check(field)
    except Problem:
        return False
    return True


def leads(table, path):
    """Whether there is a path to an owner or a team: none through a denied table."""
    try:
        return path is not None and bool(resolve(table, path, everything))
    except Problem:
        return False


def sees(invitation):
    return invitation.get("mode", "submit_and_edit") != "submit"
