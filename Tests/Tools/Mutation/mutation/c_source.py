"""Faults in a file of C.

C has no custom operators, so each fault is a copy of the file in which every function name has the
fault's number; a dispatcher that the package calls picks the copy of the active fault.
"""

import os
import re
import subprocess

from .sites import Site

OPERATORS = {
    "<": [("<=", "< → <="), ("+ 1 <", "< → one less")],
    "==": [("!=", "== → !=")],
    "!=": [("==", "!= → ==")],
    "&=": [("|=", "&= → |=")],
    "|=": [("&=", "|= → &=")],
    "+=": [("-=", "+= → -=")],
    "^": [("|", "^ → |"), ("&", "^ → &")],
    "|": [("&", "| → &")],
    "+": [("-", "+ → -"), ("+ 0 *", "+ → left side")],
    "*": [("+", "* → +")],
    "<<": [(">>", "<< → >>")],
    "~": [("", "~ → nothing")],
}
WORDS = {
    "_mm256_min_epu8": ["_mm256_max_epu8", "_mm256_min_epi8"],
    "_mm256_min_epu16": ["_mm256_max_epu16", "_mm256_min_epi16"],
    "_mm256_min_epu32": ["_mm256_max_epu32", "_mm256_min_epi32"],
    "_mm256_sub_epi8": ["_mm256_add_epi8", "_mm256_subs_epu8"],
    "_mm256_sub_epi16": ["_mm256_add_epi16", "_mm256_subs_epu16"],
    "_mm256_sub_epi32": ["_mm256_add_epi32"],
    "_mm256_sub_epi64": ["_mm256_add_epi64"],
    "_mm256_cmpeq_epi8": ["_mm256_cmpgt_epi8"],
    "_mm256_cmpeq_epi16": ["_mm256_cmpgt_epi16"],
    "_mm256_cmpeq_epi32": ["_mm256_cmpgt_epi32"],
    "_mm256_cmpeq_epi64": ["_mm256_cmpgt_epi64"],
    "_mm256_cmpgt_epi64": ["_mm256_cmpeq_epi64"],
    "_mm256_and_pd": ["_mm256_or_pd"],
    "_mm256_xor_si256": ["_mm256_or_si256"],
    "_CMP_GE_OQ": ["_CMP_GT_OQ", "_CMP_NLT_UQ"],
    "_CMP_LE_OQ": ["_CMP_LT_OQ", "_CMP_NGT_UQ"],
    "_blsr_u64": ["0 & _blsr_u64"],
    "INT64_MIN": ["0"],
    "0xD8": ["0xE4"],
    "15": ["7"],
    "false": ["true"],
    # Single values have a fast path with the same result.
    "is_point": ["true"],
    "low_half": ["high_half"],
    "high_half": ["low_half"],
}
TOKEN = re.compile(r"[A-Za-z_0-9]+|<<=|>>=|<<|>>|[-+*/&|^<>=!]=|&&|\|\||\+\+|--|->|.", re.DOTALL)
# Speed hints, and declarations that compute nothing.
ASIDE = re.compile(
    r"(if \(part % 2 == 0\) )?__builtin_prefetch\([^;]*;|#(include|if|else|endif|define AHEAD|define WIDE)[^\n]*"
    r"|//[^\n]*|__attribute__\([^\n]*|madvise\([^;]*;",
    re.DOTALL,
)
# Called for each block of rows; the others ask the system or the processor once.
KERNELS = ("filter_narrow", "filter_count", "filter_rows")
# The tokens before a type's or a pointer's `*`.
TYPES = re.compile(r"(_t|_mm\w+|void|double|char|__m256i|const)$")


