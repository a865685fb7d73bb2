"""The tables of the random helpdesks, and the values in them."""

import random_types
from random_types import EVENTS, TOKENS

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
# The fields with a relation to a tree.
IN_TREES = {
    PEOPLE: ["manager"],
    TASKS: ["owner"],
    WATCHERS: ["person"],
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
            "fields": {"manager": {"relation": {"table": PEOPLE, "field": "id", "tree": True}}},
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

# What the worlds and requests have where an option asks for it: each is a part of the format.
FEATURES = {
    "members": "lists of the records that members lead to",
}
# The fields that random acts write, with values that they take.
WRITTEN = {
    TASKS: {
        "title": WORDS, "status": STATUSES, "priority": [1, 2, 5, None], "amount": NUMBERS[:12]},
    CLIENTS: {"name": WORDS},
    PEOPLE: {"name": WORDS, "team": [1, 2, 3, 4, None], "salary": NUMBERS[:12]},
}
# The relations that fields of many values have in most worlds.
BY_MEMBERS = {TASKS: {"people": PEOPLE, "watchers": PEOPLE}}
# The paths to the owner and the team of a record, of which a world has one or none.
OWNERS = {
    TASKS: ("owner.manager", "watchers", "task watchers.person", "owner"),
    NOTES: ("task.owner", "task.watchers", "task.people"),
    WATCHERS: ("person", "task.owner", "person.manager"),
    CLIENTS: ("tasks.owner", "tasks.task watchers.person"),
}
TEAMS = {
    TASKS: ("owner.team", "owner.manager.team", "task watchers.person.team"),
    NOTES: ("task.owner.team", "a"),
    WATCHERS: ("person.team", "task.owner.team"),
    CLIENTS: ("tasks.owner.team", "id"),
    PEOPLE: ("manager.team", "team"),
}
