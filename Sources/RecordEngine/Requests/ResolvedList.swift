package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// A resolved request, independent of its page and of the reader.
///
/// It is a class because the plan cache passes it from request to request, and it has some thirty
/// parts.
package final class ResolvedList: Sendable {
  package let table: AccessibleTable
  /// The request for the first page; for one record, without its key.
  package let resolved: ResolvedRequest
  package let shape: RecordShape
  /// The error if the record does not exist.
  package let notFound: ServiceError
  private let statement = Mutex<CompiledStatement?>(nil)
  private let pushScan = Mutex<PushScan>(.unknown)
  /// The number of later pages to answer without trying whether their first statement suffices.
  private let untried = Atomic<Int>(0)

  private enum PushScan {
    case unknown
    case none
    case statement(CompiledStatement)
  }

  package init(_ table: AccessibleTable, _ resolved: ResolvedRequest) {
    self.table = table
    self.resolved = resolved
    shape = table.shape(of: resolved)
    notFound = ServiceError(
      .notFound, "no such record in table \(Printable.quoted(table.table.name.string))")
  }

  /// Whether to try if the first statement of a later page suffices. It never does if the first
  /// sort key identifies records, and an unnecessary try costs as much as a successful one saves.
  package var triesFirstStatement: Bool {
    guard untried.load(ordering: .relaxed) > 0 else { return true }
    untried.subtract(1, ordering: .relaxed)
    return false
  }

  /// Records that the first statement of a later page did not suffice.
  package func firstStatementFellShort() { untried.store(16, ordering: .relaxed) }

  /// The statement of the first page, compiled on first use.
  package func statementOfFirstPage() throws(ServiceError) -> CompiledStatement {
    try orMade { () throws(ServiceError) in try table.engine.compile(resolved.query) }
  }

  /// The push scan statement, which passes all records to a function and costs a third less than
  /// stepping; nil unless SQLite scans the whole table in any case.
  ///
  /// - Parameter plan: returns SQLite's plan for a statement.
  package func pushScanStatement(
    _ plan: (SQLStatement) throws(ServiceError) -> QueryPlan
  ) throws(ServiceError) -> CompiledStatement? {
    switch pushScan.withLock({ $0 }) {
    case .none: return nil
    case .statement(let known): return known
    case .unknown: break
    }
    let query = resolved.query
    var compiled: CompiledStatement?
    // A descending scan would have the same plan, so require ascending order.
    if query.limit == nil, query.order.allSatisfy({ $0.direction == .ascending }),
      try plan(statementOfFirstPage().sql).readsOneTableThrough
    {
      compiled = try table.engine.pushScan(of: query)
    }
    let found = compiled.map(PushScan.statement) ?? .none
    pushScan.withLock { $0 = found }
    return compiled
  }

  /// The statement for the record with a key without nulls; ``CompiledStatement/places`` says where
  /// the key's values go.
  package func statementOfOne() throws(ServiceError) -> CompiledStatement {
    try orMade { () throws(ServiceError) in
      let fields = table.table.primaryKey
      func compiled(from first: Int64) throws(ServiceError) -> SQLStatement {
        var query = resolved.query
        query.request = AccessibleTable.filter(
          fields, fields.indices.map { .integer(first + Int64($0)) })
        return try table.engine.sql(of: query)
      }
      // Compile it for two different keys: the positions where the bindings differ are those of the
      // key.
      let count = Int64(fields.count)
      let (one, other) = (try compiled(from: 0), try compiled(from: count))
      let places = fields.indices.compactMap { part in
        zip(one.bindings, other.bindings).enumerated().first { _, pair in
          pair == (.integer(Int64(part)), .integer(count + Int64(part)))
        }?.offset
      }
      precondition(
        one.text == other.text && places.count == fields.count,
        "the text of a statement depends on the shape of its query alone")
      return CompiledStatement(one, as: table.engine.permissions, places: places)
    }
  }

  private func orMade(
    _ make: () throws(ServiceError) -> CompiledStatement
  ) throws(ServiceError) -> CompiledStatement {
    if let known = statement.withLock({ $0 }) { return known }
    let compiled = try make()
    statement.withLock { $0 = compiled }
    return compiled
  }
}

extension RequestResolution {
  /// The start of the page of a request that is resolved already.
  package func start(_ request: ListRequest, of base: ResolvedList) throws(ServiceError)
    -> Query.Start
  {
    let resolved = base.resolved
    return try start(
      request, size: resolved.size, origin: resolved.origin,
      keys: resolved.keyPositions.map { _ in resolved.query.order.count })
  }
}

/// A statement to run, with its values.
package final class CompiledStatement: Sendable {
  package let sql: SQLStatement
  package let key: StatementKey
  /// The positions of a record's key values among the bindings, in key order.
  package let places: [Int]

  package init(_ sql: SQLStatement, as permissions: ReadPermissions, places: [Int] = []) {
    self.sql = sql
    self.places = places
    key = StatementKey(sql.text, as: .reading(permissions))
  }

  /// The bindings for the record with this key.
  package func bindings(for values: [Value]) -> [Value] {
    var bindings = sql.bindings
    for (place, value) in zip(places, values) { bindings[place] = value }
    return bindings
  }
}
