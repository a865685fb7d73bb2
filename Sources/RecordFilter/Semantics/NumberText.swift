package import RowscopeModel

/// Numbers as text and text as numbers, to the last bit as SQLite converts them.
///
/// SQLite 3.38 to 3.42 compute in C's `long double`. On x86 that is a format of 64 significant bits, which Swift has as
/// `Float80`, and here the same operations are done in the same order, so that even the values that they round wrongly are
/// the same. Another SQLite is asked itself, see ``SQLiteDialect``: for the text of every real, and for the real of a text
/// whose value is not the same by whatever arithmetic. Where none is adopted on another processor, a conversion is correctly
/// rounded.
package enum NumberText {
  /// The most bytes that a number takes.
  package static let capacity = 32

  /// The number that SQLite's numeric affinity makes of a text; nil where the text does not look like one.
  ///
  /// Spaces may stand on both sides (space, `\t`, `\n`, `\v`, `\f`, `\r`), then an optional sign, digits with an optional
  /// point among, before or after them, and an optional exponent. Hexadecimal, `Inf` and `NaN` are no numbers, nor is text
  /// with a NUL in it (but for versions of SQLite from 3.53 on, which look no further than that). What has neither point nor exponent is an integer where it fits in 64 bits; everything else is a real.
  package static func value(of text: UnsafeBufferPointer<UInt8>) -> Value? {
    if text.contains(0), let numbers = SQLiteDialect.numbers { return numbers.ofTextWithNUL(text) }
    guard let number = Decimal(text) else { return nil }
    if number.isInteger, let integer = number.integer { return .integer(integer) }
    return .real(number.real(of: text))
  }

  /// Calls `body` with the decimal digits of an integer. Does not allocate.
  package static func withBytes<Result>(
    of integer: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      let count = write(integer, to: buffer)
      return body(UnsafeBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Calls `body` with the text that SQLite casts a real to: 15 significant digits, always with a point (`%!.15g`). Does
  /// not allocate.
  package static func withBytes<Result>(
    of real: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      let count = write(real, to: buffer)
      return body(UnsafeBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Calls `body` with the text that SQLite's functions write for a real in JSON.
  package static func withJSONBytes(
    of real: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    guard real.isInfinite else { return withBytes(of: real, body) }
    let magnitude = SQLiteDialect.jsonInfinity
    (real < 0 ? [0x2D] + magnitude : magnitude).withUnsafeBufferPointer(body)
  }

  /// Writes an integer's digits and returns how many bytes they take.
  package static func write(_ integer: Int64, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var magnitude = integer.magnitude
    var start = capacity
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { digits in
      repeat {
        start -= 1
        digits[start] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
        magnitude /= 10
      } while magnitude > 0
      if integer < 0 {
        start -= 1
        digits[start] = 0x2D
      }
      for index in start..<capacity { buffer[index - start] = digits[index] }
    }
    return capacity - start
  }
}
