import RowscopeModel

/// Reads a JSON array as SQLite's JSON functions do, without building anything of it.
struct JSONArrayParser {
  let text: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  mutating func parse(_ body: (JSONMembers.Element) -> Void) -> Bool {
    skipSpaces()
    guard byte == 0x5B, list(closedBy: 0x5D, { $0.element(body) }) else { return false }
    skipSpaces()
    return position == text.count
  }

  private mutating func skipSpaces() {
    while position < text.count,
      text[position] == 0x20 || text[position] == 0x0A || text[position] == 0x0D
        || text[position] == 0x09
    { position += 1 }
  }

  /// `[a, b]` or `{"k": a}`, from its opening bracket to its closing one.
  private mutating func list(
    closedBy close: UInt8, _ item: (inout JSONArrayParser) -> Bool
  ) -> Bool {
    depth += 1
    guard depth <= SQLiteDialect.jsonDepth else { return false }
    defer { depth -= 1 }
    position += 1
    skipSpaces()
    if byte == close {
      position += 1
      return true
    }
    while true {
      skipSpaces()
      guard item(&self) else { return false }
      skipSpaces()
      let end = byte
      guard end == 0x2C || end == close else { return false }
      position += 1
      if end == close { return true }
    }
  }

  /// One element of the outermost array.
  private mutating func element(_ body: (JSONMembers.Element) -> Void) -> Bool {
    switch byte {
    case 0x22:
      let start = position + 1
      guard let hasEscapes = string() else { return false }
      let content = UnsafeBufferPointer(rebasing: text[start..<(position - 1)])
      if hasEscapes {
        Self.unescaped(content).withUnsafeBufferPointer { body(.text($0)) }
      } else {
        body(.text(content))
      }
    case 0x2D, 0x30...0x39:
      let start = position
      guard number() else { return false }
      switch NumberText.value(of: UnsafeBufferPointer(rebasing: text[start..<position])) {
      case .integer(let integer): body(.integer(integer))
      case .real(let real): body(.real(real))
      default: return false
      }
    case 0x74:
      guard word("true") else { return false }
      body(.integer(1))
    case 0x66:
      guard word("false") else { return false }
      body(.integer(0))
    default:
      guard value() else { return false }
      body(.other)
    }
    return true
  }

  private mutating func value() -> Bool {
    switch byte {
    case 0x5B: list(closedBy: 0x5D) { $0.value() }
    case 0x7B: list(closedBy: 0x7D) { $0.member() }
    case 0x22: string() != nil
    case 0x2D, 0x30...0x39: number()
    case 0x74: word("true")
    case 0x66: word("false")
    case 0x6E: word("null")
    default: false
    }
  }

  private mutating func member() -> Bool {
    guard byte == 0x22, string() != nil else { return false }
    skipSpaces()
    guard byte == 0x3A else { return false }
    position += 1
    skipSpaces()
    return value()
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.count - position >= count else { return false }
    for index in 0..<count where text[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }

  private mutating func number() -> Bool {
    if byte == 0x2D { position += 1 }
    if byte == 0x30 {
      position += 1
    } else if !digits() {
      return false
    }
    if byte == 0x2E {
      position += 1
      guard digits() else { return false }
    }
    if byte | 0x20 == 0x65 {
      position += 1
      if byte == 0x2B || byte == 0x2D { position += 1 }
      guard digits() else { return false }
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = position
    while byte &- 0x30 < 10 { position += 1 }
    return position > start
  }

  /// A string with its quotes. Nil where it is malformed, else whether it has escapes.
  private mutating func string() -> Bool? {
    position += 1
    var hasEscapes = false
    while true {
      let next = byte
      // Also what stands beyond the end.
      guard next >= 0x20 else { return nil }
      position += 1
      if next == 0x22 { return hasEscapes }
      guard next == 0x5C else { continue }
      hasEscapes = true
      let escaped = byte
      position += 1
      switch escaped {
      case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: continue
      case 0x75:
        for _ in 0..<4 {
          guard byte.hexadecimalValue != nil else { return nil }
          position += 1
        }
      default: return nil
      }
    }
  }

  /// The text that an escaped string stands for, up to a NUL where such a text ends there.
  private static func unescaped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count)
    var index = 0
    func unit(at start: Int) -> UInt32 {
      content[start..<(start + 4)].reduce(0) { $0 << 4 | UInt32($1.hexadecimalValue ?? 0) }
    }
    while index < content.count {
      let byte = content[index]
      index += 1
      guard byte == 0x5C else {
        bytes.append(byte)
        continue
      }
      let escaped = content[index]
      index += 1
      switch escaped {
      case 0x62: bytes.append(0x08)
      case 0x66: bytes.append(0x0C)
      case 0x6E: bytes.append(0x0A)
      case 0x72: bytes.append(0x0D)
      case 0x74: bytes.append(0x09)
      case 0x75:
        var scalar = unit(at: index)
        index += 4
        if scalar == 0, SQLiteDialect.jsonTextsEndAtNUL { return bytes }
        if scalar & 0xFC00 == 0xD800, index + 6 <= content.count, content[index] == 0x5C,
          content[index + 1] == 0x75, unit(at: index + 2) & 0xFC00 == 0xDC00
        {
          scalar = (scalar & 0x3FF) << 10 + (unit(at: index + 2) & 0x3FF) + 0x1_0000
          index += 6
        }
        bytes.appendUTF8(scalar)
      default: bytes.append(escaped)
      }
    }
    return bytes
  }
}

extension [UInt8] {
  /// In UTF-8, lone surrogates too, which SQLite writes in three bytes like any other.
  fileprivate mutating func appendUTF8(_ scalar: UInt32) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80: append(UInt8(scalar))
    case ..<0x800: append(contentsOf: [0xC0 | UInt8(scalar >> 6), tail(0)])
    case ..<0x1_0000: append(contentsOf: [0xE0 | UInt8(scalar >> 12), tail(6), tail(0)])
    default: append(contentsOf: [0xF0 | UInt8(scalar >> 18), tail(12), tail(6), tail(0)])
    }
  }
}

extension UInt8 {
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
}
