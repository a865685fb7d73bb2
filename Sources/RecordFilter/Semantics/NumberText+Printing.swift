extension NumberText {
  /// Writes a real as `%!.15g` does and returns the number of bytes. Source: `etGENERIC` in
  /// SQLite's printf.
  package static func write(_ real: Double, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    if let numbers = SQLiteDialect.numbers { return numbers.write(real, buffer) }
    var count = 0
    func put(_ byte: UInt8) {
      buffer[count] = byte
      count += 1
    }
    if real < 0 { put(0x2D) }
    if real.isInfinite {
      put(0x49)
      put(0x6E)
      put(0x66)
      return count
    }
    var digits = Digits(abs(real))
    let exponent = digits.exponent
    let isScientific = exponent < -4 || exponent > 14
    var remaining = isScientific ? 14 : 14 - exponent
    if isScientific || exponent >= 0 {
      for _ in 0...(isScientific ? 0 : exponent) { put(digits.next()) }
      put(0x2E)
    } else {
      put(0x30)
      put(0x2E)
      for _ in 0..<(-1 - exponent) {
        put(0x30)
        remaining -= 1
      }
    }
    while remaining > 0 {
      put(digits.next())
      remaining -= 1
    }
    while buffer[count - 1] == 0x30 { count -= 1 }
    if buffer[count - 1] == 0x2E { put(0x30) }
    if isScientific {
      put(0x65)
      put(exponent < 0 ? 0x2D : 0x2B)
      let size = abs(exponent)
      if size >= 100 { put(0x30 + UInt8(size / 100)) }
      put(0x30 + UInt8(size / 10 % 10))
      put(0x30 + UInt8(size % 10))
    }
    return count
  }
}

#if arch(x86_64) && !os(Windows)
  /// The decimal digits of a real, rounded to fifteen, one at a time.
  private struct Digits {
    /// The power of ten of the first digit.
    private(set) var exponent = 0
    private var rest: Float80

    init(_ real: Double) {
      rest = Float80(real)
      if rest > 0 {
        var scale: Float80 = 1
        while rest >= Self.hundredPowers * scale, exponent <= 350 {
          scale *= Self.hundredPowers
          exponent += 100
        }
        while rest >= 1e10 * scale, exponent <= 350 {
          scale *= 1e10
          exponent += 10
        }
        while rest >= 10 * scale, exponent <= 350 {
          scale *= 10
          exponent += 1
        }
        rest /= scale
        while rest < Self.hundredMillionth {
          rest *= 1e8
          exponent -= 8
        }
        while rest < 1 {
          rest *= 10
          exponent -= 1
        }
      }
      rest += Self.half
      if rest >= 10 {
        rest *= Self.tenth
        exponent += 1
      }
    }

    mutating func next() -> UInt8 {
      let digit = Int(rest)
      rest = (rest - Float80(digit)) * 10
      return 0x30 + UInt8(digit)
    }

    // C's constants are doubles: their error is part of the result.
    private static var hundredPowers: Float80 { Float80(1e100 as Double) }
    private static var hundredMillionth: Float80 { Float80(1e-8 as Double) }
    private static var tenth: Float80 { Float80(0.1 as Double) }
    private static var half: Float80 { Float80((5.0e-05 as Double) * (1.0e-10 as Double)) }
  }
#else
  /// The decimal digits of a real, rounded to fifteen, one at a time.
  private struct Digits {
    /// The power of ten of the first digit.
    private(set) var exponent = 0
    private var digits: UInt64 = 0
    private var unit: UInt64 = 100_000_000_000_000

    /// The shortest digits that distinguish the real from its neighbours, rounded to fifteen.
    init(_ real: Double) {
      guard real > 0 else { return }
      var (count, point, power, hasDigits): (Int, Int?, Int, Bool) = (0, nil, 0, false)
      var position = 0
      var characters = Array(real.description.utf8)[...]
      if let mark = characters.firstIndex(of: 0x65) {
        power = Int(String(decoding: characters[(mark + 1)...], as: UTF8.self)) ?? 0
        characters = characters[..<mark]
      }
      var leading = 0
      for character in characters {
        if character == 0x2E {
          point = position
          continue
        }
        if !hasDigits, character == 0x30 {
          leading += 1
        } else {
          hasDigits = true
          if count < 18 {
            digits = digits * 10 + UInt64(character - 0x30)
            count += 1
          }
        }
        position += 1
      }
      exponent = (point ?? position) - 1 - leading + power
      while count < 15 {
        digits *= 10
        count += 1
      }
      var divisor: UInt64 = 1
      while count > 15 {
        divisor *= 10
        count -= 1
      }
      digits = (digits + divisor / 2) / divisor
      if digits == 1_000_000_000_000_000 {
        digits /= 10
        exponent += 1
      }
    }

    mutating func next() -> UInt8 {
      guard unit > 0 else { return 0x30 }
      let digit = digits / unit % 10
      unit /= 10
      return 0x30 + UInt8(digit)
    }
  }
#endif
