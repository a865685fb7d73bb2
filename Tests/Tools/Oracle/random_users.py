#!/usr/bin/env python3
"""Keeps users, their teams, attributes and profiles, and the documents of profiles in tables, changes
them between requests, and compares each answer of `rowscope serve` with the oracle's.

    random_users.py --rowscope .build/release/rowscope [--requests 5000] [--seed 1]

The tables hold what is awkward as well: users twice, inactive, without an id, ids of several types,
names with any text, a role that does not exist, NULL where a team is meant, documents with mistakes.
Exit 1 if an answer differs; each difference is printed with what is needed to reproduce it.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

import corpus
from oracle.listing import Request, listing
from oracle.problem import Problem
from oracle.schema import Schema
from oracle.several import access_of
from oracle.stored import StoredProfiles, StoredUsers
from random_requests import expected_data, progress, real_time, same, without_page
from random_tables import DERIVED
from random_world import World

ROUND = 25
TABLES = ("accounts", "account_teams", "account_roles", "account_lists", "documents")
HOSTILE = ["", "'; DROP TABLE accounts; --", "\u0000", "Ana\u0000", "é", "ANA", "ana", "7", "%", '"']


def blob(text):
    return {"blob": text.encode().hex()}


class StoredWorld(World):
    """A helpdesk whose users are rows."""

    def __init__(self, seed, now):
        super().__init__(seed, now)
        pick, chance = self.random.choice, self.chance
        key = pick(["INTEGER PRIMARY KEY", "INTEGER", "TEXT", "TEXT PRIMARY KEY", ""])
        if key == "INTEGER PRIMARY KEY":
            for number, user in enumerate(self.users):
                user["id_user"] = number + 1
        held = pick(["INTEGER", "TEXT", ""])
        self.schema += [
            f"CREATE TABLE accounts (id {key}, full_name TEXT, mail TEXT, role TEXT, seat TEXT, "
            "kind TEXT, zone TEXT, active INTEGER, number, word TEXT, typed)",
            f"CREATE TABLE account_teams (account {held}, team, until TEXT)",
            f"CREATE TABLE account_roles (account {held}, role)",
            f"CREATE TABLE account_lists (account {held}, value)",
            "CREATE TABLE documents (name TEXT, document)",
        ]
        self.rows.update({table: [] for table in TABLES})
        self.asked = []
        for user in self.users:
            self.store(user)
        self.rows["documents"] = [
            [name, json.dumps(document)] for name, document in self.profiles.items()]
        self.rows["documents"].append(["malformed", '{"tables_enabled": {'])
        self.rows["documents"].append(["commented", '{"tables_enabled": {"*": "*",}, /* all */}'])
        self.rows["documents"].append(["empty", pick([None, "", blob("{}"), 7])])
        users = {
            "table": "accounts", "id_user": "id", "name": "full_name", "email": "mail",
            "profile": "role", "seat": "seat", "user_type": "kind", "time_zone": "zone",
            "where": [{"field": "active", "value": 1}],
            "teams": {"table": "account_teams", "user": "account", "team": "team"},
            "profiles": {"table": "account_roles", "user": "account", "profile": "role"},
            "attributes": {
                "number": "number", "word": "word", "typed": "typed",
                "list": {"table": "account_lists", "user": "account", "value": "value"}}}
        if chance(0.5):
            users["teams"]["where"] = [
                {"or": [{"field": "until", "operator": "is null"},
                        {"field": "until", "operator": ">=", "reference": "today"}]}]
        self.workspace["users"] = users
        self.workspace["profiles"] = {
            "table": "documents", "name": "name", "document": "document"}
        everywhere = self.workspace.get("everywhere")
        if everywhere and "*" in everywhere["tables"]:
            everywhere.setdefault("except", []).extend(TABLES)

    def store(self, user):
        pick, chance = self.random.choice, self.chance
        names = user.get("profiles") or [user.get("profile")]
        attributes = user["attributes"]
        typed = attributes.get("typed")
        row = [
            user["id_user"], user["name"] if chance(0.8) else pick([*HOSTILE, None, blob("Ana")]),
            user.get("email"), names[0], user.get("seat"), user.get("user_type"),
            user.get("time_zone"), pick([1, 1, 1, 1, 1, 1, 0, None]), attributes.get("number"),
            attributes.get("word"), typed if not isinstance(typed, list) else None]
        if chance(0.06):
            row[pick([2, 3, 4, 5, 6])] = pick(["nonsense", "", blob("x"), "Member", "GUEST", "UTC"])
        self.rows["accounts"].append(row)
        self.asked.append(user["id_user"])
        for team in user["teams"]:
            self.rows["account_teams"].append(
                [user["id_user"], team, pick([None, self.now[:10], "2001-01-01", "2999-01-01"])])
        for name in names[1:]:
            self.rows["account_roles"].append([user["id_user"], name])
        for value in attributes.get("list", []):
            self.rows["account_lists"].append([user["id_user"], value])

    def name(self):
        return self.random.choice(
            [*self.profiles, *self.profiles, "nonsense", "malformed", "commented", "empty"])

    def ask(self):
        """A user by id or name: mostly one of those that there were at first."""
        pick, chance = self.random.choice, self.chance
        if chance(0.08):
            return pick([99, "nobody", "", "01", 0, "7.0", *HOSTILE])
        if chance(0.1):
            return pick([row[1] for row in self.rows["accounts"] if isinstance(row[1], str)] or [1])
        asked = pick(self.asked)
        return str(asked) if chance(0.2) else asked

    def change(self):
        """A statement that changes who somebody is or what they may, with its values."""
        pick, chance = self.random.choice, self.chance
        user = pick(self.asked)
        one = " WHERE id = ?"
        of = " WHERE account = ?"
        return pick([
            ("UPDATE accounts SET role = ?" + one, [pick([self.name(), None]), user]),
            ("UPDATE accounts SET role = ?" + one, [self.name(), user]),
            ("UPDATE accounts SET active = ?" + one, [pick([0, 1, 1, 1]), user]),
            ("UPDATE accounts SET active = 1", []),
            ("UPDATE accounts SET kind = ?" + one, [pick(["admin", "user", "guest", None]), user]),
            ("UPDATE accounts SET seat = ?" + one, [pick(["Membro", "developer", "king", None]), user]),
            ("UPDATE accounts SET zone = ?" + one, [pick(["Europe/Berlin", "Mars/X", None]), user]),
            ("UPDATE accounts SET full_name = ?" + one, [pick(HOSTILE), user]),
            ("UPDATE accounts SET number = ?, word = ?" + one, [pick([1, 3, 2.5, None]), "Done", user]),
            ("DELETE FROM accounts" + one, [user]),
            ("INSERT OR IGNORE INTO accounts (id, full_name, role, active) VALUES (?, ?, ?, 1)",
             [pick([user, user, "007", 7, None, 1.5, b"\x01"]), pick(HOSTILE), self.name()]),
            ("INSERT INTO account_teams VALUES (?, ?, NULL)",
             [user, pick([1, 2, 3, "4", "vip", 7]) if chance(0.8) else pick([None, 1.5, b"x", ""])]),
            ("DELETE FROM account_teams" + of, [user]),
            ("INSERT INTO account_roles VALUES (?, ?)",
             [user, self.name() if chance(0.9) else pick([None, b"x", ""])]),
            ("DELETE FROM account_roles" + of, [user]),
            ("INSERT INTO account_lists VALUES (?, ?)", [user, pick([1, "a", None, 2.5])]),
            ("DELETE FROM account_lists" + of, [user]),
            ("UPDATE documents SET document = (SELECT document FROM documents AS other "
             "WHERE other.name = ?) WHERE name = ?", [self.name(), self.name()]),
            ("INSERT INTO documents SELECT name, document FROM documents WHERE name = ?",
             [self.name()]),
            ("DELETE FROM documents WHERE name = ? AND rowid NOT IN "
             "(SELECT min(rowid) FROM documents GROUP BY name)", [self.name()]),
        ])


class StoredJudge:
    """The oracle for a world as its database is now."""

    def __init__(self, world, database):
        self.world = world
        self.schema = Schema(database, world.workspace, DERIVED)
        self.users = StoredUsers(self.schema, world.workspace["users"])
        self.profiles = StoredProfiles(self.schema, world.workspace["profiles"])
        self.accesses = {}

    def access(self, asked):
        """Those of a user, or the problem."""
        key = repr(asked)
        if key not in self.accesses:
            try:
                user = self.users.user(asked, self.world.now, self.world.time_zone)
                zone = user.get("time_zone", self.world.time_zone)
                self.accesses[key] = access_of(
                    self.schema, user,
                    lambda name: self.profiles.profile(name, self.world.now, self.world.time_zone),
                    corpus.Clock(self.world.now, zone))
            except Problem as problem:
                self.accesses[key] = problem
        return self.accesses[key]

    def visible(self, asked):
        access = self.access(asked)
        if isinstance(access, Problem):
            return {}
        return {
            table.name: [table.fields[i].name for i in access.visible(table)]
            for table in self.schema.tables.values()
            if table.name not in TABLES and access.has(table) and access.visible(table)}

    def answer(self, asked, request):
        access = self.access(asked)
        try:
            if isinstance(access, Problem):
                # A request's own mistakes are reported before the user is looked up.
                Request(request)
                raise access
            return listing(access, request, 0)
        except Problem as problem:
            return problem


class Server:
    def __init__(self, rowscope, folder):
        self.process = subprocess.Popen(
            [rowscope, "serve", "--quiet", "--workspace", folder], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)

    def ask(self, requests):
        self.process.stdin.write("".join(json.dumps(r) + "\n" for r in requests).encode())
        self.process.stdin.flush()
        return [json.loads(self.process.stdout.readline())["data"] for _ in requests]

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


def write_workspace(world, database, folder):
    with open(os.path.join(folder, "helpdesk.sqlite"), "wb") as file:
        file.write(database.serialize())
    workspace = {"database": "helpdesk.sqlite", "time_zone": world.time_zone, **world.workspace}
    with open(os.path.join(folder, "workspace.json"), "w", encoding="utf-8") as file:
        json.dump(workspace, file)


def in_file(folder, statement, values):
    connection = sqlite3.connect(os.path.join(folder, "helpdesk.sqlite"), isolation_level=None)
    try:
        connection.execute(statement, values)
    finally:
        connection.close()


def report(seed, world, changes, asked, request, expected, data, judge):
    access = judge.access(asked)
    user = access.message if isinstance(access, Problem) else access.user
    print(f"seed {seed}, now {world.now}, time zone {world.time_zone}, after {changes}")
    for name, value in (
            ("as", asked), ("user", user), ("request", request), ("oracle", expected),
            ("rowscope", data)):
        print(f"  {name:8} {json.dumps(value, ensure_ascii=False, default=repr)}")


def compare(arguments):
    wrong = total = 0
    seed, started = arguments.seed, time.monotonic()
    codes = {}
    while total < arguments.requests:
        world = StoredWorld(seed, real_time())
        database = corpus.build({"schema": world.schema, "rows": world.rows})
        database.isolation_level = None
        changes = []
        with tempfile.TemporaryDirectory() as folder:
            write_workspace(world, database, folder)
            server = Server(arguments.rowscope, folder)
            for _ in range(12):
                judge = StoredJudge(world, database)
                questions = []
                for _ in range(ROUND):
                    asked = world.ask()
                    questions.append((asked, without_page(world.request(judge.visible(asked)))))
                answers = server.ask([{"as": asked, **request} for asked, request in questions])
                for (asked, request), data in zip(questions, answers):
                    expected = expected_data(judge.answer(asked, request))
                    code = expected.get("code", "records" if expected.get("items") else "no records")
                    codes[code] = codes.get(code, 0) + 1
                    total += 1
                    if not same(expected, data):
                        wrong += 1
                        if wrong <= arguments.show:
                            report(seed, world, changes, asked, request, expected, data, judge)
                for _ in range(3):
                    statement, values = world.change()
                    try:
                        database.execute(statement, values)
                    except sqlite3.IntegrityError:  # A key that the column does not take.
                        continue
                    in_file(folder, statement, values)
                    changes.append((statement, values))
            if server.end() != 0:
                sys.exit("rowscope serve failed")
        seed += 1
        progress(total, wrong, started)
    print(codes, file=sys.stderr)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rowscope", required=True)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    return 1 if compare(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
