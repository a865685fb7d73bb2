"""Profiles, and what their users may see: which tables, which fields, which records."""

from . import documents
from .binding import Binder, is_never_a_number
from .conditions import Group, StoredTest, Test, everything
from .paths import fold_name, resolve
from .problem import Problem
from .reader import Reader
from .types import UUID
from .values import sqlite_value

FLAGS = ("manage_users", "create_table", "create_dashboard")
# Whether a grant gives each right where it says nothing.
RIGHTS = {"can_create": False, "can_edit": True, "can_delete": False, "manage_structure": False,
          "create_comment": True}
ITEM_TYPES = ("object", "board", "dashboard", "page")


class Grant:
    """One entry of tables_enabled, for whichever table."""

    def __init__(self, document, named):
        self.data, self.edit_data, self.delete_data = [], [], []
        self.excluded, self.readonly, self.presets = [], [], []
        self.rights, self.keep_in_scope = dict(RIGHTS), None
        if document == "*" or "*" in need(document, dict):
            self.rights = dict.fromkeys(RIGHTS, True)
        if document == "*":
            return
        reader = Reader(in_profile=True, named=named)
        for key, value in document.items():
            if key == "*":
                if value != "*":
                    raise Problem("invalid_value", "*")
            elif key in ("data", "edit_data", "delete_data"):
                setattr(self, key, [reader.read(node) for node in need(value, list)])
            elif key == "fields_excluded":
                self.excluded = strings(value)
            elif key == "fields_readonly":
                self.readonly = strings(value)
            elif key == "presets":
                self.presets = [
                    Preset(name, about) for name, about in need(value, dict).items()]
            elif key == "keep_in_scope":
                self.keep_in_scope = flag(value)
            elif key in RIGHTS:
                self.rights[key] = flag(value)
            else:
                raise Problem("unknown_key", key)


class Preset:
    """What a field holds in a new record."""

    def __init__(self, name, about):
        if len(need(about, dict)) != 1 or not set(about) <= {"value", "reference"}:
            raise Problem("invalid_value", name)
        self.name, self.value, self.reference = name, about.get("value"), None
        if "reference" in about:
            self.reference = Reader(in_profile=True).reference(about["reference"], "key")


class TableGrant:
    """A grant for one table, with its fields looked up."""

    def __init__(self, grant, table):
        def resolved(trees):
            return [tree.resolved_in(table, everything) for tree in trees]

        self.conditions = resolved(grant.data)
        # Which of the reached records may be edited, and deleted.
        self.editable, self.deletable = resolved(grant.edit_data), resolved(grant.delete_data)
        self.excluded = [self.field(table, name) for name in grant.excluded]
        self.readonly = {self.field(table, name) for name in grant.readonly}
        self.presets = {self.field(table, preset.name): preset for preset in grant.presets}
        for index in self.presets:
            if table.fields[index].leads_nowhere or table.fields[index].is_dead:
                raise Problem("unusable_relation", table.fields[index].name)
        self.rights, self.keep_in_scope = grant.rights, grant.keep_in_scope

    @staticmethod
    def field(table, name):
        index = table.find(name)
        if index is None:
            raise Problem("unknown_field", name)
        return index


class Profile:
    """A profile checked against a schema.

    An invalid document denies everything. A grant that does not fit its table (a field that is
    missing, an operator that the field does not take) denies that table. Both are the problem
    `invalid_profile`.
    """

    def __init__(self, document, schema):
        self.schema = schema
        try:
            if isinstance(document, (str, bytes)):
                text = document.encode() if isinstance(document, str) else document
                document = documents.read(text)
            self.read(document)
        except Problem as problem:
            raise Problem("invalid_profile", f"{problem.code}: {problem.message}") from None

    def read(self, document):
        need(document, dict)
        enabled = {}
        self.disabled = set()
        for key, value in document.items():
            if key in FLAGS:
                flag(value)
            elif key == "tables_enabled":
                for name, grant in need(value, dict).items():
                    if fold_name(name) in enabled:
                        raise Problem("repeated_name", name)
                    enabled[fold_name(name)] = Grant(grant, self.schema.named)
            elif key == "tables_disabled":
                self.disabled = {fold_name(name) for name in strings(value)}
            elif key in ("pages_enabled", "dashboards_enabled"):
                if any(grant != "*" for grant in need(value, dict).values()):
                    raise Problem("invalid_value", key)
            elif key in ("pages_disabled", "dashboards_disabled"):
                strings(value)
            elif key == "default_tabs":
                for section in need(value, list):
                    self.section(section)
            elif key in ("channel_read_only", "direct_message_users", "direct_message_profiles"):
                if any(type(v) not in (str, int) for v in need(value, list)):
                    raise Problem("invalid_value", key)
            else:
                raise Problem("unknown_key", key)
        self.grants, self.faulty = {}, set()
        for name, table in self.schema.tables.items():
            grant = enabled.get(name, enabled.get(b"*"))
            if grant is not None:
                try:
                    self.grants[name] = TableGrant(grant, table)
                except Problem:
                    self.faulty.add(name)
        self.hidden = self.closure()

    @staticmethod
    def section(section):
        for key in need(section, dict):
            if key not in ("id", "label", "items"):
                raise Problem("unknown_key", key)
        for item in need(section.get("items", []), list):
            if set(need(item, dict)) - {"object", "label", "type"}:
                raise Problem("unknown_key", "item")
            if item.get("type") not in ITEM_TYPES:
                raise Problem("invalid_value", "type")

    def closure(self):
        """The excluded fields, and every field that derives from one of them.

        Views show nothing of a disabled table, nor of a table whose grant does not fit it, since
        the fields that grant meant to exclude are unknown.
        """
        hidden = {
            (name, index) for name, grant in self.grants.items() for index in grant.excluded}
        hidden |= {
            (name, index)
            for name, table in self.schema.tables.items()
            if name in self.disabled | self.faulty or table.is_denied
            for index in range(len(self.schema.tables[name].fields))}
        # Members are shown as they are stored, so that none may be out of the workspace's reach.
        hidden |= {
            (name, index)
            for name, table in self.schema.tables.items()
            for index, field in enumerate(table.fields)
            if field.is_dead or (field.link is not None and field.link_table.is_restricted)}
        while True:
            more = {
                (name, index)
                for name, table in self.schema.tables.items()
                for index, field in enumerate(table.fields)
                if (name, index) not in hidden
                and any(
                    (t, self.schema.tables[t].find(f.decode())) in hidden for t, f in field.origins
                )
            }
            if not more:
                return hidden
            hidden |= more


def need(value, kind):
    if not isinstance(value, kind):
        raise Problem("invalid_value", f"not a {kind.__name__}")
    return value


def flag(value):
    if not isinstance(value, (bool, int)) or value not in (0, 1):
        raise Problem("invalid_value", "a flag is 0, 1, false or true")
    return bool(value)


def strings(value):
    if any(not isinstance(item, str) for item in need(value, list)):
        raise Problem("invalid_value", "a list of names")
    return value


class Access:
    """One user with one profile at one time."""

    def __init__(self, schema, profile, user, clock):
        self.schema, self.profile, self.user, self.clock = schema, profile, user, clock
        self._reached, self._existing = {}, {}

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

    def reached(self, table):
        """The records in the user's own scope."""
        name = fold_name(table.name)
        if name not in self._reached:
            holds = self.rule([*self.profile.grants[name].conditions, *self.limit(table)])
            self._reached[name] = [row for row in self.existing(table) if holds(row)]
        return self._reached[name]

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
