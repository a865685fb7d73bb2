#!/usr/bin/env python3
"""Sends the cases of a corpus to a built command and compares each answer with the oracle's.

    served_corpus.py --rowscope .build/debug/rowscope [--folder answers] [--file paths]

Requests go to `rowscope serve`, acts to `create`, `update` and `delete`, where the exit code stands
for the error. It needs no build of the tests, and tells whether the engine has a part of the format
yet. Cases in which the time matters are left out. Exit 1 if an answer differs.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

import corpus
from oracle.dates import Clock
from oracle.listing import listing
from oracle.problem import Problem
from oracle.several import access_of
from oracle.values import Text
from random_requests import expected_data, same, serve, without_page

DATABASE = "case.sqlite"


COMMANDS = {"create": "create", "edit": "update", "delete": "delete"}
# What depends on the time.
TIMES = ("last days", "next days", " dias", '"now"', '"today"')


EXIT_CODES = {"unknown_field": 2, "invalid_value": 2, "invalid_workspace": 4, "conflict": 1}


def is_served(case):
    """Without a profile that does not exist: a service does not start then. Users in tables are for
    `random_users.py`.
    """
    if "as" in case:
        return False
    names = case["user"].get("profiles", ())
    return all(name in case["profiles"] for name in names) and not any(
        word in json.dumps(case) for word in TIMES)


def write_workspace(case, folder):
    """The folder of one case's workspace."""
    with open(os.path.join(folder, DATABASE), "wb") as file:
        file.write(corpus.build(case).serialize())
    user = dict(case["user"])
    if "profile" in user:
        user["profile"] = "p"
    profiles = case.get("profiles", {"p": case.get("profile", {})})
    for number, profile in enumerate(profiles.values()):
        with open(os.path.join(folder, f"profile{number}.json"), "w", encoding="utf-8") as file:
            file.write(profile if isinstance(profile, str) else json.dumps(profile))
    workspace = {
        "database": DATABASE, "users": "users.json",
        "profiles": {name: f"profile{number}.json" for number, name in enumerate(profiles)},
        **case.get("workspace", {})}
    if "offset" in case:
        workspace["time_zone"] = case["offset"]
    for name, document in (("workspace.json", workspace), ("users.json", [user])):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(document, file)
    return user


def oracle_answer(case):
    try:
        schema = corpus.schema_of(case)
        user = case["user"]
        zone = user.get("time_zone") or case.get("offset") or schema.time_zone
        access = access_of(
            schema, user, corpus.profile_of(case, schema), Clock(corpus.NOW, zone))
        found = listing(access, case["request"])
    except Problem as problem:
        return {"code": problem.code}
    return expected_data(found.whole() if case.get("walk") else found)


def served_answers(rowscope, cases):
    """The answers to cases of one workspace."""
    with tempfile.TemporaryDirectory() as folder:
        user = write_workspace(cases[0], folder)
        requests = [{"as": user["id_user"], **case["request"]} for case in cases]
        try:
            pages = list(map(denied, serve(rowscope, folder, requests)))
            return [
                walked(rowscope, folder, request, page) if case.get("walk") else page
                for case, request, page in zip(cases, requests, pages)]
        except subprocess.CalledProcessError:
            # A service does not start in a workspace with mistakes.
            return [{"code": "invalid_workspace"}] * len(cases)


def denied(data):
    """An answer that tells of a mistake in the workspace has the code of the mistake."""
    if "workspace.json, line" in data.get("message", ""):
        return {"code": "invalid_workspace"}
    return data


def walked(rowscope, folder, request, first):
    """All pages as one."""
    data = page = first
    while "next" in page:
        page, = serve(rowscope, folder, [{**without_page(request), "after": page["next"]}])
        if "code" in page:
            return page
        for key in ("hidden", "may"):
            if key in page or key in data:
                data[key] = data.get(key, [[]] * len(data["items"])) + (
                    page.get(key, [[]] * len(page["items"])))
        data["items"] += page["items"]
        data["has_more"] = page["has_more"]
    return data


def of_one_workspace(cases):
    """The cases in groups, those with one database, workspace, profile and user."""
    groups = {}
    for case in cases:
        parts = ("schema", "rows", "workspace", "offset", "profile", "profiles", "user")
        groups.setdefault(json.dumps([case.get(part) for part in parts]), []).append(case)
    return groups.values()


def written(rowscope, case):
    """What is stored after an act, in the form of "expect"; of an error the exit code."""
    act = case["act"]
    kind = next(kind for kind in COMMANDS if kind in act)
    with tempfile.TemporaryDirectory() as folder:
        user = write_workspace(case, folder)
        path = os.path.join(folder, DATABASE)
        command = [rowscope, COMMANDS[kind], act[kind], *map(str, act.get("key", ()))]
        if "set" in act:
            command += ["--set", json.dumps(act["set"])]
        command += ["--workspace", folder, "--as", str(user["id_user"]), "--quiet"]
        command += ["--now", case.get("now", corpus.NOW)]
        before = everything_in(path, act[kind])
        found = subprocess.run(command, capture_output=True, check=False)
        after = everything_in(path, act[kind])
    if found.returncode != 0:
        return {"exit": found.returncode, "changed": before != after}
    key = act.get("key") or list(act["set"].values())[:1]
    for row in after:
        shown = {name: corpus.as_json(value) for name, value in row.items()}
        if list(shown.values())[: len(key)] == key:
            return {"stored": shown}
    return {"stored": None}


def everything_in(path, table):
    """All records; their keys are their first columns."""
    connection = corpus.sqlite3.connect(path)
    connection.text_factory = Text
    try:
        cursor = connection.execute(f"SELECT * FROM {corpus.quoted(table)}")
    except corpus.sqlite3.Error:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


def expected_act(case):
    found = corpus.run(case)
    if "error" in found:
        return {"exit": EXIT_CODES.get(found["error"], 3), "changed": False}
    return found


def answers(rowscope, cases):
    """What the oracle and the command say of each case."""
    acts = [case for case in cases if "act" in case]
    for case in acts:
        yield expected_act(case), written(rowscope, case), case
    for group in of_one_workspace([case for case in cases if "act" not in case]):
        for case, data in zip(group, served_answers(rowscope, group)):
            yield oracle_answer(case), data, case


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rowscope", required=True)
    parser.add_argument("--folder", default=corpus.FOLDER)
    parser.add_argument("--file", default="", help="a part of the names of the files to take")
    parser.add_argument("--show", type=int, default=5, help="differences to print of each file")
    arguments = parser.parse_args()
    wrong = total = 0
    for path in sorted(glob.glob(os.path.join(arguments.folder, f"*{arguments.file}*.json"))):
        file = os.path.basename(path)
        cases = list(filter(is_served, corpus.cases_of(corpus.load(path))))
        differ = 0
        named = [
            {**variant, "name": case["name"] + suffix}
            for case in cases for suffix, variant in corpus.variants(case)]
        for expected, data, case in answers(arguments.rowscope, named):
            total += 1
            agrees = expected == data if "act" in case else same(expected, data)
            if not agrees:
                differ += 1
                if differ <= arguments.show:
                    print(f"{file}: {case['name']}\n"
                          f"  oracle   {json.dumps(expected, ensure_ascii=False)}\n"
                          f"  rowscope {json.dumps(data, ensure_ascii=False)}")
        print(f"{file}: {len(cases)} cases, {differ} answers differ", flush=True)
        wrong += differ
    print(f"{total} answers, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
