"""A user with several profiles. What one gives, the user has; what one disables is gone for all.

A record is reached if one profile reaches it, and a field is visible in it if one profile both
reaches it and shows the field.
"""

from .access import Access, denies_missing
from .binding import Binder
from .problem import Problem


def access_of(schema, user, profile_of, clock):
    """The access of a user; `profile_of(name)` gives a checked profile, or raises a problem, which
    denies everything.
    """
    if not user.get("profiles"):
        name = user.get("profile")
        return Access(schema, None if name is None else profile_of(name), user, clock)
    return SeveralAccess(schema, [profile_of(name) for name in user["profiles"]], user, clock)


def table_of(access, name):
    """The table of this name, if the user reaches it; else raises the problem."""
    table = access.table(name)
    if table is None:
        code = "invalid_profile" if access.denies_missing(name) else "unknown_table"
        raise Problem(code, name)
    return table


class SeveralAccess:
    """The union of accesses; see `Access`."""

    hides_by_record = True

    def __init__(self, schema, profiles, user, clock):
        self.schema, self.user, self.clock = schema, user, clock
        self.profiles = profiles
        disabled = set().union(*(profile.disabled for profile in profiles))
        doubtful = set().union(*(profile.doubtful for profile in profiles))
        self.parts = [
            Access(schema, profile.without(disabled, doubtful), user, clock)
            for profile in profiles]
        # What does not depend on a profile.
        self.rule, self.allows = self.parts[0].rule, self.parts[0].allows
        self.is_certain, self.own = self.parts[0].is_certain, self.parts[0].own
        self.record = self.parts[0].record
        self._givers, self._reached, self._shown = {}, {}, {}

    def denies_missing(self, name):
        return denies_missing(self.profiles, name)

    def table(self, name):
        table = self.schema.find(name)
        if table is None or not any(part.enabled(table) for part in self.parts):
            return None
        found, problem = None, None
        for part in self.parts:
            try:
                found = part.table(name) or found
            except Problem as one:
                problem = problem or one
        if found is None and problem is not None:
            raise problem
        return found

    def givers(self, table):
        """A profile with a mistake that concerns a table gives nothing of it."""
        if table.name not in self._givers:
            having = [part for part in self.parts if part.has(table)]
            fitting = [part for part in having if fits(part, table)]
            # If the only profile has a rule that does not fit the user, the fields are known and no
            # record is reached.
            self._givers[table.name] = fitting or (having if len(self.parts) == 1 else [])
        return self._givers[table.name]

    def has(self, table):
        return bool(self.givers(table))

    def sees(self, table, index):
        return any(part.sees(table, index) for part in self.givers(table))

    def visible(self, table):
        return [i for i in range(len(table.fields)) if self.sees(table, i)]

    def reached(self, table):
        if table.name not in self._reached:
            ids = {id(row) for part in self.givers(table) for row in part.reached(table)}
            self._reached[table.name] = [row for row in table.rows if id(row) in ids]
        return self._reached[table.name]

    def reached_or_none(self, table):
        try:
            return self.reached(table)
        except Problem:
            return []

    def reaches(self, table, row):
        return any(part.reaches(table, row) for part in self.givers(table))

    def shows(self, table, row, index):
        if table.name not in self._shown:
            shown = self._shown[table.name] = {}
            for part in self.givers(table):
                visible = part.visible(table)
                for reached in part.reached_or_none(table):
                    shown.setdefault(id(reached), set()).update(visible)
        return index in self._shown[table.name].get(id(row), ())

    def value_of(self, table, index):
        return lambda row: row[index] if self.shows(table, row, index) else None

    def related(self):
        return Binder(self.user, self.clock, self.reached_or_none, shows=self.shows)


def fits(part, table):
    try:
        part.reached(table)
    except Problem:
        return False
    return True
