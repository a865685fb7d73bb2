import FilterMemory
import RecordFilter
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

  @Test(arguments: 0..<40)
  func anyValues(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    // Long runs of one storage class, and then another.
    var values: [Value] = []
    while values.count < 6_000 {
      let pool = (0..<3).compactMap { _ in HostileValues.all.randomElement(using: &random) }
      for _ in 0..<Int.random(in: 1...4_000, using: &random) {
        values.append(pool.randomElement(using: &random) ?? .null)
      }
    }
    let table = try Sample(values, fewestUncoded: 0).loaded
    #expect(values.indices.allSatisfy { table.value(Sample.cell, row: $0) == values[$0] })
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
