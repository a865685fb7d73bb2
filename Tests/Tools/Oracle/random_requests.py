#!/usr/bin/env python3
"""Sends many random requests to `rowscope serve` and compares each answer with the oracle's.

    random_requests.py --rowscope .build/release/rowscope [--requests 50000] [--seed 1]
    random_requests.py --corpus FOLDER [--requests 5000] [--seed 1]

The first form makes one workspace after another and sends each 1,000 requests from random users,
then the cursors of half of the answers that have more. The second writes the requests as files of
the corpus, for an engine that is not served. Exit 1 if an answer differs; each difference is
printed with all that is needed to reproduce it.

The options after --show add parts of the format that the engine does not have yet; --all adds every
one.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time

import corpus
from oracle.binding import profile_names
from oracle.dates import Clock
from oracle.documents import number_from_json
from oracle.listing import ARGUMENTS, Request, by_name, listing
from oracle.problem import Problem
from oracle.profiles import Profile
from oracle.schema import Schema
from oracle.several import access_of
from oracle.values import Text
from random_tables import DERIVED, FEATURES
from random_world import World

BATCH = 1_000


class Judge:
    """The oracle for one world."""

    def __init__(self, world):
        self.world = world
        case = {"schema": world.schema, "rows": world.rows}
        self.database = corpus.build(case)
        self.schema = Schema(self.database, world.workspace, DERIVED)
        self.accesses = []
        profiles = {}
        for name, document in world.profiles.items():
            try:
                profiles[name] = Profile(document, self.schema)
            except Problem as problem:
                profiles[name] = problem
        for user in world.users:
            clock = Clock(world.now, user.get("time_zone", world.time_zone))
            faults = [profiles[name] for name in profile_names(user)
                      if isinstance(profiles[name], Problem)]
            self.accesses.append(
                faults[0] if faults else access_of(self.schema, user, profiles.get, clock))

    def visible(self, number):
        """The fields that a user sees, by table."""
        access = self.accesses[number]
        if isinstance(access, Problem):
            return {}
        tables = [table for table in self.schema.tables.values() if access.has(table)]
        return {
            t.name: [t.fields[i].name for i in access.visible(t)]
            for t in tables
            if access.visible(t)
        }

    def answer(self, number, request, position=0):
        access = self.accesses[number]
        try:
            if isinstance(access, Problem):
                # A request's own mistakes are reported before the user is looked up.
                Request(request)
                raise access
            return listing(access, request, position)
        except Problem as problem:
            return problem


def shown(field, value):
    """A value as it is after reading a JSON answer; for many values, the members."""
    if value is not None and field.many:
        return members(value) if type(value) is Text else []
    if type(value) is Text:
        return value.decode("utf-8", "replace")
    if type(value) is bytes:
        return "\\x" + value.hex()
    return value


def members(text):
    try:
        array = json.loads(text.decode("utf-8"), parse_int=number_from_json)
    except ValueError:
        return []
    if not isinstance(array, list) or b"\0" in text:
        return []
    items = [item for item in array if isinstance(item, (str, int, float))]
    return [int(item) if isinstance(item, bool) else item for item in items]


def shown_item(shape, item):
    return {name: shown_part(shape, shape.parts[name], value) for name, value in item.items()}


def shown_part(shape, part, value):
    if part.items is not None:
        items = [shown_item(part.items.shape, item) for item in value["items"]]
        return {**value, "items": items}
    if isinstance(value, dict):
        return shown_item(part.record_shape(shape.access), value)
    return None if part.index is None else shown(shape.table.fields[part.index], value)


def without_page(request):
    plain = {key: value for key, value in request.items() if key != "page"}
    if "arguments" in plain:
        plain["arguments"] = [
            None if place == ARGUMENTS.index("page") else value
            for place, value in enumerate(plain["arguments"])]
    return plain


def expected_data(answer):
    if isinstance(answer, Problem):
        return {"code": answer.code}
    data = {
        "items": [shown_item(answer.shape, item) for item in answer.items],
        "has_more": answer.has_more,
    }
    if answer.hidden is not None:
        data["hidden"] = answer.hidden
    if answer.count is not None:
        data["count"] = answer.count
    if answer.may is not None:
        data["may"] = answer.may
    if answer.readonly is not None:
        data["readonly"] = answer.readonly
    return data


def same(expected, data):
    if "code" in expected:
        return data.get("code") == expected["code"]
    found = {key: value for key, value in data.items() if key != "next"}
    # As text: 1 is not 1.0, and the keys of an item are in the order of its fields.
    return (
        json.dumps(found.get("items")) == json.dumps(expected["items"])
        and found.get("has_more") == expected["has_more"]
        and all(found.get(key) == expected.get(key) for key in ("count", "hidden"))
        and same_acts(expected, found)
    )


def same_acts(expected, found):
    """The records of equal items have no order that the format knows. What is readonly is said
    where it differs by record; in one that may not be edited the list does not matter.
    """
    if "may" not in expected:
        return "may" not in found and "readonly" not in found
    editable = ["edit" in acts for acts in expected["may"]]
    known = {}
    differs = any(
        known.setdefault(name, name in names) != (name in names)
        for item, names, may in zip(expected["items"], expected["readonly"], editable) if may
        for name in item)
    if "readonly" in found:
        return acts_of(expected) == acts_of(found)
    return not differs and sorted(expected["may"]) == sorted(found.get("may", ()))


def acts_of(data):
    return sorted(
        json.dumps([item, acts, names if "edit" in acts else []])
        for item, acts, names in zip(data["items"], data["may"], data["readonly"]))


def write_workspace(world, judge, folder):
    with open(os.path.join(folder, "helpdesk.sqlite"), "wb") as file:
        file.write(judge.database.serialize())
    for name, document in world.profiles.items():
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(document, file)
    workspace = {
        "database": "helpdesk.sqlite", "users": "users.json", "time_zone": world.time_zone,
        "profiles": {name: name + ".json" for name in world.profiles}, **world.workspace}
    for name, document in (("workspace.json", workspace), ("users.json", world.users)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(document, file)


def serve(rowscope, folder, requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    command = [rowscope, "serve", "--quiet", "--workspace", folder]
    process = subprocess.run(
        command, input=lines.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    answers = process.stdout.decode().splitlines()
    if len(answers) != len(requests):
        sys.exit(f"{len(requests)} requests, {len(answers)} answers")
    return [json.loads(answer)["data"] for answer in answers]


def report(seed, world, number, request, expected, data):
    user = world.users[number]
    always = "events" not in str(request).lower() and not world.features
    declared = "as always" if always else world.workspace
    print(f"seed {seed}, now {world.now}, time zone {world.time_zone}")
    for name, value in (
        ("user", user),
        ("profile", {name: world.profiles[name] for name in profile_names(user)}),
        ("declared", declared),
        ("request", request),
        ("oracle", expected),
        ("rowscope", data),
    ):
        print(f"  {name:8} {json.dumps(value, ensure_ascii=False)}")


def real_time():
    """A service has the real time, which cannot be changed."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def compare_served(arguments):
    wrong = total = 0
    seed = arguments.seed
    started = time.monotonic()
    while total < arguments.requests:
        world = World(seed, real_time(), arguments.features, arguments.profiles)
        judge = Judge(world)
        asked = []
        for _ in range(min(BATCH, arguments.requests - total)):
            user = world.random.randrange(len(world.users))
            asked.append((user, world.request(judge.visible(user)), 0))
        with tempfile.TemporaryDirectory() as folder:
            write_workspace(world, judge, folder)
            for _ in range(3):
                users = [world.users[number]["id_user"] for number, _, _ in asked]
                sent = [{"as": user, **request} for user, (_, request, _) in zip(users, asked)]
                following = []
                for (number, request, position), data in zip(
                    asked, serve(arguments.rowscope, folder, sent)
                ):
                    plain = {k: v for k, v in request.items() if k != "after"}
                    answer = judge.answer(number, plain, position)
                    expected = expected_data(answer)
                    total += 1
                    if not same(expected, data):
                        wrong += 1
                        if wrong <= arguments.show:
                            report(seed, world, number, request, expected, data)
                    elif "next" in data and world.chance(0.5):
                        named = by_name(plain)
                        start = position or ((named.get("page") or 1) - 1) * (
                            named.get("size") or 100
                        )
                        after = {**without_page(plain), "after": data["next"]}
                        following.append((number, after, start + len(data["items"])))
                asked = following
                if not asked or total >= arguments.requests:
                    break
        seed += 1
        progress(total, wrong, started)
    return wrong


