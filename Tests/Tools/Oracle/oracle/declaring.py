"""Relations and links as a workspace declares them.

One that does not fit the database leads nowhere: its names mean nothing, and no foreign key takes
its place. What is no declaration at all is a mistake of the whole workspace.
"""

from .conditions import everything
from .members import member_type
from .paths import fold_name, meets_dead
from .problem import Problem
from .reader import Named, Reader
from .tables import Field, ForeignKey, Relation
from .values import BINARY

RELATION_KEYS = {"table", "field", "tree", "where", "when", "name"}


class Broken:
    """A relation that cannot be used; `parent` is None where it is not known."""

    def __init__(self, child, index, name, parent):
        self.child, self.index, self.name, self.parent = child, index, name, parent
        child.fields[index].leads_nowhere = True


class Relations:
    """The keys of a schema, as a workspace changes them. `types` are those that give a field the
    type of its key, though they may be of no other use.
    """

    def __init__(self, schema):
        self.schema, self.keys, self.broken, self.types = schema, schema.keys, [], []

    def declare(self, table, index, about):
        declared = about if isinstance(about, list) else [about]
        if not declared:
            raise Problem("wrong_type", "no relation")
        for one in declared:
            if set(one) - RELATION_KEYS or not {"table", "field"} <= set(one):
                raise Problem("unknown_key", "a relation")
            if len(declared) > 1 and "name" not in one:
                raise Problem("required_key", "name")
        for one in declared:
            key = self.read(table, index, one)
            try:
                self.fit(key, one)
            except Problem:
                self.set_aside(key, one)
                continue
            self.keys = [k for k in self.keys if not self.replaces(key, k)] + [key]

    def read(self, table, index, about):
        """What the document alone tells."""
        key = ForeignKey(table, None, [], True, about.get("name"))
        key.index = index
        key.is_tree = about.get("tree", False)
        reader = Reader(True, self.schema.named)
        if "where" in about:
            key.where = reader.parts(about, "where")
        if "when" in about:
            if set(about["when"]) != {"field", "value"}:
                raise Problem("unknown_key", "when")
            key.when = [reader.read(about["when"])]
        return key

    def fit(self, key, about):
        table, index = key.child, key.index
        key.parent = self.schema.need(about["table"])
        key.columns = [(index, key.parent.need(about["field"]))]
        self.types.append(key)
        if key.parent.fields[key.columns[0][1]].many:
            raise Problem("mismatched_relation", "many values")
        if key.name is not None:
            taken = {fold_name(k.name) for k in self.keys
                     if k.child is table and k.name is not None}
            if not key.name or table.find(key.name) is not None or fold_name(key.name) in taken:
                raise Problem("mismatched_relation", key.name)
        key.by_members = table.fields[index].many
        if key.is_tree and (key.parent is not table or key.by_members or any(
                k.is_tree and k.child is table for k in self.keys)):
            raise Problem("mismatched_relation", f"{table.name} is no tree")
        for tree in [*key.where, *key.when]:
            check_names(tree, self.schema.named)

    @staticmethod
    def replaces(key, other):
        return not other.declared and (
            other.same(key) or other.child is key.child and other.near == key.near)

    def set_aside(self, key, about):
        table, index = key.child, key.index
        replaced = [k for k in self.keys
                    if not k.declared and k.child is table and k.near == [index]]
        self.keys = [k for k in self.keys if k not in replaced]
        if key not in self.types:
            self.types += replaced
        parent = self.schema.find(about["table"])
        if parent is None and replaced:
            parent = replaced[0].parent
        if table.fields[index].many:
            parent = None
        self.broken.append(Broken(table, index, key.name, parent))

    def check_conditions(self):
        """Sets aside what has a condition that does not fit. Another's condition may follow it."""
        while True:
            self.relate()
            faulty = [key for key in self.keys if not conditions_fit(key)]
            if not faulty:
                return
            self.keys = [key for key in self.keys if key not in faulty]
            for key in faulty:
                self.broken.append(Broken(
                    key.child, key.near[0], key.name, None if key.by_members else key.parent))

    # Names

    def relate(self):
        """To the parent, named by the declaration or by the column; to the children, named by the
        table, or `table(column)` if there are several relations.
        """
        for table in self.schema.tables.values():
            table.relations, table.parents, table.tree = {}, {}, None
            table.dead = set(table.dead_links)
        ordered = sorted(self.keys, key=lambda key: (len(key.columns) > 1, not key.declared))
        named = [key for key in ordered if key.name is not None]
        for key in named:
            key.way = forward(key, key.name)
            key.child.relations[fold_name(key.name)] = key.way
        # The column of a relation with a name is no way itself.
        columns = {(id(key.child), near) for key in named for near in key.near}
        for key in named:
            key.child.claimed |= {fold_name(key.child.fields[near].name) for near in key.near}
        for broken in self.broken:
            child = broken.child
            names = [] if (id(child), broken.index) in columns else [child.fields[broken.index].name]
            if broken.name is not None and child.find(broken.name) is None:
                names.append(broken.name)
            child.dead |= {fold_name(n) for n in names if fold_name(n) not in child.relations}
        for key in ordered:
            for near in key.near:
                name = key.child.fields[near].name
                if key.name is None and fold_name(name) not in key.child.dead and (
                        id(key.child), near) not in columns:
                    key.child.relations.setdefault(fold_name(name), forward(key, name))
            if len(key.columns) == 1:
                way = key.way if key.name is not None else forward(
                    key, key.child.fields[key.near[0]].name)
                parents = key.child.parents.setdefault(key.near[0], [])
                # The first of two foreign keys of one column is meant.
                if key.name is not None or not parents:
                    parents.append(way)
                if key.is_tree:
                    key.child.tree = way
        # Members lead forward alone.
        self.relate_back([key for key in ordered if not key.by_members])

    def relate_back(self, keys):
        """What cannot be used keeps the name that it would have."""
        ways = [(key.child, key.parent, key.near, key.name, key) for key in keys]
        ways += [(broken.child, broken.parent, [broken.index], broken.name, None)
                 for broken in self.broken if broken.parent is not None]
        self.name_back(ways)
        for broken in self.broken:
            # Any table may be meant.
            if broken.parent is None and not broken.child.fields[broken.index].many:
                column = broken.child.fields[broken.index].name
                for table in self.schema.tables.values():
                    for name in (broken.child.name, f"{broken.child.name}({column})"):
                        if fold_name(name) not in table.relations:
                            table.dead.add(fold_name(name))

    @staticmethod
    def name_back(ways):
        taken = {}
        for _, parent, *_ in ways:
            taken[id(parent)] = set(parent.relations) | parent.dead
        for child, parent, near, own, key in ways:
            name = child.name
            others = [way for way in ways if way[0] is child and way[1] is parent]
            if len(others) > 1 or fold_name(name) in taken[id(parent)]:
                columns = ",".join(child.fields[index].name for index in near)
                if own is not None and sum(way[2] == near for way in others) > 1:
                    columns = own
                name = f"{name}({columns})"
            if key is None:
                parent.dead.add(fold_name(name))
                continue
            backward = Relation(name, child, [(far, near) for near, far in key.columns])
            backward.near_trees, backward.far_trees = key.where, key.when
            backward.is_back, backward.own_name = True, own
            parent.relations.setdefault(fold_name(name), backward)


