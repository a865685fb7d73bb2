/// JSON's scalars (RFC 8259) as bytes, written alike wherever this package writes JSON.
///
/// Most of it writes through plain pointers to memory in which the caller has made room, and is inlinable: it runs for every
/// cell of every record that is written.
package enum JSONEncoding {
  /// The most bytes that an integer takes.
  package static var integerCapacity: Int { 20 }
  /// The most bytes that one byte of a string takes.
  package static var escapeCapacity: Int { 6 }

  // MARK: Numbers

  /// Writes an integer's digits.
  ///
  /// - Returns: the place behind the last.
  @inlinable
  @inline(__always)
  package static func write(
    _ integer: Int64, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var start = start
    if integer < 0 {
      start.pointee = 0x2D
      start += 1
    }
    var rest = integer.magnitude
    var length = 1
    var bound: UInt64 = 10
    while rest >= bound, length < 19 {
      length += 1
      bound *= 10
    }
    if length == 19, rest >= bound { length = 20 }
    let end = start + length
    var place = end
    while rest >= 10 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place -= 1
      place.pointee = 0x30 + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    start.pointee = 0x30 + UInt8(truncatingIfNeeded: rest)
    return end
  }

  /// Calls `body` with the shortest digits that read back as the same real, with a fraction or an exponent, so that it stays a
  /// real. JSON has no infinity; it is written `9e999`, as SQLite's own JSON functions do, which readers with 64-bit reals turn
  /// back into infinity. A NaN is `null`.
  package static func withBytes<Result>(
    of real: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    guard real.isFinite else {
      let text: StaticString = real.isNaN ? "null" : real < 0 ? "-9e999" : "9e999"
      return body(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    var digits = real.description
    return digits.withUTF8(body)
  }

  // MARK: Strings

  /// Whether one of eight bytes is below 0x20, a quote or a backslash. (`x - n` borrows into a byte's highest bit where
  /// the byte is less than n; `& ~x` leaves out those that had it before.)
  @inlinable
  @inline(__always)
  package static func hasSpecial(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let found =
      (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes
      | (backslashes &- ones) & ~backslashes
    return found & 0x8080_8080_8080_8080 != 0
  }

  /// Writes one byte of a string, as an escape where it needs one.
  ///
  /// - Returns: the place behind it.
  @inlinable
  package static func write(
    stringByte byte: UInt8, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    guard byte < 0x20 || byte == 0x22 || byte == 0x5C else {
      place.pointee = byte
      return place + 1
    }
    place[0] = 0x5C
    let short: UInt8
    switch byte {
    case 0x22, 0x5C: short = byte
    case 0x08: short = 0x62
    case 0x09: short = 0x74
    case 0x0A: short = 0x6E
    case 0x0C: short = 0x66
    case 0x0D: short = 0x72
    default:
      place[1] = 0x75
      place[2] = 0x30
      place[3] = 0x30
      return write(hexadecimal: byte, at: place + 4)
    }
    place[1] = short
    return place + 2
  }

  /// Writes a byte as two hexadecimal digits in lower case.
  ///
  /// - Returns: the place behind them.
  @inlinable
  package static func write(
    hexadecimal byte: UInt8, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    place[0] = hexadecimal(byte >> 4)
    place[1] = hexadecimal(byte & 0xF)
    return place + 2
  }

  @inlinable
  static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }

  /// Calls one of two functions for each part of a text: with what is valid UTF-8, and for each sequence that is not.
  package static func forEachPart(
    of text: UnsafeBufferPointer<UInt8>, valid: (UnsafeBufferPointer<UInt8>) -> Void,
    invalid: () -> Void
  ) {
    var rest = text
    while let range = UTF8Validation.firstInvalidSequence(in: rest) {
      valid(UnsafeBufferPointer(rebasing: rest[..<range.lowerBound]))
      invalid()
      rest = UnsafeBufferPointer(rebasing: rest[range.upperBound...])
    }
    valid(rest)
  }
}

extension [UInt8] {
  /// A string in its quotes: for documents that are small, and made piece by piece.
  package mutating func append(jsonString string: String) {
    var string = string
    append(0x22)
    string.withUTF8 { bytes in
      // What needs no escape is copied in runs.
      var start = 0
      for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        append(contentsOf: bytes[start..<index])
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: JSONEncoding.escapeCapacity) {
          guard let place = $0.baseAddress else { return }
          let end = JSONEncoding.write(stringByte: byte, at: place)
          append(contentsOf: UnsafeBufferPointer(start: place, count: end - place))
        }
        start = index + 1
      }
      append(contentsOf: bytes[start...])
    }
    append(0x22)
  }
}
