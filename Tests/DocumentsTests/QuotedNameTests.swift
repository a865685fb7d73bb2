import RowscopeModel
import Testing

@Suite struct QuotedNameTests {
  /// A quote with a combining mark behind it is one character, and the quote ends a name all the
  /// same.
  @Test(arguments: [
    ("plain", #""plain""#), ("", #""""#), (#"a"b"#, #""a""b""#),
    ("a\"\u{301}; --", "\"a\"\"\u{301}; --\""), ("\"\u{fe0f}\"", "\"\"\"\u{fe0f}\"\"\""),
    ("\u{600}\"", "\"\u{600}\"\"\""),
  ])
  func everyQuoteIsDoubled(name: String, quoted: String) {
    #expect(Array(name.quoted(by: "\"").utf8) == Array(quoted.utf8))
    // As many in a row as can be read again.
    let inner = quoted.utf8.dropFirst().dropLast().filter { $0 == UInt8(ascii: "\"") }
    #expect(inner.count == 2 * name.utf8.count { $0 == UInt8(ascii: "\"") })
  }

  @Test func textsToo() {
    #expect(Array("it'\u{301}s".quoted(by: "'").utf8) == Array("'it''\u{301}s'".utf8))
    #expect("it's".replacing(byte: "'", with: #"'\''"#) == #"it'\''s"#)
  }
}
