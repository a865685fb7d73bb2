"""Profiles: documents, and what they come to with a schema."""

from copy import copy

from . import documents
from .conditions import everything
from .paths import fold_name
from .problem import Problem
from .reader import Reader

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
        self.enabled = enabled
        # A disabled name that no table has may be a misspelt one: any table without an entry of its
        # own may be meant.
        tables = set(self.schema.tables)
        self.has_doubts = bool(self.disabled - {b"*"} - tables)
        self.doubtful = tables - set(enabled) if self.has_doubts else set()
        self.look_up()

    def look_up(self):
        self.grants, self.faulty = {}, set()
        for name, table in self.schema.tables.items():
            grant = self.enabled.get(name, self.enabled.get(b"*"))
            if grant is not None:
                try:
                    self.grants[name] = TableGrant(grant, table)
                except Problem:
                    self.faulty.add(name)
                if name in self.doubtful:
                    self.faulty.add(name)
        self.hidden = self.closure()

    def without(self, disabled, doubtful):
        """The profile with these tables disabled, and mistakes that concern those."""
        profile = copy(self)
        profile.disabled, profile.doubtful = disabled, doubtful
        profile.look_up()
        return profile

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