def forward(key, name):
    way = Relation(name, key.parent, key.columns, key.by_members)
    way.near_trees, way.far_trees = key.when, key.where
    return way


def conditions_fit(key):
    try:
        for tree in key.when:
            tree.resolved_in(key.child, everything)
        for tree in key.where:
            tree.resolved_in(key.parent, everything)
    except (Problem, RecursionError):
        return False
    return True


def check_names(tree, named):
    if isinstance(tree, Named):
        if tree.name not in named:
            raise Problem("unknown_condition", tree.name)
        check_names(named[tree.name], named)
    for part in getattr(tree, "parts", ()):
        check_names(part, named)


def declare_link(schema, table, name, about):
    """Appends the members to each row, as the value of the link field; none if it does not fit."""
    declared = about["link"]
    try:
        far = schema.need(declared["table"])
        record, member = far.need(declared["record"]), far.need(declared["member"])
        if table.find(name) is not None or len(table.primary_key) != 1:
            raise Problem("mismatched_relation", name)
    except Problem:
        table.dead_links.add(fold_name(name))
        if table.find(name) is not None:
            table.fields[table.find(name)].is_dead = True
        return
    table.add(Field(name, "BLOB", BINARY))
    field = table.fields[-1]
    field.about = about
    own = table.primary_key[0]
    field.link_table, field.link_columns = far, (own, record, member)
    # `fill_links` gives the members.
    table.rows = [(*row, ()) for row in table.rows]
    field.link = far.fields[member]
    field.member = member_type(about, field.link)
    field.origins = [
        (fold_name(far.name), fold_name(far.fields[record].name)),
        (fold_name(far.name), fold_name(far.fields[member].name)),
    ]


def needs_dead(tree, table):
    """Whether a condition needs a relation or a link that cannot be used."""
    if isinstance(tree, Named):
        return tree.name in tree.named and needs_dead(tree.named[tree.name], table)
    for path in (getattr(tree, "path", None), getattr(tree, "other", None)):
        if isinstance(path, str) and meets_dead(table, path, everything):
            return True
    return any(needs_dead(part, table) for part in getattr(tree, "parts", ()))
