"""What stands for what: the small faults that a programmer makes."""

# What may stand instead of an operator: its precedence, the types that it is for, and the faulty forms of it.
COMPARISONS = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
               "==": ["!="], "!=": ["=="]}
# A test that finds one side missing finds "or" in the place of "and" too.
LOGIC = {"&&": ["||"], "||": ["&&"]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "&+": ["&-"], "&-": ["&+"]}
BITS = {"&": ["|"], "|": ["&"], "^": ["|"], "<<": [">>"], ">>": ["<<"], "&<<": ["&>>"], "&>>": ["&<<"]}
ASSIGNMENTS = {"+=": ["-="], "-=": ["+="], "&+=": ["&-="], "&-=": ["&+="], "|=": ["&="], "&=": ["|="],
               "^=": ["|="]}
RANGES = ("..<", "...")
# Members that stand for one another, where a type's context tells which type is meant.
MEMBERS = {"always": "never", "never": "always", "hidden": "readonly", "readonly": "editable",
           "editable": "readonly", "ascending": "descending", "descending": "ascending",
           "view": "table", "binary": "nocase", "nocase": "binary", "rtrim": "binary"}
CALLS = {"all": "any", "any": "all"}
METHODS = {"allSatisfy": "contains", "contains": "allSatisfy", "filter": None, "reversed": None}
PROPERTIES = {"complement": None, "opposite": None}
FUNCTIONS = {"min": "max", "max": "min"}
SET_METHODS = {"union": "intersection", "intersection": "union", "formUnion": "formIntersection",
               "formIntersection": "formUnion", "isDisjoint": None}
# What a function gives at once instead of its result.
CONSTANTS = {"Bool": ["true", "false"], "Filter": [".always", ".never"], "Rights": ["[]", ".all"]}
ACCESSORS = {"get", "set", "didSet", "willSet", "_read", "_modify", "mutating", "nonmutating"}
KEYWORDS = {"if", "guard", "return", "let", "var", "for", "while", "switch", "case", "default", "throw",
            "func", "init", "deinit", "struct", "enum", "class", "extension", "protocol", "import", "else",
            "break", "continue", "repeat", "do", "catch", "defer", "static", "private", "fileprivate",
            "public", "package", "internal", "mutating", "typealias", "precedencegroup", "infix", "prefix",
            "where", "in", "precondition", "preconditionFailure", "assert", "fatalError", "indirect",
            "final", "nonisolated", "subscript", "super", "consuming", "borrowing", "lazy", "await"}
# Their arguments are not code that a request comes by.
ASIDE = {"precondition", "preconditionFailure", "assert", "assertionFailure", "fatalError"}
# Without one of these there is no SQL at all: what they write is varied, see sql.py, and not left out.
WRITERS = {"init", "write", "identifier", "bind", "column", "comparand", "reserveCapacity", "compare"}
