/// Well-formedness of UTF-8 (The Unicode Standard, table 3-7).
package enum UTF8Validation {
  /// The first bytes that belong to no character, nil where there are none: a stray byte, or the part of
  /// a sequence that is there. O(n).
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

  /// The length of the sequence that this byte leads and what its second byte may be: that range keeps
  /// out overlong forms, surrogates and what is beyond U+10FFFF.
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
