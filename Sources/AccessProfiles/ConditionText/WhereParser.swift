import Documents
import RowscopeModel

/// An operator of `--where`.
struct WhereOperator: Sendable {
  enum Operand: Sendable { case none, one, list, oneOrList, range }

  /// The canonical name first, then its aliases.
  let names: [String]
  let operand: Operand
}

/// A condition read from text, with unresolved names.
indirect enum WhereExpression: Sendable, Equatable {
  case test(WhereTest)
  case and([WhereExpression])
  case or([WhereExpression])
  case not(WhereExpression)
  case related(path: String, Quantifier, WhereExpression)

  /// The condition as an object of the request format.
  var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  private func write(to writer: inout JSONWriter) {
    func list(_ parts: [WhereExpression]) {
      writer.beginArray()
      for part in parts { part.write(to: &writer) }
      writer.endArray()
    }
    writer.beginObject()
    switch self {
    case .test(let test): test.write(to: &writer)
    case .and(let parts):
      writer.key("and")
      list(parts)
    case .or(let parts):
      writer.key("or")
      list(parts)
    case .not(let part):
      writer.key("not")
      part.write(to: &writer)
    case .related(let path, let quantifier, let part):
      writer.key("field")
      writer.string(path)
      writer.key("operator")
      writer.string(quantifier.rawValue)
      writer.key("where")
      if case .and(let parts) = part { list(parts) } else { list([part]) }
    }
    writer.endObject()
  }
}

/// A field, an operator and what it is compared with.
struct WhereTest: Sendable, Equatable {
  enum Operand: Sendable, Equatable {
    case none
    /// JSON text.
    case value(String)
    case reference(String)
    /// The name of another field.
    case otherField(String)
  }

  var field: String
  var name: String
  var operand: Operand

  fileprivate func write(to writer: inout JSONWriter) {
    writer.key("field")
    writer.string(field)
    writer.key("operator")
    writer.string(name)
    switch operand {
    case .none: break
    case .value(let json):
      writer.key("value")
      writer.element { $0.append(utf8: json) }
    case .reference(let name):
      writer.key("reference")
      writer.string(name)
    case .otherField(let name):
      writer.key("other_field")
      writer.string(name)
    }
  }
}

/// Parses conditions as people write them: `priority >= 3 and not (status = Done or owner is
/// null)`.
///
/// - A test is a field, an operator, a value. Tests are joined by `and` and `or`, of which `and`
///   binds tighter, negated by `not` and grouped by parentheses; case does not count.
/// - `some members (role = editor and ended is null)` holds where one related record satisfies all
///   that is in the parentheses; so do `none` and `every`.
/// - A field ends at white space or one of `= < > !`, or is quoted as `"a b"`, `` `a b` `` or
///   `[a b]`; a path may mix both (`client."sales region"`).
/// - The operator is the longest name that matches, ignoring case, with any white space between its
///   words.
/// - The value ends where `and` or `or` and another condition begin, or with the group; a text with
///   one of these words in it stands in quotes. It is a JSON
///   number, `true`, `false`, `null`, string or list if all of it is one; `'text'`, in which `''`
///   is one quote; `@reference`; `` `name` `` for another field; otherwise the text itself. Lists
///   are `a, b` or `[1, 2]`, ranges `1 and 3`, `1..3`, `1, 3` or `[1, 3]`.
struct WhereParser: Sendable {
  let operators: [WhereOperator]
  /// The known references, without attributes.
  let references: [String]

  /// - Complexity: O(n) in the bytes of the text, unless it has many joining words that join
  ///   nothing.
  func parse(_ text: String) throws(ConditionTextError) -> WhereExpression {
    var reader = WhereReader(text)
    let expression = try disjunction(&reader, depth: 0)
    guard reader.isAtEnd else {
      let closes = reader.rest.first == ")"
      throw ConditionTextError(
        closes ? "there is no `(` that this closes" : "`and` or `or` is missing here",
        excerpt: reader.excerpt(closes ? reader.rest.prefix(1) : reader.rest))
    }
    return expression
  }

