import RowscopeModel

/// A token of SQL text, as detailed as finding the names in a CREATE statement requires.
struct SQLToken {
  enum Kind {
    /// A keyword, an unquoted name or a number.
    case word
    /// A name or string in any of SQLite's four kinds of quotes.
    case quoted
    case symbol(UInt8)
  }

  let kind: Kind
  /// The name without its quotes; empty for a symbol.
  let name: Name
  /// Its place in the text, in bytes.
  let range: Range<Int>

  /// Whether this is the given keyword, unquoted.
  func isKeyword(_ keyword: Name) -> Bool {
    if case .word = kind { name == keyword } else { false }
  }

  func isSymbol(_ symbol: Character) -> Bool {
    if case .symbol(let byte) = kind { byte == symbol.asciiValue } else { false }
  }
}

/// Splits SQL text as SQLite's own tokenizer does, dropping comments. It never fails: an
/// unterminated quote or comment extends to the end of the text.
struct SQLTokenizer {
  private let text: [UInt8]
  private var position = 0

  static func tokens(of sql: String) -> [SQLToken] {
    var tokenizer = SQLTokenizer(text: Array(sql.utf8))
    var tokens: [SQLToken] = []
    while let token = tokenizer.next() { tokens.append(token) }
    return tokens
  }

  private init(text: [UInt8]) { self.text = text }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private mutating func next() -> SQLToken? {
    skipSpaceAndComments()
    guard let first = byte() else { return nil }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
      return quoted(until: first, isDoubled: true)
    case UInt8(ascii: "["): return quoted(until: UInt8(ascii: "]"), isDoubled: false)
    case _ where Self.isWordByte(first): return word()
    default:
      position += 1
      return SQLToken(kind: .symbol(first), name: "", range: position - 1..<position)
    }
  }

  /// The bytes that SQLite allows in an identifier. A leading `$` is not excluded, which does not
  /// matter here.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  private mutating func skipSpaceAndComments() {
    while let first = byte() {
      switch (first, byte(1)) {
      case (0x09...0x0D, _), (0x20, _): position += 1
      case (UInt8(ascii: "-"), UInt8(ascii: "-")):
        while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        position += 2
        while byte() != nil, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
          position += 1
        }
        position = min(position + 2, text.count)
      default: return
      }
    }
  }

  private mutating func word() -> SQLToken {
    let start = position
    while let next = byte(), Self.isWordByte(next) { position += 1 }
    return SQLToken(
      kind: .word, name: Name(String(decoding: text[start..<position], as: UTF8.self)),
      range: start..<position)
  }

  /// A doubled closing quote stands for one quote, except in brackets.
  private mutating func quoted(until close: UInt8, isDoubled: Bool) -> SQLToken {
    let start = position
    position += 1
    var bytes: [UInt8] = []
    while let next = byte() {
      position += 1
      if next == close {
        guard isDoubled, byte() == close else { break }
        position += 1
      }
      bytes.append(next)
    }
    return SQLToken(
      kind: .quoted, name: Name(String(decoding: bytes, as: UTF8.self)), range: start..<position)
  }
}
