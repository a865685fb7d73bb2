"""Random conditions of the random helpdesks."""

from oracle.operators import ALIASES, FIXED_DAYS, OPERATORS
from oracle.related import COMPARISONS, RELATED, UNDER
from random_tables import (
    IN_TREES, KINDS, NUMBERS, REGIONS, STATUSES, TO_ONE, TYPED, WORDS)


class Conditions:
    """`random` decides; `fields` are those that a request may see, None for all; `features` are
    what is asked for, `steps` the relations of each table, and `named` the names of conditions,
    which are for documents.
    """

    def chance(self, probability):
        return self.random.random() < probability

    def maybe(self, value):
        return None if self.chance(0.15) else value

    def anything(self):
        return self.random.choice(
            [
                None,
                *NUMBERS,
                *WORDS,
                {"blob": ""},
                {"blob": "6162"},
                {"text": "610062"},
                {"text": "61ff"},
            ]
        )

    def operand(self, kind):
        pick = self.random.choice
        if self.chance(0.03 if kind in TYPED else 0.1):
            return pick([*WORDS, *NUMBERS, True, False])
        if kind in TYPED:
            return self.types.operand(kind)
        if kind in ("person", "team", "task", "client"):
            number = self.random.randint(1, 9)
            return pick([number, number, number, str(number), float(number)])
        return pick(
            {
                "word": WORDS,
                "number": NUMBERS,
                "status": STATUSES[:5],
                "date": self.dates,
                "region": REGIONS,
                "moment": self.moments,
                "any": WORDS + NUMBERS,
                "many": [7, 8, "7", "vip", "VIP", 7.0, 1, 3],
            }[kind]
        )
    # Conditions

    def path(self, table, depth=2):
        """A field's name, now and then an unknown one, and its kind."""
        if self.chance(0.01):
            return (
                self.random.choice(["nonsense", "tasks.title", "rowid", "owner.nonsense"]),
                "word",
            )
        steps = [
            s for s, far in self.steps[table].items()
            if self.fields is None or far in self.fields]
        if depth and steps and self.chance(0.15):
            step = self.random.choice(steps)
            rest, kind = self.path(self.steps[table][step], depth - 1)
            return f"{step}.{rest}", kind
        names = list(KINDS[table])
        if self.fields and self.fields.get(table):
            names = self.fields[table]
        name = self.random.choice(names)
        kind = KINDS[table][name]
        return (name.upper() if self.chance(0.05) else name), kind

    def reference(self, takes):
        names = [
            "id_user",
            "name",
            "email",
            "seat",
            "user_type",
            "profile",
            "now",
            "today",
            "attributes.number",
            "attributes.word",
            "attributes.gone",
            "attributes.typed",
        ]
        if takes in ("list", "pair"):
            names = [
                "teams",
                "teams",
                "attributes.list",
                "attributes.gone",
                "attributes.none",
                "attributes.word",
            ]
        if takes == "days":
            names = ["attributes.number", "attributes.gone"]
        if takes == "scalar or null":
            names.append("teams")
        return "me" if self.chance(0.01) else self.random.choice(names)

    def condition(self, table, depth=3):
        if self.in_document and self.named.get(table) and self.chance(0.15):
            return {"condition": self.random.choice(self.named[table])}
        if depth and self.chance(0.3):
            kind = self.random.choice(["or", "and", "not"])
            if kind == "not":
                return {"not": self.condition(table, depth - 1)}
            return {
                kind: [self.condition(table, depth - 1) for _ in range(self.random.randint(1, 3))]
            }
        others = [self.related] * 3 + [self.compared] * 2 + [self.under] * 2
        if depth and self.chance(0.15):
            return self.random.choice(others)(table, depth - 1)
        name, kind = self.path(table)
        choices = list(OPERATORS) + ["!=", "not in", "not like", "not between", "is not null"]
        if kind in ("many", "members") and not self.chance(0.03):
            choices = [
                "==",
                "!=",
                "in",
                "not in",
                "is empty",
                "is not empty",
                "is null",
                "is not null",
            ]
        elif kind in ("flag", "decimal", "time") and not self.chance(0.03):
            choices = [c for c in choices if OPERATORS[c][0] not in ("text", "days")]
        elif kind in ("date", "moment", "instant") and self.chance(0.4):
            choices = ["last days", "next days", *FIXED_DAYS]
        operator = self.random.choice(choices)
        result = {"field": name, "operator": operator}
        if operator in FIXED_DAYS:
            return result
        takes = OPERATORS[operator][0]
        if operator in ALIASES and ALIASES[operator] and self.chance(0.1):
            result["operator"] = self.random.choice(ALIASES[operator])
        if operator == "==" and self.chance(0.3):
            del result["operator"]
        if takes == "nothing":
            return result
        if self.chance(0.15):
            return {**result, "reference": self.reference(takes)}
        return {**result, "value": self.value(takes, kind)}

    def related(self, table, depth):
        """Conditions on one and the same related record."""
        pick = self.random.choice
        path, far = [], table
        while not path or self.chance(0.2):
            steps = [s for s, to in self.steps[far].items() if not self.fields or to in self.fields]
            if not steps:
                break
            path.append(pick(steps))
            far = self.steps[far][path[-1]]
        name = ".".join(path) if path and not self.chance(0.02) else "nonsense"
        operator = pick(RELATED)
        # A profile with nothing in "where" would be invalid.
        count = pick([1, 1, 2, 2, 3]) if self.fields is None else pick([0, 1, 1, 1, 2, 2, 2, 3])
        return {
            "field": name.upper() if self.chance(0.05) else name,
            "operator": operator.upper() if self.chance(0.1) else operator,
            "where": [self.condition(far, depth) for _ in range(count)],
        }

    def compared(self, table, depth):
        """A comparison with another field, mostly of the same kind."""
        (left, kind), (right, other) = self.path_to_one(table), self.path_to_one(table)
        tries = 0
        while not self.alike(kind, other) and not self.chance(0.03) and tries < 20:
            (left, kind), (right, other) = self.path_to_one(table), self.path_to_one(table)
            tries += 1
        result = {"field": left, "operator": self.random.choice(COMPARISONS), "other_field": right}
        if result["operator"] == "==" and self.chance(0.3):
            del result["operator"]
        return result

    @staticmethod
    def alike(left, right):
        if "many" in (left, right) or "members" in (left, right):
            return False
        dates = ("date", "instant", "moment")
        return left == right or (left in dates and right in dates)

    def path_to_one(self, table):
        """As `path`, but by steps that lead to one record."""
        if self.chance(0.03):
            return self.path(table)
        steps = self.steps_to_one(table)
        if steps and self.chance(0.25):
            step = self.random.choice(steps)
            rest, kind = self.path_to_one(self.steps[table][step])
            return f"{step}.{rest}", kind
        return self.path(table, depth=0)

    def steps_to_one(self, table):
        """The relations in sight that lead to one record."""
        return [
            step for step in [*TO_ONE.get(table, ()), *self.named_steps.get(table, ())]
            if not self.fields or self.steps[table][step] in self.fields]

    def under(self, table, depth):
        """A place in a tree."""
        pick = self.random.choice
        fields = [name for name in IN_TREES.get(table, ()) if self.in_sight(table, name)]
        name = pick(fields) if fields else None
        if name is None or self.chance(0.05):
            name, kind = self.path(table)
        else:
            kind = KINDS[table][name]
        result = {"field": name, "operator": pick(list(UNDER))}
        if self.chance(0.2):
            return {**result, "reference": self.reference(pick(["list", "scalar or null"]))}
        values = [self.operand(kind) for _ in range(pick([0, 1, 2, 3]))]
        value = self.operand(kind)
        return {**result, "value": pick([1 if value is None else value, values])}

    def in_sight(self, table, name):
        """Whether the tree that a field leads to is visible."""
        tree = self.steps[table][name]
        return not self.fields or all(
            field in self.fields.get(of, ())
            for of, field in ((table, name), (tree, IN_TREES[tree][0])))

    def value(self, takes, kind):
        if self.chance(0.01):
            return self.random.choice([[1], {"a": 1}, None, "", 5, [None, 1], []])
        if takes == "list":
            if self.chance(0.1):
                return self.random.choice(["1,2,3", "Done, To do", "", "a", "7 ,vip"])
            values = [self.operand(kind) for _ in range(self.random.choice([0, 1, 2, 3, 5]))]
            return [None if self.chance(0.05) else value for value in values]
        if takes == "pair":
            low, high = self.operand(kind), self.operand(kind)
            if type(low) is type(high) and low is not None and low > high and not self.chance(0.1):
                low, high = high, low
            return [0 if low is None else low, 0 if high is None else high]
        if takes == "text":
            value = self.random.choice(
                [w for w in WORDS if len(w) < 3] + ["nvo", "Do", "2026-11", "22"]
            )
            return value
        if takes == "days":
            return self.random.choice([0, 1, 2, 7, 30, 365])
        value = self.operand(kind)
        if value is None and takes != "scalar or null":
            return 1
        return None if takes == "scalar or null" and self.chance(0.05) else value
