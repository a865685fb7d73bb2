import RowscopeModel

extension JSONParser {
  /// The string whose opening quote is here.
  mutating func parseString() throws(Diagnostic) -> Located<String> {
    let start = position
    position += 1
    let contentStart = position
    // Most strings need no more than this: no escape, and their text is their bytes.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let string = text(contentStart..<position)
        position += 1
        return Located(string, at: start..<position)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      position += 1
    }
    var content = Array(bytes[contentStart..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return Located(String(decoding: content, as: UTF8.self), at: start..<position)
      case UInt8(ascii: "\\"):
        try parseEscape(into: &content, stringStart: start)
      case .lineFeed, .carriageReturn:
        throw unterminatedString(
          from: start, hint: "it ends with the line; a line break in a text is written \\n")
      case 0..<0x20:
        let code = String(byte, radix: 16, uppercase: true)
        let escape =
          byte == UInt8(ascii: "\t") ? "\\t" : "\\u00\(code.count == 1 ? "0" : "")\(code)"
        diagnostics.error(
          .controlCharacter, "a control character in a string", hint: "write it as \(escape)",
          at: position..<(position + 1))
        content.append(byte)
        position += 1
      default:
        content.append(byte)
        position += 1
      }
    }
    throw unterminatedString(from: start, hint: "the document ends before its closing quote")
  }

  private func unterminatedString(from start: Int, hint: String) -> Diagnostic {
    Diagnostic(
      .unterminatedString, "this string is never closed", hint: hint, at: start..<position)
  }

  /// The escape whose backslash is here.
  private mutating func parseEscape(
    into content: inout [UInt8], stringStart: Int
  ) throws(Diagnostic) {
    let start = position
    position += 1
    guard let byte = current else {
      throw unterminatedString(
        from: stringStart, hint: "the document ends before its closing quote")
    }
    if byte == UInt8(ascii: "u") {
      position += 1
      parseUnicodeEscape(from: start, into: &content)
      return
    }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    default:
      // The character itself stays in the string: it may be the quote's line end, or begin a
      // scalar.
      diagnostics.error(
        .badEscape, "a backslash that escapes nothing",
        hint: #"a backslash itself is written \\; the escapes are \" \\ \/ \b \f \n \r \t \uXXXX"#,
        at: start..<position)
      return
    }
    position += 1
  }

  /// The four digits after `\u`, and a second escape where they are half of a pair.
  private mutating func parseUnicodeEscape(from start: Int, into content: inout [UInt8]) {
    guard let unit = parseHexadecimal() else {
      diagnostics.error(
        .badEscape, "\\u without four hexadecimal digits", hint: "as \\u00E9",
        at: start..<position)
      return
    }
    var value = UInt32(unit)
    if UTF16.isLeadSurrogate(unit) {
      let second = position
      if current == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        if let trail = parseHexadecimal(), UTF16.isTrailSurrogate(trail) {
          value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(trail & 0x3FF))
        } else {
          position = second
        }
      }
    }
    guard let scalar = Unicode.Scalar(value) else {
      diagnostics.error(
        .loneSurrogate, "half of a surrogate pair",
        hint: "as \\uD83D\\uDE00, or the character itself",
        at: start..<position)
      content.append(contentsOf: "\u{FFFD}".utf8)
      return
    }
    content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Four digits, or nil; only the digits are passed over.
  private mutating func parseHexadecimal() -> UInt16? {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = byte.hexadecimalValue else { return nil }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}

extension UInt8 {
  fileprivate var hexadecimalValue: UInt8? {
    if isDigit { return self &- UInt8(ascii: "0") }
    let letter = asciiLowercased &- UInt8(ascii: "a")
    return letter < 6 ? letter + 10 : nil
  }
}
