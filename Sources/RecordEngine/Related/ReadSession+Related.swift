import FilterMemory
import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel

extension ReadSession {
  /// The records of a list that are read before the related ones of all of them.
  private static var batchSize: Int { 500 }
  /// The most related records of one batch. Tests set fewer.
  @TaskLocal static var mostRelated = 250_000

  /// Calls `body` with the rows of a list and their related records, in batches: in each, one
  /// statement for each level, whatever the number of rows.
  ///
  /// - Parameters:
  ///   - engine: for the related records; nil for the one that suits each level.
  ///   - body: makes an answer of a row, by its number among those of its batch, and returns whether
  ///     to continue. A row may have very many related ones, so the time is asked before each.
  /// - Returns: the end of the list; nil if `body` stopped early.
  func forEachRow<Content: RowContent>(
    inBatchesOf list: PreparedPage, _ layout: AnswerLayout, _ content: Content.Type,
    by engine: QueryEngine? = nil, _ body: (LevelRows<Content>, Int) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    var rows = LevelRows<Content>(layout, telling: list.acts)
    var failure: ServiceError?
    func finish() -> Bool {
      do throws(ServiceError) {
        try readRelated(of: rows, list.table, by: engine)
        for row in 0..<rows.count {
          try checkTime()
          guard body(rows, row) else { return false }
        }
        return true
      } catch {
        failure = error
        return false
      }
    }
    let end = try forEachRow(of: list) { (row: borrowing Row) in
      rows.append(row)
      guard rows.count == Self.batchSize else { return true }
      defer { rows = LevelRows(layout, telling: list.acts) }
      return finish()
    }
    if let failure { throw failure }
    guard let end, rows.count > 0 else { return end }
    let isStopped = !finish()
    if let failure { throw failure }
    return isStopped ? nil : end
  }

  /// Reads what is related to the rows of a list, level by level.
  func readRelated<Content: RowContent>(
    of rows: LevelRows<Content>, _ table: AccessibleTable, by engine: QueryEngine? = nil
  ) throws(ServiceError) {
    var budget = Self.mostRelated
    try readRelated(of: rows, table, engine, &budget)
    try Self.checkShown(rows)
  }

  /// Throws if an answer would show too many related records: each is read once and shown wherever
  /// it is related.
  static func checkShown<Content: RowContent>(
    _ rows: LevelRows<Content>
  ) throws(ServiceError) {
    var rest = mostRelated
    for shown in rows.shownCounts {
      guard shown - 1 <= rest else { throw tooManyRelated }
      rest -= shown - 1
    }
  }

  static var tooManyRelated: ServiceError {
    ServiceError(
      .limitExceeded, "the answer has more than \(mostRelated) related records",
      hint: "ask for smaller pages, or for shorter lists")
  }

  private func readRelated<Content: RowContent>(
    of rows: LevelRows<Content>, _ table: AccessibleTable, _ engine: QueryEngine?,
    _ budget: inout Int
  ) throws(ServiceError) {
    for (level, keys) in zip(rows.layout.related, rows.keys) {
      var related = RelatedRows<Content>(level, keyCount: keys.count)
      if keys.count > 0, !level.query.isNever {
        try forEachRow(of: level, keys, table, engine) { (row: borrowing Row) in
          if let number = keys.number(ofRelated: row) { related.append(row, to: number) }
          return related.rows.count <= budget
        }
      }
      budget -= related.rows.count
      guard budget >= 0 else { throw Self.tooManyRelated }
      try readRelated(of: related.rows, table, engine, &budget)
      rows.append(related)
    }
  }

  /// Calls `body` with the rows of a level that may have one of these keys, in the level's order.
  private func forEachRow(
    of level: RelatedLevel, _ keys: LevelKeys, _ table: AccessibleTable, _ engine: QueryEngine?,
    _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) {
    let query = level.query(ofKeys: keys)
    if let tables = try memory(for: query, table, engine) {
      return try forEachMemoryRow(of: query, tables, body)
    }
    try onDatabase { connection throws(ServiceError) in
      if let list = keys.list,
        let compiled = try level.statement(table.engine, snapshot, on: connection)
      {
        _ = try table.engine.forEachRow(
          of: compiled, compiled.sql.bindings(forKeys: list), on: connection
        ) { (row: borrowing Row) throws(StoreError) in body(row) }
        return
      }
      try table.engine.forEachRow(
        of: query, on: connection, schemaVersion: snapshot.schemaVersion
      ) { (row: borrowing Row) throws(StoreError) in body(row) }
    }
  }

  /// The tables in memory, where they answer a level.
  private func memory(
    for query: Query, _ table: AccessibleTable, _ engine: QueryEngine?
  ) throws(ServiceError) -> MemoryDatabase? {
    switch engine {
    case .sqlite: return nil
    case .memory: return try heldTables(of: query)
    case nil:
      guard memory != nil, case .memory(let tables, _) = try decision(query, table, .list) else {
        return nil
      }
      return tables
    }
  }
}
