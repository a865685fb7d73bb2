import Documents
package import RowscopeModel

/// The members of a many-valued field that is stored as a JSON array.
///
/// A text has members where it is an array as RFC 8259 has it (and `json_valid` of SQLite sees it)
/// without a NUL in it: its numbers, its texts, and `true` and `false` as 1 and 0. Arrays and
/// objects within it are no members, nor is `null`, though all of them count for its length.
///
/// As in SQLite 3.40, an array within 2,000 others is no JSON, and a member text ends at an escaped
/// NUL, unless another version's ways are adopted, see ``SQLiteDialect``. In every version an
/// escape for half of a surrogate pair is a character of three bytes.
package struct JSONMembers {
  /// One element of the array.
  package enum Element {
    case integer(Int64), real(Double)
    case text(UnsafeBufferPointer<UInt8>)
    /// An array, an object or null.
    case other
  }

  /// How many elements the array has; nil where the text is no JSON array.
  ///
  /// Complexity: linear in the text; allocates only for texts with escapes.
  package static func count(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    var count = 0
    return forEach(in: text) { _ in count += 1 } ? count : nil
  }

  /// Calls `body` with each element in turn, and returns whether the whole text is a JSON array.
  /// Elements are handed over before the end has been seen: where the result is false, they count
  /// for nothing.
  package static func forEach(
    in text: UnsafeBufferPointer<UInt8>, _ body: (Element) -> Void
  ) -> Bool {
    var scanner = JSONScanner(text, allowsLoneSurrogates: true)
    scanner.skipSpaces()
    guard scanner.byte == UInt8(ascii: "[") else { return false }
    do throws(JSONFault) {
      if scanner.open(closedBy: UInt8(ascii: "]")) {
        // The outermost array is the first level.
        let levels = SQLiteDialect.jsonDepth - 1
        repeat {
          guard try scanner.element(levels: levels, body) else { return false }
        } while try scanner.goesOn(closedBy: UInt8(ascii: "]"))
      }
    } catch {
      return false
    }
    scanner.skipSpaces()
    return scanner.isAtEnd
  }

  /// Whether one of the array's members equals one of these values, byte by byte and without any
  /// conversion but between integers and reals.
  package static func contain(_ values: [Value], in text: UnsafeBufferPointer<UInt8>) -> Bool {
    var isFound = false
    let isArray = forEach(in: text) { element in
      if !isFound { isFound = values.contains { element.equals($0) } }
    }
    return isArray && isFound
  }
}

extension JSONScanner {
  /// Reads one element of the outermost array; false where it is malformed.
  @inline(__always)
  fileprivate mutating func element(
    levels: Int, _ body: (JSONMembers.Element) -> Void
  ) throws(JSONFault) -> Bool {
    let start = position
    switch byte {
    case UInt8(ascii: "\""):
      if try skipString() {
        withUnescaped(stringAt: start) { body(.text($0)) }
      } else {
        body(.text(self[(start + 1)..<(position - 1)]))
      }
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      guard let number = try? number() else { return false }
      if let integer = number.integer {
        body(.integer(integer))
      } else {
        // To the last bit as SQLite converts it.
        guard case .real(let real) = NumberText.value(of: self[number.range]) else { return false }
        body(.real(real))
      }
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      try skipValue(levels: levels)
      body(.other)
    default:
      switch literal() {
      case .true: body(.integer(1))
      case .false: body(.integer(0))
      case .null: body(.other)
      case nil: return false
      }
    }
    return true
  }

  /// The text of a well-formed string with escapes, up to a NUL where such a text ends there.
  @inline(never)
  private func withUnescaped(
    stringAt start: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var scanner = self
    scanner.position = start
    var scratch = ByteBuffer(capacity: position - start)
    guard let text = try? scanner.string(unescapedInto: &scratch) else { return }
    let end = SQLiteDialect.jsonTextsEndAtNUL ? text.firstIndex(of: 0) : nil
    scratch.truncate(to: end ?? text.count)
    scratch.withBytes(body)
  }
}

extension JSONMembers.Element {
  /// Nil for what is no member.
  package var value: Value? {
    switch self {
    case .integer(let integer): .integer(integer)
    case .real(let real): .real(real)
    case .text(let bytes): .text(Text(bytes: bytes))
    case .other: nil
    }
  }

  func equals(_ value: Value) -> Bool {
    switch (self, value) {
    case (.integer(let member), .integer(let value)): member == value
    case (.integer(let member), .real(let value)): Comparison.order(member, value) == 0
    case (.real(let member), .integer(let value)): Comparison.order(value, member) == 0
    case (.real(let member), .real(let value)): member == value
    case (.text(let member), .text(let value)):
      value.withBytes { $0.count == member.count && $0.elementsEqual(member) }
    case (.integer, .null), (.integer, .text), (.integer, .blob), (.real, .null), (.real, .text),
      (.real, .blob), (.text, .null), (.text, .integer), (.text, .real), (.text, .blob),
      (.other, _):
      false
    }
  }
}
