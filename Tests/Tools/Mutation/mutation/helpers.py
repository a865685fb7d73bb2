"""The Swift functions and operators that the faults in a module call."""

from .faults import ARITHMETIC, ASSIGNMENTS, BITS, COMPARISONS

LETTERS = "+*%^|~"

COMMON = '''\
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The number of the fault that this process has; 0 for none.
private let activeMutant: Int32 = getenv("ROWSCOPE_MUTANT").map { Int32(atoi($0)) } ?? 0

/// A byte for each fault in a file, where it is to be noted which of them were met.
nonisolated(unsafe) private let met: UnsafeMutablePointer<UInt8>? = {
  guard let path = getenv("ROWSCOPE_MUTANTS_MET") else { return nil }
  let file = open(path, O_RDWR)
  let size = Int(lseek(file, 0, Int32(SEEK_END)))
  guard file >= 0, size > 0, let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
  else { return nil }
  return memory.assumingMemoryBound(to: UInt8.self)
}()

@usableFromInline func mutant(_ number: Int32) -> Bool {
  if let met { met[Int(number)] = 1 }
  return activeMutant == number
}

/// Which of some faults of one place it is, from 0; negative or too large for none.
@usableFromInline func variant(_ first: Int32) -> Int32 {
  if let met { met[Int(first)] = 1 }
  return activeMutant &- first
}

@usableFromInline func mutantBool(_ number: Int32, _ value: Bool) -> Bool { mutant(number) != value }
func mutantSQL(_ first: Int32, _ sql: StaticString, _ others: StaticString...) -> StaticString {
  let place = Int(variant(first))
  return others.indices.contains(place) ? others[place] : sql
}
func mutantSQL(_ first: Int32, _ sql: String, _ others: String...) -> String {
  let place = Int(variant(first))
  return others.indices.contains(place) ? others[place] : sql
}
func mutantMember<T>(_ number: Int32, _ value: T, _ other: T) -> T { mutant(number) ? other : value }

func mutant_min<T: Comparable>(_ number: Int32, _ a: T, _ b: T) -> T { mutant(number) ? max(a, b) : min(a, b) }
func mutant_max<T: Comparable>(_ number: Int32, _ a: T, _ b: T) -> T { mutant(number) ? min(a, b) : max(a, b) }

extension Sequence {
  func mutant_allSatisfy(_ number: Int32, _ holds: (Element) throws -> Bool) rethrows -> Bool {
    mutant(number) ? try contains(where: holds) : try allSatisfy(holds)
  }
  func mutant_contains(_ number: Int32, _ holds: (Element) throws -> Bool) rethrows -> Bool {
    mutant(number) ? try allSatisfy(holds) : try contains(where: holds)
  }
  func mutant_filter(_ number: Int32, _ holds: (Element) throws -> Bool) rethrows -> [Element] {
    mutant(number) ? Array(self) : try filter(holds)
  }
  func mutant_reversed(_ number: Int32) -> [Element] { mutant(number) ? Array(self) : reversed() }
}

extension Set {
  func mutant_filter(_ number: Int32, _ holds: (Element) throws -> Bool) rethrows -> Set<Element> {
    mutant(number) ? self : try filter(holds)
  }
}

extension SetAlgebra {
  func mutant_union(_ number: Int32, _ other: Self) -> Self { mutant(number) ? intersection(other) : union(other) }
  func mutant_intersection(_ number: Int32, _ other: Self) -> Self {
    mutant(number) ? union(other) : intersection(other)
  }
  mutating func mutant_formUnion(_ number: Int32, _ other: Self) {
    if mutant(number) { formIntersection(other) } else { formUnion(other) }
  }
  mutating func mutant_formIntersection(_ number: Int32, _ other: Self) {
    if mutant(number) { formUnion(other) } else { formIntersection(other) }
  }
  func mutant_isDisjoint(_ number: Int32, with other: Self) -> Bool { mutant(number) != isDisjoint(with: other) }
}

extension Set {
  mutating func mutant_formUnion(_ number: Int32, _ other: [Element]) {
    if mutant(number) { formIntersection(other) } else { formUnion(other) }
  }
  func mutant_union(_ number: Int32, _ other: [Element]) -> Self {
    mutant(number) ? intersection(other) : union(other)
  }
}

precedencegroup Decision_MODULE {
  associativity: left
  lowerThan: LogicalDisjunctionPrecedence
  higherThan: TernaryPrecedence
}
infix operator TRUE : Decision_MODULE
infix operator FALSE : Decision_MODULE
infix operator NOT : Decision_MODULE
@usableFromInline func TRUE (value: Bool, number: Int32) -> Bool { mutant(number) || value }
@usableFromInline func FALSE (value: Bool, number: Int32) -> Bool { !mutant(number) && value }
@usableFromInline func NOT (value: Bool, number: Int32) -> Bool { mutant(number) != value }
'''

FILTERS = '''
extension Filter {
  static func mutantAll(_ number: Int32, _ filters: some Sequence<Filter>) -> Filter {
    mutant(number) ? .any(filters) : .all(filters)
  }
  static func mutantAny(_ number: Int32, _ filters: some Sequence<Filter>) -> Filter {
    mutant(number) ? .all(filters) : .any(filters)
  }
  static func mutantAll(_ number: Int32, _ filters: Filter...) -> Filter { mutantAll(number, filters) }
  static func mutantAny(_ number: Int32, _ filters: Filter...) -> Filter { mutantAny(number, filters) }
  func mutant_complement(_ number: Int32) -> Filter { mutant(number) ? self : complement }
}
extension FieldTest.Ordering {
  func mutant_opposite(_ number: Int32) -> Self { mutant(number) ? self : opposite }
}
'''


