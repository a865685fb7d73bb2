"""Profiles as text: JSON with comments and trailing commas, and otherwise RFC 8259."""

import re

from .problem import Problem

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def number_from_json(text):
    """Only digits make an integer, or a real beyond 64 bits; a fraction or an exponent makes a
    real.
    """
    match = _NUMBER.fullmatch(text)
    if match.group(1) is None and match.group(2) is None:
        whole = int(text)
        if -(2**63) <= whole < 2**63:
            return whole
    real = float(text)
    if real in (float("inf"), float("-inf")):
        raise Problem("invalid_value", "a number out of range")
    return real


def read(data, code="invalid_profile"):
    """The tree of a document given as bytes; raises a `Problem` of the given code if it is invalid.
    """
    try:
        data.decode("utf-8")
        return _Reader(data).document()
    except (UnicodeError, _Malformed, RecursionError, Problem):
        raise Problem(code, "malformed") from None


class _Malformed(Exception):
    pass


class _Reader:
    def __init__(self, data):
        self.text = data.decode("utf-8")
        self.at = 0

    def document(self):
        value = self.value()
        self.skip()
        if self.at != len(self.text):
            raise _Malformed("trailing text")
        return value

    def skip(self):
        text = self.text
        while self.at < len(text):
            if text[self.at] in " \t\n\r":
                self.at += 1
            elif text.startswith("//", self.at):
                while self.at < len(text) and text[self.at] not in "\r\n":
                    self.at += 1
            elif text.startswith("/*", self.at):
                end = text.find("*/", self.at + 2)
                if end < 0:
                    raise _Malformed("an open comment")
                self.at = end + 2
            else:
                return

    def peek(self):
        self.skip()
        return self.text[self.at] if self.at < len(self.text) else ""

    def value(self):
        first = self.peek()
        if first == "{":
            return self.object()
        if first == "[":
            return self.array()
        if first == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        match = _NUMBER.match(self.text, self.at)
        if not match:
            raise _Malformed("no value")
        self.at = match.end()
        return number_from_json(match.group())

    def object(self):
        result = {}
        self.at += 1
        while True:
            if self.peek() == "}":
                self.at += 1
                return result
            if self.peek() != '"':
                raise _Malformed("no key")
            key = self.string()
            if key in result:
                raise _Malformed("a duplicate key")
            if self.peek() != ":":
                raise _Malformed("no colon")
            self.at += 1
            result[key] = self.value()
            if not self.comma("}"):
                return result

    def array(self):
        result = []
        self.at += 1
        while True:
            if self.peek() == "]":
                self.at += 1
                return result
            result.append(self.value())
            if not self.comma("]"):
                return result

    def comma(self, end):
        """Whether more may follow; a comma before the end is allowed, one without a value before it
        is not.
        """
        found = self.peek()
        self.at += 1
        if found not in (",", end) or found == "":
            raise _Malformed("neither a comma nor an end")
        return found == ","

    def string(self):
        text = self.text
        self.at += 1
        out = []
        while True:
            if self.at >= len(text):
                raise _Malformed("an open string")
            found = text[self.at]
            self.at += 1
            if found == '"':
                break
            if found < " ":
                raise _Malformed("a control character")
            if found != "\\":
                out.append(found)
                continue
            escape = text[self.at : self.at + 1]
            self.at += 1
            if escape == "u":
                out.append(chr(self.unit()))
            elif escape in _ESCAPES and escape:
                out.append(_ESCAPES[escape])
            else:
                raise _Malformed("no such escape")
        joined = "".join(out)
        # Two escaped surrogates become one character; a lone one is an error.
        return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le")

    def unit(self):
        digits = self.text[self.at : self.at + 4]
        if not re.fullmatch("[0-9a-fA-F]{4}", digits):
            raise _Malformed("no hexadecimal digits")
        self.at += 4
        return int(digits, 16)
