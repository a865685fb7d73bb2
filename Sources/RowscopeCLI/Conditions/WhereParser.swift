import Documents
import RecordFilter
import RecordStore

/// An operator as `--where` knows it.
struct WhereOperator: Sendable {
  enum Operand: Sendable { case none, one, list, range }

  /// The canonical name first, then the others that are accepted.
  let names: [String]
  let operand: Operand
}

/// A condition read from `--where`, its names not looked up yet.
struct WhereCondition: Sendable, Equatable {
  enum Operand: Sendable, Equatable {
    case none
    /// A JSON text.
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

/// Reads `priority >= 3`: a field, an operator, a value.
///
/// - The field stands bare up to white space or one of `= < > !`, or quoted as `"a b"`, `` `a b` ``
///   or `[a b]`; a path may mix both (`client."sales region"`).
/// - The operator is the longest name that fits, without case, with any white space between its
///   words.
/// - The value is all the rest: a JSON number, `true`, `false`, `null`, string or list where it is
///   one from end to end; `'text'`, in which `''` is one quote; `@reference`; else the text as it
///   stands. Lists are `a, b` or `[1, 2]`, ranges `1 and 3`, `1..3` or `[1, 3]`.
struct WhereParser: Sendable {
  let operators: [WhereOperator]
  /// The references that exist, those of attributes aside.
  let references: [String]

  func parse(_ text: String) throws(CommandError) -> WhereCondition {
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
    -> CommandError
  {
    let rest = reader.rest
    let known = operators.compactMap(\.names.first)
    let list = "the operators are \(known.joined(separator: ", "))"
    guard let first = rest.first else {
      return .usage(
        "an operator is missing after `\(field.name)`", excerpt: reader.excerpt(rest), help: list)
    }
    if WhereReader.isSymbol(first) {
      let token = rest.prefix(while: WhereReader.isSymbol)
      let slips = [
        "=>": ">=", "=<": "<=", "===": "==", "!==": "!=", "!": "!=", "~": "like", "=~": "like",
      ]
      return .usage(
        "unknown operator `\(token)`", excerpt: reader.excerpt(token),
        help: slips[String(token)].map { "did you mean `\($0)`?" } ?? list)
    }
    let words = rest.split(maxSplits: 3, whereSeparator: \.isWhitespace).prefix(3)
    for count in stride(from: words.count, to: 0, by: -1) {
      guard let last = words.prefix(count).last else { continue }
      let tried = words.prefix(count).joined(separator: " ")
      if let meant = Suggestion.nearest(to: tried, among: operators.flatMap(\.names)) {
        return .usage(
          "unknown operator `\(tried)`, did you mean `\(meant)`?",
          excerpt: reader.excerpt(rest[..<last.endIndex]))
      }
    }
    let word = words.first ?? rest
    // `due date = x`: what follows reads as a condition of its own.
    var next = WhereReader(reader.text, at: rest.startIndex)
    if !field.isQuoted, let second = try? next.readField(), next.readOperator(operators) != nil {
      return .usage(
        "unknown operator `\(word)`", excerpt: reader.excerpt(word),
        help: "a name with a space is quoted: \"\(field.name) \(second.name)\"")
    }
    return .usage("unknown operator `\(word)`", excerpt: reader.excerpt(word), help: list)
  }
}

/// Reads the field and the operator of a condition from left to right.
struct WhereReader {
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

  /// What has not been read, without white space around it.
  var rest: Substring {
    var rest = text[index...]
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return rest
  }

  static func isSymbol(_ character: Character) -> Bool { "=<>!~".contains(character) }

  func excerpt(_ part: Substring) -> Excerpt { Excerpt(text, part.startIndex..<part.endIndex) }

  mutating func readField() throws(CommandError) -> Field {
    var name = ""
    var isQuoted = false
    while true {
      if let close = Self.closingQuote(of: peek) {
        isQuoted = true
        name += try readQuoted(closing: close)
        guard peek == "." else { break }
        name.append(".")
        text.formIndex(after: &index)
      } else {
        let start = index
        while let next = peek, !next.isWhitespace, !Self.isSymbol(next) {
          if Self.closingQuote(of: next) != nil, name.last == "." { break }
          name.append(next)
          text.formIndex(after: &index)
        }
        if index == start || Self.closingQuote(of: peek) == nil { break }
      }
    }
    guard !name.isEmpty || isQuoted else {
      throw .usage(
        "a condition begins with a field", excerpt: excerpt(rest.prefix(while: Self.isSymbol)),
        help: "a field, an operator, a value: 'priority >= 3'")
    }
    skipSpace()
    return Field(name: name, isQuoted: isQuoted)
  }

  /// The longest operator that stands here, or nil. Moves past it and the white space after it.
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

  /// The end of an operator's name that stands here, as a whole word or a whole run of symbols.
  private func end(of name: String) -> String.Index? {
    var end = index
    for (place, word) in name.split(separator: " ").enumerated() {
      if place > 0 {
        let space = text[end...].prefix(while: \.isWhitespace)
        guard !space.isEmpty else { return nil }
        end = space.endIndex
      }
      for character in word {
        guard end < text.endIndex, text[end].lowercased() == character.lowercased() else {
          return nil
        }
        text.formIndex(after: &end)
      }
    }
    guard let last = name.last, end < text.endIndex else { return end }
    let next = text[end]
    let isCutOff =
      Self.isSymbol(last) ? Self.isSymbol(next) : next.isLetter || next.isNumber || next == "_"
    return isCutOff ? nil : end
  }

  private var peek: Character? { index < text.endIndex ? text[index] : nil }

  private mutating func skipSpace() {
    while let next = peek, next.isWhitespace { text.formIndex(after: &index) }
  }

  private static func closingQuote(of character: Character?) -> Character? {
    switch character {
    case "\"", "`": character
    case "[": "]"
    default: nil
    }
  }

  /// A quoted name, the closing quote doubled where it is part of the name.
  private mutating func readQuoted(closing close: Character) throws(CommandError) -> String {
    let start = index
    var name = ""
    text.formIndex(after: &index)
    while let next = peek {
      text.formIndex(after: &index)
      if next != close {
        name.append(next)
      } else if peek == close {
        name.append(close)
        text.formIndex(after: &index)
      } else {
        return name
      }
    }
    throw .usage(
      "the quoted name does not end", excerpt: excerpt(text[start..<text.index(after: start)]),
      help: "`\(close)` ends it, `\(close)\(close)` is one inside it")
  }
}
