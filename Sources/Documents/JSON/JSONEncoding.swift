import RowscopeModel

/// JSON's scalars (RFC 8259) as bytes, written alike wherever this package writes JSON.
///
/// Most of it writes through plain pointers to memory in which the caller has made room. It is
/// inlinable, since it runs for every cell of every record that is written.
package enum JSONEncoding {
  /// The most bytes that an integer takes, and over which it is written.
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
    let rest = integer.magnitude
    if rest < eightDigits { return write(below: UInt32(truncatingIfNeeded: rest), at: start) }
    let (high, low) = rest.quotientAndRemainder(dividingBy: eightDigits)
    let end: UnsafeMutablePointer<UInt8>
    if high < eightDigits {
      end = write(below: UInt32(truncatingIfNeeded: high), at: start)
    } else {
      let (top, middle) = high.quotientAndRemainder(dividingBy: eightDigits)
      end = write(below: UInt32(truncatingIfNeeded: top), at: start) + 8
      store(digits(UInt32(truncatingIfNeeded: middle)), at: end - 8)
    }
    store(digits(UInt32(truncatingIfNeeded: low)), at: end)
    return end + 8
  }

  @inlinable
  static var eightDigits: UInt64 { 100_000_000 }

  /// The eight digits of a number below 100,000,000, the first in the lowest byte: halves, then
  /// quarters, then single digits, all at once. (A division is a multiplication by a rounded
  /// fraction that is exact for so few digits.)
  @inlinable
  @inline(__always)
  static func digits(_ number: UInt32) -> UInt64 {
    let (high, low) = number.quotientAndRemainder(dividingBy: 10_000)
    let halves = UInt64(high) | UInt64(low) << 32
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let pairs = hundreds | (halves &- hundreds &* 100) << 16
    let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (pairs &- tens &* 10) << 8
  }

  @inlinable
  @inline(__always)
  static func store(_ digits: UInt64, at place: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(place).storeBytes(
      of: (digits | 0x3030_3030_3030_3030).littleEndian, as: UInt64.self)
  }

  /// Writes the digits of a number below 100,000,000 without leading zeros. Writes over eight
  /// bytes, however many digits there are.
  @inlinable
  @inline(__always)
  static func write(
    below number: UInt32, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let digits = digits(number)
    // Of zero one digit is left.
    let leading = (digits | 1 << 56).trailingZeroBitCount >> 3
    store(digits >> UInt64(leading * 8), at: place)
    return place + (8 - leading)
  }

  /// The most bytes over which ``writeHundredths(_:at:)`` writes.
  package static var hundredthsCapacity: Int { 32 }

  /// Writes a real that is a whole number of hundredths, as most amounts are, without looking for
  /// its shortest digits: no two decimals of up to fifteen digits have the same nearest real.
  ///
  /// - Returns: the place behind the last byte; nil for any other real, of which nothing is written
  ///   that counts.
  @inlinable
  @inline(__always)
  package static func writeHundredths(
    _ real: Double, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8>? {
    let magnitude = real.magnitude
    guard magnitude < 1e12 else { return nil }
    let hundredths = Int64(magnitude * 100 + 0.5)
    guard hundredths != 0, Double(hundredths) / 100 == magnitude else { return nil }
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    start.pointee = 0x2D
    let end = write(whole, at: start + (real < 0 ? 1 : 0))
    end[0] = 0x2E
    end[1] = 0x30 + UInt8(truncatingIfNeeded: rest / 10)
    end[2] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
    return end + (rest % 10 == 0 ? 2 : 3)
  }

  /// Calls `body` with the shortest digits that read back as the same real, with a fraction or an
  /// exponent, so that it stays a real. JSON has no infinity; it is written `9e999`, as SQLite's
  /// own JSON functions do, which readers with 64-bit reals turn back into infinity. A NaN is
  /// `null`.
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

  /// Whether one of eight bytes is below 0x20, a quote or a backslash. (`x - n` borrows into a
  /// byte's highest bit where the byte is less than n; `& ~x` leaves out those that had it before.)
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

  /// Calls one of two functions for each part of a text: with what is valid UTF-8, and for each
  /// sequence that is not.
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
