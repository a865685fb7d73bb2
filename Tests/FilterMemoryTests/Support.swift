import FilterMemory
import RecordFilter
import RowscopeModel
import TestSupport

/// A table of one column, loaded.
struct Sample {
  let field: Field
  let values: [Value]
  let database: MemoryDatabase
  /// The distinct values, and the index of each row's value: a filter is evaluated once for each.
  private let distinct: [Value]
  private let places: [Int]

  static let table = TableID(0)
  static let cell = FieldID(0)

  init(
    _ values: [Value], affinity: Affinity = .blob, collation: Collation = .binary,
    storage: Field.Storage = .column, plainTextThreshold: Int = 4_096
  ) throws {
    field = Field(name: "c", affinity: affinity, collation: collation, storage: storage)
    self.values = values
    (distinct, places) = Self.distinct(values)
    let table = Table(name: "t", fields: [field])
    var builder = ColumnTableBuilder(table, plainTextThreshold: plainTextThreshold)
    for value in values { builder.append([value]) }
    var database = MemoryDatabase(schema: Schema(tables: [table]))
    database.load(try builder.finish(), as: Self.table)
    self.database = database
  }

  private static func distinct(_ values: [Value]) -> ([Value], places: [Int]) {
    /// 0.0 and -0.0 are equal, but differ as texts.
    struct Exact: Hashable {
      let value: Value
      let isMinusZero: Bool
    }
    var (distinct, known, places) = ([Value](), [Exact: Int](), [Int]())
    for value in values {
      let isMinusZero =
        if case .real(let real) = value { real == 0 && real.sign == .minus } else { false }
      let exact = Exact(value: value, isMinusZero: isMinusZero)
      let place = known[exact] ?? distinct.count
      if place == distinct.count {
        known[exact] = place
        distinct.append(value)
      }
      places.append(place)
    }
    return (distinct, places)
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

  /// The rows that the table finds, and those for which the test of single values holds.
  func rows(_ filter: Filter) throws -> (found: [UInt32], expected: [UInt32]) {
    let table = try loaded.table
    let holds = distinct.map { filter.holds(for: [$0], in: table) { _ in false } }
    let expected = places.indices.filter { holds[places[$0]] }
    return (try database.select(query(filter)).rows, expected.map(UInt32.init))
  }
}

extension Schema {
  /// Records (`id`, `links`), whose links are the members in a second table (`record`, `member`).
  static let recordsWithLinks = Schema(tables: [
    Table(
      name: "records",
      fields: [
        Field(name: "id", affinity: .integer),
        Field(
          name: "links",
          storage: .link(
            Link(
              table: TableID(1), pairs: [ColumnPair(near: FieldID(0), far: FieldID(0))],
              member: FieldID(1)))),
      ]),
    Table(
      name: "links", fields: [Field(name: "record", affinity: .integer), Field(name: "member")]),
  ])
}