  private func disjunction(
    _ reader: inout WhereReader, depth: Int
  ) throws(ConditionTextError) -> WhereExpression {
    var parts = [try conjunction(&reader, depth: depth)]
    while reader.skip(.or) { parts.append(try conjunction(&reader, depth: depth)) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private func conjunction(
    _ reader: inout WhereReader, depth: Int
  ) throws(ConditionTextError) -> WhereExpression {
    var parts = [try negation(&reader, depth: depth)]
    while reader.skip(.and) { parts.append(try negation(&reader, depth: depth)) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private func negation(
    _ reader: inout WhereReader, depth: Int
  ) throws(ConditionTextError) -> WhereExpression {
    guard depth <= Condition.nestingLimit else {
      throw ConditionTextError(
        "conditions are nested more than \(Condition.nestingLimit) deep",
        excerpt: reader.excerpt(reader.rest.prefix(1)))
    }
    switch reader.readBeginning(operators) {
    case .group: return try group(&reader, depth: depth)
    case .not: return .not(try negation(&reader, depth: depth + 1))
    case .quantifier(let quantifier):
      let path = try reader.readPath()
      guard reader.isAtGroup else {
        throw ConditionTextError(
          "`\(quantifier.rawValue)` takes conditions in parentheses",
          excerpt: reader.excerpt(reader.rest),
          help: "`\(quantifier.rawValue) \(path) (user_id = @id_user and role = editor)`")
      }
      reader.skipOne()
      return .related(path: path, quantifier, try group(&reader, depth: depth))
    case .test: return .test(try test(&reader, isNested: depth > 0))
    }
  }

  /// What follows an opening parenthesis.
  private func group(
    _ reader: inout WhereReader, depth: Int
  ) throws(ConditionTextError) -> WhereExpression {
    let start = reader.excerpt(reader.rest)
    if reader.rest.first == ")" {
      throw ConditionTextError(
        "a condition is missing between the parentheses",
        excerpt: reader.excerpt(reader.rest.prefix(1)),
        help: "for any related record, write that its key `is not null`")
    }
    let expression = try disjunction(&reader, depth: depth + 1)
    guard reader.skipClosing() else {
      throw ConditionTextError(
        reader.isAtEnd ? "a `)` is missing at the end" : "`and`, `or` or `)` is missing here",
        excerpt: reader.isAtEnd ? start : reader.excerpt(reader.rest))
    }
    return expression
  }

  private func test(
    _ reader: inout WhereReader, isNested: Bool
  ) throws(ConditionTextError) -> WhereTest {
    let field = try reader.readField()
    guard let (name, operand) = reader.readOperator(operators) else {
      throw unknownOperator(after: field, reader)
    }
    let start = reader.index
    let end = reader.endOfValue(operand, isNested: isNested, operators)
    if let joiner = reader.strayJoiner(from: start, to: end, operand) {
      throw strayJoiner(joiner, of: field, reader, operators)
    }
    let value = reader.take(to: end)
    let values = WhereValueParser(text: reader.text, name: name, parser: self)
    return WhereTest(field: field.name, name: name, operand: try values.parse(value, as: operand))
  }

  /// The error for `USA or Canada`, which is rarely meant as one text.
  private func strayJoiner(
    _ word: WhereReader.Scalars, of field: WhereReader.Field, _ reader: WhereReader,
    _ operators: [WhereOperator]
  ) -> ConditionTextError {
    var next = WhereReader(reader.text, at: word.endIndex)
    let name = Substring(word)
    let quoted = "for a text with the word in it, use quotes"
    if next.isAtEnd || next.rest.first == ")" {
      return ConditionTextError(
        "a condition is missing after `\(name)`", excerpt: reader.excerpt(word), help: quoted)
    }
    let operation = next.readOperator(operators)
    return ConditionTextError(
      operation.map { "a field is missing between `\(name)` and `\($0.name)`" }
        ?? "`\(name)` joins conditions, and no condition follows it",
      excerpt: reader.excerpt(word),
      help: "repeat the field, as in `\(field.name) = A \(name) \(field.name) = B`; for one of "
        + "several values, write `\(field.name) in A, B`; \(quoted)")
  }

  private func unknownOperator(after field: WhereReader.Field, _ reader: WhereReader)
    -> ConditionTextError
  {
    let rest = reader.rest
    let list = "the operators are \(Operator.listing)"
    guard let first = rest.first else {
      return ConditionTextError(
        "an operator is missing after `\(field.name)`", excerpt: reader.excerpt(rest), help: list)
    }
    if WhereReader.isSymbol(first) {
      let token = rest.prefix(while: WhereReader.isSymbol)
      let slips = [
        "=>": ">=", "=<": "<=", "===": "==", "!==": "!=", "!": "!=", "~": "like", "=~": "like",
      ]
      return ConditionTextError(
        "unknown operator `\(Substring(token))`", excerpt: reader.excerpt(token),
        help: slips[String(token)].map { "did you mean `\($0)`?" } ?? list)
    }
    let words = rest.split(maxSplits: 3, whereSeparator: \.isSpace).prefix(3)
    for count in stride(from: words.count, to: 0, by: -1) {
      guard let last = words.prefix(count).last else { continue }
      let tried = words.prefix(count).map { String($0) }.joined(separator: " ")
      let known = operators.flatMap(\.names)
      let named = Operator.meant(by: tried).flatMap { known.contains($0) ? $0 : nil }
      if let meant = named ?? Suggestion.nearest(to: tried, among: known) {
        return ConditionTextError(
          "unknown operator `\(tried)`, did you mean `\(meant)`?",
          excerpt: reader.excerpt(rest[..<last.endIndex]))
      }
    }
    let word = words.first ?? rest
    // In `due date = x`, what follows the first word parses as a condition.
    var next = WhereReader(reader.text, at: rest.startIndex)
    if !field.isQuoted, let second = try? next.readField(), next.readOperator(operators) != nil {
      return ConditionTextError(
        "unknown operator `\(Substring(word))`", excerpt: reader.excerpt(word),
        help: "a name with a space is quoted: \"\(field.name) \(second.name)\"")
    }
    return ConditionTextError(
      "unknown operator `\(Substring(word))`", excerpt: reader.excerpt(word), help: list)
  }
}

extension WhereParser {
  /// A parser for all operators and references.
  static let standard = WhereParser(
    operators: Operator.allCases.flatMap { `operator` in
      // An alias that includes the number of days takes no value.
      let meanings = Operator.names.map { (name: $0, meaning: Operator.named($0)) }
        .filter { $0.meaning?.operator == `operator` }
      let (plain, windows) = (
        meanings.filter { $0.meaning?.days == nil }.map(\.name),
        meanings.filter { $0.meaning?.days != nil }.map(\.name)
      )
      let operand: WhereOperator.Operand =
        switch `operator`.operandShape {
        case .none: .none
        case .list: .list
        case .scalarOrList: .oneOrList
        case .range: .range
        case .scalar, .scalarOrNull, .text, .days: .one
        }
      return [WhereOperator(names: plain, operand: operand)]
        + (windows.isEmpty ? [] : [WhereOperator(names: windows, operand: .none)])
    },
    references: Reference.names)
}
