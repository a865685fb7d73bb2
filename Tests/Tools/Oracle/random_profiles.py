"""Random profiles of the random helpdesks."""

from random_conditions import Conditions
from random_tables import KEYS, KINDS, TABLES, TYPED, WATCHERS, WORDS, WRITTEN


class Profiles(Conditions):
    """See `World`."""

    def grant(self, table):
        if self.chance(0.25):
            return self.random.choice(["*", {"*": "*"}, {}])
        grant = {"*": "*"} if self.chance(0.2) else {}
        if self.chance(0.5):
            grant["data"] = [
                self.condition(table) for _ in range(self.random.choice([0, 1, 1, 1, 2]))
            ]
        if self.chance(0.5):
            # Ordering without a hidden key may leave ties of texts that compare equal, so only
            # where there are none.
            names = [n for n in KINDS[table] if n not in KEYS[table] or table == WATCHERS]
            grant["fields_excluded"] = self.random.sample(
                names, min(len(names), self.random.choice([0, 1, 1, 2, 3]))
            )
        if self.chance(0.2):
            grant["fields_readonly"] = [self.random.choice(list(KINDS[table]))]
        self.add_acts(grant, table)
        return grant

    def add_acts(self, grant, table):
        for key in ("edit_data", "delete_data"):
            if self.chance(0.4):
                count = self.random.choice([0, 1, 1, 2])
                grant[key] = [self.condition(table) for _ in range(count)]
        for key in ("can_create", "can_edit", "can_delete", "keep_in_scope"):
            if self.chance(0.5):
                grant[key] = self.random.choice([0, 1, True])
        if table in WRITTEN and self.chance(0.3):
            name, values = self.random.choice(list(WRITTEN[table].items()))
            preset = {"value": self.random.choice(values)}
            if values is WORDS and self.chance(0.5):
                preset = {"reference": self.random.choice(["name", "email", "attributes.gone"])}
            grant["presets"] = {name: preset}

    def profile(self):
        tables = TABLES
        if self.chance(0.05):
            return {}
        enabled = {t: self.grant(t) for t in tables if self.chance(0.95)}
        if self.chance(0.3):
            enabled["*"] = "*"
        profile = {"tables_enabled": enabled}
        if self.chance(0.15):
            profile["tables_disabled"] = [
                "nonsense" if self.chance(0.1) else self.random.choice(tables)]
        return profile

    def part(self):
        """A profile that gives some records with some of their fields, of most tables."""
        enabled = {}
        for table in TABLES:
            if self.chance(0.15):
                continue
            grant = {"*": "*"} if self.chance(0.2) else {}
            if self.chance(0.8):
                grant["data"] = [self.some_of(table)]
            names = [n for n in KINDS[table] if n not in KEYS[table] or self.chance(0.3)]
            count = min(len(names), self.random.choice([1, 2, 2, 3, 4]))
            grant["fields_excluded"] = self.random.sample(names, count)
            if self.chance(0.3):
                grant["fields_readonly"] = self.random.sample(list(KINDS[table]), 2)
            self.add_acts(grant, table)
            enabled[table] = grant
        return {"tables_enabled": enabled}

    def some_of(self, table):
        """A condition that mostly holds of some records and not of others."""
        pick = self.random.choice
        if self.chance(0.15):
            return self.condition(table)
        name = pick([n for n, kind in KINDS[table].items() if kind not in ("many", "members")])
        known = table in self.rows and self.rows[table]
        at = list(KINDS[table]).index(name) if known else 0
        value = pick(self.rows[table])[at] if known and at < len(self.rows[table][0]) else None
        if isinstance(value, (int, str)) and KINDS[table][name] not in TYPED and self.chance(0.7):
            numeric = isinstance(value, int) and not isinstance(value, bool)
            operators = ["==", "!=", *([">", "<=", "<="] if numeric else [])]
            return {"field": name, "operator": pick(operators), "value": value}
        return {"field": name, "operator": pick(["is null", "is not null", "is not null"])}
