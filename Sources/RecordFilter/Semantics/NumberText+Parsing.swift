extension NumberText {
  /// The parts of a decimal number in a text. Source: SQLite's `sqlite3AtoF`.
  struct Decimal {
    private(set) var isNegative = false
    /// The first 18 or 19 digits.
    private(set) var significand: UInt64 = 0
    /// The power of ten to multiply the significand by.
    private(set) var exponent = 0
    /// Whether there is neither a point nor an exponent.
    private(set) var isInteger = true
    private let digits: UnsafeBufferPointer<UInt8>

    /// Nil if the whole text, apart from spaces, is not a number.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
      var position = 0
      func byte() -> UInt8? { position < text.count ? text[position] : nil }
      func isDigit() -> Bool { position < text.count && text[position] &- 0x30 < 10 }
      while let next = byte(), next.isSQLiteSpace { position += 1 }
      if let sign = byte(), sign == 0x2D || sign == 0x2B {
        isNegative = sign == 0x2D
        position += 1
      }
      let start = position
      var count = 0
      while isDigit() {
        if significand < Self.significandLimit {
          significand = significand * 10 + UInt64(text[position] - 0x30)
        } else {
          exponent += 1
        }
        count += 1
        position += 1
      }
      digits = UnsafeBufferPointer(rebasing: text[start..<position])
      if byte() == 0x2E {
        isInteger = false
        position += 1
        while isDigit() {
          if significand < Self.significandLimit {
            significand = significand * 10 + UInt64(text[position] - 0x30)
            exponent -= 1
          }
          count += 1
          position += 1
        }
      }
      guard count > 0 else { return nil }
      if let mark = byte(), mark | 0x20 == 0x65 {
        isInteger = false
        position += 1
        var isBelowOne = false
        if let sign = byte(), sign == 0x2D || sign == 0x2B {
          isBelowOne = sign == 0x2D
          position += 1
        }
        guard isDigit() else { return nil }
        var power = 0
        while isDigit() {
          power = power < 10_000 ? power * 10 + Int(text[position] - 0x30) : 10_000
          position += 1
        }
        exponent += isBelowOne ? -power : power
      }
      while let next = byte(), next.isSQLiteSpace { position += 1 }
      guard position == text.count else { return nil }
    }

    /// Above this, another digit might not fit in 63 bits.
    private static var significandLimit: UInt64 { (UInt64(Int64.max) - 9) / 10 }

    /// The value, if it is a whole number that fits in 64 bits; otherwise nil.
    var integer: Int64? {
      var magnitude: UInt64 = 0
      for digit in digits {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
        if overflow || carry { return nil }
        magnitude = sum
      }
      if isNegative {
        return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
      }
      return Int64(exactly: magnitude)
    }

    /// The value. `text` is the text that this was parsed from.
    func real(of text: UnsafeBufferPointer<UInt8>) -> Double {
      guard let numbers = SQLiteDialect.numbers else { return real }
      return wholeReal ?? numbers.real(text)
    }

    /// The value, if it is a whole number that a real represents exactly, so that every algorithm
    /// gives the same result. Even for `0.3`, not every version finds the nearest real.
    var wholeReal: Double? {
      var (whole, power) = (significand, exponent)
      while power < 0, whole % 10 == 0, whole > 0 { (whole, power) = (whole / 10, power + 1) }
      while power > 0, whole <= Self.largestWhole { (whole, power) = (whole * 10, power - 1) }
      guard power == 0, whole <= Self.largestWhole else { return nil }
      return isNegative ? -Double(whole) : Double(whole)
    }

    private static var largestWhole: UInt64 { 1 << 53 }

    #if arch(x86_64) && !os(Windows)
      /// The operations of `sqlite3AtoF` in the same order.
      var real: Double {
        if significand == 0 { return isNegative ? -0.0 : 0.0 }
        var (whole, power) = (Int64(significand), abs(exponent))
        let isLarge = exponent > 0
        while power > 0 {
          if isLarge {
            if whole >= Int64.max / 10 { break }
            whole *= 10
          } else {
            if whole % 10 != 0 { break }
            whole /= 10
          }
          power -= 1
        }
        if isNegative { whole = -whole }
        if power == 0 { return Double(whole) }
        if power >= 342 { return isLarge ? .infinity * Double(whole) : 0 * Double(whole) }
        if power > 307 {
          let scale = Self.power10(power - 308)
          return isLarge
            ? Double(Float80(whole) * scale) * 1.0e308 : Double(Float80(whole) / scale) / 1.0e308
        }
        let scale = Self.power10(power)
        return Double(isLarge ? Float80(whole) * scale : Float80(whole) / scale)
      }

      private static func power10(_ exponent: Int) -> Float80 {
        var (result, factor, rest): (Float80, Float80, Int) = (1, 10, exponent)
        while true {
          if rest & 1 != 0 { result *= factor }
          rest >>= 1
          if rest == 0 { return result }
          factor *= factor
        }
      }
    #else
      var real: Double {
        let text = "\(isNegative ? "-" : "")\(significand)e\(exponent)"
        return Double(text) ?? (exponent > 0 ? .infinity : 0) * (isNegative ? -1 : 1)
      }
    #endif
  }
}

extension UInt8 {
  /// Space, and `\t` `\n` `\v` `\f` `\r`.
  var isSQLiteSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
}
