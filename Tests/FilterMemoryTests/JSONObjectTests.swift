import FilterMemory
import RecordFilter
import RowscopeModel
import Testing

@Suite("Records as JSON objects")
struct JSONObjectTests {
  private func objects(_ sample: Sample) throws -> [String] {
    var objects: [String] = []
    try sample.database.select(sample.query()).forEachJSONObject {
      objects.append(String(decoding: $0, as: UTF8.self))
      return true
    }
    return objects
  }

  static let cases: [(Value, String)] = [
    (.null, "null"), (0, "0"), (-7, "-7"), (10, "10"), (99, "99"), (100, "100"),
    (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
    (1.0, "1.0"), (0.1, "0.1"), (-0.0, "-0.0"), (1e300, "1e+300"), (.real(.infinity), "9e999"),
    (.real(-.infinity), "-9e999"), ("", #""""#), ("a\"b\\c", #""a\"b\\c""#),
    ("\u{8}\t\n\u{C}\r\u{1}\u{0}", #""\b\t\n\f\r\u0001\u0000""#), ("é😀", #""é😀""#),
    ("sixteen bytes ok", #""sixteen bytes ok""#), ("seventeen bytes\n!", #""seventeen bytes\n!""#),
    (.text(Text(bytes: [0x61, 0xFF, 0x62])), "\"a\u{FFFD}b\""),
    (.blob([0x00, 0xFF]), #""\\x00ff""#),
  ]

  @Test func everyKindOfValue() throws {
    let found = try objects(try Sample(Self.cases.map(\.0)))
    #expect(found == Self.cases.map { "{\"c\":\($0.1)}" })
  }

  @Test(arguments: cases.indices)
  func columnsOfOneKind(index: Int) throws {
    let (value, json) = Self.cases[index]
    for plainTextThreshold in [0, 1 << 20] {
      let found = try objects(
        try Sample([value, .null, value], plainTextThreshold: plainTextThreshold))
      #expect(found == ["{\"c\":\(json)}", "{\"c\":null}", "{\"c\":\(json)}"])
    }
  }

  /// In a column of few different integers each is formatted once; with many, or few rows, one by
  /// one.
  @Test(
    arguments: [-50...(-1), 0...200, -128...127, -3...5_000, 0...1_000_000, -1_000_000...0]
      as [ClosedRange<Int64>])
  func integersOfARange(range: ClosedRange<Int64>) throws {
    for (count, nulls) in [(1_000, 0), (1_000, 7), (20, 3), (12_000, 5)] {
      let values = (0..<count).map { row -> Value in
        if nulls > 0, row % nulls == 1 { return .null }
        return .integer(range.lowerBound + Int64(row * 7_919) % Int64(range.count))
      }
      let found = try objects(try Sample(values))
      let expected = values.map { value in
        if case .integer(let integer) = value { "{\"c\":\(integer)}" } else { "{\"c\":null}" }
      }
      #expect(found == expected)
    }
  }

  @Test func manyValuedCellsAreArraysOfTheirMembers() throws {
    let values: [Value] = [
      "[1, \"a\", true, null, [2], \"\\u0062\", 1.50]", "[]", "[1", 3, .blob([1]), .null,
    ]
    let found = try objects(try Sample(values, affinity: .text, storage: .jsonArray))
    #expect(
      found == [
        #"{"c":[1,"a",1,"b",1.5]}"#, #"{"c":[]}"#, #"{"c":[]}"#, #"{"c":[]}"#, #"{"c":[]}"#,
        #"{"c":null}"#,
      ])
  }
}
