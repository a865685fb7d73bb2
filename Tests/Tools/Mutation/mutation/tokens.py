"""The tokens of a Swift file, as far as mutations need them."""

import re
from dataclasses import dataclass

OPERATOR = re.compile(r"[-+*/%<>=!&|^~?]+|\.\.[.<]")
WORD = re.compile(r"`?[A-Za-z_$][A-Za-z0-9_]*`?")
NUMBER = re.compile(r"0[xob][0-9A-Fa-f_]+|[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][-+]?[0-9]+)?")
OPENING, CLOSING = "([{", ")]}"


@dataclass
class Token:
    kind: str  # word, number, string, operator or punctuation
    text: str
    start: int
    end: int
    line: int
    # Whether there is white space on either side, which is how Swift tells infix operators.
    before: bool = False
    after: bool = False
    # The index of the matching bracket.
    partner: int = -1

    @property
    def is_infix(self):
        return self.kind == "operator" and self.before == self.after

    @property
    def is_prefix(self):
        return self.kind == "operator" and self.before and not self.after


def string_end(text, start):
    """The end of a string literal, including its interpolations."""
    hashes = 0
    while text[start + hashes] == "#":
        hashes += 1
    at = start + hashes
    quotes = '"""' if text.startswith('"""', at) else '"'
    at += len(quotes)
    escape = "\\" + "#" * hashes
    closing = quotes + "#" * hashes
    while not text.startswith(closing, at):
        if text.startswith(escape + "(", at):
            at = interpolation_end(text, at + len(escape))
        elif text.startswith(escape, at):
            at += len(escape) + 1
        else:
            at += 1
    return at + len(closing)


def interpolation_end(text, at):
    depth = 0
    while True:
        if text[at] == '"':
            at = string_end(text, at)
            continue
        if text[at] == "(":
            depth += 1
        if text[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1


def comment_end(text, at):
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    depth, at = 1, at + 2
    while depth:
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
        else:
            at += 1
    return at


def tokens(text):
    """The tokens of a file, without white space and comments."""
    found, at, line = [], 0, 1
    while at < len(text):
        character = text[at]
        if character.isspace():
            line += character == "\n"
            at += 1
            continue
        if text.startswith(("//", "/*"), at):
            end = comment_end(text, at)
            line += text.count("\n", at, end)
            at = end
            continue
        if character == '"' or (character == "#" and text.startswith(('#"', '##"'), at)):
            kind, end = "string", string_end(text, at)
        elif match := WORD.match(text, at):
            kind, end = "word", match.end()
        elif match := NUMBER.match(text, at):
            kind, end = "number", match.end()
        elif match := OPERATOR.match(text, at):
            kind, end = "operator", match.end()
        else:
            kind, end = "punctuation", at + 1
        found.append(Token(kind, text[at:end], at, end, line))
        line += text.count("\n", at, end)
        at = end
    open_brackets = []
    for index, token in enumerate(found):
        before, after = text[token.start - 1:token.start], text[token.end:token.end + 1]
        # A bracket or a comma next to an operator counts as Swift counts it.
        token.before = not before or before.isspace() or before in "([{,;:"
        token.after = not after or after.isspace() or after in ")]},;:"
        if token.kind == "punctuation" and token.text in OPENING:
            open_brackets.append(index)
        elif token.kind == "punctuation" and token.text in CLOSING:
            token.partner = open_brackets.pop()
            found[token.partner].partner = index
    return found
