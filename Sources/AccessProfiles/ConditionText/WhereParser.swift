import Documents
import RowscopeModel

/// An operator of `--where`.
struct WhereOperator: Sendable {
  enum Operand: Sendable { case none, one, list, range }

  /// The canonical name first, then its aliases.
  let names: [String]
  let operand: Operand
}

/// A condition read from `--where`, with unresolved names.
struct WhereCondition: Sendable, Equatable {
  enum Operand: Sendable, Equatable {
    case none
    /// JSON text.
    case value(String)
    case reference(String)
  }

  var field: String
  var name: String
  var operand: Operand

  /// The condition as an object of the request format.
  var json: String {
    var writer = JSONWriter()
    writer.beginObject()
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
    }
    writer.endObject()
    return writer.text
  }
}

/// Parses `priority >= 3`: a field, an operator, a value.
///
/// - A field ends at white space or one of `= < > !`, or is quoted as `"a b"`, `` `a b` `` or
///   `[a b]`; a path may mix both (`client."sales region"`).
/// - The operator is the longest name that matches, ignoring case, with any white space between its
///   words.
/// - The value is the rest: a JSON number, `true`, `false`, `null`, string or list if all of it is
///   one; `'text'`, in which `''` is one quote; `@reference`; otherwise the text itself. Lists are
///   `a, b` or `[1, 2]`, ranges `1 and 3`, `1..3` or `[1, 3]`.
struct WhereParser: Sendable {
  let operators: [WhereOperator]
  /// The known references, without attributes.
  let references: [String]

  func parse(_ text: String) throws(ConditionTextError) -> WhereCondition {
    var reader = WhereReader(text)
    let field = try reader.readField()
    guard let (name, operand) = reader.readOperator(operators) else {
      throw unknownOperator(after: field, reader)
    }
    let values = WhereValueParser(text: text, name: name, parser: self)
    return WhereCondition(
      field: field.name, name: name, operand: try values.parse(reader.rest, as: operand))
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
      if let meant = Suggestion.nearest(to: tried, among: operators.flatMap(\.names)) {
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

/// Reads the field and operator of a condition from left to right.
///
/// Scalar by scalar, not character by character: a quote, a dot or a sign stays one where a
/// combining mark follows it.
struct WhereReader {
  typealias Scalars = Substring.UnicodeScalarView

  let text: String
  private(set) var index: String.Index

  struct Field {
    var name: String
    var isQuoted: Bool
  }

  init(_ text: String, at index: String.Index? = nil) {
    self.text = text
    self.index = index ?? text.startIndex
    skipSpace()
  }

  /// The unread text, without surrounding white space.
  var rest: Scalars { text.unicodeScalars[index...].trimmingSpace }

  static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "<", ">", "!", "~": true
    default: false
    }
  }

  func excerpt(_ part: Scalars) -> Excerpt { Excerpt(text, part.startIndex..<part.endIndex) }

  mutating func readField() throws(ConditionTextError) -> Field {
    var name = String.UnicodeScalarView()
    var isQuoted = false
    while true {
      if let close = Self.closingQuote(of: peek) {
        isQuoted = true
        name += try readQuoted(closing: close)
        guard peek == "." else { break }
        name.append(".")
        skip()
      } else {
        let start = index
        while let next = peek, !next.isSpace, !Self.isSymbol(next) {
          if Self.closingQuote(of: next) != nil, name.last == "." { break }
          name.append(next)
          skip()
        }
        if index == start || Self.closingQuote(of: peek) == nil { break }
      }
    }
    guard !name.isEmpty || isQuoted else {
      throw ConditionTextError(
        "a condition begins with a field", excerpt: excerpt(rest.prefix(while: Self.isSymbol)),
        help: "a field, an operator, a value: 'priority >= 3'")
    }
    skipSpace()
    return Field(name: String(name), isQuoted: isQuoted)
  }

  /// The longest operator at this position, or nil. Skips it and the white space after it.
  mutating func readOperator(_ operators: [WhereOperator]) -> (
    name: String, operand: WhereOperator.Operand
  )? {
    var best: (name: String, operand: WhereOperator.Operand, end: String.Index)?
    for candidate in operators {
      for name in candidate.names {
        if let end = end(of: name), best.map({ end > $0.end }) ?? true {
          best = (name, candidate.operand, end)
        }
      }
    }
    guard let best else { return nil }
    index = best.end
    skipSpace()
    return (best.name, best.operand)
  }

  /// The end of an operator's name at this position, if it is a whole word or a whole run of
  /// symbols. Neither case nor how an accent is composed counts.
  private func end(of name: String) -> String.Index? {
    var rest = text.unicodeScalars[index...]
    for (place, word) in name.split(atByte: " ").enumerated() {
      if place > 0 {
        let after = rest.drop(while: \.isSpace)
        guard after.startIndex != rest.startIndex else { return nil }
        rest = after
      }
      for character in word {
        if let symbol = character.unicodeScalars.first, Self.isSymbol(symbol) {
          guard rest.popFirst() == symbol else { return nil }
        } else {
          guard let next = Substring(rest).first, next.lowercased() == character.lowercased()
          else { return nil }
          rest.removeFirst(next.unicodeScalars.count)
        }
      }
    }
    guard let last = name.unicodeScalars.last, let next = rest.first else { return rest.startIndex }
    let isCutOff = Self.isSymbol(last) ? Self.isSymbol(next) : next.isOfWord
    return isCutOff ? nil : rest.startIndex
  }

  private var peek: Unicode.Scalar? { text.unicodeScalars[index...].first }

  private mutating func skip() { text.unicodeScalars.formIndex(after: &index) }

  private mutating func skipSpace() {
    while let next = peek, next.isSpace { skip() }
  }

  private static func closingQuote(of scalar: Unicode.Scalar?) -> Unicode.Scalar? {
    switch scalar {
    case "\"", "`": scalar
    case "[": "]"
    default: nil
    }
  }

  /// A quoted name, in which a doubled closing quote is one quote.
  private mutating func readQuoted(
    closing close: Unicode.Scalar
  ) throws(ConditionTextError) -> String.UnicodeScalarView {
    let start = index
    var name = String.UnicodeScalarView()
    skip()
    while let next = peek {
      skip()
      if next != close {
        name.append(next)
      } else if peek == close {
        name.append(close)
        skip()
      } else {
        return name
      }
    }
    throw ConditionTextError(
      "the quoted name does not end", excerpt: excerpt(text.unicodeScalars[start...].prefix(1)),
      help: "`\(close)` ends it, `\(close)\(close)` is one inside it")
  }
}

extension Unicode.Scalar {
  /// White space as people type it.
  var isSpace: Bool { properties.isWhitespace }

  /// Whether a word goes on with it: a letter, a digit, an underscore, or a mark on one of them.
  fileprivate var isOfWord: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      true
    default: self == "_"
    }
  }
}

extension Substring.UnicodeScalarView {
  var trimmingSpace: Substring.UnicodeScalarView {
    var part = drop(while: \.isSpace)
    while part.last?.isSpace ?? false { part.removeLast() }
    return part
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
        case .range: .range
        case .scalar, .scalarOrNull, .text, .days: .one
        }
      return [WhereOperator(names: plain, operand: operand)]
        + (windows.isEmpty ? [] : [WhereOperator(names: windows, operand: .none)])
    },
    references: Reference.names)
}
