import RecordFilter
import RowscopeModel

/// A number as a bound for ranges of integers and of reals. Exact, also for an integer between two
/// reals and a fraction between two integers.
struct NumberBound {
  private let value: Value

  /// - Parameter value: an integer or a real.
  init(_ value: Value) { self.value = value }

  /// The integers on one side of the number, excluding the number itself if strict. Nil if there
  /// are none.
  func integers(_ isUpward: Bool, _ isStrict: Bool) -> ClosedRange<Int64>? {
    let nearest: Int64
    var isExact = true
    switch value {
    case .integer(let integer): nearest = integer
    case .real(let real):
      if real >= 0x1p63 { return isUpward ? nil : .min ... .max }
      if real < -0x1p63 { return isUpward ? .min ... .max : nil }
      // Rounded towards zero, which may be outside the range.
      let whole = Int64(real)
      let order = Comparison.order(whole, real)
      isExact = order == 0
      if isUpward, order < 0 {
        nearest = whole + 1
      } else if !isUpward, order > 0 {
        nearest = whole - 1
      } else {
        nearest = whole
      }
    case .null, .text, .blob: return nil
    }
    if isUpward {
      if isStrict, isExact { return nearest == .max ? nil : (nearest + 1) ... .max }
      return nearest ... .max
    }
    if isStrict, isExact { return nearest == .min ? nil : .min...(nearest - 1) }
    return .min...nearest
  }

  /// The reals on one side of the number, as above.
  func reals(_ isUpward: Bool, _ isStrict: Bool) -> ClosedRange<Double>? {
    var nearest: Double
    var isExact = true
    switch value {
    case .real(let real): nearest = real
    case .integer(let integer):
      nearest = Double(integer)
      let order = Comparison.order(integer, nearest)
      isExact = order == 0
      if isUpward, order > 0 { nearest = nearest.nextUp }
      if !isUpward, order < 0 { nearest = nearest.nextDown }
    case .null, .text, .blob: return nil
    }
    if isUpward {
      if isStrict, isExact {
        if nearest == .infinity { return nil }
        nearest = nearest.nextUp
      }
      return nearest ... .infinity
    }
    if isStrict, isExact {
      if nearest == -.infinity { return nil }
      nearest = nearest.nextDown
    }
    return -.infinity...nearest
  }
}

extension Int64 {
  /// The integer that equals a real, if there is one.
  init?(whole real: Double) {
    guard real >= -0x1p63, real < 0x1p63, Double(Int64(real)) == real else { return nil }
    self = Int64(real)
  }
}
