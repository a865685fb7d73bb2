package import RowscopeModel
import TimeZones

/// How a moment is stored.
package enum DateEncoding: Sendable, Hashable {
  /// ISO 8601 text.
  case iso
  /// A number.
  case number(NumericDate)

  package static let unix = DateEncoding.number(.unix(digits: 0))

  /// The encodings with a name, as a workspace spells them.
  package static let named: [(name: String, encoding: DateEncoding)] = [
    ("iso", .iso), ("unix", unix), ("unix_ms", .number(.unix(digits: 3))),
    ("unix_us", .number(.unix(digits: 6))), ("apple", .number(.apple)),
    ("webkit", .number(.webkit)), ("julian", .number(.julian)),
  ]

  package init?(named name: String) {
    guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
    self = found.encoding
  }

  package var name: String {
    switch self {
    case .iso: "iso"
    case .number(let number):
      Self.named.first { $0.encoding == self }?.name ?? "unix 10^\(number.digits)"
    }
  }
}

/// Moments as numbers: so many units since an origin.
package struct NumericDate: Sendable, Hashable {
  package enum Unit: Sendable, Hashable {
    /// A second has ten to this power of them.
    case secondParts(digits: Int)
    case days
  }

  let unit: Unit
  /// The moment of the number 0.
  let origin: Int64

  package static func unix(digits: Int) -> NumericDate {
    NumericDate(unit: .secondParts(digits: digits), origin: 0)
  }
  /// Seconds since 2001-01-01T00:00:00Z.
  package static let apple = NumericDate(
    unit: .secondParts(digits: 0), origin: 978_307_200 * Moment.second)
  /// Microseconds since 1601-01-01T00:00:00Z.
  package static let webkit = NumericDate(
    unit: .secondParts(digits: 6), origin: -11_644_473_600 * Moment.second)
  /// Days since noon of 24 November 4714 BC, with their fraction.
  package static let julian = NumericDate(unit: .days, origin: -210_866_760_000 * Moment.second)

  var digits: Int { if case .secondParts(let digits) = unit { digits } else { 0 } }

  /// The largest power of ten to a second whose moments are 64-bit integers in this century.
  package static let digitsLimit = 9

  /// Microseconds to a unit, and units to a microsecond: one of them is 1.
  private var scale: (perUnit: Int64, perMicrosecond: Int64) {
    switch unit {
    case .days: (Moment.day, 1)
    case .secondParts(let digits):
      digits <= 6 ? (Self.power(6 - digits), 1) : (1, Self.power(digits - 6))
    }
  }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// The moment of a number, rounded down to microseconds; nil if it is outside the calendar.
  package func moment(of integer: Int64) -> Int64? {
    microseconds(of: integer).flatMap { Moment.all.contains($0) ? $0 : nil }
  }

  package func moment(of real: Double) -> Int64? {
    microseconds(of: real).flatMap { Moment.all.contains($0) ? $0 : nil }
  }

  private func microseconds(of integer: Int64) -> Int64? {
    let (perUnit, perMicrosecond) = scale
    return shifted(
      integer.floorDivided(by: perMicrosecond).multipliedReportingOverflow(by: perUnit))
  }

  private func microseconds(of real: Double) -> Int64? {
    let whole = real.rounded(.down)
    guard whole > -0x1p63, whole < 0x1p63 else { return nil }
    let (perUnit, perMicrosecond) = scale
    if perMicrosecond > 1 { return microseconds(of: Int64(whole)) }
    let (fraction, factor) = (real - whole, Double(perUnit))
    var part = (fraction * factor).rounded(.down)
    // Where the product was rounded up to a whole number, its error says so.
    if part == fraction * factor, (-part).addingProduct(fraction, factor) < 0 { part -= 1 }
    return shifted(Int64(whole).multipliedReportingOverflow(by: perUnit), by: Int64(part))
  }

  private func shifted(
    _ product: (partialValue: Int64, overflow: Bool), by part: Int64 = 0
  ) -> Int64? {
    let (sum, overflow) = product.partialValue.addingReportingOverflow(origin + part)
    return product.overflow || overflow ? nil : sum
  }

  /// The least number whose moment is this one or later.
  ///
  /// - Precondition: the moment is in the calendar, or right after it.
  package func least(from moment: Int64) -> Value {
    let (perUnit, perMicrosecond) = scale
    let distance = moment - origin
    if perMicrosecond > 1 {
      let (units, overflow) = distance.multipliedReportingOverflow(by: perMicrosecond)
      return overflow ? .real(Double(distance) * Double(perMicrosecond)) : .integer(units)
    }
    let units = distance.floorDivided(by: perUnit)
    let rest = distance - units * perUnit
    if rest == 0 { return .integer(units) }
    // The nearest real, and from there the first one that is not before the moment.
    var real = Double(units) + Double(rest) / Double(perUnit)
    while (microseconds(of: real) ?? .min) < moment { real = real.nextUp }
    while let earlier = microseconds(of: real.nextDown), earlier >= moment { real = real.nextDown }
    return .real(real)
  }

  /// The number to store for a moment: an integer where that is exact.
  package func stored(_ moment: Int64) -> Value { least(from: moment) }
}
