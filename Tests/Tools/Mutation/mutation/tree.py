"""A copy of the package that contains every fault."""

import glob
import os
import random
import re
import shutil
import subprocess
from dataclasses import dataclass

from package import files

from . import c_source
from .areas import AREAS, LEAVES_OUT
from .helpers import decisions, declarations, operator_name
from .sites import File

SETTINGS = ["-swift-version", "6", "-package-name", "rowscope", "-parse-as-library"] + [
    part for feature in ("ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility")
    for part in ("-enable-upcoming-feature", feature)]


@dataclass
class Mutant:
    number: int
    # The number under which reaching its place is recorded.
    place: int
    area: str
    file: str
    line: int
    fault: str
    # The source line, and its occurrence among equal lines of the file.
    source: str
    occurrence: int

    @property
    def key(self):
        """A name that stays the same when lines or files move."""
        return " | ".join(
            [
                os.path.basename(self.file),
                self.source + ("" if self.occurrence == 1 else f" #{self.occurrence}"),
                self.fault,
            ]
        )


class Tree:
    def __init__(self, root, folder, seed, modules, targets):
        self.root, self.folder = root, folder
        # The modules of the mutated package, and its tests.
        self.modules, self.targets = modules, targets
        self.files = {}
        # Faults that do not compile, by the keys of the first fault at each place.
        self.dropped = []
        self.find(seed)
        self.keys = {mutant.number: mutant.key for mutant in self.list()}

    def find(self, seed):
        """Numbers the faults that are tried."""
        candidates = []
        for area, (patterns, count) in AREAS.items():
            in_area = []
            for path in files(patterns):
                with open(os.path.join(self.root, "Sources", path), encoding="utf-8") as file:
                    text = file.read()
                if any(os.path.basename(path) == os.path.basename(other) for other in self.files):
                    raise SystemExit(
                        f"{path}: another file of that name is made faulty, or this one twice"
                    )
                self.files[path] = (c_source.CFile(text) if path.endswith(".c")
                                    else File(text, area == "SQL compiler", LEAVES_OUT))
                in_area += [(area, path, site) for site in self.files[path].sites]
            if count is not None:
                random.Random(f"{seed} {area}").shuffle(in_area)
                kept, forms = [], 0
                for entry in in_area:
                    if forms < count:
                        kept.append(entry)
                        forms += len(entry[2].variants)
                in_area = sorted(kept, key=lambda entry: (entry[1], entry[2].start))
            candidates += in_area
        number = 1
        for area, path, site in candidates:
            site.numbers = list(range(number, number + len(site.variants)))
            number += len(site.variants)
        modules = [*self.modules, *(["CFilterKernels"] if "FilterMemory" in self.modules else [])]
        self.candidates = [entry for entry in candidates if entry[1].split("/")[0] in modules]

    def drop(self, keys):
        """Leaves out sites, by the keys of their first forms."""
        self.dropped += keys
        keys = set(keys)
        self.candidates = [
            entry for entry in self.candidates if self.keys[entry[2].numbers[0]] not in keys
        ]

    def list(self):
        """The faults that compile."""
        mutants, names = [], {}
        for area, path, site in self.candidates:
            lines = self.files[path].text.split("\n")
            source = lines[site.line - 1].strip()
            occurrence = 1 + sum(line.strip() == source for line in lines[:site.line - 1])
            for number, fault in zip(site.numbers, site.variants):
                # The same fault again in the same line.
                same = names[path, site.line, fault] = names.get((path, site.line, fault), 0) + 1
                mutants.append(
                    Mutant(
                        number,
                        site.numbers[0],
                        area,
                        path,
                        site.line,
                        fault if same == 1 else f"{fault} ({same})",
                        source,
                        occurrence,
                    )
                )
        return mutants

    # Writing

    def write(self):
        """Copies the files that Git tracks, with the faults in them."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            check=True,
            capture_output=True,
        )
        for name in listed.stdout.decode().split("\0"):
            if name and os.path.isfile(os.path.join(self.root, name)):
                self.copy(name)
        by_module = {}
        for area, path, site in self.candidates:
            by_module.setdefault(path.split("/")[0], []).append((path, site))
        for path in {path for _, path, _ in self.candidates if path.endswith(".c")}:
            del by_module[path.split("/")[0]]
            with open(os.path.join(self.root, "Sources", os.path.dirname(path), "include",
                                   os.path.basename(path)[:-2] + ".h"), encoding="utf-8") as file:
                header = file.read()
            c_source.write(
                self.replace,
                os.path.join("Sources", path),
                header,
                self.files[path].text,
                [site for _, other, site in self.candidates if other == path],
            )
        for module, entries in by_module.items():
            for path in {path for path, _ in entries}:
                sites = [site for other, site in entries if other == path]
                self.replace(
                    os.path.join("Sources", path), faulty(self.files[path].text, sites, module)
                )
            self.replace(os.path.join("Sources", module, "Mutants.swift"),
                         declarations([site for _, site in entries], module))
        self.trim()

    def copy(self, name):
        with open(os.path.join(self.root, name), "rb") as file:
            content = file.read()
        self.replace(name, content)
        shutil.copymode(os.path.join(self.root, name), os.path.join(self.folder, name))

    def replace(self, name, content):
        """Writes a file only if it differs, so that a second build has less to do."""
        path = os.path.join(self.folder, name)
        content = content if isinstance(content, bytes) else content.encode()
        if os.path.exists(path):
            with open(path, "rb") as file:
                if file.read() == content:
                    return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def trim(self):
        """Leaves the targets that take no part out of the package, and optimises what tests run
        thousands of times.
        """
        with open(os.path.join(self.root, "Package.swift"), encoding="utf-8") as file:
            package = file.read()
        names = ", ".join(
            f'"{name}"'
            for name in ["CSQLite", "CFilterKernels", "TestSupport", *self.modules, *self.targets]
        )
        self.replace("Package.swift", package + f"""
