import RowscopeModel

/// A number that is written in decimal digits, such as `-12.50`, as sums take it: exactly.
///
/// A text with an exponent or with more than 100 digits is none of these; it counts as the real
/// that it stands for.
struct DecimalText {
  private(set) var isNegative = false
  /// Parts of up to 18 digits, the last digits first.
  private(set) var parts: [UInt64] = []
  /// The number of digits behind the point; nil without one.
  private(set) var places: Int?

  static var digitLimit: Int { 100 }

  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var (start, end) = (0, text.count)
    while start < end, text[start].isSQLiteSpace { start += 1 }
    while start < end, text[end - 1].isSQLiteSpace { end -= 1 }
    if start < end, text[start] == UInt8(ascii: "-") || text[start] == UInt8(ascii: "+") {
      isNegative = text[start] == UInt8(ascii: "-")
      start += 1
    }
    guard start < end, end - start <= Self.digitLimit + 1 else { return nil }
    var (part, power, count): (UInt64, UInt64, Int) = (0, 1, 0)
    for position in (start..<end).reversed() {
      let digit = text[position] &- UInt8(ascii: "0")
      if digit > 9 {
        guard text[position] == UInt8(ascii: "."), places == nil else { return nil }
        places = end - 1 - position
        continue
      }
      part += UInt64(digit) * power
      power *= 10
      count += 1
      if count % 18 == 0 {
        parts.append(part)
        (part, power) = (0, 1)
      }
    }
    guard count > 0, count <= Self.digitLimit else { return nil }
    if count % 18 != 0 { parts.append(part) }
  }

  var number: ExactNumber {
    var magnitude = BigNatural([])
    for part in parts.reversed() {
      magnitude.multiply(by: 1_000_000_000_000_000_000)
      magnitude.add(BigNatural([part]))
    }
    return ExactNumber(
      isNegative: isNegative && !magnitude.isZero, magnitude, decimalExponent: -(places ?? 0))
  }
}
