import Documents
import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct RowJSONWriterTests {
  /// The object for one row of values.
  func object(
    _ values: [Value], keys: [String]? = nil, encoding: Presentation = .stored
  ) throws -> String {
    let connection = try Connection(.inMemory)
    let list = values.map { _ in "?" }.joined(separator: ", ")
    let statement = try connection.statement("SELECT \(list)", as: .unrestricted)
    try statement.bind(values)
    let keys = keys ?? values.indices.map { "c\($0)" }
    let writer = RowJSONWriter(columns: keys.map { ($0, encoding) })
    var buffer = ByteBuffer()
    _ = try statement.next { (row: borrowing Row) throws(StoreError) in
      writer.write(row, into: &buffer)
    }
    return try #require(String(validating: buffer.array, as: UTF8.self))
  }

  @Test(
    arguments: [
      (.null, "null"), (0, "0"), (-1, "-1"), (10, "10"), (99, "99"), (100, "100"),
      (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
      (1.5, "1.5"), (3.0, "3.0"), (.real(-0.0), "-0.0"), (0.1, "0.1"), (1e300, "1e+300"),
      (.real(.leastNonzeroMagnitude), "5e-324"), (.real(.infinity), "9e999"),
      (.real(-.infinity), "-9e999"),
      ("", #""""#), ("plain", #""plain""#), ("quote\" back\\slash", #""quote\" back\\slash""#),
      ("\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}", "\"\\n\\r\\t\\b\\f\\u0000\\u001f\u{7F}\""),
      ("é 🙂 日本", "\"é 🙂 日本\""), ("<script>/</script>", "\"<script>/</script>\""),
      (.text(Text(bytes: [0x61, 0xFF, 0x62])), "\"a\u{FFFD}b\""),
      (.text(Text(bytes: [0xE2, 0x82])), "\"\u{FFFD}\""),
      (.text(Text(bytes: [0xC0, 0xAF])), "\"\u{FFFD}\u{FFFD}\""),
      (.blob([]), #""\\x""#), (.blob([0, 0xAB, 255]), #""\\x00abff""#),
    ] as [(Value, String)])
  func cells(_ value: Value, _ expected: String) throws {
    #expect(try object([value]) == #"{"c0":\#(expected)}"#)
  }

  /// Hundredths have a fast path, other reals go through the standard library.
  @Test func realsHaveTheirShortestDigits() throws {
    var reals: [Double] = [
      0.01, 0.09, 0.1, 0.99, 1.005, 99.995, 1e12 - 0.01, 1e12, 1e13, 0.001, 1e15,
    ]
    for step in 0..<400 { reals.append(Double(step * 7919 % 500_000) / 100) }
    for step in 1..<400 { reals.append(1 / Double(step)) }
    for step in 1..<200 { reals.append(Double(step) * 12_345_678.91) }
    for real in reals + reals.map({ -$0 }) + reals.map(\.nextUp) {
      #expect(try object([.real(real)]) == #"{"c0":\#(real)}"#)
    }
  }

  /// Texts are written eight bytes at a time: a byte to escape at every position of every length.
  @Test func bytesToEscapeAreFoundEverywhere() throws {
    for length in 0..<20 {
      let plain = String("abcdefghijklmnopqrstuvwxyz".prefix(length))
      #expect(try object([.text(Text(plain))]) == #"{"c0":"\#(plain)"}"#)
      for place in 0..<length {
        for (special, escaped) in [("\"", #"\""#), ("\u{1}", #"\u0001"#), ("é", "é")] {
          var characters = plain.map(String.init)
          characters[place] = special
          let text = characters.joined()
          characters[place] = escaped
          #expect(
            try object([.text(Text(text))]) == "{\"c0\":\"\(characters.joined())\"}",
            "\(length), \(place)")
        }
      }
    }
  }

  @Test func everyIntegerWidth() throws {
    var number: Int64 = 1
    for _ in 0..<19 {
      for value in [number - 1, number, -number] {
        #expect(try object([.integer(value)]) == #"{"c0":\#(value)}"#)
      }
      number &*= 10
    }
  }

  @Test func keysAreEscapedAndOrdered() throws {
    #expect(
      try object([1, 2, 3], keys: ["a\"b", "é\n", ""]) == "{\"a\\\"b\":1,\"é\\n\":2,\"\":3}")
    // More columns than keys: the caller writes the rest.
    #expect(try object([1, 2], keys: ["a"]) == #"{"a":1}"#)
    #expect(try object([1], keys: []) == "{}")
  }

  @Test(
    arguments: [
      ("[1, \"a\"]", "[1,\"a\"]"), ("[]", "[]"), (" [1,\r\n2.50] ", "[1,2.5]"), (.null, "null"),
      ("[true, false, \"\"]", "[1,0,\"\"]"), ("[\"\\u00e9\\n\"]", "[\"é\\n\"]"),
      // Not JSON objects with members.
      ("[null, 1, [2], {\"a\": 3}]", "[1]"), ("[[[]]]", "[]"),
      (
        .text(Text(bytes: Array("[\"".utf8) + [0xFF] + Array("\"]".utf8))), "[\"\u{FFFD}\"]"
      ),
      // Not JSON arrays.
      ("not an array", "[]"), ("[1, 2", "[]"), ("{\"a\": 1}", "[]"), ("[1] [2]", "[]"), ("", "[]"),
      ("[1]\u{0}", "[]"), (5, "[]"), (1.5, "[]"), (.blob(Array("[1]".utf8)), "[]"),
    ] as [(Value, String)])
  func members(_ value: Value, _ expected: String) throws {
    #expect(try object([value], encoding: .members) == #"{"c0":\#(expected)}"#)
  }

  @Test func randomTextsAgreeWithAnIndependentReader() throws {
    // Special bytes at every position of the sixteen that are examined together, and across the end
    // of a chunk.
    var generator = SystemRandomNumberGenerator()
    let pieces: [[UInt8]] = [
      [0x22], [0x5C], [0x0A], [0x00], [0x1F], [0x20], [0x7F], Array("é".utf8), Array("🙂".utf8),
      Array("plain text of some length".utf8), [0x61], [0xFF], [0xE2, 0x82],
    ]
    for length in [0, 1, 5, 15, 16, 17, 31, 33, 100, 4095, 4096, 4097, 9000] {
      for _ in 0..<20 {
        var bytes: [UInt8] = []
        while bytes.count < length {
          bytes += pieces.randomElement(using: &generator) ?? []
        }
        let written = try object([.text(Text(bytes: bytes))])
        let read = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: String]
        #expect(read == ["c0": String(decoding: bytes, as: UTF8.self)])
      }
    }
  }

  @Test func realsReadBackAsTheSameReals() throws {
    for _ in 0..<2000 {
      let real = Double(bitPattern: .random(in: 0 ... .max))
      guard real.isFinite else { continue }
      let written = try object([.real(real)])
      let digits = written.dropFirst(6).dropLast()
      #expect(Double(digits)?.bitPattern == real.bitPattern)
      #expect(digits.contains { ".e".contains($0) })
    }
  }
}
