package import RowscopeModel

/// The exact sum of numbers, whatever their order.
///
/// Nothing is rounded before the end: so two engines that read records in different orders have the
/// same sum.
package struct ExactSum: Sendable {
  /// How many numbers were added.
  package private(set) var count: UInt64 = 0
  private var integers: Int128 = 0
  /// The sum of the finite reals, while two reals can hold it exactly.
  private var (high, low): (Double, Double) = (0, 0)
  /// The rest of that sum.
  private var wide: WideSum?
  /// Decimal digits, by the power of ten that they are multiplied by.
  private var decimals: [(exponent: Int, sum: Int128)] = []
  /// The most digits behind a point; nil if no text had one.
  private var places: Int?
  private var hasReals = false
  private var (hasInfinity, hasNegativeInfinity) = (false, false)

  package init() {}

  package mutating func add(_ integer: Int64) {
    count += 1
    integers += Int128(integer)
  }

  package mutating func add(_ real: Double) {
    count += 1
    hasReals = true
    guard real.isFinite else {
      // SQLite stores no NaN.
      if real > 0 { hasInfinity = true } else { hasNegativeInfinity = true }
      return
    }
    let (sum, error) = Self.twoSum(high, real)
    let (rest, lost) = Self.twoSum(low, error)
    let (newHigh, newLow) = Self.twoSum(sum, rest)
    if lost == 0, newHigh.isFinite, newLow.isFinite, sum.isFinite {
      (high, low) = (newHigh, newLow)
    } else {
      if wide == nil { wide = WideSum() }
      wide?.add(high)
      wide?.add(low)
      (high, low) = (real, 0)
    }
  }

  /// Knuth's: the rounded sum, and what it lacks, exactly, unless it overflows.
  private static func twoSum(_ left: Double, _ right: Double) -> (Double, Double) {
    let sum = left + right
    let part = sum - left
    return (sum, (left - (sum - part)) + (right - part))
  }

  /// Adds the number that a text is.
  ///
  /// - Returns: false if it is none.
  package mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let decimal = DecimalText(text) else {
      guard !text.contains(0) else { return false }
      switch NumberText.value(of: text) {
      case .integer(let integer)?: add(integer)
      case .real(let real)?: add(real)
      case .null?, .text?, .blob?, nil: return false
      }
      return true
    }
    count += 1
    if let more = decimal.places { places = max(places ?? 0, more) }
    var exponent = -(decimal.places ?? 0)
    for part in decimal.parts {
      let number = decimal.isNegative ? -Int128(part) : Int128(part)
      if let place = decimals.firstIndex(where: { $0.exponent == exponent }) {
        decimals[place].sum += number
      } else {
        decimals.append((exponent, number))
      }
      exponent += 18
    }
    return true
  }

  private var total: ExactNumber {
    var total = ExactNumber(integers)
    for (exponent, sum) in decimals {
      var magnitude = BigNatural(sum.magnitude)
      magnitude.multiply(byTenToThe: max(0, exponent))
      total.add(
        ExactNumber(isNegative: sum < 0, magnitude, decimalExponent: min(0, exponent)))
    }
    total.add(ExactNumber(high))
    total.add(ExactNumber(low))
    if let wide { total.add(wide.number) }
    return total
  }

  /// The infinity that the sum is, or NULL for that of both; nil where it is finite.
  private var infinite: Value? {
    switch (hasInfinity, hasNegativeInfinity) {
    case (false, false): nil
    case (true, false): .real(.infinity)
    case (false, true): .real(-.infinity)
    case (true, true): .null
    }
  }

  /// The sum: a real if one of the numbers is, else a decimal text if one is a text with a point,
  /// else an integer; NULL of nothing. Nil if it is an integer beyond 64 bits.
  package var sum: Value? {
    guard count > 0 else { return .null }
    if let infinite { return infinite }
    if hasReals { return .real(total.divided()) }
    if let places { return .text(total.decimalText(digits: places)) }
    return total.integer.map { .integer($0) }
  }

  /// The mean, a real that is rounded once; NULL of nothing.
  package var mean: Value {
    guard count > 0 else { return .null }
    return infinite ?? .real(total.divided(by: count))
  }
}

/// A sum of finite reals in one fixed-point number that has all their bits (Kulisch).
private struct WideSum {
  /// In two's complement, the least significant first: 2,098 bits of a real, 64 for carries.
  private var words = [UInt64](repeating: 0, count: 34)
  private static let leastExponent = -1074

  mutating func add(_ real: Double) {
    let place = real.exactExponent - Self.leastExponent
    let (word, bits) = (place / 64, place % 64)
    let low = real.exactSignificand << bits
    let high = bits == 0 ? 0 : real.exactSignificand >> (64 - bits)
    if real < 0 { subtract(low, high, at: word) } else { add(low, high, at: word) }
  }

  private mutating func add(_ low: UInt64, _ high: UInt64, at word: Int) {
    var carry = add(low, at: word)
    carry = add(high, carry, at: word + 1)
    var place = word + 2
    while carry, place < words.count {
      carry = add(1, at: place)
      place += 1
    }
  }

  private mutating func add(_ number: UInt64, _ carry: Bool = false, at place: Int) -> Bool {
    let (first, overflow) = words[place].addingReportingOverflow(number)
    let (second, again) = first.addingReportingOverflow(carry ? 1 : 0)
    words[place] = second
    return overflow || again
  }

  private mutating func subtract(_ low: UInt64, _ high: UInt64, at word: Int) {
    var borrow = subtract(low, at: word)
    borrow = subtract(high, borrow, at: word + 1)
    var place = word + 2
    while borrow, place < words.count {
      borrow = subtract(1, at: place)
      place += 1
    }
  }

  private mutating func subtract(_ number: UInt64, _ borrow: Bool = false, at place: Int) -> Bool {
    let (first, overflow) = words[place].subtractingReportingOverflow(number)
    let (second, again) = first.subtractingReportingOverflow(borrow ? 1 : 0)
    words[place] = second
    return overflow || again
  }

  var number: ExactNumber {
    var magnitude = words
    let isNegative = words[words.count - 1] >> 63 == 1
    if isNegative {
      var carry = true
      for index in magnitude.indices {
        let (negated, overflow) = (~magnitude[index]).addingReportingOverflow(carry ? 1 : 0)
        (magnitude[index], carry) = (negated, overflow)
      }
    }
    return ExactNumber(
      isNegative: isNegative, BigNatural(magnitude), binaryExponent: Self.leastExponent)
  }
}

extension Value {
  /// The order of sums: NULL first, then numbers, exactly; a text of decimal digits is one.
  package static func orderOfSums(_ left: Value, _ right: Value) -> Int {
    guard case .text = left else {
      guard case .text = right else {
        return Comparison.order(left, right, collation: .binary)
      }
      return -orderOfSums(right, left)
    }
    guard let decimal = ExactNumber(left) else { return 1 }
    switch right {
    case .real(let real) where real.isInfinite: return real < 0 ? 1 : -1
    case .null, .blob, .integer, .real, .text:
      return ExactNumber(right).map { ExactNumber.order(decimal, $0) } ?? 1
    }
  }
}
