#!/usr/bin/env python3
"""Where the package is, its modules as in Package.swift, and its files.

    package.py TARGET…      prints the Swift modules that these targets need, dependencies first
"""

import fnmatch
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def modules(*targets):
    """The Swift modules under Sources that some targets need, dependencies first."""
    # A scratch path of its own, since another build may hold the usual one.
    result = subprocess.run(
        [
            "swift",
            "package",
            "dump-package",
            "--package-path",
            ROOT,
            "--scratch-path",
            os.path.join(ROOT, ".build", "description"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    described = {target["name"]: target for target in json.loads(result.stdout)["targets"]}
    ordered = []

    def visit(name):
        if name in ordered:
            return
        for dependency in described[name]["dependencies"]:
            visit(next(iter(dependency.values()))[0])
        ordered.append(name)

    for target in targets:
        visit(target)
    # C modules have a folder of headers, or are the system's.
    return [name for name in ordered if described[name]["type"] in ("regular", "executable")
            and described[name].get("path") is None
            and not os.path.exists(os.path.join(ROOT, "Sources", name, "include"))]


def is_named(path, pattern):
    """Whether a path below Sources ends as a pattern says: `Scan.swift` in any folder, `Limits/*` in any of that name."""
    return fnmatch.fnmatchcase("/" + path, "*/" + pattern)


def files(patterns):
    """The paths below Sources that match some patterns. Each must match a file, so none is left
    out.
    """
    sources = os.path.join(ROOT, "Sources")
    paths = sorted(
        os.path.relpath(path, sources)
        for path in glob.glob(os.path.join(sources, "**", "*.*"), recursive=True)
    )
    for pattern in patterns:
        if not any(is_named(path, pattern) for path in paths):
            sys.exit(f"no file below Sources is named {pattern}")
    return [path for path in paths if any(is_named(path, pattern) for pattern in patterns)]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: package.py TARGET…")
    print("\n".join(modules(*sys.argv[1:])))
