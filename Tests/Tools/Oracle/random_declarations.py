"""What the features declare in a random workspace."""

import corpus
from oracle.conditions import everything
from oracle.operators import OPERATORS
from oracle.problem import Problem
from oracle.reader import Reader
from oracle.schema import Schema
from random_tables import (
    BY_MEMBERS, CLIENTS, NOTES, OWNERS, PEOPLE, REGION, TASKS, TEAMS, WATCHERS,
    WORDS)
from random_types import TOKENS


def fits_everyone(node):
    """Whether the operator takes what every user has for the reference."""
    takes = OPERATORS.get(node.get("operator", "=="), (None,))[0]
    return takes in ("scalar", "scalar or null") and node["reference"] in (
        "id_user", "name", "email", "seat", "attributes.gone")


class Declarations:
    def __init__(self, world):
        self.world, self.tables = world, world.workspace["tables"]

    def add(self):
        """Each may use what is there already."""
        if self.world.chance(0.7):
            self.members()
        self.owners()
        self.relations()
        if self.world.chance(0.7):
            self.named()
        if self.world.chance(0.3):
            self.everywhere()

    def about(self, table, field):
        return self.tables.setdefault(table, {}).setdefault("fields", {}).setdefault(field, {})

    def members(self):
        for table, fields in BY_MEMBERS.items():
            for field, far in fields.items():
                self.about(table, field)["relation"] = {"table": far, "field": "id"}
                self.world.steps[table][field] = far

    def owners(self):
        for key, paths in (("owner_field", OWNERS), ("team_field", TEAMS)):
            for table, choices in paths.items():
                if self.world.chance(0.7):
                    self.tables.setdefault(table, {})[key] = self.world.random.choice(choices)

    def relations(self):
        """Conditions of fields of the table itself: on the related record, or on the record."""
        world = self.world
        if world.chance(0.4):
            client = self.about(TASKS, "client")["relation"]
            client["where"] = [self.condition(CLIENTS)]
        if world.chance(0.3):
            where = {"table": PEOPLE, "field": "id", "where": [self.condition(PEOPLE)]}
            self.about(TASKS, "owner")["relation"] = where
        if world.chance(0.3):
            self.about(PEOPLE, "manager")["relation"]["where"] = [self.condition(PEOPLE)]
        if world.chance(0.4):
            when = {"field": "a", "value": world.random.randint(0, 3)}
            self.about(NOTES, "task")["relation"]["when"] = when

        if world.chance(0.4):
            self.several()
        if world.chance(0.15):
            self.unusable()

    def several(self):
        """A field that refers to one of several tables."""
        world = self.world
        whens = [{"field": "b", "value": word} for word in world.random.sample(WORDS, 2)]
        relation = [
            {"table": PEOPLE, "field": "id", "name": "about person", "when": whens[0]},
            {"table": CLIENTS, "field": "id", "name": "about client", "when": whens[1]}]
        if world.chance(0.3):
            relation[1]["where"] = [self.condition(CLIENTS)]
        if world.chance(0.3):
            del relation[0]["when"]
        self.about(NOTES, "a")["relation"] = relation
        world.steps[NOTES].update({"about person": PEOPLE, "about client": CLIENTS})
        world.steps[PEOPLE]["notes"] = world.steps[CLIENTS]["notes"] = NOTES
        world.named_steps[NOTES] = ["about person", "about client"]

    def unusable(self):
        """A relation or a link that does not fit the database."""
        world = self.world
        fields = [
            about for table in self.tables.values() for about in table.get("fields", {}).values()
            if "relation" in about or "link" in about]
        about = world.random.choice(fields)
        if "link" in about and world.chance(0.5):
            about["link"] = {**about["link"], "member": "gone"}
        elif "relation" in about:
            relation = about["relation"]
            if isinstance(relation, list):
                relation = world.random.choice(relation)
            relation.update(world.random.choice([
                {"table": "gone"}, {"field": "gone"}, {"where": [{"condition": "gone"}]},
                {"where": [{"field": "gone", "value": 1}]}, {"when": {"field": "gone", "value": 1}}]))

    def named(self):
        world = self.world
        for number in range(6):
            table = world.random.choice([TASKS, TASKS, PEOPLE, CLIENTS])
            name = f"condition {number}"
            nodes = [self.condition(table, paths=True) for _ in range(world.random.choice([1, 2]))]
            world.workspace.setdefault("conditions", {})[name] = nodes
            world.named.setdefault(table, []).append(name)

    def everywhere(self):
        world = self.world
        pick = world.random.choice
        if world.chance(0.5):
            lacking = [REGION, WATCHERS, NOTES]
            test = {"field": "id", "operator": pick(["!=", ">", "not in"])}
            number = world.random.randint(1, 9)
            test["value"] = [number, 3] if test["operator"] == "not in" else number // 3
            # What is not excepted and lacks the field is denied.
            exceptions = [TOKENS, *(table for table in lacking if world.chance(0.8))]
            about = {"tables": ["*"], "data": [test], "except": exceptions}
        else:
            table = pick([TASKS, PEOPLE, CLIENTS, WATCHERS])
            about = {"tables": [table], "data": [self.condition(table, fits=False)]}
        if world.named.get(TASKS) and world.chance(0.1):
            about = {"tables": [TASKS], "data": [{"condition": pick(world.named[TASKS])}]}
        world.workspace["everywhere"] = about

    def condition(self, table, paths=False, fits=True):
        """A condition without a mistake. Without `paths` it is of the table's own fields; with `fits`
        its references fit every user.
        """
        world = self.world
        schema = Schema(corpus.build({"schema": world.schema, "rows": world.rows}), world.workspace)
        found = schema.need(table)
        while True:
            node = world.condition(table, depth=2 if paths else 0)
            if not paths and found.find(node.get("field", "")) is None:
                continue
            if fits and not paths and "reference" in node and not fits_everyone(node):
                continue
            try:
                Reader(in_profile=True).read(node).resolved_in(found, everything)
                return node
            except Problem:
                pass
