import Documents
import Testing

@Suite struct SourceDocumentTests {
  @Test(arguments: [
    (0, 1, 1), (2, 1, 3), (3, 2, 1), (4, 2, 2), (5, 3, 1), (6, 3, 2), (8, 3, 3), (9, 3, 4),
    (11, 4, 1), (15, 4, 2), (16, 4, 3), (99, 4, 3),
  ])
  func `positions count lines and scalars`(offset: Int, line: Int, column: Int) {
    // LF, CR, CR LF; a tab, two bytes, four bytes.
    let source = SourceDocument(name: "a", text: "ab\nc\r\té!\r\n😀x")
    #expect(source.position(of: offset) == .init(line: line, column: column))
  }

  @Test(arguments: [
    (0, "ab"), (2, "ab"), (3, "c"), (4, "c"), (5, "\té!"), (9, "\té!"), (10, "\té!"), (11, "😀x"),
    (99, "😀x"),
  ])
  func `the line around a byte`(offset: Int, line: String) {
    #expect(SourceDocument(name: "a", text: "ab\nc\r\té!\r\n😀x").line(around: offset) == line)
  }
}

@Suite struct DiagnosticRendererTests {
  private func render(
    _ text: String, mark: String, hint: String? = nil, lineWidth: Int = 100
  ) throws -> String {
    let source = SourceDocument(name: "a.json", text: text)
    let bytes = Array(text.utf8)
    let needle = Array(mark.utf8)
    let start = try #require(
      bytes.indices.first { bytes[$0...].starts(with: needle) })
    let diagnostic = Diagnostic(
      Diagnostic.Code("test"), "wrong", hint: hint, at: start..<(start + needle.count))
    return DiagnosticRenderer(lineWidth: lineWidth).render(diagnostic, in: source)
  }

  @Test func `the range is underlined and the hint follows`() throws {
    let text = """
      {
        "field_excluded": []
      }
      """
    #expect(
      try render(text, mark: "\"field_excluded\"", hint: "did you mean \"fields_excluded\"?") == """
        a.json:2:3: error: wrong
            "field_excluded": []
            ^^^^^^^^^^^^^^^^
          did you mean "fields_excluded"?

        """)
  }

  @Test(arguments: [
    ("\t\"x\"", "\"x\"", 4, 3), ("ab\t\"x\"", "\"x\"", 4, 3), ("\"日本\": x", "x", 8, 1),
    ("\"日本\": x", "日本", 1, 4), ("\"😀👨‍👩‍👧🇧🇷\" x", "x", 9, 1), ("\"❤️\" x", "x", 5, 1),
    ("\"e\u{301}\" x", "x", 4, 1), ("\u{1B}[31m x", "x", 11, 1),
  ])
  func `the caret stands under what it points at`(
    line: String, mark: String, start: Int, width: Int
  ) throws {
    let lines = try render(line, mark: mark).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines[2] == "  " + String(repeating: " ", count: start) + String(repeating: "^", count: width)
    )
  }

  @Test func `control characters in lines, names and messages never reach the terminal`() throws {
    let source = SourceDocument(name: "a\u{1B}.json", text: "\u{1B}]0;\u{7}x\u{202E}\u{9B}")
    let diagnostic = Diagnostic(
      Diagnostic.Code("test"), "bad \u{1B}[2J", hint: "\u{8}", at: 0..<1)
    let text = DiagnosticRenderer().render(diagnostic, in: source)
    #expect(
      text == """
        a\\u001b.json:1:1: error: bad \\u001b[2J
          \\u001b]0;\\u0007x\\u202e\\u009b
          ^^^^^^
          \\u0008

        """)
  }

  @Test(arguments: [0, 10, 57, 4_000, 9_990])
  func `a long line is shortened around the mark`(before: Int) throws {
    let text =
      String(repeating: "é", count: before) + "MARK"
      + String(repeating: "日", count: 10_000 - before)
    let lines = try render(text, mark: "MARK", lineWidth: 60).split(separator: "\n")
    let line = lines[1].dropFirst(2)
    #expect(DisplayWidth.columns(of: String(line)) <= 60)
    #expect(DisplayWidth.columns(of: String(line)) >= 50)
    #expect(line.hasSuffix("…") == true || before == 9_990)
    let caret = try #require(lines[2].firstIndex(of: "^"))
    let column = lines[2].distance(from: lines[2].startIndex, to: caret)
    let mark = try #require(lines[1].firstIndex(of: "M"))
    #expect(DisplayWidth.columns(of: String(lines[1][..<mark])) == column)
    #expect(lines[2].hasSuffix(" ^^^^"))
  }

  @Test func `a mark wider than the window, over several lines, or at the end`() throws {
    let wide = String(repeating: "x", count: 500)
    let lines = try render(wide, mark: wide, lineWidth: 60).split(separator: "\n")
    #expect(lines[1].hasSuffix("x…"))
    #expect(try render("[1,\n2]", mark: "1,\n2]").hasSuffix("\n  [1,\n   ^^\n"))
    let source = SourceDocument(name: "a", text: "[1")
    let end = Diagnostic(Diagnostic.Code("test"), "wrong", at: 2..<2)
    #expect(DiagnosticRenderer().render(end, in: source) == "a:1:3: error: wrong\n  [1\n    ^\n")
    let empty = SourceDocument(name: "a", text: "")
    let nothing = Diagnostic(Diagnostic.Code("test"), "wrong", at: 0..<0)
    #expect(DiagnosticRenderer().render(nothing, in: empty) == "a:1:1: error: wrong\n")
  }

  @Test func `colours only where asked for`() {
    let source = SourceDocument(name: "a", text: "x")
    let diagnostic = Diagnostic(Diagnostic.Code("test"), "wrong", severity: .warning, at: 0..<1)
    #expect(
      DiagnosticRenderer(usesColour: true).render(diagnostic, in: source)
        == "\u{1B}[1ma:1:1:\u{1B}[0m \u{1B}[1;33mwarning:\u{1B}[0m wrong\n  x\n  \u{1B}[1;32m^\u{1B}[0m\n"
    )
  }
}

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("field_excluded", "fields_excluded"), ("FIELDS_EXCLUDED", "fields_excluded"),
    ("fields_excludde", "fields_excluded"), ("data", "data"), ("dta", "data"), ("adta", "data"),
    ("Date", "data"), ("xyz", nil), ("", nil), ("fields", nil),
    ("fields_ex", "fields_excluded"), ("f", nil),
    (String(repeating: "fields_excluded", count: 100_000), nil),
  ])
  func `the nearest name within a few typing errors`(typed: String, meant: String?) {
    #expect(
      Suggestion.nearest(to: typed, among: ["fields_excluded", "fields_readonly", "data"]) == meant)
  }

  @Test func `the closest wins, then the first`() {
    #expect(Suggestion.nearest(to: "titel", among: ["tite", "title", "titles"]) == "tite")
    #expect(Suggestion.nearest(to: "nome", among: ["name", "nome "]) == "name")
    #expect(Suggestion.nearest(to: "status", among: ["statu", "Status"]) == "Status")
    #expect(Suggestion.hint(for: "titel", among: ["title"]) == "did you mean \"title\"?")
  }
}
