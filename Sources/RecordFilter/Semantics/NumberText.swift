package import RowscopeModel

/// Conversions between numbers and text, exactly as in SQLite, to the last bit.
///
/// SQLite 3.38 to 3.42 compute in C's `long double`. On x86 that has 64 significant bits and is
/// Swift's `Float80`. The same operations in the same order reproduce even the values that SQLite
/// rounds wrongly. For other versions SQLite itself is called, see ``SQLiteDialect``: for the text
/// of every real, and for texts whose value depends on the algorithm. On other processors, without
/// an adopted dialect, conversions are correctly rounded.
package enum NumberText {
  /// The maximum length of a number in bytes.
  package static let capacity = 32

  /// The number that SQLite's numeric affinity makes of a text; nil if the text does not look like
  /// a number.
  ///
  /// The syntax is an optional sign, digits with an optional point among, before or after them, and
  /// an optional exponent, with spaces allowed on both sides (space, `\t`, `\n`, `\v`, `\f`, `\r`).
  /// Hexadecimal, `Inf`, `NaN` and text with a NUL are not numbers. (SQLite from 3.53 on ignores
  /// what follows a NUL.) Without a point or exponent it is an integer if it fits in 64 bits;
  /// everything else is a real.
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

  /// Calls `body` with the text that SQLite casts a real to: 15 significant digits, always with a
  /// point (`%!.15g`). Does not allocate.
  package static func withBytes<Result>(
    of real: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      let count = write(real, to: buffer)
      return body(UnsafeBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Calls `body` with the text that SQLite's JSON functions write for a real.
  package static func withJSONBytes(
    of real: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    guard real.isInfinite else { return withBytes(of: real, body) }
    let magnitude = SQLiteDialect.jsonInfinity
    (real < 0 ? [0x2D] + magnitude : magnitude).withUnsafeBufferPointer(body)
  }

  /// Writes an integer's digits and returns the number of bytes.
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
