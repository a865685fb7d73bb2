import FilterMemory
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@Suite("Orders and pages")
struct OrderTests {
  /// Two columns to sort by, and a key.
  private struct Rows {
    let database: MemoryDatabase
    let rows: [[Value]]
    let fields: [Field]

    init(_ seed: UInt64, collation: Collation) throws {
      var random = SeededGenerator(seed: seed)
      let pool = (0..<40).compactMap { _ in HostileValues.all.randomElement(using: &random) }
      let texts = HostileValues.texts.shuffled(using: &random).prefix(20)
      fields = [
        Field(name: "a", collation: collation), Field(name: "b", collation: collation),
        Field(name: "id", affinity: .integer, isNullable: false),
      ]
      let kind = seed % 4
      rows = (0..<5_000).map { row in
        let first: Value =
          switch kind {
          case 0: pool.randomElement(using: &random) ?? .null
          case 1: texts.randomElement(using: &random).map(Value.text) ?? .null
          case 2: .integer(Int64.random(in: -5...5, using: &random))
          default: .text("the same beginning \(Int.random(in: 0...300, using: &random))")
          }
        let second: Value = Bool.random(using: &random) ? .null : .real(Double(row % 7) - 3)
        return [first, second, .integer(Int64(row * 31 % 5_000))]
      }
      let table = Table(name: "t", fields: fields)
      var builder = ColumnTableBuilder(table, plainTextThreshold: seed % 2 == 0 ? 0 : 4_096)
      for row in rows { builder.append(row) }
      var database = MemoryDatabase(schema: Schema(tables: [table]))
      database.load(try builder.finish(), as: TableID(0))
      self.database = database
    }

    /// Whether these are all rows, each before the next. No two are equal in an order that ends
    /// with the key.
    func areSorted(_ sorted: [[Value]], _ order: [OrderKey]) -> Bool {
      Set(sorted) == Set(rows) && sorted.count == rows.count
        && zip(sorted, sorted.dropFirst()).allSatisfy { precedes($0, $1, order) }
    }

    private func precedes(_ left: [Value], _ right: [Value], _ order: [OrderKey]) -> Bool {
      for key in order {
        let index = key.field.index
        let place = Comparison.order(left[index], right[index], collation: fields[index].collation)
        if place != 0 { return (place < 0) == (key.direction == .ascending) }
      }
      return false
    }
  }

  private static let orders: [[OrderKey]] = [
    [OrderKey(FieldID(2))], [OrderKey(FieldID(2), .descending)],
    [OrderKey(FieldID(0)), OrderKey(FieldID(2))],
    [OrderKey(FieldID(0), .descending), OrderKey(FieldID(1)), OrderKey(FieldID(2))],
    [OrderKey(FieldID(1), .descending), OrderKey(FieldID(0)), OrderKey(FieldID(2), .descending)],
  ]

  /// Every fourth seed makes the same kind of rows.
  @Test(arguments: 0..<Extent.count(few: 4, all: 8), Collation.allCases)
  func sortsAsValuesAreOrdered(seed: Int, collation: Collation) throws {
    let rows = try Rows(UInt64(seed), collation: collation)
    for order in Extent.share(of: Self.orders, every: 2, from: seed) {
      func records(_ start: Query.Start, _ limit: Int?) throws -> [[Value]] {
        let query = Query(
          table: TableID(0), scope: .always, projection: [FieldID(0), FieldID(1), FieldID(2)],
          order: order, start: start, limit: limit)
        return try rows.database.select(query).records()
      }
      let expected = try records(.first, nil)
      #expect(rows.areSorted(expected, order))
      #expect(try records(.first, 50) == Array(expected.prefix(50)))
      #expect(try records(.offset(1_000), 20) == Array(expected[1_000..<1_020]))
      #expect(try records(.offset(4_990), 20) == Array(expected[4_990...]))
      #expect(try records(.offset(6_000), 20) == [])
      #expect(try records(.first, 0) == [])
      for place in [0, 1, 2_499, 4_998, 4_999] {
        let cursor = order.map { expected[place][$0.field.index] }
        #expect(try records(.after(cursor), 30) == Array(expected[(place + 1)...].prefix(30)))
      }
    }
  }

