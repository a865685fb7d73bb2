internal import RecordFilter

/// JSON's scalars (RFC 8259), written so that the output is always valid, whatever the bytes.
extension ByteBuffer {
  mutating func appendJSON(_ integer: Int64) {
    // 20 bytes hold every 64-bit integer with its sign.
    var end = reserve(20)
    var rest = integer.magnitude
    if integer < 0 {
      end.pointee = UInt8(ascii: "-")
      end += 1
    }
    let length = Self.digits(of: rest)
    var place = end + length
    repeat {
      place -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest != 0
    advance(to: end + length)
  }

  private static func digits(of number: UInt64) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while number >= bound {
      count += 1
      let (next, overflows) = bound.multipliedReportingOverflow(by: 10)
      if overflows { break }
      bound = next
    }
    return count
  }

  /// The shortest digits that read back as the same real, with a fraction or an exponent, so that it stays a
  /// real. JSON has no infinity; it is written `9e999`, as SQLite's own JSON functions do, which readers with 64-bit
  /// reals turn back into infinity.
  mutating func appendJSON(_ real: Double) {
    guard real.isFinite else {
      append(real.isNaN ? "null" : real < 0 ? "-9e999" : "9e999")
      return
    }
    var digits = real.description
    digits.withUTF8 { append($0) }
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
    for byte in blob {
      end[0] = Self.hexadecimal(byte >> 4)
      end[1] = Self.hexadecimal(byte & 0xF)
      end += 2
    }
    advance(to: end)
    append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
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
    var end = reserve(text.count * 6 + 8)
    let raw = UnsafeRawBufferPointer(text)
    let count = text.count
    var index = 0
    var words: UInt64 = 0
    var bytes: UInt8 = 0
    while index < count {
      if count - index >= 8 {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if !Self.hasSpecial(word) {
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
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
          end.pointee = byte
          end += 1
        } else {
          end = Self.escape(byte, at: end)
        }
      } while index < limit
    }
    advance(to: end)
    return bytes < 0x80 && words & 0x8080_8080_8080_8080 == 0
  }

  /// Whether one of the eight bytes is below 0x20, a quote or a backslash. (`x - n` borrows into a byte's highest
  /// bit where the byte is less than n; `& ~x` leaves out those that had it before.)
  @inline(__always)
  private static func hasSpecial(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let found =
      (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes
      | (backslashes &- ones) & ~backslashes
    return found & 0x8080_8080_8080_8080 != 0
  }

  private static func escape(
    _ byte: UInt8, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    place[0] = UInt8(ascii: "\\")
    let short: UInt8? =
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
      case 0x08: UInt8(ascii: "b")
      case 0x09: UInt8(ascii: "t")
      case 0x0A: UInt8(ascii: "n")
      case 0x0C: UInt8(ascii: "f")
      case 0x0D: UInt8(ascii: "r")
      default: nil
      }
    if let short {
      place[1] = short
      return place + 2
    }
    place[1] = UInt8(ascii: "u")
    place[2] = UInt8(ascii: "0")
    place[3] = UInt8(ascii: "0")
    place[4] = hexadecimal(byte >> 4)
    place[5] = hexadecimal(byte & 0xF)
    return place + 6
  }

  private mutating func appendRepaired(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    while let invalid = UTF8Validation.firstInvalidSequence(in: UnsafeBufferPointer(rebasing: rest))
    {
      let start = rest.startIndex + invalid.lowerBound
      _ = appendEscaped(UnsafeBufferPointer(rebasing: rest[..<start]))
      append("\u{FFFD}")
      rest = rest[(rest.startIndex + invalid.upperBound)...]
    }
    _ = appendEscaped(UnsafeBufferPointer(rebasing: rest))
  }
}
