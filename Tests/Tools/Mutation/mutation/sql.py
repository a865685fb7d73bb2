"""Faults in SQL: a piece of a statement's text, with one thing wrong."""

import re


def swap(pattern, replacement):
    """Yields the text with each match of the pattern replaced in turn."""
    compiled = re.compile(pattern)

    def rule(text):
        return [text[:match.start()] + match.expand(replacement) + text[match.end():]
                for match in compiled.finditer(text)]
    return rule


SQL_FAULTS = [
    swap(r" AND(?= |$)", r" OR"), swap(r" OR(?= |$)", r" AND"),
    swap(r"\bIS NOT NULL", r"IS NULL"), swap(r"\bIS NULL", r"IS NOT NULL"),
    swap(r" IS NOT $", r" IS "), swap(r" IS NOT $", r" <> "),
    swap(r"\bNOT (?=IN\b|EXISTS\b|BETWEEN\b|GLOB\b)", r""),
    swap(r"(?<!NOT )\b(?=IN [^D]|IN$|EXISTS\b|BETWEEN\b|GLOB\b)", r"NOT "),
    swap(r" > ", r" >= "), swap(r" < ", r" <= "), swap(r" >= ", r" > "), swap(r" <= ", r" < "),
    swap(r" <> ", r" = "), swap(r"(?<![<>]) = ", r" <> "), swap(r"^ = $", r" IS "),
    swap(r" > 0", r" > 1"), swap(r" = 0", r" = 1"), swap(r" = 1$", r" > 0"),
    swap(r" <> 1$", r" = 0"),
    swap(r" DESC\b", r" ASC"), swap(r"COLLATE BINARY", r"COLLATE NOCASE"),
    swap(r"COLLATE (NOCASE|RTRIM)", r"COLLATE BINARY"),
    swap(r"COUNT\(|count\(", r"total("), swap(r"DISTINCT ", r""), swap(r" NOT INDEXED", r""),
    swap(r"'null', 'blob'", r"'null'"), swap(r"'null', 'blob'", r"'blob'"),
    swap(r"'array', 'object'", r"'array'"), swap(r"'array', 'object'", r"'object'"),
    swap(r"= 'array'", r"= 'object'"), swap(r"= 'text'", r"= 'blob'"),
    swap(r"<> 'text'", r"<> 'blob'"),
    swap(r"= 'blob'", r"= 'text'"), swap(r"<> 'blob'", r"<> 'text'"),
    swap(r"^, typeof\($", r", length("),
    swap(r"THEN 0", r"THEN 1"), swap(r", 0\)", r", 1)"), swap(r", 12\)", r", 14)"),
    swap(r"= 10", r"= 11"),
    swap(r"^1$", r"0"), swap(r"^0$", r"1"), swap(r"lower\(", r"upper("), swap(r"^\+$", r""),
    swap(r"SELECT 1 FROM", r"SELECT 1, 2 FROM"), swap(r"DEFAULT VALUES", r"SELECT 1"),
    swap(r" ADD COLUMN ", r" DROP COLUMN "), swap(r" LIMIT ", r" LIMIT 1 + "),
    swap(r" OFFSET ", r" OFFSET 1 + "),
    swap(r"\*Z'", r"*z'"), swap(r"\[T \]", r"[T]"), swap(r"\[T \]", r"[ ]"),
    swap(r"\[\+-\]", r"[+]"),
    swap(r"\[\+-\]", r"[-]"), swap(r"\[\^0-9:.Z\+-\]", r"[^0-9:.Z]"),
    swap(r"char\(0\)", r"char(1)"),
    swap(r"julianday\(", r"typeof("), swap(r" AS BLOB", r" AS TEXT"),
]
