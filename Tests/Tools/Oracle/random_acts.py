#!/usr/bin/env python3
"""Lets random users create, edit and delete records by a built command, and compares what is stored
with what the oracle says.

    random_acts.py --rowscope .build/debug/rowscope [--acts 1000] [--seed 1]

Each act has a database of its own. Exit 1 if one differs.
"""

import argparse
import sys

from random_requests import add_features, features_of, profiles_of, report
from random_tables import DERIVED
from random_world import World
from served_corpus import expected_act, written

BATCH = 50


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rowscope", required=True)
    parser.add_argument("--acts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    add_features(parser)
    arguments = parser.parse_args()
    features = features_of(arguments)
    wrong = total = stored = 0
    while total < arguments.acts:
        world = World(arguments.seed + total // BATCH, None, features, arguments.profiles)
        for _ in range(BATCH):
            number = world.random.randrange(len(world.users))
            user = world.users[number]
            act = world.act()
            if "create" in act and user.get("user_type") == "guest":
                # Guests own what they create, which the format does not say.
                continue
            case = {"schema": world.schema, "rows": world.rows, "workspace": world.workspace,
                    "derived": DERIVED, "user": user, "now": world.now, "offset": world.time_zone,
                    **profiles_of(world, user), "act": act}
            expected, data = expected_act(case), written(arguments.rowscope, case)
            stored += "stored" in expected
            # No rule says which of two mistakes is reported.
            refused = "exit" in expected and "exit" in data and not data["changed"]
            # A foreign key of the database, which the oracle does not know.
            constrained = "delete" in act and data == {"exit": 4, "changed": False}
            if expected != data and not refused and not constrained:
                wrong += 1
                if wrong <= arguments.show:
                    report(arguments.seed + total // BATCH, world, number, act, expected, data)
        total += BATCH
        print(f"{total} acts, {stored} allowed, {wrong} differ", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
