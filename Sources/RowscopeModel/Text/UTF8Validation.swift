/// Well-formedness of UTF-8 (The Unicode Standard, table 3-7).
package enum UTF8Validation {
  /// A copy of these bytes as a `String`; nil where no `String` holds them. O(n).
  ///
  /// `String(validating:)` and `String(decoding:as:)` give the same, and take some ten nanoseconds
  /// more to look at a short text: as long as all else that is done for a cell.
  package static func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let isASCII = isASCII(bytes)
    guard isASCII || firstInvalidSequence(in: bytes) == nil else { return nil }
    guard #available(macOS 26, iOS 26, *) else { return String(decoding: bytes, as: UTF8.self) }
    return String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
  }

  private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = bytes.count
    guard count >= 8 else { return bytes.allSatisfy { $0 < 0x80 } }
    let raw = UnsafeRawBufferPointer(bytes)
    var seen: UInt64 = 0
    var index = 0
    while index < count - 8 {
      seen |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    seen |= raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    return seen & 0x8080_8080_8080_8080 == 0
  }

  /// The first bytes that belong to no character, nil where there are none: a stray byte, or the
  /// part of a sequence that is there. O(n).
  package static func firstInvalidSequence(in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    var index = 0
    let count = bytes.count
    let raw = UnsafeRawBufferPointer(bytes)
    while index < count {
      if bytes[index] < 0x80 {
        // Eight at a time: nearly everything is ASCII.
        while index + 8 <= count,
          raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          index += 8
        }
        while index < count, bytes[index] < 0x80 { index += 1 }
        continue
      }
      let start = index
      guard let (length, second) = sequence(ledBy: bytes[index]) else {
        return start..<(start + 1)
      }
      index += 1
      guard index < count, second.contains(bytes[index]) else { return start..<index }
      index += 1
      while index < start + length {
        guard index < count, bytes[index].isUTF8Continuation else { return start..<index }
        index += 1
      }
    }
    return nil
  }

  /// The length of the sequence that this byte leads and what its second byte may be: that range
  /// keeps out overlong forms, surrogates and what is beyond U+10FFFF.
  private static func sequence(ledBy byte: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch byte {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}

extension UInt8 {
  /// Whether the byte goes on with a character that an earlier byte began.
  package var isUTF8Continuation: Bool { self & 0xC0 == 0x80 }
}