class CFile:
    """The sites of one file, each with one faulty form."""

    def __init__(self, text):
        self.text, self.sites = text, []
        end = text.rindex("\n#else\n")  # What follows is for other processors.
        aside = [match.span() for match in ASIDE.finditer(text)]
        # The functions before the first kernel ask the system or the processor.
        start = text.index("WIDE_INLINE uint64_t joined")
        previous = ""
        for match in TOKEN.finditer(text, 0, end):
            token, at = match.group(), match.start()
            if token.isspace():
                continue
            if at >= start and not any(first <= at < last for first, last in aside):
                self.token(token, at, previous)
            previous = token
        self.sites.sort(key=lambda site: site.start)

    def token(self, token, at, previous):
        end = at + len(token)
        if token in OPERATORS:
            if token != "~" and not (self.text[at - 1].isspace() and self.text[end].isspace()):
                return  # A pointer, or an address.
            if token == "*" and TYPES.search(previous):
                return
            for replacement, fault in OPERATORS[token]:
                self.add(at, end, replacement, fault)
        elif token in WORDS:
            if previous in ("bool", "__m256i"):
                return  # A parameter.
            for replacement in WORDS[token]:
                self.add(at, end, replacement, f"{token} → {replacement}")

    def add(self, start, end, replacement, fault):
        line = self.text.count("\n", 0, start) + 1
        self.sites.append(Site(start, line, "c", [fault], [(start, end, replacement)]))


def functions(header):
    """The functions of a header: (result, name, parameters, arguments)."""
    code = re.sub(r"//[^\n]*|^#[^\n]*", "", header, flags=re.MULTILINE)
    found = []
    for result, name, parameters in re.findall(r"(\w+)\s+(\w+)\(([^)]*)\);", code):
        names = [] if parameters == "void" else [re.search(r"(\w+)$", part.strip()).group(1)
                                                 for part in parameters.split(",")]
        found.append((result, name, " ".join(parameters.split()), ", ".join(names)))
    return found


def compiles(text, include):
    result = subprocess.run(
        ["clang", "-x", "c", "-fsyntax-only", "-O0", "-I", include, "-"],
        input=text,
        text=True,
        capture_output=True,
    )
    return result.returncode == 0


def faulty(text, site):
    (start, end, replacement), = site.edits
    return text[:start] + replacement + text[end:]


def write(replace, path, header, text, sites):
    """Writes the file once without faults and once with each, and the dispatcher.

        - replace: writes a file of the mutated package.
    """
    declared = functions(header)
    # Also the file's own declarations, some of them named by a macro.
    own = re.findall(r"WIDE_INLINE \w+ (\w+)\(", text) + [
        f"narrow_{width}" for width in (8, 16, 32, 64)
    ]
    macros = re.findall(r"^#define (\w+)", text, re.MULTILINE)
    numbers = [0] + [site.numbers[0] for site in sites]
    copies = []
    for number, site in zip(numbers, [None, *sites]):
        for name in [*own, *(function for _, function, _, _ in declared)]:
            copies.append(f"#undef {name}\n#define {name} {name}_{number}\n")
        copies += [f"#undef {name}\n" for name in macros]
        copies.append(faulty(text, site) if site else text)
    folder = os.path.dirname(path)
    replace(os.path.join(folder, "copies.c"), "".join(copies))
    lines = [
        "#include <fcntl.h>",
        "#include <stdlib.h>",
        "#include <sys/mman.h>",
        "#include <unistd.h>",
        f'#include "{os.path.basename(path)[:-2]}.h"',
        "static int active = 0;",
        "static unsigned char *met = 0;",
        "__attribute__((constructor)) static void look(void) {",
        '  const char *number = getenv("ROWSCOPE_MUTANT"), *path = getenv("ROWSCOPE_MUTANTS_MET");',
        "  if (number) active = atoi(number);",
        "  if (!path) return;",
        "  int file = open(path, O_RDWR);",
        "  off_t size = file < 0 ? 0 : lseek(file, 0, SEEK_END);",
        "  if (size <= 0) return;",
        "  void *memory = mmap(0, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);",
        "  if (memory != MAP_FAILED) met = memory;",
        "}",
        "static void meet(void) {",
        *[f"  met[{number}] = 1;" for number in numbers[1:]],
        "}",
    ]
    for result, function, parameters, arguments in declared:
        for number in numbers:
            lines.append(f"{result} {function}_{number}({parameters});")
        lines.append(f"{result} {function}({parameters}) {{")
        back = "" if result == "void" else "return "
        if function.startswith(KERNELS):
            lines.append("  if (met) meet();")
            lines.append("  switch (active) {")
            for number in numbers[1:]:
                call = f"{back}{function}_{number}({arguments});"
                lines.append(f"  case {number}: {call}" + ("" if back else " return;"))
            lines.append("  }")
        lines.append(f"  {back}{function}_0({arguments});")
        lines.append("}")
    replace(path, "\n".join(lines) + "\n")
