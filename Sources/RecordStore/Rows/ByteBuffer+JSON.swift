import Documents
import RowscopeModel

/// Writes JSON scalars (RFC 8259). The output is valid whatever the bytes.
extension ByteBuffer {
  mutating func appendJSON(_ integer: Int64) {
    advance(to: JSONEncoding.write(integer, at: reserve(JSONEncoding.integerCapacity)))
  }

  /// See ``JSONEncoding/withBytes(of:_:)``.
  mutating func appendJSON(_ real: Double) {
    if let end = JSONEncoding.writeHundredths(real, at: reserve(JSONEncoding.hundredthsCapacity)) {
      advance(to: end)
    } else {
      JSONEncoding.withBytes(of: real) { append($0) }
    }
  }

  /// A quoted string. Each invalid UTF-8 sequence becomes U+FFFD.
  mutating func appendJSON(text: UnsafeBufferPointer<UInt8>) {
    if appendPlain(text) { return }
    let start = count
    append(UInt8(ascii: "\""))
    if !appendEscaped(text) {
      truncate(to: start + 1)
      appendRepaired(text)
    }
    append(UInt8(ascii: "\""))
  }

  /// The fast path for ASCII text without escapes, the usual case. Copies eight bytes at a time;
  /// the last eight overlap if the length is not a multiple of eight. Returns false for any other
  /// text, with nothing written.
  @inline(__always)
  private mutating func appendPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = text.count
    guard count >= 8, let source = UnsafeRawPointer(text.baseAddress) else {
      return appendPlainShort(text)
    }
    let start = reserve(count + 2)
    let place = UnsafeMutableRawPointer(start + 1)
    var found: UInt64 = 0
    var offset = 0
    while offset < count {
      let here = min(offset, count - 8)
      let word = source.loadUnaligned(fromByteOffset: here, as: UInt64.self)
      found |= Self.specials(word) | word
      place.storeBytes(of: word, toByteOffset: here, as: UInt64.self)
      offset += 8
    }
    guard found & 0x8080_8080_8080_8080 == 0 else { return false }
    start[0] = UInt8(ascii: "\"")
    start[count + 1] = UInt8(ascii: "\"")
    advance(to: start + count + 2)
    return true
  }

  private mutating func appendPlainShort(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = reserve(10)
    var end = start
    end.pointee = UInt8(ascii: "\"")
    for byte in text {
      guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
        return false
      }
      end += 1
      end.pointee = byte
    }
    end[1] = UInt8(ascii: "\"")
    advance(to: end + 2)
    return true
  }

  /// As ``JSONEncoding/hasSpecial(_:)``: sets the highest bit of each byte that needs an escape.
  /// The other bits are arbitrary.
  @inline(__always)
  private static func specials(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    return
      (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes
      | (backslashes &- ones) & ~backslashes
  }

  /// `"\\x00ff"`: the bytes in lower-case hexadecimal after `\x`, as in PostgreSQL. Only a text can
  /// begin the same way.
  mutating func appendJSON(blob: UnsafeBufferPointer<UInt8>) {
    append("\"\\\\x")
    var end = reserve(blob.count * 2)
    for byte in blob { end = JSONEncoding.write(hexadecimal: byte, at: end) }
    advance(to: end)
    append(UInt8(ascii: "\""))
  }

  /// Writes the text with escapes. Returns false if it is not valid UTF-8; the caller then discards
  /// what was written.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var isASCII = true
    var index = 0
    while index < text.count {
      // In pieces, since escapes take up to six times the space.
      let piece = min(text.count - index, 4096)
      let source = UnsafeBufferPointer(rebasing: text[index..<(index + piece)])
      if !escapePiece(source) { isASCII = false }
      index += piece
    }
    return isASCII || UTF8Validation.firstInvalidSequence(in: text) == nil
  }

  /// Returns whether the piece was pure ASCII.
  private mutating func escapePiece(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var end = reserve(text.count * JSONEncoding.escapeCapacity + 8)
    let raw = UnsafeRawBufferPointer(text)
    let count = text.count
    var index = 0
    var words: UInt64 = 0
    var bytes: UInt8 = 0
    while index < count {
      if count - index >= 8 {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if !JSONEncoding.hasSpecial(word) {
          UnsafeMutableRawPointer(end).storeBytes(of: word, as: UInt64.self)
          end += 8
          index += 8
          words |= word
          continue
        }
      }
      // Up to the end of the word or the tail, one byte at a time.
      let limit = min(count, index + 8)
      repeat {
        let byte = text[index]
        index += 1
        bytes |= byte
        end = JSONEncoding.write(stringByte: byte, at: end)
      } while index < limit
    }
    advance(to: end)
    return bytes < 0x80 && words & 0x8080_8080_8080_8080 == 0
  }

  private mutating func appendRepaired(_ text: UnsafeBufferPointer<UInt8>) {
    JSONEncoding.forEachPart(of: text) {
      _ = appendEscaped($0)
    } invalid: {
      append("\u{FFFD}")
    }
  }
}
