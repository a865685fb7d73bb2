import FilterMemory
import RecordFilter
import RowscopeModel
import Testing

/// How many records a query gives, and what their links show.
@Suite struct SelectionTests {
  private let sample: Sample

  init() throws { sample = try Sample([3, 1, .null, 2], affinity: .integer) }

  private func rows(
    order: [OrderKey] = [], start: Query.Start = .first, limit: Int? = nil
  ) throws -> [UInt32] {
    try sample.database.select(sample.query(order: order, start: start, limit: limit)).rows
  }

  @Test func limitsOfAnySize() throws {
    let order = [OrderKey(Sample.cell)]
    for order in [[], order] {
      let all: [UInt32] = order.isEmpty ? [0, 1, 2, 3] : [2, 1, 3, 0]
      #expect(try rows(order: order) == all)
      #expect(try rows(order: order, limit: 0) == [])
      #expect(try rows(order: order, limit: 2) == Array(all.prefix(2)))
      #expect(try rows(order: order, limit: 9) == all)
      #expect(try rows(order: order, start: .offset(1), limit: .max) == Array(all.dropFirst()))
      #expect(try rows(order: order, start: .offset(9), limit: 1) == [])
      #expect(try rows(order: order, start: .offset(1), limit: 2) == Array(all[1...2]))
      #expect(try rows(order: order, start: .offset(.max), limit: .max) == [])
    }
    #expect(try rows(start: .after([])) == [0, 1, 2, 3])
  }

  @Test func theFirstRecordsAndFields() throws {
    let selection = try sample.database.select(sample.query())
    #expect(try selection.showing(1, records: 2).records() == [[3], [1]])
    #expect(try selection.showing(1, records: nil).records() == [[3], [1], [.null], [2]])
    #expect(try selection.showing(0, records: 1).records() == [[]])
    #expect(try selection.record(3) == [2])
  }

  @Test func nothingToSort() throws {
    let empty = try Sample([], affinity: .integer)
    #expect(
      try empty.database.select(empty.query(order: [OrderKey(Sample.cell)])).rows == [])
    let nulls = try Sample([.null, .null])
    #expect(
      try nulls.database.select(nulls.query(order: [OrderKey(Sample.cell, .descending)])).rows
        == [0, 1])
  }

  @Test func aCancelledQueryGivesNothing() throws {
    let large = try Sample((0..<50_000).map { .integer($0) }, affinity: .integer)
    let filter = Filter.test(Sample.cell, .compares(.greater, 5))
    for query in [large.query(filter), large.query(filter, order: [OrderKey(Sample.cell)])] {
      #expect(throws: MemoryError.self) {
        try large.database.select(query, shouldContinue: { false })
      }
      #expect(throws: MemoryError.self) {
        try large.database.count(query, shouldContinue: { false })
      }
    }
    #expect(try large.database.count(large.query(filter)) == 49_994)
    #expect(try large.database.count(large.query(filter), upTo: 7) == 7)
  }

  @Test func aMissingTableIsReported() throws {
    var database = sample.database
    database.load(nil, as: Sample.table)
    #expect(throws: MemoryError.self) { try database.select(sample.query()) }
    let errors: [(MemoryError.Kind, String)] = [
      (.columnTooLarge("t", "c"), "t.c"), (.tooManyRows("t"), "t"), (.notLoaded("t"), "t"),
    ]
    for (kind, name) in errors {
      #expect("\(MemoryError(kind))".contains(name))
    }
  }

  // MARK: Links

  /// The members of a record's link, as SQLite writes them: escaped, in order, without NULLs and
  /// blobs.
  @Test func aLinksMembersAreAnArray() throws {
    let schema = Schema.recordsWithLinks
    let text: Text = "a\"b\\\u{8}\t\n\u{C}\r\u{1}\u{1F}é"
    let members: [(Value, Value)] = [
      (1, .text(text)), (1, 2.5), (1, 2), (1, 2.0), (1, .null), (1, .blob([1])), (2, "b"), (2, "a"),
      (2, "a"), (.null, "lost"), (9, "lost"),
    ]
    var database = MemoryDatabase(schema: schema)
    var records = ColumnTableBuilder(schema[TableID(0)])
    for id in [Value.integer(1), 2, 3, .null] { records.append([id]) }
    database.load(try records.finish(), as: TableID(0))
    var links = ColumnTableBuilder(schema[TableID(1)])
    for (record, member) in members { links.append([record, member]) }
    database.load(try links.finish(), as: TableID(1))
    let query = Query(
      table: TableID(0), scope: .always, projection: [FieldID(1)], order: [])
    let expected: [Value] = [
      .text(Text(#"[2,2.0,2.5,"a\"b\\\b\t\n\f\r\u0001\u001fé"]"#)), #"["a","a","b"]"#, "[]", "[]",
    ]
    #expect(try database.select(query).records().map { $0[0] } == expected)
    // In the order of these arrays, which are in no column.
    for direction in [OrderKey.Direction.ascending, .descending] {
      let rows = try database.select(
        Query(
          table: TableID(0), scope: .always, projection: [],
          order: [OrderKey(FieldID(1), direction)])
      ).rows
      #expect(rows == (direction == .ascending ? [1, 0, 2, 3] : [2, 3, 0, 1]))
    }
  }
}
