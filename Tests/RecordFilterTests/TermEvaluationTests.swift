import RowscopeModel
import TestSupport
import Testing

@testable import RecordFilter

@Suite("Tests of a single value, as SQLite has them")
struct TermEvaluationTests {
  static let patterns: [Text] =
    ["", "a", "A", "1", ".0", "e+", "b\u{0}", "\u{0}", "é", "😀", " ", "Inf"].map { Text($0) } + [
      Text(bytes: [0xFF]), Text(bytes: [0x80]), Text(bytes: [0xA0]), Text(bytes: [0x80, 0x61]),
    ]

  @Test func textPatterns() throws {
    let sqlite = try SQLiteOracle("CREATE TABLE t(id INTEGER PRIMARY KEY, c)")
    for value in HostileValues.all { try sqlite.rows("INSERT INTO t(c) VALUES (?)", [value]) }
    let cells = try sqlite.rows("SELECT c FROM t ORDER BY id").map { $0[0] }
    for text in Self.patterns where !text.isEmpty {
      for ignoresCase in [false, true] {
        let column = ignoresCase ? "lower(c)" : "c"
        let needle = ignoresCase ? "lower(?1)" : "?1"
        let found = try sqlite.rows(
          "SELECT ifnull(typeof(c) <> 'blob' AND instr(\(column), \(needle)) > 0, 0), "
            + "ifnull(typeof(c) <> 'blob' AND instr(\(column), \(needle)) = 1, 0), "
            + "ifnull(typeof(c) <> 'blob' AND substr(CAST(\(column) AS BLOB), -\(text.count)) "
            + "= CAST(\(needle) AS BLOB), 0) FROM t ORDER BY id", [.text(text)])
        for (cell, row) in zip(cells, found) {
          for (anchor, expected) in zip([TextPattern.Anchor.anywhere, .start, .end], row) {
            let pattern = TextPattern(text, anchor: anchor, ignoresCase: ignoresCase)
            #expect(
              .flag(pattern.matches(cell)) == expected,
              "\(cell) \(anchor) \(text.bytes), without case: \(ignoresCase)")
          }
          guard ignoresCase else { continue }
          let search = TextSearch(text)
          let isFound = cell.borrowed { search.isFound(in: $0) }
          #expect(.flag(isFound) == row[0], "\(cell), search for \(text.bytes)")
        }
      }
    }
  }

  /// At the beginning, in the middle and at the end of texts of many lengths.
  @Test func searches() {
    for needle in ["x", "Xy", "needle in a haystack", String(repeating: "ab", count: 200)] {
      let search = TextSearch(Text(needle.uppercased()))
      for count in Array(0...40) + Array(180...330) + [500, 1_000] {
        let dots = [UInt8](repeating: 0x2E, count: count)
        func isFound(_ text: [UInt8]) -> Bool {
          Value.text(Text(bytes: text)).borrowed { search.isFound(in: $0) }
        }
        #expect(!isFound(dots) && !isFound(Array(needle.utf8.dropLast()) + dots))
        #expect(needle.utf8.count == 1 || !isFound(dots + Array(needle.utf8.dropLast())))
        for place in Set([0, count / 2, max(0, count - 70), count]) {
          #expect(
            isFound(Array(dots[..<place]) + Array(needle.utf8) + Array(dots[place...])),
            "\(needle.prefix(20)) at \(place) of \(count)")
        }
      }
    }
  }

  static let arrays: [String] = [
    "[]", " [ ] ", "[1]", "[1,2]", "[1,]", "[,1]", "[01]", "[-0]", "[-]", "[1.]", "[.5]", "[1.5]",
    "[1e3]",
    "[1e]", "[1E+2]", "[1e-2]", "[1.5e300,1e400]", "[9223372036854775807]", "[9223372036854775808]",
    "[-9223372036854775808]", "[-9223372036854775809]", "[true,false,null]", "[True]", "[nul]",
    "[truex]",
    "[\"a\"]", "[\"a\\u0062\"]", "[\"\\ud83d\\ude00\"]", "[\"\\ud83d\"]", "[\"\\ud83dx\"]",
    "[\"\\u00e9\"]",
    "[\"a\\u0000b\"]", "[\"\\x\"]", "[\"\\u12\"]", "[\"a", "[\"a\"", "[\"\t\"]",
    "[\"\\t\\n\\/\\\\\\\"\\b\\f\\r\"]",
    "[[1],2]", "[{\"a\":1},3]", "[{\"a\":[1,{\"b\":null}]}]", "[{a:1}]", "[{\"a\" 1}]",
    "[{\"a\":1,}]", "{}",
    "{\"a\":[1]}", "1", "\"a\"", "null", "", " ", "[", "]", "[1]x", "[1] x", "[1]\u{A0}",
    "[1\u{0}]", "[1]\u{0}",
    "\t[1]\r\n", "\u{B}[1]", "[1 2]", "[1, 2 ,3]", "[é]", "[\"é\"]", "['a']", "[+1]", "[Infinity]",
    "[NaN]",
    "[0x1]", "[1]//x", "[1.0,1]", "[-1.5]", "[\"[1]\"]", "[\"1\"]", "[0.1,0.30000000000000004]",
  ]

  static let members: [Value] = [
    1, 2, 3, 0, 1.0, 1.5, 1000, 100, 0.01, "a", "ab", "😀", "é", "1", "[1]", "",
    "\t\n/\\\"\u{8}\u{C}\r", -1.5,
    .integer(.max), .integer(.min), .real(0x1p63), .real(.infinity), 0.1, 0.30000000000000004,
    .text(Text(bytes: [0xED, 0xA0, 0xBD])), .blob([0x61]),
  ]

  @Test func arrayMembers() throws {
    let sqlite = try SQLiteOracle()
    let isArray =
      "CASE WHEN typeof(?1) = 'text' AND instr(?1, char(0)) = 0 THEN CASE WHEN json_valid(?1) THEN "
      + "CASE WHEN json_type(?1) = 'array' THEN ?1 END END END"
    let deep = [1_999, 2_000, 2_001].map { depth in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    for array in Self.arrays + deep {
      let bytes = Text(array)
      let count = try sqlite.value("SELECT json_array_length(\(isArray))", [.text(bytes)])
      let ours = bytes.withBytes { JSONMembers.count(in: $0) }
      #expect(count == (ours.map { .integer(Int64($0)) } ?? .null), "\(array.prefix(60))")
      for member in Self.members {
        let found = try sqlite.value(
          "SELECT EXISTS (SELECT 1 FROM json_each(\(isArray)) AS e WHERE e.value = ?2 "
            + "AND e.type NOT IN ('array', 'object'))", [.text(bytes), member])
        #expect(
          found == .flag(bytes.withBytes { JSONMembers.contain([member], in: $0) }),
          "\(member) in \(array.prefix(60))")
        // Among few and among many that the array does not have.
        for others in [0, 20] {
          let search = MemberSearch(
            MembersForm(), [member] + (0..<others).map { .text("none \($0)") })
          #expect(found == .flag(Value.text(bytes).borrowed { search.isFound(in: $0) }))
        }
      }
    }
  }
}
