internal import RecordFilter

/// JSON's scalars (RFC 8259), written so that the output is always valid, whatever the bytes.
extension ByteBuffer {
  mutating func appendJSON(_ integer: Int64) {
    advance(to: JSONEncoding.write(integer, at: reserve(JSONEncoding.integerCapacity)))
  }

  /// See ``JSONEncoding/withBytes(of:_:)``.
  mutating func appendJSON(_ real: Double) {
    JSONEncoding.withBytes(of: real) { append($0) }
  }

  /// A string in its quotes. Each invalid sequence of UTF-8 becomes U+FFFD.
  mutating func appendJSON(text: UnsafeBufferPointer<UInt8>) {
    let start = count
    append(UInt8(ascii: "\""))
    if !appendEscaped(text) {
      truncate(to: start + 1)
      appendRepaired(text)
    }
    append(UInt8(ascii: "\""))
  }

  /// `"\\x00ff"`: the bytes in lower-case hexadecimal after `\x`, as PostgreSQL writes them. No other value
  /// starts so, unless a text does.
  mutating func appendJSON(blob: UnsafeBufferPointer<UInt8>) {
    append("\"\\\\x")
    var end = reserve(blob.count * 2)
    for byte in blob { end = JSONEncoding.write(hexadecimal: byte, at: end) }
    advance(to: end)
    append(UInt8(ascii: "\""))
  }

  /// Writes the text with its escapes; false where it turns out not to be valid UTF-8, and then what was
  /// written counts for nothing.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var isASCII = true
    var index = 0
    while index < text.count {
      // In pieces, since the worst case takes six times the room.
      let piece = min(text.count - index, 4096)
      let source = UnsafeBufferPointer(rebasing: text[index..<(index + piece)])
      if !escapePiece(source) { isASCII = false }
      index += piece
    }
    return isASCII || UTF8Validation.firstInvalidSequence(in: text) == nil
  }

  /// Whether the piece was ASCII alone.
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
      // Up to and with the next special byte, or the tail.
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
