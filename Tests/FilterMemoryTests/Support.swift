import FilterMemory
import RecordFilter
import RowscopeModel

/// A table of one column, loaded.
struct Sample {
  let field: Field
  let values: [Value]
  let database: MemoryDatabase

  static let table = TableID(0)
  static let cell = FieldID(0)

  init(
    _ values: [Value], affinity: Affinity = .blob, collation: Collation = .binary,
    storage: Field.Storage = .column, plainTextThreshold: Int = 4_096
  ) throws {
    field = Field(name: "c", affinity: affinity, collation: collation, storage: storage)
    self.values = values
    let table = Table(name: "t", fields: [field])
    var builder = ColumnTableBuilder(table, plainTextThreshold: plainTextThreshold)
    for value in values { builder.append([value]) }
    var database = MemoryDatabase(schema: Schema(tables: [table]))
    database.load(try builder.finish(), as: Self.table)
    self.database = database
  }

  var loaded: ColumnTable {
    get throws { try database.table(Self.table) }
  }

  func query(
    _ filter: Filter = .always, order: [OrderKey] = [], start: Query.Start = .first,
    limit: Int? = nil
  ) -> Query {
    Query(
      table: Self.table, scope: filter, projection: [Self.cell], order: order, start: start,
      limit: limit)
  }

  /// The rows that the table finds, and those that the test of a single value finds.
  func rows(_ filter: Filter) throws -> (found: [UInt32], expected: [UInt32]) {
    let table = try loaded.table
    let expected = values.indices.filter { row in
      filter.holds(for: [values[row]], in: table) { _ in false }
    }
    return (try database.select(query(filter)).rows, expected.map(UInt32.init))
  }
}
