import FilterMemory
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@Suite("Columns give back what was put in, whatever form they take")
struct ColumnFormTests {
  static let ranges: [ClosedRange<Int64>] = [
    0...255, 0...256, -128...127, -129...127, 0...65_535, 0...65_536, -32_768...32_767,
    -32_769...0, 0...4_294_967_295, 0...4_294_967_296, -2_147_483_648...2_147_483_647,
    -2_147_483_649...0, 0...(.max), (.min)...0, (.min)...(.max), 7...7,
  ]

  @Test(arguments: ranges, [false, true])
  func integers(range: ClosedRange<Int64>, hasNulls: Bool) throws {
    var random = SeededGenerator(seed: 1)
    var values: [Value] = (0..<5_000).map { _ in .integer(.random(in: range, using: &random)) }
    values[4_096] = .integer(range.lowerBound)
    values[17] = .integer(range.upperBound)
    if hasNulls { for row in stride(from: 0, to: 5_000, by: 7) { values[row] = .null } }
    let sample = try Sample(values, affinity: .integer)
    let table = try sample.loaded
    #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
    for end in [range.lowerBound, range.upperBound] {
      for ordering in FieldTest.Ordering.allCases {
        let filter = Filter.test(Sample.cell, .compares(ordering, .integer(end)))
        for filter in [filter, filter.complement] {
          let (found, expected) = try sample.rows(filter)
          #expect(found == expected)
        }
      }
    }
  }

  /// Numbers far from zero take as many bytes as their range needs, so a list of them is still
  /// looked up in a small table.
  @Test(arguments: [0, 300, -300, 100_000, -100_000, 1 << 40], [false, true])
  func listsOfIntegers(origin: Int64, hasNulls: Bool) throws {
    let values = (0..<5_000).map { (row: Int) -> Value in
      if hasNulls, row % 7 == 0 { return .null }
      return .integer(origin + Int64(row * 31 % 190))
    }
    let sample = try Sample(values, affinity: .integer)
    // No two of them adjacent, or they would become a range.
    let list = (0..<9).map { Value.integer(origin + Int64($0 * 20)) }
    let filter = Filter.test(Sample.cell, .isOneOf(list))
    for filter in [filter, filter.complement] {
      let (found, expected) = try sample.rows(filter)
      #expect(found == expected && !found.isEmpty)
      // The same where few rows are left to test.
      let few = try sample.rows(.all(.test(Sample.cell, .equals(list[3])), filter))
      #expect(few.found == few.expected)
    }
  }

  @Test(arguments: 0..<Extent.count(few: 10, all: 40))
  func anyValues(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    // Long runs of one storage class, then of another.
    var values: [Value] = []
    while values.count < 6_000 {
      let pool = (0..<3).compactMap { _ in HostileValues.all.randomElement(using: &random) }
      for _ in 0..<Int.random(in: 1...4_000, using: &random) {
        values.append(pool.randomElement(using: &random) ?? .null)
      }
    }
    let table = try Sample(values, plainTextThreshold: 0).loaded
    #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
  }

  /// Blocks of one kind, of nulls and of some nulls in sequence: a column can change its form for
  /// whatever comes next.
  @Test(arguments: 0..<Extent.count(few: 15, all: 60))
  func blocksOfDifferentKinds(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let kinds: [(Int) -> Value] = [
      { _ in .null }, { .integer(Int64($0)) }, { .integer($0 % 2 == 0 ? .min : .max) },
      { .real(Double($0) / 4) }, { .text("text \($0 % 9)") }, { .text("text number \($0)") },
      { .blob([UInt8(truncatingIfNeeded: $0), 0]) }, { _ in .text("") },
    ]
    var values: [Value] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
      let hasNulls = Bool.random(using: &random)
      let count = Int.random(in: 1...2, using: &random) * 4_096
      for index in 0..<count { values.append(hasNulls && index % 5 == 0 ? .null : kind(index)) }
    }
    values.removeLast(Int.random(in: 0...4_096, using: &random))
    for plainTextThreshold in [0, 1 << 20] {
      let table = try Sample(values, plainTextThreshold: plainTextThreshold).loaded
      #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
    }
  }

  @Test func textsAreEncodedIfTheyRepeat() throws {
    // About a thousand bytes of text for each row, or once for each distinct text.
    let rest = String(repeating: ".", count: 990)
    func text(_ number: Int) -> Value { .text(String(number) + rest) }
    let repeated = try Sample((0..<40_000).map { text($0 * 7_919 % 9_000) }).loaded
    #expect(repeated.byteCount < 10_000_000)
    let unique = try Sample((0..<40_000).map { text($0) }).loaded
    #expect(unique.byteCount > 39_000_000 && unique.byteCount < 41_000_000)
    #expect(unique.value(Sample.cell, row: 39_999) == text(39_999))
    #expect(repeated.value(Sample.cell, row: 39_999) == text(39_999 * 7_919 % 9_000))
    let mixed = try Sample((0..<40_000).map { $0 % 100 == 0 ? .integer(1) : text($0) }).loaded
    #expect(mixed.value(Sample.cell, row: 39_999) == text(39_999))
  }

  @Test func theSizeIsKnownWhileLoading() throws {
    let table = Table(
      name: "t", fields: ["a", "b", "c", "d"].map { Field(name: Name($0)) })
    var builder = ColumnTableBuilder(table)
    for row in 0..<40_960 {
      builder.append([
        row % 3 == 0 ? .null : .integer(Int64(row)), .text("text \(row % 300)"),
        .text("a text of its own, \(row)"), .real(Double(row)),
      ])
    }
    let expected = builder.byteCount
    let found = try builder.finish().byteCount
    // Each of some ten vectors has 512 bytes of padding.
    #expect(abs(found - expected) < 8_000, "expected \(expected) bytes, found \(found)")
  }

  @Test func narrowColumnsAreSmall() throws {
    let small = try Sample((0..<100_000).map { .integer(Int64($0 % 200)) }).loaded
    #expect(small.byteCount < 110_000)
    let texts = try Sample((0..<100_000).map { .text("a text of some length, \($0 % 100)") }).loaded
    #expect(texts.byteCount < 120_000)
  }

  @Test func anEmptyTable() throws {
    let sample = try Sample([])
    #expect(try sample.database.count(sample.query()) == 0)
    #expect(
      try sample.database.select(sample.query(order: [OrderKey(Sample.cell)])).records() == [])
  }

  @Test func aTableThatIsNotLoaded() throws {
    let schema = Schema(tables: [Table(name: "tasks", fields: [Field(name: "id")])])
    let query = Query(table: TableID(0), scope: .always, projection: [], order: [])
    #expect(throws: MemoryError(.notLoaded("tasks"))) {
      try MemoryDatabase(schema: schema).count(query)
    }
  }
}
