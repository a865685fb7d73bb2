import RowscopeModel

extension JSONParser {
  /// A string, number or word. `isInside` is whether an object (or an array) is around it, nil at
  /// the top.
  mutating func parseScalar(isInside object: Bool?) throws(Diagnostic) -> JSONNode {
    let byte = bytes[position]
    if byte == UInt8(ascii: "\"") {
      let string = try parseString()
      return JSONNode(.string(string.value), at: string.range)
    }
    if byte.isDigit || byte == UInt8(ascii: "-") { return parseNumber() }
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "."):
      return badNumber(
        from: position,
        byte == UInt8(ascii: "+")
          ? "a number does not begin with +" : "a number begins with a digit: 0.5, not .5")
    case UInt8(ascii: "'"):
      throw singleQuotes
    case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let problem = object == nil ? "expected a value" : "expected a value before this"
      throw Diagnostic(.missingValue, problem, at: position..<(position + 1))
    case let byte where byte.isWordByte:
      return try parseWord()
    default:
      throw Diagnostic(.unexpectedText, "expected a value", at: tokenRange)
    }
  }

  private mutating func parseWord() throws(Diagnostic) -> JSONNode {
    let range = tokenRange
    let word = text(range)
    let content: JSONNode.Content
    switch word {
    case "true": content = .bool(true)
    case "false": content = .bool(false)
    case "null": content = .null
    case "NaN", "Infinity":
      return badNumber(from: position, "JSON has no \(word)")
    default:
      throw Diagnostic(
        .unexpectedText, "\(Printable.quoted(word)) is not a value",
        hint: Suggestion.hint(for: word, among: ["true", "false", "null"])
          ?? "text is written in double quotes", at: range)
    }
    position = range.upperBound
    return JSONNode(content, at: range)
  }

  // MARK: - Numbers

  private mutating func parseNumber() -> JSONNode {
    let start = position
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    guard let first = current, first.isDigit else {
      return badNumber(from: start, "a digit must follow the minus")
    }
    // The digits of the whole part and of the fraction as one number, as long as they fit.
    var mantissa: UInt64 = 0
    var fits = true
    skipDigits(into: &mantissa, &fits)
    if first == UInt8(ascii: "0"), position > start + (isNegative ? 2 : 1) {
      return badNumber(from: start, "a number does not begin with a zero that counts nothing")
    }
    var exponent = 0
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      let fraction = position
      skipDigits(into: &mantissa, &fits)
      guard position > fraction else {
        return badNumber(from: start, "a digit must follow the decimal point")
      }
      exponent = fraction - position
    }
    if let byte = current, byte.asciiLowercased == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      guard let written = parseExponent() else {
        return badNumber(from: start, "a digit must follow the exponent's e")
      }
      exponent += written
    }
    if let byte = current,
      byte.isWordByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: "-")
    {
      let isHexadecimal =
        byte.asciiLowercased == UInt8(ascii: "x") && position - start <= (isNegative ? 2 : 1)
      return badNumber(
        from: start,
        isHexadecimal ? "a number is written in decimal digits" : "this is not a number")
    }
    let range = start..<position
    if isInteger, fits, let integer = Int64(magnitude: mantissa, isNegative: isNegative) {
      return JSONNode(.integer(integer), at: range)
    }
    return real(range, mantissa: fits ? mantissa : nil, exponent: exponent, isNegative: isNegative)
  }

  private mutating func skipDigits(into mantissa: inout UInt64, _ fits: inout Bool) {
    while let byte = current, byte.isDigit {
      let (tenfold, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
      if overflow || carry { fits = false }
      mantissa = sum
      position += 1
    }
  }

  /// The exponent after its `e`, held within a range that is beyond every number; nil without a
  /// digit.
  private mutating func parseExponent() -> Int? {
    var isNegative = false
    if let byte = current, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
      isNegative = byte == UInt8(ascii: "-")
      position += 1
    }
    let start = position
    var exponent = 0
    while let byte = current, byte.isDigit {
      exponent = min(exponent * 10 + Int(byte &- UInt8(ascii: "0")), 1_000_000)
      position += 1
    }
    return position > start ? (isNegative ? -exponent : exponent) : nil
  }

  private mutating func real(
    _ range: Range<Int>, mantissa: UInt64?, exponent: Int, isNegative: Bool
  ) -> JSONNode {
    // Where digits and power of ten are both exact as Double, one operation rounds correctly
    // (Clinger, How to Read Floating Point Numbers Accurately, 1990).
    if let mantissa, mantissa <= 1 << 53, abs(exponent) < Self.powersOfTen.count {
      let power = Self.powersOfTen[abs(exponent)]
      let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return JSONNode(.real(isNegative ? -magnitude : magnitude), at: range)
    }
    guard let number = Double(text(range)), number.isFinite else {
      diagnostics.error(
        .numberOutOfRange, "this number is beyond the range of a 64-bit real",
        hint: "the largest is about 1.8e308", at: range)
      return JSONNode(.real(0), at: range)
    }
    return JSONNode(.real(number), at: range)
  }

  /// Ten to each power that a Double holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Reports what looks like a number from `start` on and is none, and goes on after it.
  private mutating func badNumber(from start: Int, _ hint: String) -> JSONNode {
    while let byte = current,
      byte.isWordByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: "-")
    {
      position += 1
    }
    diagnostics.error(.badNumber, "not a JSON number", hint: hint, at: start..<position)
    return JSONNode(.integer(0), at: start..<position)
  }
}

extension Int64 {
  fileprivate init?(magnitude: UInt64, isNegative: Bool) {
    if isNegative {
      guard magnitude <= Int64.min.magnitude else { return nil }
      self = Int64(truncatingIfNeeded: 0 &- magnitude)
    } else {
      self.init(exactly: magnitude)
    }
  }
}