  /// An exact key orders values that the column's collation, or the comparison of numbers, treats
  /// as equal.
  @Test(arguments: [0, 4_096])
  func exactKeys(plainTextThreshold: Int) throws {
    let letters: [Value] = ["b", "B", "a", "A", "ab", "AB"]
    let texts = (0..<400).map { letters[$0 * 7 % 6] }
    let numbers: [Value] = [1, 1.0, 0, .real(0), 2, 1, 1.0]
    for (cells, collation) in [(texts, Collation.nocase), (numbers, .binary)] {
      let sample = try Sample(cells, collation: collation, plainTextThreshold: plainTextThreshold)
      for direction in OrderKey.Direction.allCases {
        let rows = try sample.database.select(
          sample.query(order: [OrderKey(Sample.cell, direction, isExact: true)])
        ).rows
        let sorted = cells.indices.sorted { one, other in
          var order = Comparison.order(cells[one], cells[other], collation: .binary)
          if order == 0 {
            order = Self.rank(cells[one]) - Self.rank(cells[other])
          }
          return order == 0 ? one < other : (order < 0) == (direction == .ascending)
        }
        #expect(rows == sorted.map(UInt32.init))
      }
    }
  }

  private static func rank(_ value: Value) -> Int { if case .real = value { 1 } else { 0 } }

  /// A first key that is equal in all rows says nothing about the rows to come.
  @Test(arguments: [.null, 7, "same"] as [Value])
  func theFirstFewWithAnEqualFirstKey(value: Value) throws {
    let table = Table(
      name: "t",
      fields: [Field(name: "a"), Field(name: "id", affinity: .integer, isNullable: false)])
    var builder = ColumnTableBuilder(table)
    for row in Int64(0)..<10_000 { builder.append([value, .integer(row * 7 % 10_000)]) }
    var database = MemoryDatabase(schema: Schema(tables: [table]))
    database.load(try builder.finish(), as: TableID(0))
    for direction in OrderKey.Direction.allCases {
      let query = Query(
        table: TableID(0), scope: .always, projection: [FieldID(1)],
        order: [OrderKey(FieldID(0), direction), OrderKey(FieldID(1), .descending)], limit: 3)
      #expect(try database.select(query).records() == [[9_999], [9_998], [9_997]])
    }
  }

  /// The arrays of a link's members are built for sorting, block by block.
  @Test func membersOfManyRecords() throws {
    let schema = Schema.recordsWithLinks
    var records = ColumnTableBuilder(schema[TableID(0)])
    var links = ColumnTableBuilder(schema[TableID(1)])
    let count = 2 * 4_096 + 10
    for id in 0..<Int64(count) {
      records.append([.integer(id)])
      // Five digits, so that they are in order as texts too.
      links.append([.integer(id), .integer(10_000 + id * 31 % Int64(count))])
    }
    var database = MemoryDatabase(schema: schema)
    database.load(try records.finish(), as: TableID(0))
    database.load(try links.finish(), as: TableID(1))
    let rows = try database.select(
      Query(
        table: TableID(0), scope: .always, projection: [], order: [OrderKey(FieldID(1))])
    ).rows
    #expect(
      rows == (0..<UInt32(count)).sorted { $0 * 31 % UInt32(count) < $1 * 31 % UInt32(count) })
  }

  /// Once the first few are known, the first key alone decides about most rows, and summaries about
  /// whole blocks.
  @Test(arguments: OrderKey.Direction.allCases, 0..<6)
  func theFirstFewOfManyBlocks(direction: OrderKey.Direction, kind: Int) throws {
    let count = 13_000
    var random = SeededGenerator(seed: UInt64(kind))
    let cells: [Value] = (0..<count).map { row in
      let rank = kind < 3 ? Int.random(in: 0..<2_000, using: &random) : row / 7
      // Without nulls, with few, and with more nulls than requested rows.
      let nulls = [0, 4, 200][kind % 3]
      if Int.random(in: 0..<count, using: &random) < nulls { return .null }
      return .integer(Int64(rank) - 1_000)
    }
    for isText in [false, true] {
      let first = Field(name: "a", affinity: isText ? .text : .integer)
      let table = Table(
        name: "t", fields: [first, Field(name: "id", affinity: .integer, isNullable: false)])
      var builder = ColumnTableBuilder(table)
      let rows: [[Value]] = cells.enumerated().map { row, cell in
        guard isText, case .integer(let integer) = cell else {
          return [cell, .integer(Int64(row))]
        }
        return [.text(Text("\(integer + 11_000)")), .integer(Int64(row))]
      }
      for row in rows { builder.append(row) }
      var database = MemoryDatabase(schema: Schema(tables: [table]))
      database.load(try builder.finish(), as: TableID(0))
      for filter in [Filter.always, .test(FieldID(1), .compares(.greater, 6_000))] {
        var query = Query(
          table: TableID(0), scope: filter, projection: [FieldID(0), FieldID(1)],
          order: [OrderKey(FieldID(0), direction), OrderKey(FieldID(1), .descending)])
        let all = try database.select(query).records()
        for limit in [1, 30, 5_000] {
          query.limit = limit
          #expect(try database.select(query).records() == Array(all.prefix(limit)))
        }
      }
    }
  }
}
