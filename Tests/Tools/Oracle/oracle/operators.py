"""The operators table of the format: names, operands, and complements."""

import unicodedata

# canonical name: (operand, the operator that is its exact complement)
OPERATORS = {
    "==": ("scalar or null", None), "!=": ("scalar or null", "=="),
    ">": ("scalar", None), ">=": ("scalar", None), "<": ("scalar", None), "<=": ("scalar", None),
    "in": ("list", None), "not in": ("list", "in"),
    "between": ("pair", None), "not between": ("pair", "between"),
    "like": ("text", None), "not like": ("text", "like"),
    "starts with": ("text", None), "not starts with": ("text", "starts with"),
    "ends with": ("text", None), "not ends with": ("text", "ends with"),
    "is null": ("nothing", None), "is not null": ("nothing", "is null"),
    "is empty": ("nothing", None), "is not empty": ("nothing", "is empty"),
    "last days": ("days", None), "next days": ("days", None),
}

ALIASES = {
    "==": ["=", "equal", "Igual", "É igual a", "Exatamente igual"],
    "!=": ["<>", "not_equal", "Diferente", "É diferente de"],
    ">": ["gt", "Maior que", "É maior que"],
    ">=": ["gte", "Maior ou igual que", "É maior ou igual a"],
    "<": ["lt", "Menor que", "É menor que"],
    "<=": ["lte", "Menor ou igual que", "É menor ou igual a"],
    "in": ["list", "Na lista"],
    "not in": ["notinlist", "Não está na lista"],
    "between": ["Entre", "Está no intervalo", "Está entre as datas"],
    "like": ["contains", "Contém"],
    "not like": ["notlike", "not contains", "Não contém"],
    "starts with": ["startswith", "Começa com"],
    "not starts with": [],
    "ends with": ["endswith"],
    "not ends with": [],
    "is null": ["is_null", "Nulo"],
    "is not null": ["is_not_null", "Não é Nulo"],
    "is empty": ["nullorempty", "Nulo ou vazio", "Está vazio"],
    "is not empty": ["nullorfilled", "Não é vazio", "Está preenchido"],
}

# The operators on other records; `related` says what they mean.
ON_RECORDS = ("some", "none", "every", "is under", "is not under")

# Names that contain the number of days.
FIXED_DAYS = {"Está nos últimos 7 dias": 7, "Está nos últimos 30 dias": 30}

# The operators for fields of many members.
FOR_MANY = {"==", "!=", "in", "not in", "is null", "is not null", "is empty", "is not empty"}


def _folded(name):
    return unicodedata.normalize("NFC", name).casefold()


_NAMES = {_folded(name): (name, None) for name in (*OPERATORS, *ON_RECORDS)}
_NAMES.update({_folded(a): (name, None) for name, aliases in ALIASES.items() for a in aliases})
_NAMES.update({_folded(name): ("last days", days) for name, days in FIXED_DAYS.items()})


def named(name):
    """(canonical name, the number of days in the name) or None."""
    return _NAMES.get(_folded(name))
