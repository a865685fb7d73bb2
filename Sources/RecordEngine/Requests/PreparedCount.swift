import FilterSQL
package import RecordFilter
import RecordStore
package import RowscopeModel

/// The statement for the number of a query's records.
package final class PreparedCount: Sendable {
  /// The query, with the way in which its records are found.
  let query: Query
  let statement: CompiledStatement
  /// Whether SQLite reads one table through for it, and nothing else.
  let isOneScan: Bool
  /// Counts the same records in less time.
  let walk: CountingWalk?
  private let end: ContinuousClock.Instant?

  init(
    _ query: Query, _ statement: CompiledStatement, isOneScan: Bool, walk: CountingWalk?,
    until end: ContinuousClock.Instant?
  ) {
    self.query = query
    self.statement = statement
    self.isOneScan = isOneScan
    self.walk = walk
    self.end = end
  }

  var isCurrent: Bool { end.map { $0 > .now } ?? true }
}

/// A walk of an index that counts records, and its statement.
struct CountingWalk: Sendable {
  let statement: CompiledStatement
  let walk: DateWalk
}

extension ReadSession {
  /// The number of a request's records, ignoring its page, up to `limit`.
  func count(
    _ request: PreparedRequest, upTo limit: Int? = nil
  ) throws(ServiceError) -> Int {
    let (query, table) = (request.resolved.query, request.table)
    switch try decision(query, table, .count) {
    case .memory(let tables, _): return try countInMemory(query, tables, upTo: limit)
    case .sqlite:
      guard !query.isNever else { return 0 }
      return try onDatabase { connection throws(ServiceError) in
        let count = try request.count(upTo: limit) { () throws(ServiceError) in
          try preparedCount(query, table, upTo: limit, on: connection)
        }
        return try self.count(count, table, upTo: limit, on: connection)
      }
    }
  }

  /// The number of records of a query, ignoring its page, up to `limit`.
  package func countInSQLite(
    _ query: Query, _ table: AccessibleTable, upTo limit: Int? = nil
  ) throws(ServiceError) -> Int {
    guard !query.isNever else { return 0 }
    return try onDatabase { connection throws(ServiceError) in
      try count(
        try preparedCount(query, table, upTo: limit, on: connection), table, upTo: limit,
        on: connection)
    }
  }

  /// The query for the number of a query's records.
  package func countQuery(
    _ query: Query, _ table: AccessibleTable
  ) throws(ServiceError) -> AccessChoice {
    var query = query
    // A page may be read in its order; all records are not.
    query.accessPath = .any
    return try choice(query, table, .count) ?? AccessChoice(query: query)
  }

  private func preparedCount(
    _ query: Query, _ table: AccessibleTable, upTo limit: Int?, on connection: borrowing Connection
  ) throws(ServiceError) -> PreparedCount {
    let choice = try countQuery(query, table)
    let statement = CompiledStatement(
      try table.engine.sql(ofCounting: choice.query, upTo: limit), as: table.engine.permissions)
    var isOneScan = false
    if limit == nil, let pool, pool.capacity > 1 {
      isOneScan =
        try snapshot.plans.plan(of: statement.sql, on: connection).readsOneTableThrough
    }
    let walk =
      limit == nil && !isOneScan
      ? try table.engine.walk(counting: choice.query) { sql throws(ServiceError) in
        try snapshot.plans.plan(of: sql, on: connection)
      } : nil
    return PreparedCount(
      choice.query, statement, isOneScan: isOneScan, walk: walk, until: choice.end)
  }

  private func count(
    _ count: PreparedCount, _ table: AccessibleTable, upTo limit: Int?,
    on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    if limit == nil, count.isOneScan,
      let number = try splitCount(count.query, table, on: connection)
    {
      return number
    }
    if let walk = count.walk {
      return try serviceErrors { () throws(StoreError) in
        try connection.count(
          by: walk.walk, walk.statement.key, walk.statement.sql.bindings)
      }
    }
    return try table.engine.count(by: count.statement, on: connection)
  }
}
