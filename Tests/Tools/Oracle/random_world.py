"""Random helpdesks: a database with awkward values, profiles, users, and requests. Reproducible
from the seed.
"""

import datetime
import random

import random_types
from random_types import EVENTS, TOKENS, RandomTypes
from oracle.operators import ALIASES, FIXED_DAYS, OPERATORS
from oracle.related import COMPARISONS, RELATED

WORDS = [
    "invoice",
    "Invoice",
    "INVOICE",
    "call",
    "Call back",
    "a",
    "A",
    "ab",
    "b",
    "é",
    "É",
    "100%",
    "a_b",
    "x ",
    "x",
    "",
    " ",
    "it's",
    '"q"',
    "12",
    "12.0",
    "1e1",
    "007",
    "🚀",
    "Done",
    "done",
    "a,b",
    "\\",
    "null",
]
STATUSES = ["Done", "To do", "Doing", "done", "", None, "Waiting"]
NUMBERS = [
    0,
    1,
    2,
    3,
    5,
    7,
    12,
    -1,
    100,
    2.5,
    -0.5,
    3.0,
    1e3,
    9007199254740993,
    9223372036854775807,
]
DATES = [
    "2026-11-22",
    "2026-11-21",
    "2026-11-23",
    "2026-11-15",
    "2026-10-24",
    "2026-12-01",
    "2026-02-28",
    "2026-11-22T09:00",
    "2026-11-22T23:30:00Z",
    "2026-11-22T00:30:00+02:00",
    "2026-11-21 22:00:00-03:00",
    "soon",
    "",
    "2026-11-31",
    "2026-1-1",
    "2026-11-22T10:00:00.250Z",
]
NOWS = [
    "2026-11-22T09:00:00Z",
    "2026-11-22T23:30:00Z",
    "2026-11-22T00:10:00Z",
    "2026-12-01T12:00:00Z",
]
ZONES = ["+00:00", "+02:00", "-03:00", "+05:30", "Europe/Berlin", "America/New_York"]
REGIONS = ["south", "north", "algarve", "South"]
ARRAYS = [
    "[]",
    "[7]",
    "[7,8]",
    '["vip"]',
    '["vip",7,null]',
    "[7.0]",
    "[[7]]",
    "7",
    "",
    "[7",
    '["VIP", "a"]',
    " [ 8 ] ",
]
MOMENTS = [
    1795305600,
    1795305599,
    1795338000,
    1795391999,
    1795392000,
    1795219200,
    0,
    -1,
    1795338000.5,
]

PEOPLE, CLIENTS, REGION, TASKS, WATCHERS, NOTES, OPEN = (
    "people", "clients", "regions", "tasks", "task watchers", "notes", "open_tasks")

# The kind of values in a field, so that operands match some.
KINDS = {
    PEOPLE: {
        "id": "person",
        "name": "word",
        "manager": "person",
        "team": "team",
        "salary": "number",
        "hired": "date",
        "yearly": "number",
    },
    CLIENTS: {"id": "client", "name": "word", "region": "region", "tags": "many", "since": "date"},
    REGION: {"code": "region", "country": "word"},
    TASKS: {
        "id": "task",
        "title": "word",
        "status": "status",
        "priority": "number",
        "amount": "number",
        "owner": "person",
        "client": "client",
        "due": "date",
        "seen": "moment",
        "any thing": "any",
        "people": "many",
        "watchers": "many",
        "label": "word",
    },
    WATCHERS: {"task": "task", "person": "person"},
    NOTES: {"a": "number", "b": "word", "task": "task"},
    OPEN: {"id": "task", "title": "word", "amount": "number", "label": "word"},
    **random_types.KINDS,
}
STEPS = {
    PEOPLE: {"manager": PEOPLE, "people": PEOPLE, "tasks": TASKS, "task watchers": WATCHERS},
    CLIENTS: {"region": REGION, "tasks": TASKS},
    REGION: {"clients": CLIENTS},
    TASKS: {"owner": PEOPLE, "client": CLIENTS, "notes": NOTES, "task watchers": WATCHERS},
    WATCHERS: {"task": TASKS, "person": PEOPLE},
    NOTES: {"task": TASKS},
    OPEN: {},
    **random_types.STEPS,
}
KEYS = {
    PEOPLE: ["id"],
    CLIENTS: ["id"],
    REGION: ["code"],
    TASKS: ["id"],
    WATCHERS: ["task", "person"],
    NOTES: [],
    OPEN: [],
    **random_types.KEYS,
}
# The steps to one record.
TO_ONE = {
    PEOPLE: ["manager"],
    CLIENTS: ["region"],
    TASKS: ["owner", "client"],
    WATCHERS: ["task", "person"],
    NOTES: ["task"],
    EVENTS: ["token"],
    TOKENS: ["above"],
}
TABLES = list(KINDS)
MANY = {"watchers", "people", "tags", *random_types.MANY}
TYPED = {"instant", "flag", "uuid", "decimal", "time", "note", "members"}
DERIVED = {
    PEOPLE: {"yearly": [[PEOPLE, "salary"]]},
    TASKS: {"label": [[TASKS, "status"], [TASKS, "priority"]]},
    # A view's WHERE is a source of every one of its columns.
    OPEN: {name: [[TASKS, name], [TASKS, "status"]] for name in ("id", "title", "amount", "label")},
}
WORKSPACE = {
    "tables": {
        PEOPLE: {
            "owner_field": "id",
            "team_field": "team",
            "fields": {"manager": {"relation": {"table": PEOPLE, "field": "id"}}},
        },
        TASKS: {
            "owner_field": "owner",
            "fields": {
                "due": {"type": "date"},
                "seen": {"type": "datetime", "encoding": "unix"},
                "people": {"type": "users"},
                "client": {"relation": {"table": CLIENTS, "field": "id"}},
                "watchers": {
                    "type": "users",
                    "link": {"table": WATCHERS, "record": "task", "member": "person"},
                },
            },
        },
        CLIENTS: {"fields": {"tags": {"type": "tags"}, "since": {"type": "date"}}},
        NOTES: {"fields": {"task": {"relation": {"table": TASKS, "field": "id"}}}},
    }
}


