package import RecordFilter
import RowscopeModel

/// Tables in memory, which answer queries as SQLite does.
///
/// ```
/// var database = MemoryDatabase(schema: schema)
/// database.load(tasks, as: schema.tableID(named: "tasks"))
/// let page = try database.select(query)
/// ```
///
/// A value: a query that runs sees the tables that were there when it began.
package struct MemoryDatabase: Sendable {
  package let schema: Schema
  private var tables: [ColumnTable?]

  package init(schema: Schema) {
    self.schema = schema
    tables = Array(repeating: nil, count: schema.tables.count)
  }

  /// Puts a table in its place, or takes it away.
  package mutating func load(_ table: ColumnTable?, as id: TableID) { tables[id.index] = table }

  package func table(_ id: TableID) throws(MemoryError) -> ColumnTable {
    guard let table = tables[id.index] else {
      throw MemoryError(.notLoaded(schema[id].name))
    }
    return table
  }

  /// How many records a query has, whatever its page; at most `limit` where one is given, so that counting ends early.
  ///
  /// - Parameter isWanted: asked now and then whether to go on: for deadlines, and for whoever went away.
  /// - Throws: ``MemoryError`` where a table that the query reads is not loaded, or `isWanted` said no.
  package func count(
    _ query: Query, upTo limit: Int? = nil, isWanted: @escaping () -> Bool = { true }
  ) throws(MemoryError) -> Int {
    var query = query
    query.start = .first
    let interruption = CancellationCheck(isWanted: isWanted)
    let count = try scan(query, interruption).count(upTo: limit)
    if interruption.hasStruck { throw MemoryError(.interrupted) }
    return count
  }

  /// The records of a query, in its order, from its start, as many as it wants. Where the order leaves two records the same,
  /// they stand in the order in which they were loaded.
  ///
  /// Complexity: linear in the table, and n log m to put the first m of n records in order.
  ///
  /// - Parameter isWanted: asked now and then whether to go on: for deadlines, and for whoever went away.
  /// - Throws: ``MemoryError`` where a table that the query reads is not loaded, or `isWanted` said no.
  package func select(
    _ query: Query, isWanted: @escaping () -> Bool = { true }
  ) throws(MemoryError) -> Selection {
    let table = try table(query.table)
    let interruption = CancellationCheck(isWanted: isWanted)
    let scan = try scan(query, interruption)
    var skipped = 0
    if case .offset(let records) = query.start { skipped = max(0, records) }
    let wanted = query.limit.map { limit in
      let (sum, overflow) = limit.addingReportingOverflow(skipped)
      return overflow ? Int.max : max(0, sum)
    }
    var rows: [UInt32]
    let order = try RowOrder(query.order, table, in: self)
    if order.isThatOfRows {
      rows = wanted == 0 ? [] : scan.rows(upTo: wanted)
    } else {
      var sorter = RowSorter(
        order, limit: wanted.flatMap { $0 < table.rowCount ? $0 : nil })
      scan.sort(into: &sorter)
      rows = sorter.finish()
    }
    if interruption.hasStruck { throw MemoryError(.interrupted) }
    if skipped > 0 { rows.removeFirst(min(skipped, rows.count)) }
    return Selection(database: self, table: table, fields: query.projection, rows: rows)
  }

  private func scan(
    _ query: Query, _ interruption: CancellationCheck
  ) throws(MemoryError) -> Scan {
    let table = try table(query.table)
    var parts = [query.scope, query.request]
    if case .after(let values) = query.start { parts.append(.after(values, query.order)) }
    let planner = Planner(database: self, interruption: interruption)
    return Scan(try planner.predicate(.all(parts), table), rowCount: table.rowCount, interruption)
  }
}

extension Filter {
  /// The records that stand after these values in an order. NULL stands before everything in ascending order and after
  /// everything in descending order.
  fileprivate static func after(_ values: [Value], _ order: [OrderKey]) -> Filter {
    precondition(values.count == order.count, "a cursor has one value for each key of its order")
    var equals: [Filter] = []
    var ways: [Filter] = []
    for (key, value) in zip(order, values) {
      let isNull = Filter.test(key.field, .isNull)
      let isAfter: Filter =
        switch (key.direction, value.isNull) {
        case (.ascending, true): isNull.complement
        case (.descending, true): .never
        case (.ascending, false): .test(key.field, .compares(.greater, value))
        case (.descending, false): .any(.test(key.field, .compares(.less, value)), isNull)
        }
      ways.append(.all(equals + [isAfter]))
      equals.append(value.isNull ? isNull : .test(key.field, .equals(value)))
    }
    return order.isEmpty ? .always : .any(ways)
  }
}
