package import RowscopeModel

/// A number that is a natural one times powers of two and ten, exactly.
package struct ExactNumber: Sendable {
  private(set) var isNegative: Bool
  private(set) var magnitude: BigNatural
  /// Neither is positive.
  private(set) var binaryExponent: Int
  private(set) var decimalExponent: Int

  init(
    isNegative: Bool, _ magnitude: BigNatural, binaryExponent: Int = 0, decimalExponent: Int = 0
  ) {
    self.isNegative = isNegative
    self.magnitude = magnitude
    self.binaryExponent = binaryExponent
    self.decimalExponent = decimalExponent
  }

  package static var zero: ExactNumber { ExactNumber(isNegative: false, BigNatural([])) }

  package init(_ number: Int128) {
    self.init(isNegative: number < 0, BigNatural(number.magnitude))
  }

  /// - Precondition: the real is finite.
  package init(_ real: Double) {
    precondition(real.isFinite, "an infinity is no exact number")
    guard real != 0 else {
      self = .zero
      return
    }
    var magnitude = BigNatural(UInt128(real.exactSignificand))
    let exponent = real.exactExponent
    magnitude.shiftLeft(by: max(0, exponent))
    self.init(isNegative: real < 0, magnitude, binaryExponent: min(0, exponent))
  }

  /// The number of a value: an integer, a finite real, or a text of decimal digits.
  init?(_ value: Value) {
    switch value {
    case .integer(let integer): self.init(Int128(integer))
    case .real(let real):
      guard real.isFinite else { return nil }
      self.init(real)
    case .text(let text):
      guard let decimal = text.withBytes({ DecimalText($0) }) else { return nil }
      self = decimal.number
    case .null, .blob: return nil
    }
  }

  /// The same number with smaller exponents.
  private mutating func scale(toBinary binary: Int, decimal: Int) {
    magnitude.shiftLeft(by: binaryExponent - binary)
    magnitude.multiply(byTenToThe: decimalExponent - decimal)
    (binaryExponent, decimalExponent) = (binary, decimal)
  }

  private mutating func align(_ other: inout ExactNumber) {
    let binary = min(binaryExponent, other.binaryExponent)
    let decimal = min(decimalExponent, other.decimalExponent)
    scale(toBinary: binary, decimal: decimal)
    other.scale(toBinary: binary, decimal: decimal)
  }

  package mutating func add(_ other: ExactNumber) {
    var other = other
    align(&other)
    if isNegative == other.isNegative {
      magnitude.add(other.magnitude)
    } else if magnitude < other.magnitude {
      other.magnitude.subtract(magnitude)
      self = other
    } else {
      magnitude.subtract(other.magnitude)
    }
    if magnitude.isZero { isNegative = false }
  }

  /// Negative, zero or positive.
  package static func order(_ left: ExactNumber, _ right: ExactNumber) -> Int {
    var (left, right) = (left, right)
    left.align(&right)
    if left.magnitude.isZero, right.magnitude.isZero { return 0 }
    guard left.isNegative == right.isNegative else { return left.isNegative ? -1 : 1 }
    if left.magnitude == right.magnitude { return 0 }
    return (left.magnitude < right.magnitude) != left.isNegative ? -1 : 1
  }

  /// The integer, if it is one of 64 bits.
  package var integer: Int64? {
    var exact = magnitude
    for power in BigNatural.powers(ofTenTo: -decimalExponent) {
      guard exact.divide(by: power) == 0 else { return nil }
    }
    guard binaryExponent == 0, exact.bitWidth <= 64 else { return nil }
    let word = exact.words.first ?? 0
    if isNegative { return word <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- word) : nil }
    return Int64(exactly: word)
  }

  /// The number with so many digits behind its point.
  ///
  /// - Precondition: it has no more of them.
  package func decimalText(digits: Int) -> Text {
    var exact = self
    exact.scale(toBinary: 0, decimal: min(exact.decimalExponent, -digits))
    var text = exact.magnitude.decimalDigits
    let places = -exact.decimalExponent
    if text.count <= places {
      text = Array(repeating: UInt8(ascii: "0"), count: places + 1 - text.count) + text
    }
    if places > 0 { text.insert(UInt8(ascii: "."), at: text.count - places) }
    return Text(bytes: (isNegative ? [UInt8(ascii: "-")] : []) + text)
  }

  /// The quotient, rounded once: to the nearest real, and to the even one of two.
  ///
  /// - Precondition: the divisor is not zero.
  package func divided(by divisor: UInt64 = 1) -> Double {
    guard !magnitude.isZero else { return 0 }
    let factors = BigNatural.powers(ofTenTo: -decimalExponent) + [divisor]
    let divisorWidth = factors.reduce(0) { $0 + 64 - $1.leadingZeroBitCount }
    var quotient = magnitude
    // At least 66 bits of the quotient, so that what is lost lies behind all that count.
    let shift = max(0, divisorWidth + 66 - quotient.bitWidth)
    quotient.shiftLeft(by: shift)
    var isExact = true
    for factor in factors where quotient.divide(by: factor) != 0 { isExact = false }
    let exponent = binaryExponent - shift
    let top = quotient.bitWidth - 1 + exponent
    guard top <= 1023 else { return isNegative ? -.infinity : .infinity }
    // Numbers near zero have fewer bits.
    let bits = min(53, top + 1075)
    guard bits >= 0 else { return isNegative ? -0.0 : 0 }
    let dropped = quotient.bitWidth - bits
    var kept: UInt64
    if dropped <= 0 {
      kept = quotient.shiftedRight(by: 0).number
      return signed(Double(sign: .plus, exponent: exponent, significand: Double(kept)))
    }
    kept = bits == 0 ? 0 : quotient.shiftedRight(by: dropped).number
    let isHalf = quotient.bit(dropped - 1)
    let isRest = !isExact || dropped > 1 && !quotient.shiftedRight(by: dropped - 1).isExact
    if isHalf, isRest || kept & 1 == 1 { kept += 1 }
    return signed(Double(sign: .plus, exponent: exponent + dropped, significand: Double(kept)))
  }

  private func signed(_ magnitude: Double) -> Double { isNegative ? -magnitude : magnitude }
}

extension Double {
  /// The whole number that is this real's magnitude, times two to the ``exactExponent``.
  var exactSignificand: UInt64 {
    exponentBitPattern == 0 ? significandBitPattern : significandBitPattern | 1 << 52
  }

  var exactExponent: Int { Swift.max(Int(exponentBitPattern), 1) - 1075 }
}
