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
    if let literal = scanner.literal(), position == range.upperBound {
      switch literal {
      case .null: return JSONNode(.null, at: range)
      case .false: return JSONNode(.bool(false), at: range)
      case .true: return JSONNode(.bool(true), at: range)
      }
    }
    position = range.lowerBound
    let word = text(range)
    if word == "NaN" || word == "Infinity" {
      return badNumber(from: position, "JSON has no \(word)")
    }
    throw Diagnostic(
      .unexpectedText, "\(Printable.quoted(word)) is not a value",
      hint: Suggestion.hint(for: word, among: ["true", "false", "null"])
        ?? "text is written in double quotes", at: range)
  }

  // MARK: - Numbers

  private mutating func parseNumber() -> JSONNode {
    let start = position
    let number: JSONNumber
    do throws(JSONNumberFault) { number = try scanner.number() } catch {
      return badNumber(from: start, error.hint)
    }
    if let byte = current, byte.isNumberByte {
      let isHexadecimal =
        byte.asciiLowercased == UInt8(ascii: "x")
        && position - start <= (number.isNegative ? 2 : 1)
      return badNumber(
        from: start,
        isHexadecimal ? "a number is written in decimal digits" : "this is not a number")
    }
    if let integer = number.integer { return JSONNode(.integer(integer), at: number.range) }
    let real = number.real(of: scanner[number.range])
    guard real.isFinite else {
      diagnostics.error(
        .numberOutOfRange, "this number is beyond the range of a 64-bit real",
        hint: "the largest is about 1.8e308", at: number.range)
      return JSONNode(.real(0), at: number.range)
    }
    return JSONNode(.real(real), at: number.range)
  }

  /// Reports what looks like a number from `start` on and is none, and goes on after it.
  private mutating func badNumber(from start: Int, _ hint: String) -> JSONNode {
    while let byte = current, byte.isNumberByte { position += 1 }
    diagnostics.error(.badNumber, "not a JSON number", hint: hint, at: start..<position)
    return JSONNode(.integer(0), at: start..<position)
  }
}

extension JSONNumberFault {
  fileprivate var hint: String {
    switch self {
    case .noDigit: "a digit must follow the minus"
    case .noFraction: "a digit must follow the decimal point"
    case .noExponent: "a digit must follow the exponent's e"
    case .leadingZero: "a number does not begin with a zero that counts nothing"
    }
  }
}

extension UInt8 {
  /// Whether what looks like a number, right or wrong, may be made of it.
  fileprivate var isNumberByte: Bool {
    isWordByte || self == UInt8(ascii: ".") || self == UInt8(ascii: "+")
      || self == UInt8(ascii: "-")
  }
}
