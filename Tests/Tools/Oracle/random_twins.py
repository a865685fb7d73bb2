#!/usr/bin/env python3
"""Sends random requests to two databases that differ only in what their user does not see, and
compares the answers byte for byte, cursors and messages of errors included.

    random_twins.py --rowscope .build/debug/rowscope [--requests 20000] [--seed 1]

The oracle says what a user sees: the reached records of each table with their visible fields, and
what may be done with each. The twin has other records out of reach, and other values in fields that
are hidden, everywhere or in one record. Exit 1 if an answer differs.
"""

import argparse
import copy
import json
import subprocess
import sys
import tempfile

from oracle.problem import Problem
from oracle.writing import readonly, rights
from random_requests import (
    BATCH, Judge, add_features, features_of, real_time, report, without_page, write_workspace)
from random_tables import KINDS
from random_world import World

EACH = BATCH // 20


def view(judge, number):
    """What a user sees of every table: the shown values of the reached records, and the rights."""
    access = judge.accesses[number]
    seen = {}
    for table in judge.schema.tables.values():
        if isinstance(access, Problem) or not access.has(table):
            continue
        places = access.visible(table)
        seen[table.name] = sorted(
            repr((rights(access, table, row), readonly(access, table, row),
                  {at: row[at] for at in places if access.shows(table, row, at)}))
            for row in access.reached_or_none(table))
    return seen


def twin_of(world, number):
    """A world that looks the same to a user, and the changes that made it."""
    judge = Judge(world)
    wanted = view(judge, number)
    twin = copy.deepcopy(world)
    changes = 0
    for _ in range(12):
        before = copy.deepcopy(twin.rows)
        if not change(twin, judge, number):
            continue
        try:
            other = Judge(twin)
            same = view(other, number) == wanted
        except Exception as error:  # A value that a column does not take.
            if type(error).__module__ != "sqlite3":
                raise
            same = False
        if same and twin.rows != before:
            changes += 1
            judge = other
        else:
            twin.rows = before
    return twin, changes


def change(world, judge, number):
    """Changes records at random, mostly such as are out of reach; whether it did."""
    pick, chance = world.random.choice, world.chance
    access = judge.accesses[number]
    name = pick([table for table in world.rows if world.rows[table]] or [None])
    if name is None:
        return False
    table, rows = judge.schema.need(name), world.rows[name]
    if isinstance(access, Problem):
        return False
    hidden = [at for at in range(len(rows[0])) if not access.sees(table, at)]
    # Fields that no profile which reaches the record shows, though they are shown in others.
    cells = [
        (row, at) for row, found in zip(rows, table.rows) for at in range(len(row))
        if access.sees(table, at) and not access.shows(table, found, at)
        and access.reaches(table, found)]
    if cells and chance(0.6):
        for row, at in world.random.sample(cells, min(len(cells), pick([1, 3, 10]))):
            row[at] = pick(rows)[at]
        return True
    if hidden and chance(0.5):
        at = pick(hidden)
        values = [row[at] for row in rows]
        for row in rows:
            if chance(0.5):
                row[at] = pick(values)
        return True
    outside = [
        row for row, found in zip(rows, table.rows)
        if not access.has(table) or not access.reaches(table, found)]
    if not outside:
        return False
    what = pick(["remove", "values", "add"])
    for row in world.random.sample(outside, min(len(outside), pick([1, 3, 10]))):
        if what == "remove":
            rows.remove(row)
            continue
        other = list(pick(rows))
        if what == "values":
            at = world.random.randrange(len(row))
            row[at] = other[at]
        elif KINDS[name].get("id") and isinstance(other[0], int):
            other[0] = max(r[0] for r in rows) + 1
            rows.append(other)
    return True


def serve(rowscope, folder, requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    command = [rowscope, "serve", "--quiet", "--workspace", folder]
    process = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return process.stdout.decode().splitlines()


def pairs(rowscope, worlds, requests):
    """The answers of both worlds."""
    answers = []
    for world in worlds:
        with tempfile.TemporaryDirectory() as folder:
            write_workspace(world, Judge(world), folder)
            answers.append(serve(rowscope, folder, requests))
    return zip(*answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rowscope", required=True)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    add_features(parser)
    arguments = parser.parse_args()
    features = features_of(arguments)
    total = wrong = twins = 0
    seed = arguments.seed
    while total < arguments.requests:
        world = World(seed, real_time(), features, arguments.profiles)
        judge = Judge(world)
        for number, user in enumerate(world.users):
            twin, changes = twin_of(world, number)
            if not changes:
                continue
            twins += 1
            asked = [world.request(judge.visible(number)) for _ in range(EACH)]
            for _ in range(2):
                sent = [{"as": user["id_user"], **request} for request in asked]
                after = []
                for request, (left, right) in zip(
                        asked, pairs(arguments.rowscope, (world, twin), sent)):
                    total += 1
                    if left != right:
                        wrong += 1
                        if wrong <= arguments.show:
                            report(seed, world, number, request, left, right)
                    elif "next" in json.loads(left)["data"]:
                        cursor = json.loads(left)["data"]["next"]
                        after.append({**without_page(request), "after": cursor})
                asked = after
        seed += 1
        print(f"{total} requests to {twins} twins, {wrong} differ", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
