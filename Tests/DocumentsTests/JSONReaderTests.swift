import Documents
import RowscopeModel
import TestSupport
import Testing

/// The tree as compact JSON, and the codes of the diagnostics.
private func read(
  _ bytes: [UInt8], as dialect: JSONDialect
) -> (tree: String?, codes: [String]) {
  var diagnostics = DiagnosticCollector()
  let source = SourceDocument(name: "test.json", bytes: bytes)
  let tree = JSONReader.read(source, as: dialect, reporting: &diagnostics)
  var writer = JSONWriter()
  if let tree { writer.node(tree) }
  return (tree == nil ? nil : writer.text, diagnostics.list.map(\.code.rawValue))
}

private func read(_ text: String, as dialect: JSONDialect) -> (tree: String?, codes: [String]) {
  read(Array(text.utf8), as: dialect)
}

@Suite struct JSONReaderTests {
  static let accepted: [(String, String)] = [
    ("null", "null"), ("true", "true"), ("false", "false"), ("\"\"", "\"\""), (" 7\t\r\n", "7"),
    ("[]", "[]"), ("{}", "{}"), ("[ ]", "[]"), ("{ }", "{}"), ("[[] , [1,[2]]]", "[[],[1,[2]]]"),
    ("[null, 1, \"1\", {}]", "[null,1,\"1\",{}]"), ("{\"\":0}", "{\"\":0}"),
    ("{\"a\" : [] , \"b\":{\"a\":null}}", "{\"a\":[],\"b\":{\"a\":null}}"),
    ("0", "0"), ("-0", "0"), ("-0.0", "-0.0"), ("-1", "-1"), ("1.0", "1.0"), ("1e2", "100.0"),
    ("1E+2", "100.0"), ("1e-2", "0.01"), ("0e1", "0.0"), ("0e99999999999", "0.0"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775808", "9.223372036854776e+18"),
    ("-9223372036854775809", "-9.223372036854776e+18"),
    ("18446744073709551616", "1.8446744073709552e+19"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ("0.1", "0.1"), ("123.456", "123.456"), ("9007199254740993.0", "9007199254740992.0"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ("5e-324", "5e-324"), ("1e-999", "0.0"), ("-1e-999999999", "-0.0"),
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""),
    ("\"\\u00e9\\u00E9\\uD83D\\uDE00\\u0000\"", "\"éé😀\\u0000\""),
    ("\"\u{7F}\u{2028}\u{10FFFD}\"", "\"\u{7F}\u{2028}\u{10FFFD}\""),
    ("\"// no comment /* */\"", "\"// no comment /* */\""), ("[\"a, ]\"]", "[\"a, ]\"]"),
    // Equal to Swift's ==, but two different keys to JSON.
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
  ]

  @Test(arguments: accepted)
  func `what RFC 8259 accepts is read by both dialects`(text: String, tree: String) {
    for dialect in [JSONDialect.strict, .relaxed] {
      let result = read(text, as: dialect)
      #expect(result.tree.map { Array($0.utf8) } == Array(tree.utf8), "\(text)")
      #expect(result.codes == [])
    }
  }

  static let forTheRelaxed: [(String, String, String)] = [
    ("[1,]", "[1]", "trailing_comma"), ("{\"a\":1,}", "{\"a\":1}", "trailing_comma"),
    ("[1 , /* one */ ]", "[1]", "trailing_comma,comment"), ("// a\n1", "1", "comment"),
    ("1//", "1", "comment"), ("/**/1/***/", "1", "comment,comment"),
    ("[/*,*/1/*]*/]", "[1]", "comment,comment"), ("// a\r1", "1", "comment"),
    ("{\"a\"/**/:/**/1}", "{\"a\":1}", "comment,comment"),
  ]

  @Test(arguments: forTheRelaxed)
  func `comments and one trailing comma are for the relaxed dialect`(
    text: String, tree: String, codes: String
  ) {
    let relaxed = read(text, as: .relaxed)
    #expect(relaxed.tree == tree)
    #expect(relaxed.codes == [])
    #expect(read(text, as: .strict).codes.joined(separator: ",") == codes)
  }

  static let faults: [(String, String)] = [
    ("", "empty_document"), (" \n", "empty_document"), ("{", "unterminated_container"),
    ("[", "unterminated_container"), ("[1", "unterminated_container"),
    ("[1,", "unterminated_container"), ("{\"a\"", "unterminated_container"),
    ("{\"a\":", "unterminated_container"), ("{\"a\":1", "unterminated_container"),
    ("{\"a\":1,", "unterminated_container"), ("[{}", "unterminated_container"),
    ("\"", "unterminated_string"), ("\"a", "unterminated_string"),
    ("\"\\", "unterminated_string"), ("\"\\\"", "unterminated_string"),
    ("[\"a\nb\"]", "unterminated_string"), ("[\"\\\n\"]", "unterminated_string,bad_escape"),
    ("]", "missing_value"), ("[,]", "missing_value"), ("[1,,2]", "missing_value"),
    ("[1,,]", "missing_value"), ("[,1]", "missing_value"), ("{\"a\":}", "missing_value"),
    ("{\"a\":,}", "missing_value"), (",", "missing_value"), ("{,}", "missing_key"),
    ("{\"a\":1,,}", "missing_key"), ("{:1}", "missing_key"), ("{[1]:1}", "missing_key"),
    ("{1:1}", "unquoted_key"), ("{a:1}", "unquoted_key"), ("{null:1}", "unquoted_key"),
    ("{'a':1}", "single_quotes"), ("['a']", "single_quotes"), ("'", "single_quotes"),
    ("{\"a\" 1}", "missing_colon"), ("{\"a\",1}", "missing_colon"), ("{\"a\"}", "missing_colon"),
    ("{\"a\"::1}", "missing_value"), ("[1 2]", "missing_comma"), ("[1\n2]", "missing_comma"),
    ("[\"a\" \"b\"]", "missing_comma"), ("{\"a\":1 \"b\":2}", "missing_comma"),
    ("[\"a\":1]", "missing_comma"), ("{\"a\":1:2}", "missing_comma"),
    ("[}", "missing_value"), ("[1}", "mismatched_bracket"), ("{]", "mismatched_bracket"),
    ("{\"a\":1]", "mismatched_bracket"), ("1 2", "trailing_text"), ("{}}", "trailing_text"),
    ("[]]", "trailing_text"), ("{}#", "trailing_text"), ("nul", "unexpected_text"),
    ("True", "unexpected_text"), ("[nullx]", "unexpected_text"), ("truefalse", "unexpected_text"),
    ("#", "unexpected_text"), ("<.>", "unexpected_text"), ("`a`", "unexpected_text"),
    ("é", "unexpected_text"), ("\u{A0}1", "unexpected_text"), ("\u{B}1", "unexpected_text"),
    ("\u{0}", "unexpected_text"), ("1\u{0}", "trailing_text"), ("[1\u{C}]", "missing_comma"),
    ("01", "bad_number"), ("-01", "bad_number"), ("00", "bad_number"), ("+1", "bad_number"),
    (".5", "bad_number"), ("-.5", "bad_number"), ("1.", "bad_number"), ("1.e1", "bad_number"),
    ("1e", "bad_number"), ("1e+", "bad_number"), ("1eE2", "bad_number"), ("-", "bad_number"),
    ("--1", "bad_number"), ("1-", "bad_number"), ("1+2", "bad_number"), ("1.2.3", "bad_number"),
    ("0x1F", "bad_number"), ("1_000", "bad_number"), ("NaN", "bad_number"),
    ("-NaN", "bad_number"), ("Infinity", "bad_number"), ("-Infinity", "bad_number"),
    ("1é", "bad_number"), ("[-foo]", "bad_number"), ("[01,1.]", "bad_number,bad_number"),
    ("\"\\x\"", "bad_escape"), ("\"\\U0041\"", "bad_escape"), ("\"\\u\"", "bad_escape"),
    ("\"\\u12G4\"", "bad_escape"), ("\"\\u12", "unterminated_string,bad_escape"),
    ("\"\\ \"", "bad_escape"), ("\"\\0\"", "bad_escape"), ("\"\\é\"", "bad_escape"),
    ("\"\\uD800\"", "lone_surrogate"), ("\"\\uDC00\"", "lone_surrogate"),
    ("\"\\uD800\\uD800\"", "lone_surrogate,lone_surrogate"),
    ("\"\\uD800\\u0041\"", "lone_surrogate"), ("\"\\uD83Dx\"", "lone_surrogate"),
    ("\"\\uD800\\u\"", "lone_surrogate,bad_escape"),
    ("\"\\uDE00\\uD83D\"", "lone_surrogate,lone_surrogate"),
    ("\"\t\"", "control_character"), ("\"\u{0}\u{1F}\"", "control_character,control_character"),
    ("1e999", "number_out_of_range"), ("-1e999", "number_out_of_range"),
    ("1.8e308", "number_out_of_range"),
    ("[1e400,2,1e401]", "number_out_of_range,number_out_of_range"),
    (String(repeating: "9", count: 400), "number_out_of_range"),
    ("1e99999999999999999999", "number_out_of_range"),
    ("{\"a\":1,\"a\":1}", "duplicate_key"), ("{\"a\":1,\"\\u0061\":2}", "duplicate_key"),
    ("{\"a\":1,\"b\":2,\"a\":3,\"a\":4}", "duplicate_key,duplicate_key"),
    ("{\"\":1,\"\":2}", "duplicate_key"), ("\u{FEFF}{}", "byte_order_mark"),
    ("/*", "unterminated_comment"), ("[1/*/]", "unterminated_comment"), ("/", "unexpected_text"),
    ("[1/2]", "missing_comma"), ("{}/", "trailing_text"),
  ]

  @Test(arguments: faults)
  func `each fault has its own code in both dialects`(text: String, codes: String) {
    for dialect in [JSONDialect.strict, .relaxed] {
      let result = read(text, as: dialect)
      #expect(result.codes.joined(separator: ",") == codes, "\(text), \(dialect)")
    }
  }

  @Test(arguments: [
    ([0xC0, 0x80], 0..<1), ([0xE0, 0x80, 0xAF], 0..<1), ([0xED, 0xA0, 0x80], 0..<1),
    ([0xF4, 0x90, 0x80, 0x80], 0..<1), ([0xF5], 0..<1), ([0x80], 0..<1), ([0xE9, 0x20], 0..<1),
    ([0xE2, 0x82], 0..<2), ([0xF0, 0x9F, 0x98], 0..<3), ([0xC3, 0xA9, 0xFF], 2..<3),
  ])
  func `invalid UTF-8 is found where it stands`(bytes: [UInt8], at range: Range<Int>) {
    // In a string, after enough ASCII for the fast path, and in a comment.
    let text = Array("[\"0123456789\"]".utf8) + Array("//".utf8) + bytes
    let string = Array("[\"0123456789".utf8) + bytes + Array("\"]".utf8)
    for (document, offset) in [(text, 16), (string, 12)] {
      var diagnostics = DiagnosticCollector()
      let source = SourceDocument(name: "test.json", bytes: document)
      _ = JSONReader.read(source, as: .relaxed, reporting: &diagnostics)
      #expect(diagnostics.list.map(\.code) == [.invalidUTF8])
      #expect(
        diagnostics.list.first?.range == range.lowerBound + offset..<range.upperBound + offset)
    }
  }

  @Test func `UTF-16 is recognised`() {
    #expect(read([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], as: .relaxed).codes == ["byte_order_mark"])
    #expect(read([0xFE, 0xFF, 0, 0x7B, 0, 0x7D], as: .strict).codes == ["byte_order_mark"])
  }

  @Test func `recoverable and fatal mistakes are reported together`() {
    let text = "{\"a\":1e999,\"a\":\"\\uD800\",\n\"b\":01 // x\n \"c\":nul}"
    #expect(
      read(text, as: .relaxed).codes == [
        "number_out_of_range", "duplicate_key", "lone_surrogate", "bad_number", "missing_comma",
        "unexpected_text",
      ])
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
  func `any depth gets an answer`(opening: String) {
    let levels = opening == "[{\"a\":" ? 2 : 1
    let fitting = JSONReader.depthLimit / levels
    let closing = opening == "[" ? "]" : opening == "[{\"a\":" ? "}]" : "}"
    func nested(_ count: Int) -> String {
      String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)
    }
    #expect(read(nested(fitting), as: .strict).codes == [])
    #expect(read(nested(fitting + 1), as: .strict).codes == ["depth_limit"])
    #expect(read(nested(100_000), as: .relaxed).codes == ["depth_limit"])
    #expect(
      read(String(repeating: opening, count: 100_000), as: .relaxed).codes == ["depth_limit"])
  }

  @Test func `duplicates are found among many keys`() {
    let keys = (0..<500).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(read("{\(keys)}", as: .strict).codes == [])
    for twice in [0, 11, 12, 13, 499] {
      #expect(read("{\(keys),\"k\(twice)\":1}", as: .strict).codes == ["duplicate_key"])
    }
  }

  @Test func `a node knows its bytes`() throws {
    let written = " {\"é\": [1, \"a\\n\"], \"b\" : -2.5e1 } "
    let source = SourceDocument(name: "test.json", text: written)
    let tree = try JSONReader.read(source, as: .strict)
    func text(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: source.bytes[$0], as: UTF8.self) }
    }
    let list = try #require(tree["é"]?.elements)
    #expect(text(tree.range) == "{\"é\": [1, \"a\\n\"], \"b\" : -2.5e1 }")
    #expect(text(tree.members?.first?.key.range) == "\"é\"")
    #expect(text(tree["é"]?.range) == "[1, \"a\\n\"]")
    #expect(list.map { text($0.range) } == ["1", "\"a\\n\""])
    #expect(text(tree["b"]?.range) == "-2.5e1")
    #expect(tree["c"] == nil)
  }

  @Test func `a million mistakes do not give a million diagnostics`() {
    let text = "[" + String(repeating: "01,", count: 1_000) + "0]"
    let source = SourceDocument(name: "test.json", text: text)
    #expect {
      try JSONReader.read(source, as: .strict)
    } throws: { error in
      let diagnostics = try #require(error as? Diagnostics)
      return diagnostics.list.count == 100 && diagnostics.omitted == 900
    }
  }

  /// Whatever the bytes, there is a tree or an error, every range lies within the document, the
  /// errors can be rendered, and an accepted document written out reads back as itself.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `random bytes`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] =
      [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "D83D", "/*", "*/", "//", "\n", "\r", "\t",
        " ",
        "1", "-", ".", "e", "0", "true", "null", "\"a\"", "\"a\":", "é", "😀", "'", "x",
      ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0xED, 0xA0]]
    for round in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<24, using: &random) {
        bytes += pieces.randomElement(using: &random) ?? []
      }
      let source = SourceDocument(name: "random", bytes: bytes)
      var diagnostics = DiagnosticCollector()
      let tree = JSONReader.read(source, as: .relaxed, reporting: &diagnostics)
      let context = Comment("seed \(seed), round \(round): \(bytes)")
      #expect((tree != nil) || diagnostics.hasErrors, context)
      for diagnostic in diagnostics.list {
        #expect(diagnostic.range.upperBound <= bytes.count, context)
        #expect(DiagnosticRenderer().render(diagnostic, in: source).contains("error: "), context)
      }
      if let tree, !diagnostics.hasErrors {
        var writer = JSONWriter()
        writer.node(tree)
        #expect(read(writer.bytes, as: .strict).tree == writer.text, context)
      }
    }
  }
}
