import RowscopeModel

/// JSON's scalars (RFC 8259), written so that the output is always valid, whatever the bytes.
extension ByteBuffer {
  @inlinable
  package mutating func appendJSON(_ integer: Int64) {
    advance(to: JSONEncoding.write(integer, at: reserve(JSONEncoding.integerCapacity)))
  }

  /// See ``JSONEncoding/withBytes(of:_:)``.
  @inlinable
  package mutating func appendJSON(_ real: Double) {
    if let end = JSONEncoding.writeHundredths(real, at: reserve(JSONEncoding.hundredthsCapacity)) {
      advance(to: end)
    } else {
      append(digitsOf: real)
    }
  }

  @usableFromInline
  @inline(never)
  mutating func append(digitsOf real: Double) {
    JSONEncoding.withBytes(of: real) { append($0) }
  }

  /// `"\\x00ff"`: the bytes in lower-case hexadecimal after `\x`, as PostgreSQL writes them. No
  /// other value starts so, unless a text does.
  package mutating func appendJSON(blob: UnsafeBufferPointer<UInt8>) {
    append("\"\\\\x")
    var end = reserve(blob.count * 2)
    for byte in blob { end = JSONEncoding.write(hexadecimal: byte, at: end) }
    advance(to: end)
    append(UInt8(ascii: "\""))
  }

  // MARK: Strings

  /// A string in its quotes.
  package mutating func appendJSON(_ string: String) {
    var string = string
    string.withUTF8 { appendJSON(text: $0) }
  }

  /// A text in its quotes. Each invalid sequence of UTF-8 becomes U+FFFD.
  ///
  /// Eight bytes are copied at a time, up to the first that need an escape: most texts have none.
  /// The last eight are copied over again where the length is no multiple of eight.
  @inlinable
  package mutating func appendJSON(text: UnsafeBufferPointer<UInt8>) {
    let count = text.count
    let place = reserve(count + 2)
    guard count >= 8, let source = UnsafeRawPointer(text.baseAddress) else {
      appendJSON(short: text, at: place)
      return
    }
    let target = UnsafeMutableRawPointer(place + 1)
    var seen: UInt64 = 0
    var offset = 0
    while offset < count {
      let here = min(offset, count - 8)
      let word = source.loadUnaligned(fromByteOffset: here, as: UInt64.self)
      if JSONEncoding.hasSpecial(word) {
        appendJSON(text: text, after: here, seen: seen)
        return
      }
      seen |= word
      target.storeBytes(of: word, toByteOffset: here, as: UInt64.self)
      offset += 8
    }
    finish(text, at: place, seen)
  }

  /// A text of fewer than eight bytes, for which there is room at `place`.
  @inlinable
  mutating func appendJSON(
    short text: UnsafeBufferPointer<UInt8>, at place: UnsafeMutablePointer<UInt8>
  ) {
    let count = text.count
    var seen: UInt64 = 0
    if count >= 4, let source = UnsafeRawPointer(text.baseAddress) {
      // The first four bytes and the last four, some of them perhaps twice.
      let first = source.loadUnaligned(as: UInt32.self)
      let last = source.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      seen = UInt64(first) | UInt64(last) << 32
      let target = UnsafeMutableRawPointer(place + 1)
      target.storeBytes(of: first, as: UInt32.self)
      target.storeBytes(of: last, toByteOffset: count - 4, as: UInt32.self)
    } else {
      // Spaces need no escape.
      seen = 0x2020_2020_2020_2020
      for (index, byte) in text.enumerated() {
        place[1 + index] = byte
        seen = seen << 8 | UInt64(byte)
      }
    }
    if JSONEncoding.hasSpecial(seen) {
      appendJSON(text: text, after: 0, seen: 0)
    } else {
      finish(text, at: place, seen)
    }
  }

  /// Puts quotes around a text that was copied behind `place`.
  ///
  /// - Parameter seen: all of its bytes, joined by OR.
  @inlinable
  @inline(__always)
  mutating func finish(
    _ text: UnsafeBufferPointer<UInt8>, at place: UnsafeMutablePointer<UInt8>, _ seen: UInt64
  ) {
    let start = length
    place[0] = UInt8(ascii: "\"")
    place[text.count + 1] = UInt8(ascii: "\"")
    advance(to: place + (text.count + 2))
    if seen & 0x8080_8080_8080_8080 != 0 { repair(text, from: start) }
  }

  /// Goes on with a text where something needs an escape.
  ///
  /// - Parameters:
  ///   - plainCount: how many of its bytes are copied already.
  ///   - seen: those bytes, joined by OR.
  @usableFromInline
  @inline(never)
  mutating func appendJSON(
    text: UnsafeBufferPointer<UInt8>, after plainCount: Int, seen: UInt64
  ) {
    let start = length
    reserve(1).pointee = UInt8(ascii: "\"")
    length += 1 + plainCount
    let rest = appendEscaped(UnsafeBufferPointer(rebasing: text[plainCount...]))
    append(UInt8(ascii: "\""))
    if (seen | rest) & 0x8080_8080_8080_8080 != 0 { repair(text, from: start) }
  }

  /// What stands between the quotes of a string: the text with its escapes, valid UTF-8 or not.
  ///
  /// - Returns: the text's bytes, joined by OR.
  @discardableResult
  package mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let source = UnsafeRawBufferPointer(text)
    var end = reserve(text.count + 8 * JSONEncoding.escapeCapacity)
    var seen: UInt64 = 0
    var offset = 0
    while offset < text.count {
      let rest = text.count - offset
      if rest >= 8 {
        let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if !JSONEncoding.hasSpecial(word) {
          UnsafeMutableRawPointer(end).storeBytes(of: word, as: UInt64.self)
          seen |= word
          end += 8
          offset += 8
          continue
        }
      }
      let next = offset + min(8, rest)
      for byte in text[offset..<next] {
        seen |= UInt64(byte)
        end = JSONEncoding.write(stringByte: byte, at: end)
      }
      offset = next
      advance(to: end)
      end = reserve(text.count - offset + 8 * JSONEncoding.escapeCapacity)
    }
    advance(to: end)
    return seen
  }

  /// Writes a text again that was written from `start` on, if it is not valid UTF-8.
  @usableFromInline
  @inline(never)
  mutating func repair(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    guard UTF8Validation.firstInvalidSequence(in: text) != nil else { return }
    truncate(to: start)
    append(UInt8(ascii: "\""))
    JSONEncoding.forEachPart(of: text) {
      appendEscaped($0)
    } invalid: {
      append("\u{FFFD}")
    }
    append(UInt8(ascii: "\""))
  }
}
