package import RecordFilter

/// Reads one line of JSON lines: an object (RFC 8259) whose members are the fields of a record.
package struct JSONLineParser: ~Copyable {
  /// What is wrong with a line, and where in it.
  package struct Fault: Error {
    let offset: Int
    let detail: String
  }

  /// A member's value, borrowed until the next member is read; of an array its text.
  package struct Member {
    package let value: BorrowedValue
    let isArray: Bool
    let isFlag: Bool

    init(_ value: BorrowedValue, isArray: Bool = false, isFlag: Bool = false) {
      self.value = value
      self.isArray = isArray
      self.isFlag = isFlag
    }
  }

  /// How many arrays and objects may stand in one another, as in SQLite's JSON.
  private static let depthLimit = 1_000

  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0
  /// Where strings with escapes are written out: those of a line are not longer than the line.
  private let scratch: UnsafeMutableBufferPointer<UInt8>
  private var scratchCount = 0

  /// - Parameter text: the line without its end, which must be valid UTF-8.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    scratch = .allocate(capacity: text.contains(0x5C) ? text.count : 0)
  }

  deinit { scratch.deallocate() }

  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  private func fault(_ detail: String, at offset: Int? = nil) -> Fault {
    Fault(offset: offset ?? position, detail: detail)
  }

  /// Calls `body` with the members of the object in turn. All that it is given lives until this
  /// parser is gone.
  ///
  /// - Parameter body: is given where the key begins, the key and the value.
  package mutating func forEachMember(
    _ body: (Int, UnsafeBufferPointer<UInt8>, Member) throws(Fault) -> Void
  ) throws(Fault) {
    skipSpaces()
    guard byte == 0x7B else { throw fault("every line must be a JSON object, as in {\"id\": 1}") }
    position += 1
    skipSpaces()
    if byte == 0x7D {
      position += 1
    } else {
      while true {
        skipSpaces()
        guard byte == 0x22 else {
          throw fault("the name of a field must stand here, in double quotes")
        }
        let start = position
        let key = try string()
        try colon()
        try body(start, key, try member())
        skipSpaces()
        if byte == 0x7D { break }
        guard byte == 0x2C else { throw fault("a comma or the end of the object must follow") }
        position += 1
      }
      position += 1
    }
    skipSpaces()
    guard position == text.count else {
      throw fault("there is more on the line than one object")
    }
  }

  private mutating func skipSpaces() {
    while position < text.count,
      text[position] == 0x20 || text[position] == 0x09 || text[position] == 0x0D
    { position += 1 }
  }

  private mutating func colon() throws(Fault) {
    skipSpaces()
    guard byte == 0x3A else { throw fault("a colon must follow the name of a field") }
    position += 1
    skipSpaces()
  }

  // MARK: Values

  private mutating func member() throws(Fault) -> Member {
    switch byte {
    case 0x22: return Member(.text(try string()))
    case 0x2D, 0x30...0x39: return Member(try number())
    case 0x74:
      try word("true")
      return Member(.integer(1), isFlag: true)
    case 0x66:
      try word("false")
      return Member(.integer(0), isFlag: true)
    case 0x6E:
      try word("null")
      return Member(.null)
    case 0x5B:
      let start = position
      try skipValue()
      return Member(
        .text(UnsafeBufferPointer(rebasing: text[start..<position])), isArray: true)
    case 0x7B:
      throw fault("an object is no value of a field; give its members as fields of the record")
    default: throw fault("a value must stand here")
    }
  }

  /// Steps over a value within an array.
  private mutating func skipValue() throws(Fault) {
    switch byte {
    case 0x5B: try skipList(closedBy: 0x5D, isObject: false)
    case 0x7B: try skipList(closedBy: 0x7D, isObject: true)
    case 0x22: _ = try string()
    case 0x2D, 0x30...0x39: _ = try number()
    case 0x74: try word("true")
    case 0x66: try word("false")
    case 0x6E: try word("null")
    default: throw fault("a value must stand here")
    }
  }

  private mutating func skipList(closedBy close: UInt8, isObject: Bool) throws(Fault) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw fault("this is nested more than \(Self.depthLimit) levels deep")
    }
    position += 1
    skipSpaces()
    if byte == close {
      position += 1
      return
    }
    while true {
      skipSpaces()
      if isObject {
        guard byte == 0x22 else { throw fault("a name in double quotes must stand here") }
        _ = try string()
        try colon()
      }
      try skipValue()
      skipSpaces()
      let end = byte
      guard end == 0x2C || end == close else {
        throw fault("a comma or the end of the list must follow")
      }
      position += 1
      if end == close { return }
    }
  }

  private mutating func word(_ word: StaticString) throws(Fault) {
    let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard text[position...].starts(with: bytes) else { throw fault("a value must stand here") }
    position += bytes.count
  }

  /// Digits alone are an integer as far as 64 bits go; everything else is the real nearest to it.
  private mutating func number() throws(Fault) -> BorrowedValue {
    let start = position
    if byte == 0x2D { position += 1 }
    if byte == 0x30 {
      position += 1
    } else {
      try digits()
    }
    var isInteger = true
    if byte == 0x2E {
      isInteger = false
      position += 1
      try digits()
    }
    if byte | 0x20 == 0x65 {
      isInteger = false
      position += 1
      if byte == 0x2B || byte == 0x2D { position += 1 }
      try digits()
    }
    guard !(byte >= 0x30 && byte <= 0x39) else {
      throw fault("a number must not begin with a zero", at: start)
    }
    let string = String(decoding: text[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(string) { return .integer(integer) }
    return .real(Double(string) ?? .infinity)
  }

  private mutating func digits() throws(Fault) {
    let start = position
    while byte &- 0x30 < 10 { position += 1 }
    if position == start { throw fault("a digit must stand here") }
  }

  // MARK: Strings

  /// The text of a string: in the line, or written out where it has escapes.
  private mutating func string() throws(Fault) -> UnsafeBufferPointer<UInt8> {
    position += 1
    let start = position
    while position < text.count, text[position] != 0x22, text[position] != 0x5C {
      if text[position] < 0x20 {
        throw fault("a control character within a string must be written as an escape")
      }
      position += 1
    }
    guard position < text.count else { throw fault("this string is never closed", at: start - 1) }
    if text[position] == 0x22 {
      position += 1
      return UnsafeBufferPointer(rebasing: text[start..<(position - 1)])
    }
    let scratchStart = scratchCount
    for index in start..<position { put(text[index]) }
    while true {
      guard position < text.count else {
        throw fault("this string is never closed", at: start - 1)
      }
      let next = text[position]
      guard next >= 0x20 else {
        throw fault("a control character within a string must be written as an escape")
      }
      position += 1
      if next == 0x22 { break }
      if next == 0x5C { try escape() } else { put(next) }
    }
    return UnsafeBufferPointer(
      rebasing: UnsafeBufferPointer(scratch)[scratchStart..<scratchCount])
  }

  private mutating func put(_ byte: UInt8) {
    scratch.initializeElement(at: scratchCount, to: byte)
    scratchCount += 1
  }

  /// What follows a backslash.
  private mutating func escape() throws(Fault) {
    let start = position - 1
    let escaped = byte
    position += 1
    switch escaped {
    case 0x22, 0x5C, 0x2F: put(escaped)
    case 0x62: put(0x08)
    case 0x66: put(0x0C)
    case 0x6E: put(0x0A)
    case 0x72: put(0x0D)
    case 0x74: put(0x09)
    case 0x75:
      var value = try unit(start)
      if value & 0xFC00 == 0xD800, byte == 0x5C, position + 1 < text.count,
        text[position + 1] == 0x75
      {
        position += 2
        let low = try unit(start)
        guard low & 0xFC00 == 0xDC00 else { throw loneSurrogate(start) }
        value = (value & 0x3FF) << 10 + (low & 0x3FF) + 0x1_0000
      }
      guard let scalar = Unicode.Scalar(value) else { throw loneSurrogate(start) }
      if let encoded = UTF8.encode(scalar) { for byte in encoded { put(byte) } }
    default: throw fault("there is no such escape in JSON", at: start)
    }
  }

  private func loneSurrogate(_ start: Int) -> Fault {
    fault("this is half of a surrogate pair, which is no character", at: start)
  }

  private mutating func unit(_ start: Int) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw fault("\\u needs four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
