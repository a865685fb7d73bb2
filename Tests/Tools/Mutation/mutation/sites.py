"""The places in a file where faults can be made.

All faults are in one mutated tree, each enabled by its number: an operator becomes a function that
asks whether its number is the active one, a condition gets an operand, a literal becomes a call.
The functions are in helpers.py.
"""

from dataclasses import dataclass, field

from .faults import (ACCESSORS, ARITHMETIC, ASIDE, ASSIGNMENTS, BITS, CALLS, COMPARISONS,
                     CONSTANTS, FUNCTIONS, KEYWORDS, LOGIC, MEMBERS, METHODS, PROPERTIES,
                     RANGES, SET_METHODS, WRITERS)
from .sql import SQL_FAULTS
from .tokens import tokens


@dataclass
class Site:
    """A place in a file, with a number for each of its faulty forms."""

    start: int
    line: int
    kind: str
    variants: list
    # (start, end, text): in the text, {id} is the number of the first form, {operator} a name of
    # its own.
    edits: list
    # Declarations that the module needs for it.
    declaration: tuple = ()
    numbers: list = field(default_factory=list)


class File:
    """The sites of one file."""

    def __init__(self, text, is_sql, leaves_out=()):
        self.text, self.tokens, self.is_sql = text, tokens(text), is_sql
        self.sites = []
        self.decided = set()
        self.aside = self.set_aside(leaves_out)
        self.patterns = self.find_patterns()
        self.conditions()
        self.operators()
        self.literals()
        self.members()
        self.functions()
        self.statements()
        self.sites.sort(key=lambda site: (site.start, site.kind))

    def add(self, index, kind, variants, edits, declaration=()):
        if index not in self.aside:
            token = self.tokens[index]
            self.sites.append(Site(token.start, token.line, kind, variants, edits, declaration))

    # Code that is left alone

    def set_aside(self, leaves_out):
        """Attributes, preconditions, and bodies of functions that do not affect answers."""
        aside = set()
        for index, token in enumerate(self.tokens):
            after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            if token.text == "@" and after is not None:
                aside.add(index + 1)
                if after.text == "inlinable":
                    aside.update(self.declaration_body(index + 2))
                elif index + 2 < len(self.tokens) and self.tokens[index + 2].text == "(":
                    aside.update(range(index + 2, self.tokens[index + 2].partner))
            if token.text in ASIDE and after is not None and after.text == "(":
                aside.update(range(index, after.partner + 1))
            if token.text in ("func", "var") and after is not None and after.text in leaves_out:
                aside.update(self.declaration_body(index))
            if token.text == "func" and after is not None and after.kind == "operator":
                aside.add(index + 1)
        return aside

    def declaration_body(self, index):
        while self.tokens[index].text != "{":
            index = (
                self.tokens[index].partner + 1
                if self.tokens[index].text in ("(", "[")
                else index + 1
            )
        return range(index, self.tokens[index].partner + 1)

    def find_patterns(self):
        """The tokens between `case` and `:` or `=`, without the `where` clause."""
        patterns, index = set(), 0
        while index < len(self.tokens):
            if self.tokens[index].text == "case":
                index += 1
                while self.tokens[index].text not in (":", "=", "where", "in", "}"):
                    if self.tokens[index].text in ("case", "let", "var", "func") and \
                            self.tokens[index - 1].text not in ("(", ",", "case"):
                        break  # The cases of an enumeration.
                    last = (
                        self.tokens[index].partner
                        if self.tokens[index].text in ("(", "[")
                        else index
                    )
                    patterns.update(range(index, last + 1))
                    index = last + 1
            else:
                index += 1
        return patterns

    # Conditions

    def conditions(self):
        for index, token in enumerate(self.tokens):
            previous = self.tokens[index - 1] if index else None
            if token.kind != "word" or (previous and previous.text in ("#", ".")):
                continue
            if token.text == "if":
                self.clauses(index, "{", ("true", "false"))
            elif token.text == "guard":
                self.clauses(index, "else", ("true",))
            elif token.text == "while" and not (
                previous.text == "}" and previous.line == token.line
            ):
                self.clauses(index, "{", ("false",))
            elif token.text == "where" and self.tokens[index + 1].text != ":":
                self.where(index)

    def clauses(self, keyword, ending, constants):
        start = index = keyword + 1
        clauses = []
        while True:
            token = self.tokens[index]
            if token.text == ending or token.text == ",":
                clauses.append((start, index - 1))
                start = index + 1
                if token.text == ending:
                    break
            index = token.partner + 1 if token.text in ("(", "[", "{") else index + 1
        # The compiler must see that a loop that ends by returning never falls through.
        tests = [
            clause
            for clause in clauses
            if self.tokens[clause[0]].text not in ("let", "var", "case", "true")
        ]
        for first, last in tests:
            self.decide(first, last, self.tokens[keyword].text, constants)
        if not tests and self.tokens[keyword].text == "if":
            end = self.tokens[clauses[-1][1]].end
            self.add(keyword, "condition", ["if let … → false"], [(end, end, ", !mutant({id})")])

    def decide(self, first, last, keyword, constants):
        """Makes a condition always true or always false."""
        end = self.tokens[last].end
        text = " ".join(self.text[self.tokens[first].start:end].split())
        symbols = [
            index for index in range(first, last + 1) if self.tokens[index].text in COMPARISONS
        ]
        if len(symbols) == 1 and not any(
            self.tokens[index].text in LOGIC for index in range(first, last + 1)
        ):
            # A negated condition would be noticed by any test that notices one of these.
            self.decided.add(symbols[0])
        for constant in constants:
            sign = "{true}" if constant == "true" else "{false}"
            self.add(first, f"{keyword} is {constant}", [f"{keyword} {text} → {constant}"],
                     [(end, end, f" {sign} {{id}}")])

    def where(self, index):
        """The condition of a loop or of a case, not that of a generic type."""
        end = index + 1
        while self.tokens[end].text not in ("{", ":", ","):
            end = self.tokens[end].partner + 1 if self.tokens[end].text in ("(", "[") else end + 1
        start = index
        while (
            self.tokens[start].text
            not in ("for", "case", "func", "extension", "struct", "}", "init")
            and start
        ):
            start -= 1
        if self.tokens[start].text == "for" and self.tokens[end].text == "{":
            self.decide(index + 1, end - 1, "where", ("true",))
        elif self.tokens[start].text == "case" and self.tokens[end].text == ":":
            self.decide(index + 1, end - 1, "where", ("true", "false"))

    # Operators

    def operators(self):
        for index, token in enumerate(self.tokens):
            if token.kind != "operator" or index in self.patterns:
                continue
            text, spaced = token.text, token.before and token.after
            if (
                text in RANGES
                and token.is_infix
                and not (token.before and self.tokens[index + 1].text in ("]", ")"))
            ):
                self.operator(index, [f"{text} → one less"], "RangeFormation", "range")
            elif text == "?" and spaced:
                self.choice(index)
            elif text == "!" and token.is_prefix:
                self.operator(index, ["! → nothing"], "", "not")
            elif not spaced:
                continue
            elif text in COMPARISONS and index in self.decided and text in ("==", "!="):
                continue
            elif text in COMPARISONS:
                self.operator(
                    index,
                    [f"{text} → {other}" for other in COMPARISONS[text]],
                    "Comparison",
                    "comparison",
                )
            elif text in LOGIC:
                self.operator(
                    index,
                    [f"{text} → left side", f"{text} → right side"],
                    "LogicalConjunction" if text == "&&" else "LogicalDisjunction",
                    "logic",
                )
            elif text == "??":
                self.operator(index, ["?? → right side"], "NilCoalescing", "default")
            elif text in ARITHMETIC and self.has_number(index):
                self.operator(
                    index,
                    [f"{text} → {ARITHMETIC[text][0]}", f"{text} → left side"],
                    "Addition",
                    "arithmetic",
                )
            elif text in BITS and not self.tokens[index + 1].text[0].isupper():
                self.operator(index, [f"{text} → {BITS[text][0]}"],
                              "BitwiseShift" if ">" in text or "<" in text else
                              "Multiplication" if text == "&" else "Addition", "arithmetic")
            elif text in ASSIGNMENTS:
                self.operator(
                    index, [f"{text} → {ASSIGNMENTS[text][0]}"], "Assignment", "assignment"
                )

    def has_number(self, index):
        return self.tokens[index + 1].kind == "number" or self.tokens[index - 1].kind == "number"

    def operator(self, index, variants, precedence, kind):
        token = self.tokens[index]
        written = " {operator} " if kind == "range" else "{operator}"
        self.add(
            index,
            kind,
            variants,
            [(token.start, token.end, written)],
            (kind, token.text, precedence),
        )

    def choice(self, index):
        """`c ? a : b` with its sides swapped, unless a fault of the condition's operator does the
        same.
        """
        token, at = self.tokens[index], index - 1
        while at >= 0:
            before = self.tokens[at]
            if before.text in (")", "]", "}"):
                at = before.partner - 1
                continue
            if (
                before.text in ("==", "!=", "<", ">", "<=", ">=")
                or before.is_prefix
                and before.text == "!"
            ):
                return
            if before.text in ("(", "[", "{", ",", "=", "return", ":", "??", "in", "&&", "||", "?"):
                break
            at -= 1
        self.add(
            index, "choice", ["c ? a : b → c ? b : a"], [(token.start, token.start, "{not} {id} ")]
        )

    # Literals

    def literals(self):
        for index, token in enumerate(self.tokens):
            if index in self.patterns:
                continue
            if token.text in ("true", "false"):
                other = "false" if token.text == "true" else "true"
                if self.tokens[index - 1].text == "while":
                    continue  # See `clauses`.
                if self.tokens[index - 1].text == "=" and self.tokens[index + 1].text in (",", ")"):
                    continue  # A parameter's default value.
                self.add(index, "literal", [f"{token.text} → {other}"],
                         [(token.start, token.end, f"mutantBool({{id}}, {token.text})")])
            elif token.kind == "string" and self.is_sql and "\\(" not in token.text:
                if self.tokens[index - 1].text in ("==", "=", "case"):
                    continue
                others = [faulty for rule in SQL_FAULTS for faulty in rule(token.text[1:-1])]
                others = list(dict.fromkeys(others))
                if others:
                    alternatives = ", ".join(f'"{other}"' for other in others)
                    self.add(
                        index,
                        "sql",
                        [f'{token.text} → "{other}"' for other in others],
                        [
                            (
                                token.start,
                                token.end,
                                f"mutantSQL({{id}}, {token.text}, {alternatives})",
                            )
                        ],
                    )

    # Members and functions

    def members(self):
        for index, token in enumerate(self.tokens[:-1]):
            if token.kind != "word" or index == 0:
                continue
            dot, after = self.tokens[index - 1].text == ".", self.tokens[index + 1].text
            implicit = dot and not self.is_operand_end(index - 2)
            called = after == "(" and self.tokens[index + 1].start == token.end
            trailing = after == "{" and dot and not implicit
            name = token.text
            if (
                name in MEMBERS
                and implicit
                and not called
                and index not in self.patterns
                and after != "."
            ):
                other = MEMBERS[name]
                self.add(
                    index - 1,
                    "member",
                    [f".{name} → .{other}"],
                    [
                        (
                            self.tokens[index - 1].start,
                            token.end,
                            f"mutantMember({{id}}, .{name}, .{other})",
                        )
                    ],
                )
            elif name in CALLS and dot and called and index not in self.patterns:
                self.add(
                    index,
                    "group",
                    [f".{name}( → .{CALLS[name]}("],
                    [
                        (
                            token.start,
                            self.tokens[index + 1].end,
                            f"mutant{name.capitalize()}({{id}}, ",
                        )
                    ],
                    ("group",),
                )
            elif name in METHODS and dot and not implicit and (called or trailing):
                self.method(index, called)
            elif name in SET_METHODS and dot and not implicit and called:
                faulty = SET_METHODS[name] or "not so"
                self.add(
                    index,
                    "set",
                    [f".{name} → .{faulty}"],
                    [(token.start, self.tokens[index + 1].end, f"mutant_{name}({{id}}, ")],
                    ("set", name),
                )
            elif name in PROPERTIES and dot and not called:
                before = self.tokens[index - 1]
                if self.is_operand_end(index - 2):
                    self.add(
                        index,
                        "complement",
                        [f".{name} → nothing"],
                        [(before.start, token.end, f".mutant_{name}({{id}})")],
                        ("complement", name),
                    )
            elif name in FUNCTIONS and not dot and called:
                self.add(index, "function", [f"{name} → {FUNCTIONS[name]}"],
                         [(token.start, self.tokens[index + 1].end, f"mutant_{name}({{id}}, ")])

    def is_operand_end(self, index):
        token = self.tokens[index]
        return (
            token.kind in ("number", "string")
            or token.text in (")", "]", "}", "?", "!")
            and not token.is_prefix
            or token.kind == "word"
            and token.text not in ("return", "in", "case", "try", "await", "else", "throw")
        )

    def method(self, index, called):
        token = self.tokens[index]
        name, bracket = token.text, self.tokens[index + 1]
        argument = self.tokens[index + 2]
        if name == "contains" and called and argument.text != "where":
            return
        if (
            name == "filter"
            and called
            and argument.text != "\\"
            and not self.tokens[bracket.partner - 1] is argument
        ):
            return
        if name == "reversed":
            variants = [".reversed() → nothing"]
        elif name == "filter":
            variants = [".filter → everything"]
        else:
            variants = [f".{name} → .{METHODS[name]}"]
        if not called:  # A closure follows.
            edit = (token.start, token.end, f"mutant_{name}({{id}})")
        elif argument.text == "where":
            edit = (token.start, self.tokens[index + 3].end, f"mutant_{name}({{id}}, ")
        else:
            closes = argument.text == ")"
            edit = (token.start, bracket.end, f"mutant_{name}({{id}}" + ("" if closes else ", "))
        self.add(index, "method", variants, [edit])

    def functions(self):
        """Functions and computed properties that return a constant."""
        for index, token in enumerate(self.tokens):
            if token.text == "->":
                self.constant(index, index + 1)
            elif token.text == "var" and self.tokens[index + 2].text == ":":
                self.constant(index, index + 3)

    def constant(self, index, start):
        end = start
        while end < len(self.tokens) and self.tokens[end].text not in (
            "{",
            "=",
            ")",
            ",",
            "in",
            "}",
            "where",
        ):
            if self.tokens[end].text in KEYWORDS:
                return
            end = self.tokens[end].partner + 1 if self.tokens[end].text in ("(", "[") else end + 1
        if end >= len(self.tokens) or self.tokens[end].text != "{" or end == start:
            return
        result = self.text[self.tokens[start].start:self.tokens[end - 1].end]
        if result.endswith("?"):
            constants = ["nil"]
        elif result.startswith("[") and result.endswith("]"):
            constants = ["[:]" if ":" in result else "[]"]
        elif result.startswith("Set<"):
            constants = ["[]"]
        else:
            constants = CONSTANTS.get(result, [])
        body = self.tokens[end + 1:self.tokens[end].partner]
        if not body or body[0].text in ACCESSORS or not constants:
            return
        # A single literal or name: swapping it is a fault already.
        if len(body) == 1:
            return
        edits = [(self.tokens[end].end, self.tokens[end].end,
                  "".join(f" if mutant({{id}} + {place}) {{ return {constant} }};"
                          for place, constant in enumerate(constants)))]
        if self.is_expression(body):
            edits.append((body[0].start, body[0].start, " return "))
        name = self.function_name(index)
        self.add(end, "constant", [f"{name} → {constant}" for constant in constants], edits)

    def is_expression(self, body):
        """Whether a body is a single expression without `return`."""
        if body[0].text in ("switch", "if"):
            # Their branches are values, or return.
            at, has_else = self.tokens.index(body[0]), body[0].text == "switch"
            while True:
                while self.tokens[at].text != "{":
                    at = (
                        self.tokens[at].partner + 1
                        if self.tokens[at].text in ("(", "[")
                        else at + 1
                    )
                closing = self.tokens[at].partner
                if any(token.text in ("return", "throw") for token in self.tokens[at:closing]):
                    return False
                if self.tokens[closing + 1].text != "else":
                    return has_else and self.tokens[closing] is body[-1]
                at = closing + 2
                has_else = self.tokens[at].text == "{"
        if body[0].text in KEYWORDS - {"await"}:
            return False
        at, previous = self.tokens.index(body[0]), None
        end = self.tokens.index(body[-1])
        while at <= end:
            token = self.tokens[at]
            if (
                previous is not None
                and token.line > previous.line
                and token.kind != "operator"
                and token.text not in (".", "?", ":", "}", ")")
                and previous.kind != "operator"
                and previous.text not in ("=", ",", "return")
            ):
                return False
            if token.kind == "punctuation" and token.text in "([{" and token.partner >= 0:
                at = token.partner
                token = self.tokens[at]
            previous = token
            at += 1
        return True

    def function_name(self, index):
        while index and self.tokens[index].text not in ("func", "var", "init", "subscript"):
            index -= 1
        return self.tokens[index + 1].text + ("()" if self.tokens[index].text == "func" else "")

    # Statements

    def statements(self):
        for index, token in enumerate(self.tokens[1:], 1):
            before = self.tokens[index - 1]
            if before.line == token.line or token.kind != "word" or token.text in KEYWORDS:
                continue
            if before.text not in ("{", "}", ")", "]") and before.kind not in (
                "word",
                "number",
                "string",
            ):
                continue
            at = index + 1 if token.text == "try" else index
            if self.tokens[at].kind != "word":
                continue
            while (
                self.tokens[at + 1].text in (".", "?")
                and self.tokens[at + 1].end == self.tokens[at + 2].start
            ):
                at += 2 if self.tokens[at + 2].kind == "word" else 1
            opening = self.tokens[at + 1]
            if (
                opening.text != "("
                or opening.start != self.tokens[at].end
                or self.tokens[at].text in WRITERS
            ):
                continue
            last = opening.partner
            following = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
            if (
                following is None
                or following.line == self.tokens[last].line
                or following.kind == "operator"
                or following.text in (".", "{", "else")
            ):
                continue
            # The result of a function or closure; the only statement of a case.
            if before.text in ("{", "in") and following.text == "}" or following.text == "case":
                continue
            text = " ".join(self.text[token.start:self.tokens[last].end].split())
            if "&writer" in text:
                continue
            self.add(index, "statement", [f"{text} → nothing"],
                     [(token.start, token.start, "if !mutant({id}) { "),
                      (self.tokens[last].end, self.tokens[last].end, " }")])
