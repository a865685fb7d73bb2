import Documents
package import RecordFilter

/// Reads JSON lines: on each line an object (RFC 8259) whose members are the fields of a record.
package struct JSONLineParser: ~Copyable {
  /// What is wrong with a line, and where in it.
  package struct Fault: Error {
    let offset: Int
    let detail: String
  }

  /// A member's value, borrowed until the next line begins; of an array its text.
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
  fileprivate static let depthLimit = 1_000

  private var scanner = JSONScanner(UnsafeBufferPointer(start: nil, count: 0))
  /// Where strings with escapes are written out.
  private var scratch = ByteBuffer(capacity: 0)

  init() {}

  /// Goes to another line.
  ///
  /// - Parameter line: without its end, and valid UTF-8.
  mutating func begin(_ line: UnsafeBufferPointer<UInt8>) {
    scanner = JSONScanner(line)
    scratch.removeAll()
    // The strings of a line are not longer than the line, so that none moves for another.
    _ = scratch.reserve(line.count)
  }

  /// Calls `body` with the members of the object in turn. All that it is given lives until the next
  /// line.
  ///
  /// - Parameter body: is given where the key begins, the key and the value.
  package mutating func forEachMember(
    _ body: (Int, UnsafeBufferPointer<UInt8>, Member) throws(Fault) -> Void
  ) throws(Fault) {
    scanner.skipSpaces()
    guard scanner.byte == UInt8(ascii: "{") else {
      throw fault("every line must be a JSON object, as in {\"id\": 1}")
    }
    if scanner.open(closedBy: UInt8(ascii: "}")) {
      repeat {
        guard scanner.byte == UInt8(ascii: "\"") else {
          throw fault("the name of a field must stand here, in double quotes")
        }
        let start = scanner.position
        let (key, member) = try keyAndMember()
        try body(start, key, member)
      } while try hasNext()
    }
    scanner.skipSpaces()
    guard scanner.isAtEnd else { throw fault("there is more on the line than one object") }
  }

  private func fault(_ detail: String) -> Fault { Fault(offset: scanner.position, detail: detail) }

  private mutating func hasNext() throws(Fault) -> Bool {
    do throws(JSONFault) { return try scanner.goesOn(closedBy: UInt8(ascii: "}")) } catch {
      throw fault("a comma or the end of the object must follow")
    }
  }

  private mutating func keyAndMember() throws(Fault) -> (UnsafeBufferPointer<UInt8>, Member) {
    do throws(JSONFault) {
      let key = try scanner.string(unescapedInto: &scratch)
      try scanner.skipColon()
      if scanner.byte != UInt8(ascii: "{") { return (key, try member()) }
    } catch {
      throw Fault(offset: error.offset, detail: error.detail)
    }
    throw fault("an object is no value of a field; give its members as fields of the record")
  }

  private mutating func member() throws(JSONFault) -> Member {
    let start = scanner.position
    switch scanner.byte {
    case UInt8(ascii: "\""):
      return Member(.text(try scanner.string(unescapedInto: &scratch)))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return Member(try number())
    case UInt8(ascii: "["):
      try scanner.skipValue(levels: Self.depthLimit)
      return Member(.text(scanner[start..<scanner.position]), isArray: true)
    default:
      switch scanner.literal() {
      case .true: return Member(.integer(1), isFlag: true)
      case .false: return Member(.integer(0), isFlag: true)
      case .null: return Member(.null)
      case nil: throw scanner.fault(.noValue)
      }
    }
  }

  /// Digits alone are an integer as far as 64 bits go; everything else is the real nearest to it.
  private mutating func number() throws(JSONFault) -> BorrowedValue {
    let start = scanner.position
    do throws(JSONNumberFault) {
      let number = try scanner.number()
      if let integer = number.integer { return .integer(integer) }
      return .real(number.real(of: scanner[number.range]))
    } catch {
      throw JSONFault(error, of: start, at: scanner.position)
    }
  }
}

extension JSONFault {
  /// The fault of a member, in words.
  fileprivate var detail: String {
    switch kind {
    case .noValue: "a value must stand here"
    case .noKey: "a name in double quotes must stand here"
    case .noColon: "a colon must follow the name of a field"
    case .noComma: "a comma or the end of the list must follow"
    case .tooDeep: "this is nested more than \(JSONLineParser.depthLimit) levels deep"
    case .number(.noDigit), .number(.noFraction), .number(.noExponent): "a digit must stand here"
    case .number(.leadingZero): "a number must not begin with a zero"
    case .string(.unterminated): "this string is never closed"
    case .string(.controlCharacter):
      "a control character within a string must be written as an escape"
    case .string(.badEscape): "there is no such escape in JSON"
    case .string(.badUnicodeEscape): "\\u needs four hexadecimal digits"
    case .string(.loneSurrogate): "this is half of a surrogate pair, which is no character"
    }
  }
}
