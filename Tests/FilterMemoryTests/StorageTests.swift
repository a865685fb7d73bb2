import FilterMemory
import RecordFilter
import RowscopeModel
import Testing

/// Integers of every width, read in every way: one by one, by ranges, by lists, in order.
@Suite struct StorageTests {
  /// The widths by what they hold: the sign, and the number of bytes.
  static let ranges: [(ClosedRange<Int64>, bytes: Int)] = [
    (0...200, 1), (-100...100, 1), (0...60_000, 2), (-30_000...30_000, 2), (0...4_000_000_000, 4),
    (-2_000_000_000...2_000_000_000, 4), (-5_000_000_000...5_000_000_000, 8),
  ]

  private static func values(_ range: ClosedRange<Int64>) -> [Value] {
    let span = UInt64(range.upperBound - range.lowerBound)
    return (0..<600).map { index in
      .integer(range.lowerBound + Int64((UInt64(index) &* 0x9E37_79B9_7F4A_7C15) % (span + 1)))
    } + [.integer(range.lowerBound), .integer(range.upperBound)]
  }

  @Test(arguments: ranges.indices, [false, true])
  func everyWayOfReading(index: Int, hasNulls: Bool) throws {
    var values = Self.values(Self.ranges[index].0)
    if hasNulls { for row in stride(from: 0, to: 600, by: 11) { values[row] = .null } }
    let sample = try Sample(values, affinity: .integer)
    let table = try sample.loaded
    #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
    // In order, in both directions.
    for direction in [OrderKey.Direction.ascending, .descending] {
      let rows = try sample.database.select(
        sample.query(order: [OrderKey(Sample.cell, direction)])
      ).rows
      let expected = values.indices.sorted { one, other in
        let order = Comparison.order(values[one], values[other], collation: .binary)
        return order == 0 ? one < other : (order < 0) == (direction == .ascending)
      }
      #expect(rows == expected.map(UInt32.init))
    }
    // One value, some close together and some far apart; and one that is absent.
    let present = values.filter { $0 != .null }
    let lists = [
      Array(present.prefix(1)), Array(present.prefix(3)), Array(present.prefix(60)),
      (0..<40).map { Value.integer(Self.ranges[index].0.lowerBound + $0 * 2) },
      [.integer(.max), .integer(.min), 3],
    ]
    for list in lists {
      let filter = Filter.test(Sample.cell, .isOneOf(list))
      for filter in [filter, filter.complement] {
        let (found, expected) = try sample.rows(filter)
        #expect(found == expected)
      }
    }
  }

  /// A column takes as many bytes for each row as its range needs, with one value reserved for
  /// null.
  @Test(arguments: ranges.indices)
  func byteCounts(index: Int) throws {
    let values = Self.values(Self.ranges[index].0)
    let many = (0..<20).flatMap { _ in values }
    let small = try Sample(values, affinity: .integer).loaded.byteCount
    let large = try Sample(many, affinity: .integer).loaded.byteCount
    let perRow = Double(large - small) / Double(many.count - values.count)
    #expect(abs(perRow - Double(Self.ranges[index].bytes)) < 0.1)
  }

  /// A column with every possible integer has no value left for null.
  @Test func everyIntegerAndNull() throws {
    let values: [Value] = [.integer(.min), .null, .integer(.max), 0]
    let sample = try Sample(values, affinity: .integer)
    let table = try sample.loaded
    #expect(values.indices.map { table.value(Sample.cell, row: $0) } == values)
    for test in [FieldTest.isNull, .compares(.less, 0), .compares(.greaterOrEqual, .integer(.min))]
    {
      let (found, expected) = try sample.rows(.test(Sample.cell, test))
      #expect(found == expected)
    }
  }

  /// Texts and blobs stored row by row, since few repeat, followed by other values.
  @Test(arguments: [false, true], [false, true])
  func valuesAfterManyStrings(areBlobs: Bool, hasNumbers: Bool) throws {
    var values: [Value] = (0..<70_000).map { index in
      let bytes = Array("number \(index)".utf8)
      return areBlobs ? .blob(bytes) : .text(Text(bytes: bytes))
    }
    values[5] = .null
    values += [.null, areBlobs ? "text" : .blob([1])] + (hasNumbers ? [1, 2.5] : [])
    let table = try Sample(values, plainTextThreshold: 0).loaded
    #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
  }

  /// Numbers sort below texts, and everything else below blobs.
  @Test(arguments: [0, 4_096])
  func stringsAgainstOtherClasses(plainTextThreshold: Int) throws {
    let strings: [Value] = (0..<50).map { .text(Text("text \($0)")) } + [.null]
    let blobs: [Value] = (0..<50).map { .blob([UInt8($0)]) } + [.null]
    for values in [
      strings, blobs, [1, 2, .null], [1.5, 2.5, .null], [.null, .null], [1, "a", 2.5, .blob([1])],
    ] {
      let sample = try Sample(values, plainTextThreshold: plainTextThreshold)
      for value in [Value.integer(7), 1.5, "text 3", .blob([3])] {
        var tests = FieldTest.Ordering.allCases.map { FieldTest.compares($0, value) }
        tests += [.equals(value), .isOneOf([value, 2]), .isBetween(value, value)]
        for test in tests {
          for isComplement in [false, true] {
            let filter = Filter.term(Term(Sample.cell, test, isComplement: isComplement))
            let (found, expected) = try sample.rows(filter)
            #expect(found == expected, "\(values.first ?? .null) \(test), not: \(isComplement)")
          }
        }
      }
    }
  }