def shifted(text, days):
    """A date, or a text that begins with one, moved by some days; any other text unchanged."""
    try:
        day = datetime.date.fromisoformat(text[:10])
    except ValueError:
        return text
    return (day + datetime.timedelta(days=days)).isoformat() + text[10:]


class World:
    """`now` is the instant that its dates lie around; by default a random one."""

    def __init__(self, seed, now=None):
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
        self.schema = [
            f"CREATE TABLE {REGION} (code TEXT PRIMARY KEY NOT NULL, country TEXT)",
            f"CREATE TABLE {CLIENTS} (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, "
            "region TEXT REFERENCES regions(code), tags TEXT, since TEXT)",
            f"CREATE TABLE {PEOPLE} (id INTEGER PRIMARY KEY, name TEXT, manager INTEGER REFERENCES people(id), "
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
            REGION: [[code, pick(WORDS)] for code in REGIONS[: self.random.randint(0, 4)]],
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
        self.schema += self.types.schema
        self.rows.update(self.types.rows)
        self.workspace = {"tables": {**WORKSPACE["tables"], **self.types.tables}}
        if self.types.zone:
            self.workspace["zone"] = self.types.zone
        self.profiles = {f"profile{i}": self.profile() for i in range(6)}
        self.users = [self.user(i) for i in range(1, 9)]
        self.time_zone = pick(ZONES)

    # Values

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
        steps = [s for s, far in STEPS[table].items() if self.fields is None or far in self.fields]
        if depth and steps and self.chance(0.15):
            step = self.random.choice(steps)
            rest, kind = self.path(STEPS[table][step], depth - 1)
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
        if depth and self.chance(0.3):
            kind = self.random.choice(["or", "and", "not"])
            if kind == "not":
                return {"not": self.condition(table, depth - 1)}
            return {
                kind: [self.condition(table, depth - 1) for _ in range(self.random.randint(1, 3))]
            }
        others = [self.related] * 3 + [self.compared] * 2
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
            steps = [s for s, to in STEPS[far].items() if not self.fields or to in self.fields]
            if not steps:
                break
            path.append(pick(steps))
            far = STEPS[far][path[-1]]
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
        steps = [
            step for step in TO_ONE.get(table, ())
            if not self.fields or STEPS[table][step] in self.fields]
        if steps and self.chance(0.25):
            step = self.random.choice(steps)
            rest, kind = self.path_to_one(STEPS[table][step])
            return f"{step}.{rest}", kind
        return self.path(table, depth=0)

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

    # Profiles and users

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
        return grant

    def profile(self):
        tables = TABLES
        if self.chance(0.05):
            return {}
        enabled = {t: self.grant(t) for t in tables if self.chance(0.95)}
        if self.chance(0.3):
            enabled["*"] = "*"
        profile = {"tables_enabled": enabled}
        if self.chance(0.15):
            profile["tables_disabled"] = self.random.sample(tables, 1)
        return profile

    def user(self, number):
        pick = self.random.choice
        user = {
            "id_user": pick([number, number, f"u{number}"]),
            "name": f"user {number}",
            "teams": [],
        }
        if not self.chance(0.05):
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
            request["select"] = self.random.sample(fields, self.random.randint(1, len(fields)))
        if self.chance(0.75):
            request["filters"] = [
                self.condition(table) for _ in range(self.random.choice([0, 1, 1, 1, 2, 3]))
            ]
        if self.chance(0.2):
            request["operator"] = pick(["AND", "OR"])
        if self.chance(0.6):
            keys = [f for f in fields if f not in MANY or self.chance(0.02)]
            keys = self.random.sample(keys, min(len(keys), pick([1, 1, 2, 3])))
            request["sort"] = ", ".join(key + pick(["", " asc", " desc", " desc"]) for key in keys)
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
        return request
