/// A number as text, where reading it as a number loses nothing that the text says.
///
/// `007` and `+5` are codes and telephone numbers more often than quantities, `12E4` is a part number, and twenty
/// digits fit no double: all of them stay text.
enum CSVNumber {
  case integer(Int64)
  case real(Double)

  /// `0`, `-17`: decimal, without leading zeros, within 64 bits.
  /// `10.50`, `-0.001`, `1.5e-7`: with a fraction, at most 17 significant digits, neither infinite nor too
  /// small to differ from zero. Nil for anything else.
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

  /// 0 where there is none, nil where it is malformed or beyond any double.
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

  /// Whether SQLite turns the text into a number in a column with numeric affinity: what a column that
  /// was declared so accepts, spaces, signs and leading zeros included.
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

/// The digits of a number, read from left to right, its point passed over.
private struct DigitRun {
  /// The value of the digits, as long as `significant` is 19 at most.
  var mantissa: UInt64 = 0
  /// How many digits there are from the first that is not zero.
  var significant = 0
  /// How many of them are zeros at the end.
  var trailingZeros = 0

  /// Reads as many digits as there are. Returns how many.
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

  /// Nil beyond 64 bits, and for a negative zero, which no integer is.
  func integer(isNegative: Bool) -> Int64? {
    guard significant <= 19 else { return nil }
    if isNegative {
      guard mantissa > 0, mantissa <= UInt64(Int64.max) + 1 else { return nil }
      return Int64(truncatingIfNeeded: 0 &- mantissa)
    }
    return Int64(exactly: mantissa)
  }

  /// The double nearest to mantissa × 10^scale; nil for one that is infinite or has become zero.
  func real(scale: Int, text: UnsafeBufferPointer<UInt8>) -> Double? {
    if significant == 0 { return 0 }
    // Both operands are exact, so that the one operation rounds correctly (Clinger's fast path).
    if significant <= 19, mantissa <= 1 << 53, abs(scale) < Self.powersOfTen.count {
      let power = Self.powersOfTen[abs(scale)]
      return scale < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    guard let real = Double(String(decoding: text, as: UTF8.self))?.magnitude,
      real.isFinite, real > 0
    else { return nil }
    return real
  }

  /// 10^0 … 10^22: those that a double holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
