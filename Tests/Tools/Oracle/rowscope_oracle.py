#!/usr/bin/env python3
"""Answers list requests by the profile format, independently of Rowscope's own code.

    rowscope_oracle.py WORKSPACE USER REQUEST [--now 2026-11-22T09:00:00Z]
        [--time-zone Europe/Berlin]

WORKSPACE is a folder with a workspace.json for a SQLite database, USER a user's id or name, REQUEST
a list request (JSON, or a file with it). Rows are read with SQLite and filtered in Python; no
filter becomes SQL. It is slow, simple and complete: it must agree with Rowscope, and where the two
differ, one of them or the format is wrong.
"""

import argparse
import json
import os
import sys

from oracle import documents
from oracle.dates import Clock
from oracle.listing import listing
from oracle.problem import Problem
from oracle.profiles import Profile
from oracle.schema import Schema, open_database
from oracle.several import access_of
from oracle.values import Text


def answer(schema, profile_of, user, request, now, time_zone=None, walks=False):
    """The listing, or raises the problem. `profile_of(name)` gives a checked profile. `time_zone`
    takes the place of the workspace's, not of the user's own.
    """
    time_zone = user.get("time_zone") or time_zone or schema.time_zone
    found = listing(access_of(schema, user, profile_of, Clock(now, time_zone)), request)
    return found.whole() if walks else found


def as_json(value):
    """A value as the corpus writes it."""
    if type(value) is Text:
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return {"text": value.hex()}
        return {"text": value.hex()} if "\0" in text else text
    if type(value) is bytes:
        return {"blob": value.hex()}
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return {"real": "inf" if value > 0 else "-inf"}
    return value


def as_data(found):
    data = {
        "items": [as_json(item) for item in found.items],
        "has_more": found.has_more,
    }
    if found.hidden is not None:
        data["hidden"] = found.hidden
    if found.count is not None:
        data["count"] = found.count
    if found.may is not None:
        data["may"] = found.may
    return {"data": data}


class Workspace:
    def __init__(self, path):
        self.folder = path if os.path.isdir(path) else os.path.dirname(path)
        self.about = self.document(
            "workspace.json" if os.path.isdir(path) else os.path.basename(path)
        )
        database = os.path.join(self.folder, self.about["database"])
        self.schema = Schema(open_database(database), self.about)
        users = self.about.get("users", [])
        self.users = self.document(users) if isinstance(users, str) else users
        self.profiles = {}

    def document(self, path):
        with open(os.path.join(self.folder, path), "rb") as file:
            return documents.read(file.read(), "invalid_workspace")

    def user(self, name):
        for user in self.users:
            if name in (str(user.get("id_user")), user.get("name")):
                return user
        raise Problem("unknown_user", name)

    def profile(self, name):
        if name not in self.profiles:
            if name not in self.about.get("profiles", {}):
                raise Problem("invalid_profile", f"no profile {name}")
            with open(os.path.join(self.folder, self.about["profiles"][name]), "rb") as file:
                self.profiles[name] = Profile(file.read(), self.schema)
        return self.profiles[name]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("workspace")
    parser.add_argument("user")
    parser.add_argument("request")
    parser.add_argument("--now", default="2026-11-22T09:00:00Z")
    parser.add_argument("--time-zone")
    arguments = parser.parse_args()
    text = arguments.request
    if not text.lstrip().startswith("{"):
        with open(text, encoding="utf-8") as file:
            text = file.read()
    try:
        workspace = Workspace(arguments.workspace)
        user = workspace.user(arguments.user)
        found = answer(
            workspace.schema, workspace.profile, user, json.loads(text), arguments.now,
            arguments.time_zone)
        result = as_data(found)
    except Problem as problem:
        result = {"data": {"code": problem.code, "message": problem.message}}
    json.dump(result, sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