  /// A text is searched for in all rows at once, but a match across two rows does not count.
  @Test func matchesAcrossTwoTextsDoNotCount() throws {
    let texts = ["ab", "cd", "abcd", "xbc", "", "bcbc", "b", "c"]
    let sample = try Sample(
      texts.map { .text(Text($0)) }, affinity: .text, plainTextThreshold: 0)
    for text in ["bc", "cd", "b", "abcd", "da", "bb"] {
      let pattern = TextPattern(Text(text), anchor: .anywhere, ignoresCase: false)
      let (found, expected) = try sample.rows(.test(Sample.cell, .matches(pattern)))
      #expect(found == expected)
      #expect(found == texts.indices.filter { texts[$0].contains(text) }.map(UInt32.init))
    }
  }

  @Test func needlesOfAnyLength() throws {
    let pattern = TextPattern("yz", anchor: .anywhere, ignoresCase: false)
    for length in 0..<200 {
      let text = String(repeating: "x", count: length)
      let sample = try Sample(
        [.text(Text(text)), .text(Text(text + "yz"))], affinity: .text, plainTextThreshold: 0)
      #expect(try sample.rows(.test(Sample.cell, .matches(pattern))).found == [1])
      let alone = try Sample([.text(Text(text))], affinity: .text, plainTextThreshold: 0)
      #expect(try alone.rows(.test(Sample.cell, .matches(pattern))).found == [])
    }
  }

  @Test func blobsInOrder() throws {
    let values: [Value] = [.blob([2]), .null, .blob([1, 0]), .blob([]), .blob([1]), .blob([0xFF])]
    let sample = try Sample(values)
    #expect(
      try sample.database.select(sample.query(order: [OrderKey(Sample.cell)])).rows
        == [1, 3, 4, 2, 0, 5])
    #expect(
      try sample.database.select(sample.query(order: [OrderKey(Sample.cell, .descending)])).rows
        == [5, 0, 2, 4, 3, 1])
  }

  /// A block without numbers has none in any range, and one without nulls may have nothing else.
  @Test func blocksWithoutNumbers() throws {
    let values = (0..<9_000).map { $0 < 4_500 ? Value.null : .integer(Int64($0 % 3)) }
    let sample = try Sample(values, affinity: .integer)
    for range in [(0, 2), (0, 1), (1, 1), (5, 9)] as [(Int64, Int64)] {
      let filter = Filter.test(
        Sample.cell, .isBetween(.integer(range.0), .integer(range.1)))
      for filter in [filter, filter.complement] {
        let (found, expected) = try sample.rows(filter)
        #expect(found == expected)
      }
    }
  }

  /// The size of the finished column is known while it is loading, to within the size of the blocks
  /// in progress.
  @Test(
    arguments: [
      [1, 2, 3], [.integer(.min), .null, .integer(.max)], [1.5, .null], ["a", "b", .null],
      [1, "a", 2.5, .blob([1]), .null], [.null], [.blob([1, 2]), .blob([3])],
    ] as [[Value]])
  func byteCountsWhileLoading(pattern: [Value]) throws {
    let table = Table(name: "t", fields: [Field(name: "c")])
    var builder = ColumnTableBuilder(table)
    for index in 0..<8_192 { builder.append([pattern[index % pattern.count]]) }
    let told = builder.byteCount
    let taken = try builder.finish().byteCount
    #expect(told <= taken + 8_192 && taken <= told + 8_192 * 2, "\(told) told, \(taken) taken")
  }

  @Test func aKeyWithNullIsNeverRepeated() throws {
    let table = Table(name: "t", fields: [Field(name: "a"), Field(name: "b")])
    func repeated(_ rows: [[Value]], _ key: [FieldID]) throws -> Int? {
      var builder = ColumnTableBuilder(table)
      for row in rows { builder.append(row) }
      return try builder.finish().firstRepeatedKey(key)
    }
    let rows: [[Value]] = [
      [1, "x"], [1, .null], [1, .null], [.null, "x"], [2, "x"], [1, "x"],
    ]
    #expect(try repeated(rows, [FieldID(0), FieldID(1)]) == 5)
    #expect(try repeated(Array(rows.dropLast()), [FieldID(0), FieldID(1)]) == nil)
    #expect(try repeated(rows, [FieldID(0)]) == 1)
  }

  /// A table with only links has records, but no cells.
  @Test func recordsWithoutCells() throws {
    var builder = ColumnTableBuilder(Table(name: "t", fields: []))
    for _ in 0..<3 { builder.append([]) }
    #expect(try builder.finish().rowCount == 3)
  }
}
