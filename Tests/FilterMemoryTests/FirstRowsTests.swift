import FilterMemory
import RecordFilter
import RowscopeModel
import Testing

/// The first rows of an order. Once enough are found, rows behind the last of them are skipped
/// without reading them, and never more than those, whatever the first rows are.
@Suite struct FirstRowsTests {
  /// The value that all rows of the first blocks have in the sorted column, and that of half of the
  /// others.
  private static let values: [(early: Value, late: Value)] = [
    (.null, 1), (1, .null), (1, 1), (.null, .null), (1, 2), (2, 1),
    (.integer(.min), .integer(.max)),
    (.null, "a"), ("a", .null), ("a", "a"), ("a", "b"), ("b", "a"),
  ]

  @Test(arguments: values.indices)
  func nothingIsSkippedTooEarly(index: Int) throws {
    let (early, late) = Self.values[index]
    // A third value, so that the column can hold null, or something other than null.
    for rare in early.isNull ? [.null, 1, "a"] : [early, .null] as [Value] {
      var rows: [[Value]] = []
      for row in 0..<5_000 {
        let isEarly = row < 4_400 || row % 2 == 0
        let first = row == 4_999 ? rare : isEarly ? early : late
        rows.append([first, .integer(Int64(row))])
      }
      let table = Table(
        name: "t", fields: [Field(name: "a"), Field(name: "id", affinity: .integer)])
      var builder = ColumnTableBuilder(table)
      for row in rows { builder.append(row) }
      var database = MemoryDatabase(schema: Schema(tables: [table]))
      database.load(try builder.finish(), as: TableID(0))
      for first in [OrderKey.Direction.ascending, .descending] {
        for second in [OrderKey.Direction.ascending, .descending] {
          // The rows of each value are in the order of the second column already.
          let values = Set(rows.map { $0[0] }).sorted {
            let order = Comparison.order($0, $1, collation: .binary)
            return (order < 0) == (first == .ascending)
          }
          let expected = values.flatMap { value in
            let equal = rows.filter { $0[0] == value }
            return second == .ascending ? equal : equal.reversed()
          }
          for limit in [10, 4_500] {
            let query = Query(
              table: TableID(0), scope: .always, projection: [FieldID(0), FieldID(1)],
              order: [OrderKey(FieldID(0), first), OrderKey(FieldID(1), second)], limit: limit)
            let found = try database.select(query).records()
            #expect(found == Array(expected.prefix(limit)), "\(first), \(second), \(limit)")
          }
        }
      }
    }
  }
}
