package import RecordFilter
import RowscopeModel

/// Tables in memory that answer queries as SQLite does.
///
/// ```
/// var database = MemoryDatabase(schema: schema)
/// database.load(tasks, as: schema.tableID(named: "tasks"))
/// let page = try database.select(query)
/// ```
///
/// A value: a running query keeps the tables that were loaded when it began.
package struct MemoryDatabase: Sendable {
  package let schema: Schema
  private var tables: [ColumnTable?]

  package init(schema: Schema) {
    self.schema = schema
    tables = Array(repeating: nil, count: schema.tables.count)
  }

  /// Sets or removes a table.
  package mutating func load(_ table: ColumnTable?, as id: TableID) { tables[id.index] = table }

  package func table(_ id: TableID) throws(MemoryError) -> ColumnTable {
    guard let table = tables[id.index] else {
      throw MemoryError(.notLoaded(schema[id].name))
    }
    return table
  }

  /// The number of a query's records on all pages, counted up to `limit` if given.
  ///
  /// - Parameter shouldContinue: polled regularly, for deadlines and cancellation.
  /// - Throws: ``MemoryError`` if a table of the query is not loaded, or if `shouldContinue`
  ///   returned false.
  package func count(
    _ query: Query, upTo limit: Int? = nil, shouldContinue: @escaping () -> Bool = { true }
  ) throws(MemoryError) -> Int {
    var query = query
    query.start = .first
    let interruption = CancellationCheck(shouldContinue: shouldContinue)
    let count = try scan(query, interruption).count(upTo: limit)
    if interruption.isCancelled { throw MemoryError(.interrupted) }
    return count
  }

  /// A query's records, in its order, from its start and up to its limit. Records that the order
  /// does not distinguish are in the order in which they were loaded.
  ///
  /// Complexity: linear in the table, and n log m to sort the first m of n records.
  ///
  /// - Parameter shouldContinue: polled regularly, for deadlines and cancellation.
  /// - Throws: ``MemoryError`` if a table of the query is not loaded, or if `shouldContinue`
  ///   returned false.
  package func select(
    _ query: Query, shouldContinue: @escaping () -> Bool = { true }
  ) throws(MemoryError) -> Selection {
    guard let (tied, rest) = query.splitWithin else {
      return try selectInOnePass(query, shouldContinue: shouldContinue)
    }
    let first = try selectInOnePass(tied, shouldContinue: shouldContinue)
    var after = rest
    after.limit = query.limit.map { max(0, $0 - first.count) }
    return first.followed(by: try selectInOnePass(after, shouldContinue: shouldContinue))
  }

  private func selectInOnePass(
    _ query: Query, shouldContinue: @escaping () -> Bool
  ) throws(MemoryError) -> Selection {
    let table = try table(query.table)
    let interruption = CancellationCheck(shouldContinue: shouldContinue)
    let scan = try scan(query, interruption)
    var skipped = 0
    if case .offset(let records) = query.start { skipped = max(0, records) }
    let wanted = query.limit.map { limit in
      let (sum, overflow) = limit.addingReportingOverflow(skipped)
      return overflow ? Int.max : max(0, sum)
    }
    var rows: [UInt32]
    let order = try RowOrder(query.order, table, in: self, interruption)
    if order.isStorageOrder {
      rows = wanted == 0 ? [] : scan.rows(upTo: wanted)
    } else {
      var sorter = RowSorter(
        order, limit: wanted.flatMap { $0 < table.rowCount ? $0 : nil })
      scan.sort(into: &sorter)
      rows = sorter.finish()
    }
    if interruption.isCancelled { throw MemoryError(.interrupted) }
    if skipped > 0 { rows.removeFirst(min(skipped, rows.count)) }
    let planner = Planner(database: self, interruption: interruption)
    var keys: [RelatedValues] = []
    for key in query.keyValues {
      let operand = FieldOperand(steps: key.operand.steps, field: key.field)
      keys.append(RelatedValues(try planner.side(operand, table)))
    }
    var tests: [[Bool]] = []
    for test in query.tests {
      let scan = Scan(
        try planner.predicate(test, table), rowCount: table.rowCount, interruption)
      tests.append(scan.results(for: rows))
    }
    if interruption.isCancelled { throw MemoryError(.interrupted) }
    return Selection(
      database: self, table: table, fields: query.projection, keys: keys, tests: tests, rows: rows)
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
  /// The records after these values of an order's first keys. NULL comes first in ascending order
  /// and last in descending order.
  fileprivate static func after(_ values: [Value], _ order: [OrderKey]) -> Filter {
    precondition(values.count <= order.count, "a cursor has values for the first keys of its order")
    var equals: [Filter] = []
    var alternatives: [Filter] = []
    for (key, value) in zip(order, values) {
      let isNull = key.isNull
      let isAfter: Filter =
        switch (key.direction, value.isNull) {
        case (.ascending, true): isNull.complement
        case (.descending, true): .never
        case (.ascending, false): key.filter(.compares(.greater, value))
        case (.descending, false): .any(key.filter(.compares(.less, value)), isNull)
        }
      alternatives.append(.all(equals + [isAfter]))
      equals.append(value.isNull ? isNull : key.filter(.equals(value)))
    }
    return order.isEmpty ? .always : .any(alternatives)
  }
}
