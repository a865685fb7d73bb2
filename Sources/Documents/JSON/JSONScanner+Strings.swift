/// One part of a string.
package enum JSONStringPart {
  /// Bytes that stand for themselves.
  case text(Range<Int>)
  /// What an escape stands for: a Unicode scalar, or half of a surrogate pair where that is
  /// allowed.
  case escaped(UInt32)
  /// The closing quote.
  case end
  case fault(JSONStringFault)
}

extension JSONScanner {
  /// Passes the string whose opening quote is here.
  ///
  /// - Returns: whether it has escapes. If not, its text is what stands between the quotes.
  @inlinable
  package mutating func skipString() throws(JSONFault) -> Bool {
    let opening = position
    position += 1
    skipPlain()
    if byte == UInt8(ascii: "\"") {
      position += 1
      return false
    }
    try skipRest(ofStringAt: opening)
    return true
  }

  @usableFromInline
  @inline(never)
  mutating func skipRest(ofStringAt opening: Int) throws(JSONFault) {
    while true {
      let start = position
      switch part() {
      case .text, .escaped: continue
      case .end: return
      case .fault(let fault): throw Self.fault(fault, at: start, ofStringAt: opening)
      }
    }
  }

  /// The text of the string whose opening quote is here: where it lies or, if it has escapes, in
  /// `scratch`, behind what is there already.
  ///
  /// Texts that were returned before stay where they are as long as `scratch` need not grow: no
  /// text is longer than its string.
  @inlinable
  package mutating func string(
    unescapedInto scratch: inout ByteBuffer
  ) throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let opening = position
    position += 1
    skipPlain()
    if byte == UInt8(ascii: "\"") {
      position += 1
      return self[(opening + 1)..<(position - 1)]
    }
    return try unescapeRest(ofStringAt: opening, into: &scratch)
  }

  @usableFromInline
  @inline(never)
  mutating func unescapeRest(
    ofStringAt opening: Int, into scratch: inout ByteBuffer
  ) throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let begin = scratch.count
    scratch.append(self[(opening + 1)..<position])
    while true {
      let start = position
      switch part() {
      case .text(let range): scratch.append(self[range])
      case .escaped(let scalar): scratch.append(scalar: scalar)
      case .end:
        let text = scratch.base.assumingMemoryBound(to: UInt8.self) + begin
        return UnsafeBufferPointer(start: text, count: scratch.count - begin)
      case .fault(let fault): throw Self.fault(fault, at: start, ofStringAt: opening)
      }
    }
  }

  private static func fault(
    _ fault: JSONStringFault, at start: Int, ofStringAt opening: Int
  ) -> JSONFault {
    JSONFault(.string(fault), at: fault == .unterminated ? opening : start)
  }

  /// Passes what stands for itself: up to a quote, a backslash, a control character or the end.
  @inlinable
  package mutating func skipPlain() {
    let raw = UnsafeRawBufferPointer(bytes)
    while bytes.count - position >= 8 {
      let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      let specials = JSONEncoding.specials(UInt64(littleEndian: word))
      if specials != 0 {
        position += specials.trailingZeroBitCount >> 3
        return
      }
      position += 8
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      position += 1
    }
  }

  /// The next part of a string whose opening quote was passed.
  ///
  /// A control character is not passed. Of an escape that is none the backslash is passed, or with
  /// `\u` the digits that are there; of half of a surrogate pair the escape.
  package mutating func part() -> JSONStringPart {
    let start = position
    skipPlain()
    if position > start { return .text(start..<position) }
    if isAtEnd { return .fault(.unterminated) }
    switch byte {
    case UInt8(ascii: "\""):
      position += 1
      return .end
    case UInt8(ascii: "\\"):
      position += 1
      return escape()
    default:
      return .fault(.controlCharacter)
    }
  }

  /// What follows a backslash.
  private mutating func escape() -> JSONStringPart {
    let scalar: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = byte
    case UInt8(ascii: "b"): scalar = 0x08
    case UInt8(ascii: "f"): scalar = 0x0C
    case UInt8(ascii: "n"): scalar = 0x0A
    case UInt8(ascii: "r"): scalar = 0x0D
    case UInt8(ascii: "t"): scalar = 0x09
    case UInt8(ascii: "u"):
      position += 1
      return unicodeEscape()
    default:
      return .fault(.badEscape)
    }
    position += 1
    return .escaped(UInt32(scalar))
  }

  /// The four digits after `\u`, and a second escape where they are half of a pair.
  private mutating func unicodeEscape() -> JSONStringPart {
    guard let unit = hexadecimal() else { return .fault(.badUnicodeEscape) }
    guard unit & 0xF800 == 0xD800 else { return .escaped(unit) }
    let second = position
    if unit < 0xDC00, skip("\\u") {
      if let trail = hexadecimal(), trail & 0xFC00 == 0xDC00 {
        return .escaped(0x10000 + (unit & 0x3FF) << 10 + (trail & 0x3FF))
      }
      position = second
    }
    return allowsLoneSurrogates ? .escaped(unit) : .fault(.loneSurrogate)
  }

  /// Four digits, or nil; only the digits are passed.
  private mutating func hexadecimal() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit = byte &- UInt8(ascii: "0")
      let letter = (byte | 0x20) &- UInt8(ascii: "a")
      guard digit < 10 || letter < 6 else { return nil }
      value = value << 4 | UInt32(digit < 10 ? digit : letter + 10)
      position += 1
    }
    return value
  }
}

extension ByteBuffer {
  /// The scalar in UTF-8; half of a surrogate pair in three bytes, as SQLite writes it.
  package mutating func append(scalar: UInt32) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80: append(UInt8(scalar))
    case ..<0x800:
      append(0xC0 | UInt8(scalar >> 6))
      append(tail(0))
    case ..<0x1_0000:
      append(0xE0 | UInt8(scalar >> 12))
      append(tail(6))
      append(tail(0))
    default:
      append(0xF0 | UInt8(scalar >> 18))
      append(tail(12))
      append(tail(6))
      append(tail(0))
    }
  }
}
