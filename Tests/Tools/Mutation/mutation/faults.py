"""The small faults that a programmer makes: what replaces what."""

# Operators and their faulty replacements.
COMPARISONS = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
               "==": ["!="], "!=": ["=="]}
# Tests that notice a missing side also notice "or" in place of "and".
LOGIC = {"&&": ["||"], "||": ["&&"]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "&+": ["&-"], "&-": ["&+"]}
BITS = {"&": ["|"], "|": ["&"], "^": ["|"], "<<": [">>"], ">>": ["<<"], "&<<": ["&>>"],
        "&>>": ["&<<"]}
ASSIGNMENTS = {"+=": ["-="], "-=": ["+="], "&+=": ["&-="], "&-=": ["&+="], "|=": ["&="],
               "&=": ["|="], "^=": ["|="]}
RANGES = ("..<", "...")
# Members that replace each other where the context gives the type.
MEMBERS = {"always": "never", "never": "always", "hidden": "readonly", "readonly": "editable",
           "editable": "readonly", "ascending": "descending", "descending": "ascending",
           "view": "table", "binary": "nocase", "nocase": "binary", "rtrim": "binary"}
CALLS = {"all": "any", "any": "all"}
METHODS = {"allSatisfy": "contains", "contains": "allSatisfy", "filter": None, "reversed": None}
PROPERTIES = {"complement": None, "opposite": None}
FUNCTIONS = {"min": "max", "max": "min"}
SET_METHODS = {"union": "intersection", "intersection": "union", "formUnion": "formIntersection",
               "formIntersection": "formUnion", "isDisjoint": None}
# Constants that a function returns instead of its result.
CONSTANTS = {"Bool": ["true", "false"], "Filter": [".always", ".never"], "Rights": ["[]", ".all"]}
ACCESSORS = {"get", "set", "didSet", "willSet", "_read", "_modify", "mutating", "nonmutating"}
KEYWORDS = {"if", "guard", "return", "let", "var", "for", "while", "switch", "case", "default",
            "throw", "func", "init", "deinit", "struct", "enum", "class", "extension", "protocol",
            "import", "else", "break", "continue", "repeat", "do", "catch", "defer", "static",
            "private", "fileprivate", "public", "package", "internal", "mutating", "typealias",
            "precedencegroup", "infix", "prefix", "where", "in", "precondition",
            "preconditionFailure", "assert", "fatalError", "indirect", "final", "nonisolated",
            "subscript", "super", "consuming", "borrowing", "lazy", "await"}
# Their arguments do not affect any answer.
ASIDE = {"precondition", "preconditionFailure", "assert", "assertionFailure", "fatalError"}
# Without a call of these there is no SQL at all. Their text is varied instead, see sql.py.
WRITERS = {"init", "write", "identifier", "bind", "column", "comparand", "reserveCapacity",
           "compare"}