def write_corpus(arguments):
    os.makedirs(arguments.corpus, exist_ok=True)
    total, seed = 0, arguments.seed
    started = time.monotonic()
    codes = {}
    while total < arguments.requests:
        world = World(seed, None, arguments.features, arguments.profiles)
        judge = Judge(world)
        cases = []
        for number in range(min(BATCH, arguments.requests - total)):
            user = world.random.randrange(len(world.users))
            request = world.request(judge.visible(user))
            answer = judge.answer(user, request)
            case = {
                "name": f"{number}",
                "user": world.users[user],
                **profiles_of(world, world.users[user]),
                "request": request,
            }
            if isinstance(answer, Problem):
                case["expect"] = {"error": answer.code}
                codes[answer.code] = codes.get(answer.code, 0) + 1
            else:
                codes["rows" if answer.rows else "no rows"] = (
                    codes.get("rows" if answer.rows else "no rows", 0) + 1
                )
                if not by_name(request).get("page") and world.chance(0.3):
                    case["walk"] = True
                    answer = answer.whole()
                rows = [[corpus.as_json(value) for value in row] for row in answer.rows]
                case["expect"] = {
                    "fields": answer.fields,
                    "rows": rows,
                    "has_more": answer.has_more,
                }
                if answer.count is not None:
                    case["expect"]["count"] = answer.count
                if answer.hidden is not None:
                    case["expect"]["hidden"] = answer.hidden
                if answer.may is not None:
                    case["expect"]["may"] = answer.may
            cases.append(case)
        document = {
            "about": f"random, seed {seed}",
            "schema": world.schema,
            "rows": world.rows,
            "workspace": world.workspace,
            "derived": DERIVED,
            "now": world.now,
            "offset": world.time_zone,
            "cases": cases,
        }
        with open(
            os.path.join(arguments.corpus, f"random{seed}.json"), "w", encoding="utf-8"
        ) as file:
            json.dump(document, file, ensure_ascii=False)
        total += len(cases)
        seed += 1
        progress(total, 0, started)
    print(codes)
    return 0


def progress(total, wrong, started):
    seconds = time.monotonic() - started
    print(f"{total} requests, {wrong} differ, {seconds:.0f} s", file=sys.stderr)


def profiles_of(world, user):
    """The profiles of a user, as a case of the corpus has them."""
    if "profiles" in user:
        return {"profiles": {name: world.profiles[name] for name in user["profiles"]}}
    return {"profile": world.profiles.get(user.get("profile"), {})}


def add_features(parser):
    parser.add_argument("--profiles", type=float, default=1 / 3, metavar="SHARE",
                        help="the share of users with several profiles, by default a third")
    for feature, about in FEATURES.items():
        parser.add_argument(f"--{feature}", action="store_true", help=about)
    parser.add_argument("--all", action="store_true", help="every one of these")


def features_of(arguments):
    return [f for f in FEATURES if arguments.all or getattr(arguments, f)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rowscope")
    parser.add_argument("--corpus")
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    add_features(parser)
    arguments = parser.parse_args()
    arguments.features = features_of(arguments)
    if bool(arguments.rowscope) == bool(arguments.corpus):
        parser.error("one of --rowscope and --corpus")
    wrong = compare_served(arguments) if arguments.rowscope else write_corpus(arguments)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