def operator_name(number):
    """An operator whose name nothing else uses."""
    text = ""
    while True:
        text = LETTERS[number % len(LETTERS)] + text
        number //= len(LETTERS)
        if number == 0:
            return "~" + text


def decisions(module):
    """The operators that make a condition true, false or negated. A module that sees those of
    several others needs names of its own.
    """
    return ("<++>", "<-->", "<!!>") if module == "Rowscope" else ("<+>", "<->", "<!>")


def declarations(sites, module):
    """The file of helpers for a module with these sites."""
    text = [COMMON.replace("MODULE", module)]
    for word, symbol in zip(("TRUE", "FALSE", "NOT"), decisions(module)):
        text[0] = text[0].replace(word, symbol)
    text.append(FILTERS if module == "RecordFilter" else "import RecordFilter\n" + FILTERS)
    for site in sites:
        if not site.declaration or site.declaration[0] in ("group", "set", "complement"):
            continue
        kind, symbol, precedence = site.declaration
        name, first = operator_name(site.numbers[0]), site.numbers[0]
        group = f" : {precedence}Precedence" if precedence else ""
        text.append(f"{'prefix' if kind == 'not' else 'infix'} operator {name}{group}")
        text.append(BODIES[kind](name, symbol, first))
    return "\n".join(text) + "\n"


def others_of(symbol):
    for table in (COMPARISONS, ARITHMETIC, BITS, ASSIGNMENTS):
        if symbol in table:
            return table[symbol]
    raise KeyError(symbol)


def comparison(name, symbol, first):
    types = ["<T: Comparable>(a: T, b: T)"] if symbol not in ("==", "!=") else [
        "<T: Equatable>(a: T, b: T)", "<T>(a: T?, b: _OptionalNilComparisonType)",
        "<T: Equatable, U: Equatable>(a: (T, U), b: (T, U))"]
    cases = "".join(
        f" case {place}: return a {other} b;" for place, other in enumerate(others_of(symbol))
    )
    return "\n".join(
        f"@usableFromInline func {name} {types} -> Bool "
        f"{{ switch variant({first}) {{{cases} default: return a {symbol} b }} }}"
        for types in types
    )


def logic(name, symbol, first):
    return (
        f"@usableFromInline func {name} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool {{ "
        f"switch variant({first}) {{ case 0: return a; case 1: return try b(); "
        f"default: return try a {symbol} b() }} }}"
    )


def arithmetic(name, symbol, first):
    # The second form, only the left side, is for sums.
    types = [
        f"<T: {'FixedWidthInteger' if symbol.startswith('&') else 'BinaryInteger'}>(a: T, b: T)"
    ]
    if symbol in ("+", "-"):
        types.append("<T: Strideable>(a: T, b: T.Stride)")
    bodies = []
    for signature in types:
        sign = {"+": "b", "-": "-b"} if "Strideable" in signature else None
        normal = f"a.advanced(by: {sign[symbol]})" if sign else f"a {symbol} b"
        faulty = (
            f"a.advanced(by: {sign[others_of(symbol)[0]]})"
            if sign
            else f"a {others_of(symbol)[0]} b"
        )
        disfavored = "@_disfavoredOverload " if sign else ""
        bodies.append(
            f"{disfavored}@usableFromInline func {name} {signature} -> T {{ switch variant({first}) "
            f"{{ case 0: return {faulty}; case 1: return {'a' if symbol in ('+', '-', '&+', '&-') else normal}; "
            f"default: return {normal} }} }}"
        )
    return "\n".join(bodies)


def assignment(name, symbol, first):
    return (
        f"@usableFromInline func {name} <T: FixedWidthInteger>(a: inout T, b: T) "
        f"{{ if variant({first}) == 0 {{ a {others_of(symbol)[0]} b }} else {{ a {symbol} b }} }}"
    )


def span(name, symbol, first):
    kind = "Range" if symbol == "..<" else "ClosedRange"
    return (
        f"@usableFromInline func {name} <T: Strideable>(a: T, b: T) -> {kind}<T> where T.Stride: SignedInteger "
        f"{{ if variant({first}) == 0 && a < b {{ a {symbol} b.advanced(by: -1) }} else {{ a {symbol} b }} }}"
    )


def negation(name, symbol, first):
    return (
        f"@usableFromInline prefix func {name} (a: Bool) -> Bool {{ (variant({first}) == 0) == a }}"
    )


def coalescing(name, symbol, first):
    return "\n".join(
        f"@usableFromInline func {name} <T>(a: T?, b: @autoclosure () throws -> {other}) rethrows -> {other} "
        f"{{ if variant({first}) == 0 {{ return try b() }}; return try a ?? b() }}"
        for other in ("T", "T?")
    )


BODIES = {
    "comparison": comparison,
    "logic": logic,
    "arithmetic": arithmetic,
    "assignment": assignment,
    "range": span,
    "not": negation,
    "default": coalescing,
}
