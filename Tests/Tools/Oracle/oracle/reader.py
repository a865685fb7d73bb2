"""Conditions from a document to a tree, without knowledge of fields."""

from . import operators
from .conditions import Group, Test, checked, split_list
from .problem import Problem
from .related import COMPARISONS, RELATED, UNDER, Compared, Related, Under
from .values import is_scalar, sqlite_value

ONE_VALUE = ("id_user", "name", "email", "seat", "user_type", "now", "today")
OPERANDS = ("value", "reference", "other_field", "where")
CONDITION_KEYS = {"field", "operator", *OPERANDS}
DEEPEST = 64


class Named:
    """The workspace's condition of a name. Its fields are those of the table where it is used."""

    def __init__(self, name, named):
        self.name, self.named = name, named

    def resolved_in(self, table, sees):
        if self.name not in self.named:
            raise Problem("unknown_condition", self.name)
        return self.named[self.name].resolved_in(table, sees)


class Reader:
    """`named` are the workspace's conditions, by their names; a request may use none."""

    def __init__(self, in_profile, named=None):
        self.in_profile = in_profile
        self.named = named
        self.depth = 0

    def read(self, node):
        if not isinstance(node, dict):
            raise Problem("wrong_type", "a condition is an object")
        groups = [key for key in ("or", "and", "not") if key in node]
        if groups:
            return self.group(node, groups[0])
        if "condition" in node and self.in_profile:
            return self.by_name(node)
        for key in node:
            if key not in CONDITION_KEYS and (self.in_profile or key != "type"):
                raise Problem("unknown_key", key)
        if not isinstance(node.get("type", ""), str):
            raise Problem("wrong_type", "type")
        if "field" not in node:
            raise Problem("required_key", "no field")
        path, name = node["field"], node.get("operator", "==")
        if not isinstance(path, str) or not isinstance(name, str):
            raise Problem("wrong_type", "field or operator")
        found = operators.named(name)
        if found is None:
            raise Problem("unknown_operator", name)
        operator, days = found
        given = [key for key in OPERANDS if key in node]
        if operator in RELATED:
            return self.related(path, operator, node, given)
        takes = "key" if operator in UNDER else operators.OPERATORS[operator][0]
        if takes == "nothing" or days is not None:
            if given:
                raise Problem("unexpected_operand", operator)
            return Test(path, operator, days)
        if not given:
            raise Problem("missing_operand", operator)
        if len(given) > 1 or given == ["where"]:
            raise Problem("unexpected_operand", operator)
        if given == ["other_field"]:
            return self.compared(path, operator, node["other_field"])
        kind = Under if operator in UNDER else Test
        if given == ["reference"]:
            return kind(path, operator, None, self.reference(node["reference"], takes))
        value = split_list(takes, node)
        if kind is Under:
            return Under(path, operator, keys(operator, value))
        return Test(path, operator, checked(operator, takes, value))

    def by_name(self, node):
        name = node["condition"]
        if len(node) != 1 or not isinstance(name, str):
            raise Problem("wrong_type", "condition")
        return Named(name, {} if self.named is None else self.named)

    def related(self, path, operator, node, given):
        if given != ["where"]:
            raise Problem("unexpected_operand" if given else "missing_operand", operator)
        return Related(path, operator, self.parts(node, "where"))

    @staticmethod
    def compared(path, operator, other):
        if not isinstance(other, str):
            raise Problem("wrong_type", "other_field")
        if operator not in COMPARISONS:
            raise Problem("wrong_operand", operator)
        return Compared(path, operator, other)

    def group(self, node, kind):
        if len(node) != 1:
            raise Problem("mixed_group", kind)
        if kind == "not":
            return Group("not", self.nested([node["not"]]))
        return Group(kind, self.parts(node, kind))

    def parts(self, node, key):
        parts = node[key]
        if not isinstance(parts, list):
            raise Problem("wrong_type", key)
        if not parts and self.in_profile:
            raise Problem("empty_group", key)
        return self.nested(parts)

    def nested(self, parts):
        if self.depth == DEEPEST:
            raise Problem("nesting_limit", str(DEEPEST))
        self.depth += 1
        read = [self.read(part) for part in parts]
        self.depth -= 1
        return read

    def reference(self, name, takes):
        if not isinstance(name, str):
            raise Problem("wrong_type", "reference")
        if name in ONE_VALUE:
            if takes in ("list", "pair"):
                raise Problem("wrong_operand", name)
        elif name == "teams":
            if takes not in ("list", "pair", "scalar or null", "key"):
                raise Problem("wrong_operand", name)
        elif name != "profile" and (not name.startswith("attributes.") or name == "attributes."):
            raise Problem("unknown_reference", name)
        return name


def keys(operator, value):
    """One key or a list of keys."""
    if isinstance(value, list):
        return checked(operator, "list", value)
    if not is_scalar(value):
        raise Problem("wrong_operand", operator)
    return sqlite_value(value)
