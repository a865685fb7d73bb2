"""Users, their lists and the documents of profiles, where a workspace keeps them in its database."""

from .binding import Binder
from .conditions import Group, everything
from .dates import Clock
from .problem import Problem
from .profiles import Profile
from .reader import Reader
from .schema import in_workspace
from .values import Text, fold
from .zones import zone_named

SEATS = {
    "member": ("member", "membro"),
    "no_code": ("no_code", "business", "construtor"),
    "developer": ("developer", "low_code", "desenvolvedor")}
USER_TYPES = {
    "admin": ("admin", "administrador"),
    "user": ("user", "usuário"),
    "guest": ("guest", "convidado")}
PROPERTIES = ("name", "email", "profile", "seat", "user_type", "time_zone")
LISTS = {"teams": "team", "profiles": "profile"}


def is_stored(about):
    """Whether a workspace's "users" or "profiles" are rows of a table."""
    return isinstance(about, dict) and isinstance(about.get("table"), str)


class Rows:
    """Rows of a table, of which some count."""

    def __init__(self, schema, about, columns):
        with in_workspace():
            self.table = schema.need(about["table"])
            self.columns = {key: self.table.need(about[key]) for key in columns if key in about}
            trees = Reader(True, schema.named).parts(about, "where") if "where" in about else []
            self.trees = [tree.resolved_in(self.table, everything) for tree in trees]
            if self.table.is_denied:
                raise Problem("invalid_workspace", about["table"])

    def counting(self, user, clock):
        """The rows that satisfy the conditions, the workspace's own for every table among them."""
        binder = Binder(user, clock, lambda table: table.rows)
        holds = binder.bind(Group("and", [*self.trees, *self.table.everywhere]))
        return [row for row in self.table.rows if holds(row) is True]

    def of(self, user, clock):
        """The rows of a user: those whose column holds the id."""
        at = self.columns["user"]
        return [row for row in self.counting(user, clock) if is_id(row[at], user["id_user"])]


class StoredUsers:
    def __init__(self, schema, about):
        self.schema, self.about = schema, about
        self.rows = Rows(schema, about, ["id_user", *PROPERTIES])
        self.lists = {
            key: Rows(schema, about[key], ["user", column])
            for key, column in LISTS.items() if key in about}
        self.scalars, self.list_attributes = {}, {}
        for name, column in about.get("attributes", {}).items():
            if isinstance(column, str):
                with in_workspace():
                    self.scalars[name] = self.rows.table.need(column)
            else:
                self.list_attributes[name] = Rows(schema, column, ["user", "value"])

    def user(self, asked, now, time_zone):
        """The user with exactly this id, or else with exactly this name, as users.json has them."""
        clock = Clock(now, time_zone)
        counting = self.rows.counting({}, clock)
        at = self.rows.columns["id_user"]
        rows = [row for row in counting if is_id(row[at], asked)]
        if not rows and isinstance(asked, str) and "name" in self.rows.columns:
            name = self.rows.columns["name"]
            named = [row for row in counting if text_of(row[name]) == asked]
            if len(named) == 1:
                if as_id(named[0][at]) is None:
                    raise Problem("invalid_user", "an id that is none")
                # Another row may have the same id.
                rows = [row for row in counting if is_id(row[at], as_id(named[0][at]))]
        if len(rows) != 1:
            raise Problem("unknown_user", str(asked))
        return self.complete(rows[0], now, time_zone)

    def complete(self, row, now, time_zone):
        user = {"id_user": as_id(row[self.rows.columns["id_user"]]), "attributes": {}}
        if user["id_user"] in (None, ""):
            raise Problem("invalid_user", "an id that is none")
        for key in PROPERTIES:
            stored = row[self.rows.columns[key]] if key in self.rows.columns else None
            if stored is None:
                continue
            user[key] = text_of(stored)
            if user[key] is None:
                raise Problem("invalid_user", key)
        user["seat"] = known(SEATS, user, "seat")
        user["user_type"] = known(USER_TYPES, user, "user_type")
        if "time_zone" in user:
            try:
                zone_named(user["time_zone"])
            except (Problem, ValueError, KeyError):
                raise Problem("invalid_user", "time_zone") from None
        clock = Clock(now, user.get("time_zone", time_zone))
        for name, index in self.scalars.items():
            user["attributes"][name] = attribute(row[index])
        for name, rows in self.list_attributes.items():
            value = rows.columns["value"]
            user["attributes"][name] = [
                attribute(found[value]) for found in rows.of(user, clock)]
        found = {key: [] for key in LISTS}
        for key, rows in self.lists.items():
            at = rows.columns[LISTS[key]]
            for one in rows.of(user, clock):
                if as_id(one[at]) in (None, ""):
                    raise Problem("invalid_user", key)
                found[key].append(as_id(one[at]))
        user["teams"] = found["teams"]
        first = [user.pop("profile")] if "profile" in user else []
        others = sorted({str(name) for name in found["profiles"]} - set(first), key=str.encode)
        user["profiles"] = first + others
        return user


class StoredProfiles:
    def __init__(self, schema, about):
        self.schema = schema
        self.rows = Rows(schema, about, ["name", "document"])

    def profile(self, name, now, time_zone):
        counting = self.rows.counting({}, Clock(now, time_zone))
        at, document = self.rows.columns["name"], self.rows.columns["document"]
        found = [row[document] for row in counting if text_of(row[at]) == name]
        if len(found) != 1 or type(found[0]) is not Text:
            raise Problem("invalid_profile", name)
        return Profile(bytes(found[0]), self.schema)


def text_of(stored):
    """A text, or a whole number as one; None for what is neither."""
    if type(stored) is Text:
        try:
            return stored.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return str(stored) if type(stored) is int else None


def as_id(stored):
    return stored if type(stored) is int else text_of(stored)


def is_id(stored, asked):
    """7 and "7" are one id; 7.0 is none, and whoever asks for 7 is told so."""
    if type(stored) is float:
        return type(asked) is int and stored == asked
    found = as_id(stored)
    return found is not None and str(found) == str(asked)


def attribute(stored):
    """As JSON has it: a blob is no value that a user can have."""
    return stored if isinstance(stored, (int, float)) or stored is None else text_of(stored)


def known(names, user, key):
    """The name of what exists under one of its names, whatever their case in ASCII letters."""
    if key not in user:
        return None
    for name, aliases in names.items():
        if fold(user[key].encode()) in [alias.encode() for alias in aliases]:
            return name
    raise Problem("invalid_user", key)
