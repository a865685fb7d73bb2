"""Random helpdesks: a database with awkward values, profiles, users, and requests. Reproducible
from the seed.
"""

import copy
import datetime
import random

import random_types
from random_declarations import Declarations
from random_profiles import Profiles
from random_tables import (
    ARRAYS, BY_MEMBERS, CLIENTS, DATES, KINDS, MANY, MOMENTS, NOTES, NOWS, NUMBERS, OPEN,
    PEOPLE, REGION, REGIONS, STATUSES, STEPS, TABLES, TASKS, TYPED, WATCHERS, WORDS,
    WORKSPACE, WRITTEN, ZONES)
from random_types import EVENTS, RandomTypes


def shifted(text, days):
    """A date, or a text that begins with one, moved by some days; any other text unchanged."""
    try:
        day = datetime.date.fromisoformat(text[:10])
    except ValueError:
        return text
    return (day + datetime.timedelta(days=days)).isoformat() + text[10:]


class World(Profiles):
    """`now` is the instant that its dates lie around; by default a random one. `features` are
    names of `FEATURES`, `several` is the share of users with several profiles.
    """

    def __init__(self, seed, now=None, features=(), several=1 / 3):
        self.features, self.several = frozenset(features), several
        self.steps = {table: dict(steps) for table, steps in STEPS.items()}
        # The steps to one record that the workspace names.
        self.named_steps = {}
        self.named, self.in_document = {}, True
        self.random = random.Random(seed)
        self.now = now or self.random.choice(NOWS)
        days = (
            (datetime.date.fromisoformat(self.now[:10]) - datetime.date(2026, 11, 22)).days
            if now
            else 0
        )
        self.dates = [shifted(text, days) for text in DATES]
        self.moments = [moment + days * 86_400 if moment > 0 else moment for moment in MOMENTS]
        self.fields = None
        self.collation = self.random.choice(["", "COLLATE NOCASE", "COLLATE RTRIM"])
        # A key may have another collation or type than what refers to it.
        key, reference = (
            self.random.choice(["", "", "COLLATE NOCASE", "COLLATE RTRIM"]) for _ in range(2))
        of_person = self.random.choice(["INTEGER", "INTEGER", "TEXT", ""])
        regions = REGIONS[:3] if key == "COLLATE NOCASE" else REGIONS
        self.schema = [
            f"CREATE TABLE {REGION} (code TEXT {key} PRIMARY KEY NOT NULL, country TEXT)",
            f"CREATE TABLE {CLIENTS} (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, "
            f"region TEXT {reference} REFERENCES regions(code), tags TEXT, since TEXT)",
            f"CREATE TABLE {PEOPLE} (id INTEGER PRIMARY KEY, name TEXT, manager {of_person} REFERENCES people(id), "
            "team INTEGER, salary REAL, hired TEXT, yearly REAL AS (salary * 12) STORED)",
            f"CREATE TABLE {TASKS} (id INTEGER PRIMARY KEY, title TEXT {self.collation}, status TEXT, "
            "priority INTEGER, amount NUMERIC, owner INTEGER REFERENCES people(id), client INTEGER, due TEXT, "
            "seen INTEGER, \"any thing\", people TEXT, label TEXT AS (status || ':' || priority) STORED)",
            f'CREATE TABLE "{WATCHERS}" (task INTEGER NOT NULL REFERENCES tasks(id), '
            "person INTEGER NOT NULL REFERENCES people(id), PRIMARY KEY (task, person)) WITHOUT ROWID",
            f"CREATE TABLE {NOTES} (a INTEGER, b TEXT, task INTEGER)",
            f"CREATE VIEW {OPEN} AS SELECT id, title, amount, label FROM tasks WHERE status IS NOT 'Done'",
        ]
        pick, maybe = self.random.choice, self.maybe
        count = self.random.choice([0, 20, 40, 80, 150])
        people = self.random.choice([1, 8, 20])
        pairs = {
            (self.random.randint(1, max(count, 1)), self.random.randint(1, people))
            for _ in range(count)
        }
        self.rows = {
            REGION: [[code, pick(WORDS)] for code in regions[: self.random.randint(0, 4)]],
            CLIENTS: [
                [
                    i,
                    maybe(pick(WORDS)),
                    maybe(pick(REGIONS)),
                    maybe(pick(ARRAYS)),
                    maybe(pick(self.dates)),
                ]
                for i in range(1, self.random.choice([1, 12]) + 1)
            ],
            PEOPLE: [
                [
                    i,
                    maybe(pick(WORDS)),
                    maybe(self.random.randint(1, people + 1)),
                    maybe(self.random.randint(1, 4)),
                    maybe(pick(NUMBERS[:12])),
                    maybe(pick(self.dates)),
                ]
                for i in range(1, people + 1)
            ],
            TASKS: [
                [
                    i,
                    maybe(pick(WORDS)),
                    pick(STATUSES),
                    maybe(self.random.randint(1, 5)),
                    maybe(pick(NUMBERS)),
                    maybe(self.random.randint(1, people + 1)),
                    maybe(self.random.randint(1, 14)),
                    maybe(pick(self.dates)),
                    maybe(pick(self.moments)),
                    self.anything(),
                    maybe(pick(ARRAYS)),
                ]
                for i in range(1, count + 1)
            ],
            WATCHERS: [list(pair) for pair in sorted(pairs)],
            NOTES: [
                [
                    maybe(self.random.randint(0, 3)),
                    maybe(pick(WORDS)),
                    maybe(self.random.randint(1, 9)),
                ]
                for _ in range(count // 3)
            ],
        }
        self.types = RandomTypes(self.random, self.now)
        self.schema += [*self.types.schema, *self.indexes()]
        self.rows.update(self.types.rows)
        self.workspace = copy.deepcopy({"tables": {**WORKSPACE["tables"], **self.types.tables}})
        Declarations(self).add()
        if self.types.zone:
            self.workspace["zone"] = self.types.zone
        self.profiles = {f"profile{i}": self.profile() for i in range(6)}
        if several:
            self.profiles.update({f"part{i}": self.part() for i in range(4)})
        self.users = [self.user(i) for i in range(1, 9)]
        self.time_zone = pick(ZONES)
        self.in_document = False
    def indexes(self):
        """An index on what is hidden must not order records."""
        for table in (PEOPLE, CLIENTS, TASKS, NOTES, EVENTS):
            if self.chance(0.4):
                names = [name for name in KINDS[table] if name != "watchers"]
                columns = ", ".join(
                    f'"{name}"' for name in self.random.sample(names, self.random.choice([1, 1, 2])))
                yield f'CREATE INDEX "{table} by {self.random.random()}" ON {table} ({columns})'

    # Users

    def user(self, number):
        pick = self.random.choice
        user = {
            "id_user": pick([number, number, f"u{number}"]),
            "name": f"user {number}",
            "teams": [],
        }
        if self.chance(self.several):
            names = [n for n in self.profiles if n.startswith("part") or self.chance(0.3)]
            user["profiles"] = self.random.sample(names, pick([1, 2, 2, 2, 2, 3, 3]))
        elif not self.chance(0.05):
            user["profile"] = pick(list(self.profiles))
        if self.chance(0.7):
            user["email"] = pick(["ana@example.com", "", "Done"])
        if self.chance(0.5):
            user["seat"] = pick(["member", "no_code", "developer"])
        if self.chance(0.3):
            user["user_type"] = pick(["admin", "user", "guest", "guest"])
        if self.chance(0.3):
            user["invitations"] = [self.invitation() for _ in range(pick([1, 2, 4]))]
        user["teams"] = self.random.sample([1, 2, 3, "4", 7, "vip"], self.random.randint(0, 3))
        attributes = {}
        if self.chance(0.7):
            attributes["number"] = pick([1, 3, 7, 2.5])
        if self.chance(0.7):
            attributes["word"] = pick(WORDS)
        if self.chance(0.7):
            attributes["list"] = self.random.sample(
                [1, 2, 3, 7, "a", "Done", "vip", 2.5, None], self.random.randint(0, 4)
            )
        attributes["none"] = pick([None, []])
        if self.chance(0.3):
            user["time_zone"] = pick(random_types.ZONES)
        if self.chance(0.5):
            attributes["typed"] = self.types.operand(pick(sorted(TYPED)))
        return {**user, "attributes": attributes}

    def invitation(self):
        """To a table or a record, sometimes a missing one or one with an invalid key."""
        pick = self.random.choice
        invitation = {
            "table": pick(
                [*TABLES, TASKS.upper(), "nonsense"]
            )
        }
        if self.chance(0.6):
            key = pick([1, 2, 3, "4", 5, "x", random_types.UUIDS[0]])
            invitation["record"] = pick([key, [key], [key, pick([1, 2, 3])]])
        if self.chance(0.6):
            invitation["mode"] = pick(["submit", "submit_and_view", "submit_and_edit"])
        return invitation

    # Requests

    def selection(self, table, fields, depth=2):
        """Fields, fields of related records, and lists of related records."""
        pick = self.random.choice
        entries = self.random.sample(fields, self.random.randint(1, len(fields)))
        while self.chance(0.3):
            name = self.path_to_one(table)[0]
            if "." in name and self.chance(0.2):
                name = name.rsplit(".", 1)[0] + ".*"
            entries.insert(self.random.randrange(len(entries) + 1), name)
        while depth and self.chance(0.2):
            about = self.list_of(table, depth - 1)
            # Two of one name would be a mistake, and no rule says which of two is reported.
            names = [entry["path"] if isinstance(entry, dict) else entry for entry in entries]
            name = about and about["path"].lower()
            if about is None or any(
                    f"{one}.".startswith(f"{two}.")
                    for other in map(str.lower, names)
                    for one, two in ((name, other), (other, name))):
                break
            entries.insert(self.random.randrange(len(entries) + 1), about)
        return entries

    def list_of(self, table, depth):
        """A list of related records, now and then of those of a related record; None if no
        relation is in sight.
        """
        pick = self.random.choice
        path, far = "", table
        steps = self.steps_to_one(table)
        if steps and self.chance(0.15):
            path = pick(steps)
            far = self.steps[table][path]
            path += "."
        # A list has a name of its own: mostly one that is no field's.
        steps = [
            step for step, to in self.steps[far].items()
            if (not self.fields or to in self.fields)
            and (step not in KINDS[far] or self.chance(0.1))
            and ("members" in self.features or step not in BY_MEMBERS.get(far, ()))]
        if not steps:
            return None
        step = pick(steps)
        far = self.steps[far][step]
        names = list((self.fields or KINDS).get(far) or KINDS[far])
        path += step
        about = {"path": path.upper() if self.chance(0.05) else path}
        if self.chance(0.8):
            about["select"] = self.selection(far, names, depth)
        keys = [name for name in names if name not in MANY]
        if keys and self.chance(0.5):
            about["sort"] = self.sort(far, [pick(keys)])
        if self.chance(0.7):
            about["size"] = pick([1, 1, 2, 3, 50])
        return about

    def sort(self, table, keys):
        if self.chance(0.2):
            path = self.path_to_one(table)[0]
            if path.lower().rsplit(".")[-1] not in MANY:
                keys = [*(key for key in keys if key.lower() != path.lower()), path]
                self.random.shuffle(keys)
        return ", ".join(key + self.random.choice(["", " asc", " desc", " desc"]) for key in keys)

    def request(self, visible):
        """`visible` has the fields of each table that the user reaches: most requests use these."""
        pick = self.random.choice
        table = pick([TASKS, TASKS, TASKS, EVENTS, EVENTS, EVENTS, *TABLES])
        if table not in visible and visible and not self.chance(0.1):
            table = pick(list(visible))
        fields = list(KINDS[table])
        self.fields = None if self.chance(0.05) else visible
        if self.fields and table in self.fields:
            fields = self.fields[table]
        request = {"object_type": "nonsense" if self.chance(0.005) else table}
        if self.chance(0.05):
            request["object_type"] = table.upper()
        if self.chance(0.5):
            request["select"] = self.selection(table, fields)
        if self.chance(0.75):
            request["filters"] = [
                self.condition(table) for _ in range(self.random.choice([0, 1, 1, 1, 2, 3]))
            ]
        if self.chance(0.2):
            request["operator"] = pick(["AND", "OR"])
        if self.chance(0.6):
            keys = [f for f in fields if f not in MANY or self.chance(0.02)]
            keys = self.random.sample(keys, min(len(keys), pick([1, 1, 2, 3])))
            request["sort"] = self.sort(table, keys)
        if self.chance(0.6):
            request["size"] = pick([1, 2, 5, 10, 50, 500])
            if self.chance(0.3):
                request["page"] = pick([1, 2, 3])
        if self.chance(0.1):
            request["search"] = pick([w for w in WORDS if w])
        if self.chance(0.3):
            request["count"] = pick(["none", "bounded", "exact"])
        if self.chance(0.01):
            # Only one mistake, since no rule says which of two is reported.
            request.pop("filters", None)
            request[pick(["size", "page", "select", "search", "user", "sort"])] = pick(
                [0, -1, "x", [], None, 501]
            )
        if self.chance(0.2):
            request["may"] = True
        if self.chance(0.1):
            return self.positional(request)
        return request

    def act(self):
        """To create, edit or delete a record, mostly one that there is."""
        pick = self.random.choice
        table = pick(list(WRITTEN))
        key = pick(self.rows[table])[0] if self.rows[table] and not self.chance(0.05) else 999
        if table != PEOPLE and self.chance(0.2):
            return {"delete": table, "key": [key]}
        names = list(WRITTEN[table])
        written = {
            name: pick(WRITTEN[table][name])
            for name in self.random.sample(names, self.random.randint(1, len(names)))}
        if self.chance(0.03):
            written[pick(["nonsense", "label", "yearly"])] = 1
        if self.chance(0.4):
            return {"create": table, "set": {"id": 1000, **written}}
        return {"edit": table, "key": [key], "set": written}

    def positional(self, request):
        """The request by positions; what has no position stays by its name."""
        names = ("object_type", "filters", "size", "page", "sort", "select", None, "operator")
        arguments = [None if name is None else request.get(name) for name in names]
        if self.chance(0.5):
            arguments[6] = "single"
        while arguments[-1] is None and self.chance(0.8):
            arguments.pop()
        rest = {name: value for name, value in request.items() if name not in names}
        return {"arguments": arguments, **rest}
