package import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

extension ReadSession {
  /// Calls `body` with the records of a list, and the one after it, in order, until it returns
  /// false. Uses the engine chosen for the list.
  package func forEachRowBeyond(
    _ list: PreparedPage, _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) {
    if case .memory(let tables, _) = list.decision {
      return try forEachMemoryRow(of: list.resolved.query, tables, body)
    }
    guard !list.isNever else { return }
    guard let statement = try list.onlyStatement() else {
      return try forEachSQLiteRow(of: list.resolved.query, list.table, body)
    }
    try onDatabase { connection throws(ServiceError) in
      // A statement for related records cannot run within the push of a scan.
      if list.size == nil, list.key == nil, list.layout == nil {
        let pushScan = try list.request.pushScanStatement { statement throws(ServiceError) in
          try snapshot.plans.plan(of: statement, on: connection)
        }
        if let pushScan {
          let query = list.request.resolved.query
          let count = query.projection.count + query.tests.count
          return try serviceErrors { () throws(StoreError) in
            try connection.forEachRow(
              pushedBy: pushScan.key, pushScan.sql.bindings, count: count, body)
          }
        }
      }
      _ = try list.table.engine.forEachRow(
        of: statement.compiled, statement.bindings, on: connection,
        schemaVersion: snapshot.schemaVersion
      ) { (row: borrowing Row) throws(StoreError) in body(row) }
    }
  }

  /// The number of records of a query, ignoring its page, up to `limit`.
  package func count(
    _ query: Query, _ table: AccessibleTable, upTo limit: Int? = nil
  ) throws(ServiceError) -> Int {
    switch try decision(query, table, .count) {
    case .sqlite: try countInSQLite(query, table, upTo: limit)
    case .memory(let tables, _): try countInMemory(query, tables, upTo: limit)
    }
  }

  // MARK: One engine

  package func forEachSQLiteRow(
    of query: Query, _ table: AccessibleTable, _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) {
    try onDatabase { connection throws(ServiceError) in
      try table.engine.forEachRow(
        of: query, on: connection, schemaVersion: snapshot.schemaVersion
      ) {
        (row: borrowing Row) throws(StoreError) in body(row)
      }
    }
  }

  package func forEachMemoryRow(
    of query: Query, _ tables: MemoryDatabase, _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) {
    try serviceErrors { () throws(MemoryError) in
      try memoryEngine(tables).forEachRow(of: query, body)
    }
  }

  /// The result of a query in memory, for bit-by-bit comparison.
  package func memoryCells(
    of query: Query, _ tables: MemoryDatabase
  ) throws(ServiceError) -> SelectionCells {
    try serviceErrors { () throws(MemoryError) in
      try memoryEngine(tables).select(query).cells()
    }
  }

  package func countInMemory(
    _ query: Query, _ tables: MemoryDatabase, upTo limit: Int? = nil
  ) throws(ServiceError) -> Int {
    try serviceErrors { () throws(MemoryError) in
      try memoryEngine(tables).count(query, upTo: limit)
    }
  }

  package func memoryEngine(_ tables: MemoryDatabase) -> MemoryEngine {
    let (deadline, meter) = (deadline, meter)
    return MemoryEngine(tables: tables) {
      meter.takeBlocks() && !Task.isCancelled && !deadline.hasPassed
    }
  }

  /// False where only the tables are known, by a catalog.
  package var holdsRecords: Bool { pool?.holdsRecords ?? true }

  /// Runs `body` on the database's connection; throws if there is no database.
  package func onDatabase<Result: ~Copyable>(
    _ body: (borrowing Connection) throws(ServiceError) -> Result
  ) throws(ServiceError) -> Result {
    guard holdsRecords else { throw .noRecords }
    switch connection {
    case .some(let connection): return try body(connection)
    case .none:
      throw ServiceError(
        .unsupported, "the records come from no database, so SQLite cannot be asked")
    }
  }

  // MARK: Which engine

  /// The purpose of a query: lists and counts have different statements and plans.
  package enum Purpose { case list, count }

  package func decision(
    _ query: Query, _ table: AccessibleTable, _ purpose: Purpose
  ) throws(ServiceError) -> EngineDecision {
    guard let memory else { return .sqlite(.memoryIsOff) }
    if let tables = memory.alone { return .memory(tables, .noDatabase) }
    if query.isNever { return .sqlite(.nothingToRead) }
    return try onDatabase { connection throws(ServiceError) in
      let tables = query.tables(in: snapshot.schema)
      if let other = tables.first(where: { !memory.policy.covers(snapshot.schema[$0].name) }) {
        return .sqlite(.notChosen(snapshot.schema[other].name))
      }
      if let view = nondeterministicView(in: tables) { return .sqlite(.nondeterministic(view)) }
      if let view = tables.sorted().first(where: { snapshot.schema[$0].readsClock }) {
        return .sqlite(.readsClock(snapshot.schema[view].name))
      }
      if memory.policy.use == .always {
        try leaveCaller()
        return .memory(try memory.load(tables, snapshot, on: connection), .alwaysWanted)
      }
      if try isServedByIndex(query, table, purpose, on: connection) {
        return .sqlite(.indexServes)
      }
      if memory.isBehind { try leaveCaller() }
      let availability = try serviceErrors { () throws(StoreError) in
        try memory.availability(of: tables, snapshot, on: connection)
      }
      switch availability {
      case .available(let held): return .memory(held, .noIndexServes)
      case .missing(let id, let reason):
        return .sqlite(.notCached(snapshot.schema[id].name, reason))
      }
    }
  }

  /// A view among these tables whose rows SQLite chooses.
  package func nondeterministicView(in tables: Set<TableID>) -> Name? {
    tables.sorted().map { snapshot.schema[$0] }.first { !$0.nondeterministicSources.isEmpty }?.name
  }

  /// Whether SQLite finds the records through an index instead of scanning a table.
  private func isServedByIndex(
    _ query: Query, _ table: AccessibleTable, _ purpose: Purpose,
    on connection: borrowing Connection
  ) throws(ServiceError) -> Bool {
    let queries = purpose == .list ? query.phases(in: snapshot.schema) : [query]
    // An index brings the records to skip one by one, too.
    if case .offset(let offset) = query.start, queries.count > 1, offset > QueryPlan.mostSkipped {
      return false
    }
    for query in queries where !query.isNever {
      let statement =
        purpose == .list
        ? try table.engine.sql(of: query) : try table.engine.sql(ofCounting: query)
      let plan = try snapshot.plans.plan(of: statement, on: connection)
      guard plan.serves(query, asList: purpose == .list) else { return false }
    }
    return true
  }
}

extension MemoryPolicy {
  /// Whether the policy holds a table in memory.
  package func covers(_ table: Name) -> Bool {
    switch tables {
    case .none: false
    case .all: true
    case .named(let names): names.contains { Name($0) == table }
    }
  }
}
