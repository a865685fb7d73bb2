import RowscopeModel

/// Reads the text of a condition from left to right.
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

  var isAtEnd: Bool { rest.isEmpty }

  /// The unread text, without surrounding white space.
  var rest: Scalars { text.unicodeScalars[index...].trimmingSpace }

  static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "<", ">", "!", "~": true
    default: false
    }
  }

  func excerpt(_ part: Scalars) -> Excerpt { Excerpt(text, part.startIndex..<part.endIndex) }

  /// A path of relations before a parenthesis.
  mutating func readPath() throws(ConditionTextError) -> String {
    try readField(endsAtParenthesis: true).name
  }

  mutating func readField(endsAtParenthesis: Bool = false) throws(ConditionTextError) -> Field {
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
          if endsAtParenthesis, next == "(" { break }
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
