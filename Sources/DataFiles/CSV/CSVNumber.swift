/// A text that can be stored as a number without losing information.
///
/// `007` and `+5` are more often codes and telephone numbers than quantities, `12E4` is a part
/// number, and no double holds twenty digits: they all stay text.
enum CSVNumber {
  case integer(Int64)
  case real(Double)

  /// Accepts decimal integers without leading zeros within 64 bits, such as `0` and `-17`, and
  /// numbers with a fraction and at most 17 significant digits, such as `10.50`, `-0.001` and
  /// `1.5e-7`, that neither overflow nor underflow to zero. Nil for any other text.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard let first = text.first else { return nil }
    let isNegative = first == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    var digits = DigitRun()
    let whole = digits.read(text, &index)
    guard whole > 0, whole == 1 || text[index - whole] != UInt8(ascii: "0") else { return nil }
    if index == text.count {
      guard let integer = digits.integer(isNegative: isNegative) else { return nil }
      self = .integer(integer)
      return
    }
    guard text[index] == UInt8(ascii: ".") else { return nil }
    index += 1
    let fraction = digits.read(text, &index)
    guard fraction > 0, digits.significant - digits.trailingZeros <= 17 else { return nil }
    guard let exponent = Self.readExponent(text, &index), index == text.count else { return nil }
    guard let real = digits.real(scale: exponent - fraction, text: text) else { return nil }
    self = .real(isNegative ? -real : real)
  }

  /// The exponent: 0 if there is none, nil if it is malformed or too large for any double.
  private static func readExponent(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
    guard index < text.count else { return 0 }
    guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    var isNegative = false
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    var digits = DigitRun()
    guard digits.read(text, &index) > 0, digits.significant <= 4 else { return nil }
    return isNegative ? -Int(digits.mantissa) : Int(digits.mantissa)
  }

  /// Whether SQLite turns the text into a number in a column with numeric affinity. Columns
  /// declared numeric accept these texts, including spaces, signs and leading zeros.
  static func isNumeric(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    func isSpace(_ byte: UInt8) -> Bool { byte == .space || (0x09...0x0D).contains(byte) }
    var (start, end) = (0, text.count)
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    let body = UnsafeBufferPointer(rebasing: text[start..<end])
    var index = 0
    var digits = DigitRun()
    if let first = body.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      index = 1
    }
    var count = digits.read(body, &index)
    if index < body.count, body[index] == UInt8(ascii: ".") {
      index += 1
      count += digits.read(body, &index)
    }
    guard count > 0 else { return false }
    guard index < body.count else { return true }
    guard body[index] | 0x20 == UInt8(ascii: "e") else { return false }
    index += 1
    if index < body.count, body[index] == UInt8(ascii: "-") || body[index] == UInt8(ascii: "+") {
      index += 1
    }
    return digits.read(body, &index) > 0 && index == body.count
  }
}

/// The digits of a number, read from left to right without its decimal point.
private struct DigitRun {
  /// The value of the digits, valid while `significant` is at most 19.
  var mantissa: UInt64 = 0
  /// The number of digits from the first nonzero one.
  var significant = 0
  /// The number of zeros at the end.
  var trailingZeros = 0

  /// Reads a run of digits and returns its length.
  mutating func read(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int {
    let start = index
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      if significant > 0 || digit > 0 {
        significant += 1
        trailingZeros = digit == 0 ? trailingZeros + 1 : 0
      }
      index += 1
    }
    return index - start
  }

  /// Nil beyond 64 bits, and for negative zero, which is not an integer.
  func integer(isNegative: Bool) -> Int64? {
    guard significant <= 19 else { return nil }
    if isNegative {
      guard mantissa > 0, mantissa <= UInt64(Int64.max) + 1 else { return nil }
      return Int64(truncatingIfNeeded: 0 &- mantissa)
    }
    return Int64(exactly: mantissa)
  }

  /// The double nearest to mantissa × 10^scale; nil if it overflows or underflows to zero.
  func real(scale: Int, text: UnsafeBufferPointer<UInt8>) -> Double? {
    if significant == 0 { return 0 }
    // Both operands are exact, so one operation rounds correctly (Clinger's fast path).
    if significant <= 19, mantissa <= 1 << 53, abs(scale) < Self.powersOfTen.count {
      let power = Self.powersOfTen[abs(scale)]
      return scale < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    guard let real = Double(String(decoding: text, as: UTF8.self))?.magnitude,
      real.isFinite, real > 0
    else { return nil }
    return real
  }

  /// 10^0 … 10^22, the powers that a double holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
