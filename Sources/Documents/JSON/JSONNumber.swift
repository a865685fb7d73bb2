/// A number as it is written, not yet an integer or a real.
package struct JSONNumber {
  package var range = 0..<0
  package let isNegative: Bool
  /// Whether it is written with digits alone, perhaps behind a minus.
  package var isInteger = true
  /// The digits before and after the point, as one number.
  @usableFromInline var digits: UInt64 = 0
  /// Whether 64 bits hold the digits.
  @usableFromInline var fits = true
  /// The power of ten that the digits are multiplied by.
  @usableFromInline var exponent = 0

  @inlinable
  init(isNegative: Bool) { self.isNegative = isNegative }

  /// The number, where it is written as an integer and fits in 64 bits.
  @inlinable
  package var integer: Int64? {
    guard isInteger, fits else { return nil }
    guard isNegative else { return Int64(exactly: digits) }
    return digits <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- digits) : nil
  }

  /// The nearest real; infinite where it is beyond all reals.
  ///
  /// - Parameter text: the number's bytes.
  package func real(of text: UnsafeBufferPointer<UInt8>) -> Double {
    // Where digits and power of ten are both exact as Double, one operation rounds correctly
    // (Clinger, How to Read Floating Point Numbers Accurately, 1990).
    if fits, digits <= 1 << 53, abs(exponent) < Self.powersOfTen.count {
      let power = Self.powersOfTen[abs(exponent)]
      let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
      return isNegative ? -magnitude : magnitude
    }
    return Double(String(decoding: text, as: UTF8.self)) ?? .infinity
  }

  /// Ten to each power that a Double holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