package.products = []
package.targets.removeAll {{ ![{names}].contains($0.name) }}
for target in package.targets where ["RecordFilter", "FilterMemory"].contains(target.name) {{
  target.swiftSettings?.append(.unsafeFlags(["-O"]))
}}
""")

    # Compiling

    def check(self, run):
        """Leaves out faults that do not compile, such as an operator that the type does not have.
        """
        interfaces = os.path.join(self.folder, ".interfaces")
        os.makedirs(interfaces, exist_ok=True)
        include = ["-I", interfaces, "-I", os.path.join(self.root, "Sources", "CSQLite")]
        for headers in glob.glob(os.path.join(self.root, "Sources", "*", "include")):
            if os.path.exists(os.path.join(headers, "module.modulemap")):
                include += ["-I", headers]
                continue
            # As the package manager does where a C module has no module map.
            module = os.path.basename(os.path.dirname(headers))
            self.replace(
                f".interfaces/{module}.modulemap",
                f'module {module} {{ umbrella "{headers}" export * }}\n',
            )
            include += [
                "-Xcc",
                "-fmodule-map-file=" + os.path.join(interfaces, module + ".modulemap"),
            ]
        for module in self.modules:
            sources = sorted(
                glob.glob(
                    os.path.join(self.root, "Sources", module, "**", "*.swift"), recursive=True
                )
            )
            run(
                [
                    "swiftc",
                    "-emit-module",
                    "-module-name",
                    module,
                    *SETTINGS,
                    *include,
                    "-wmo",
                    "-Xfrontend",
                    "-experimental-skip-all-function-bodies",
                    "-enable-testing",
                    "-o",
                    os.path.join(interfaces, module + ".swiftmodule"),
                    *sources,
                ]
            )
        for module in self.modules:
            for _ in range(6):
                faulty_sites = self.errors(module, include)
                if not faulty_sites:
                    break
                self.drop([self.keys[site.numbers[0]] for _, site in faulty_sites])
                self.write()
            else:
                raise SystemExit(f"{module} does not compile with faults in it")

    def errors(self, module, include):
        """The sites in the lines of compiler errors."""
        if not any(path.startswith(module + "/") for _, path, _ in self.candidates):
            return []
        folder = os.path.join(self.folder, "Sources")
        sources = sorted(glob.glob(os.path.join(folder, module, "**", "*.swift"), recursive=True))
        result = subprocess.run(
            [
                "nice",
                "-n",
                "10",
                "swiftc",
                "-typecheck",
                "-module-name",
                module,
                *SETTINGS,
                *include,
                *sources,
            ],
            capture_output=True,
            text=True,
        )
        return [] if result.returncode == 0 else self.objections(result.stderr)

    def objections(self, messages):
        """The sites in the lines that the compiler's messages name."""
        folder = os.path.join(self.folder, "Sources")
        places = set(re.findall(r"^(\S+?):(\d+):\d+: error:", messages, re.MULTILINE))
        lines = {(os.path.relpath(name, folder), int(line)) for name, line in places}
        found = [(path, site) for _, path, site in self.candidates if (path, site.line) in lines]
        if not found:
            # An error may be reported some lines after its cause.
            found = [(path, site) for _, path, site in self.candidates
                     if any(path == other and abs(site.line - line) <= 4 for other, line in lines)]
        if not found:
            raise SystemExit(messages[-8000:])
        for message in sorted(set(re.findall(r"^\S+?:\d+:\d+: error:.*", messages, re.MULTILINE))):
            print(
                "  ",
                os.path.relpath(message.split(":")[0], folder)
                + message[len(message.split(":")[0]) :],
                flush=True,
            )
        return found


def faulty(text, sites, module):
    edits = []
    names = dict(zip(("{true}", "{false}", "{not}"), decisions(module)))
    for site in sites:
        first = site.numbers[0]
        for start, end, replacement in site.edits:
            replacement = replacement.replace("{id}", str(first)).replace(
                "{operator}", operator_name(first)
            )
            for name, symbol in names.items():
                replacement = replacement.replace(name, symbol)
            edits.append((start, end > start, len(edits), end, replacement))
    pieces, at = [], 0
    for start, _, _, end, replacement in sorted(edits):
        pieces += [text[at:start], replacement]
        at = max(at, end)
    return "".join(pieces) + text[at:]
