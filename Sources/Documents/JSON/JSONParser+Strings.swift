import RowscopeModel

extension JSONParser {
  /// The string whose opening quote is here.
  mutating func parseString() throws(Diagnostic) -> Located<String> {
    let start = position
    position += 1
    scanner.skipPlain()
    // Most strings need no more than this: no escape, and their text is their bytes.
    if current == UInt8(ascii: "\"") {
      position += 1
      return Located(text((start + 1)..<(position - 1)), at: start..<position)
    }
    var content = ByteBuffer(capacity: 256)
    content.append(scanner[(start + 1)..<position])
    while true {
      let partStart = position
      switch scanner.part() {
      case .text(let range): content.append(scanner[range])
      case .escaped(let scalar): content.append(scalar: scalar)
      case .end:
        let string = content.withBytes { String(decoding: $0, as: UTF8.self) }
        return Located(string, at: start..<position)
      case .fault(let fault):
        try pass(fault, at: partStart, ofStringAt: start, into: &content)
      }
    }
  }

  /// Reports a fault within a string and goes on after it, where that makes sense.
  private mutating func pass(
    _ fault: JSONStringFault, at start: Int, ofStringAt stringStart: Int,
    into content: inout ByteBuffer
  ) throws(Diagnostic) {
    let documentEnds = "the document ends before its closing quote"
    switch fault {
    case .unterminated:
      throw unterminatedString(from: stringStart, hint: documentEnds)
    case .controlCharacter:
      let byte = bytes[position]
      if byte.isLineEnd {
        throw unterminatedString(
          from: stringStart, hint: "it ends with the line; a line break in a text is written \\n")
      }
      let code = String(byte, radix: 16, uppercase: true)
      let escape =
        byte == UInt8(ascii: "\t") ? "\\t" : "\\u00\(code.count == 1 ? "0" : "")\(code)"
      position += 1
      diagnostics.error(
        .controlCharacter, "a control character in a string", hint: "write it as \(escape)",
        at: start..<position)
      content.append(byte)
    case .badEscape:
      if current == nil { throw unterminatedString(from: stringStart, hint: documentEnds) }
      // The character itself stays in the string: it may be the quote's line end, or begin a
      // scalar.
      diagnostics.error(
        .badEscape, "a backslash that escapes nothing",
        hint: #"a backslash itself is written \\; the escapes are \" \\ \/ \b \f \n \r \t \uXXXX"#,
        at: start..<position)
    case .badUnicodeEscape:
      diagnostics.error(
        .badEscape, "\\u without four hexadecimal digits", hint: "as \\u00E9",
        at: start..<position)
    case .loneSurrogate:
      diagnostics.error(
        .loneSurrogate, "half of a surrogate pair",
        hint: "as \\uD83D\\uDE00, or the character itself", at: start..<position)
      content.append("\u{FFFD}")
    }
  }

  private func unterminatedString(from start: Int, hint: String) -> Diagnostic {
    Diagnostic(
      .unterminatedString, "this string is never closed", hint: hint, at: start..<position)
  }
}
