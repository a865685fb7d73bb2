/// A whole number of any size, from zero up: what exact sums need of one.
package struct BigNatural: Sendable, Hashable {
  /// The least significant first, without zeros at the end.
  private(set) var words: [UInt64]

  package init(_ words: [UInt64]) {
    self.words = words
    trim()
  }

  package init(_ number: UInt128) {
    self.init([UInt64(truncatingIfNeeded: number), UInt64(truncatingIfNeeded: number >> 64)])
  }

  package var isZero: Bool { words.isEmpty }

  /// The number of its bits, without zeros in front.
  var bitWidth: Int {
    words.last.map { words.count * 64 - $0.leadingZeroBitCount } ?? 0
  }

  private mutating func trim() { while words.last == 0 { words.removeLast() } }

  mutating func add(_ other: BigNatural) {
    var carry = false
    for index in 0..<max(words.count, other.words.count) {
      if index == words.count { words.append(0) }
      let (first, overflow) = words[index].addingReportingOverflow(
        index < other.words.count ? other.words[index] : 0)
      let (second, again) = first.addingReportingOverflow(carry ? 1 : 0)
      words[index] = second
      carry = overflow || again
    }
    if carry { words.append(1) }
  }

  /// - Precondition: the other is not greater.
  mutating func subtract(_ other: BigNatural) {
    var borrow = false
    for index in words.indices {
      let (first, overflow) = words[index].subtractingReportingOverflow(
        index < other.words.count ? other.words[index] : 0)
      let (second, again) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      words[index] = second
      borrow = overflow || again
    }
    precondition(!borrow, "a natural number is not negative")
    trim()
  }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in words.indices {
      let (high, low) = words[index].multipliedFullWidth(by: factor)
      let (sum, overflow) = low.addingReportingOverflow(carry)
      words[index] = sum
      carry = high &+ (overflow ? 1 : 0)
    }
    if carry > 0 { words.append(carry) }
    trim()
  }

  /// - Returns: the remainder.
  mutating func divide(by divisor: UInt64) -> UInt64 {
    var remainder: UInt64 = 0
    for index in words.indices.reversed() {
      (words[index], remainder) = divisor.dividingFullWidth((remainder, words[index]))
    }
    trim()
    return remainder
  }

  mutating func shiftLeft(by count: Int) {
    guard !isZero, count > 0 else { return }
    let bits = count % 64
    var shifted = [UInt64](repeating: 0, count: count / 64)
    var carry: UInt64 = 0
    for word in words {
      shifted.append(word << bits | carry)
      carry = bits == 0 ? 0 : word >> (64 - bits)
    }
    shifted.append(carry)
    self = BigNatural(shifted)
  }

  /// The number without its last bits, as far as it fits, and whether these were all zero.
  func shiftedRight(by count: Int) -> (number: UInt64, isExact: Bool) {
    let (skipped, bits) = (count / 64, count % 64)
    guard skipped < words.count else { return (0, isZero) }
    var number = words[skipped] >> bits
    if bits > 0, skipped + 1 < words.count { number |= words[skipped + 1] << (64 - bits) }
    let rest = bits > 0 ? words[skipped] << (64 - bits) : 0
    return (number, rest == 0 && words[..<skipped].allSatisfy { $0 == 0 })
  }

  func bit(_ place: Int) -> Bool {
    place / 64 < words.count && words[place / 64] >> (place % 64) & 1 == 1
  }

  /// Its decimal digits, at least one.
  var decimalDigits: [UInt8] {
    var rest = self
    var digits: [UInt8] = []
    while !rest.isZero {
      var part = rest.divide(by: Self.decimalBase)
      for _ in 0..<18 where !(rest.isZero && part == 0) {
        digits.append(UInt8(ascii: "0") + UInt8(part % 10))
        part /= 10
      }
    }
    return digits.isEmpty ? [UInt8(ascii: "0")] : digits.reversed()
  }

  private static let decimalBase: UInt64 = 1_000_000_000_000_000_000

  /// Multiplies by a power of ten.
  mutating func multiply(byTenToThe exponent: Int) {
    for power in Self.powers(ofTenTo: exponent) { multiply(by: power) }
  }

  /// Factors of a power of ten, each of one word.
  static func powers(ofTenTo exponent: Int) -> [UInt64] {
    var rest = exponent
    var factors: [UInt64] = []
    while rest > 0 {
      let count = min(rest, 18)
      factors.append((0..<count).reduce(1) { power, _ in power * 10 })
      rest -= count
    }
    return factors
  }
}

extension BigNatural: Comparable {
  package static func < (left: BigNatural, right: BigNatural) -> Bool {
    if left.words.count != right.words.count { return left.words.count < right.words.count }
    for index in left.words.indices.reversed() where left.words[index] != right.words[index] {
      return left.words[index] < right.words[index]
    }
    return false
  }
}
