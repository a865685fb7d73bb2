package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// What a request comes to, whoever reads it and whenever, whatever its page.
///
/// One object, since what is remembered is handed from request to request and has some thirty parts.
package final class ResolvedList: Sendable {
  package let table: AccessibleTable
  /// Of the first page; of one record, without the key that tells which.
  package let resolved: ResolvedRequest
  package let shape: RecordShape
  /// Where there is none of the records.
  package let notFound: ServiceError
  private let statement = Mutex<CompiledStatement?>(nil)
  private let pushScan = Mutex<PushScan>(.unknown)
  /// How many later pages are to be asked for without trying whether their first statement is enough.
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

  /// Whether to try if the first statement of a later page is all that it takes. Where the first key of the order tells records
  /// apart it never is, and to try costs as much as it saves elsewhere.
  package var triesFirstStatement: Bool {
    guard untried.load(ordering: .relaxed) > 0 else { return true }
    untried.subtract(1, ordering: .relaxed)
    return false
  }

  /// The first statement of a later page was not enough.
  package func firstStatementFellShort() { untried.store(16, ordering: .relaxed) }

  /// The statement of the first page, put together when it is first needed.
  package func statementOfFirstPage() throws(ServiceError) -> CompiledStatement {
    try orMade { () throws(ServiceError) in try table.engine.compile(resolved.query) }
  }

  /// The statement that hands all records over to a function, which costs a third less than stepping from one to the next; nil
  /// where SQLite does not read the table through for them, from its beginning to its end, in any case.
  ///
  /// - Parameter plan: SQLite's for a statement.
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
    // The other way round the plan would look the same.
    if query.limit == nil, query.order.allSatisfy({ $0.direction == .ascending }),
      try plan(statementOfFirstPage().sql).readsOneTableThrough
    {
      compiled = try table.engine.pushScan(of: query)
    }
    let found = compiled.map(PushScan.statement) ?? .none
    pushScan.withLock { $0 = found }
    return compiled
  }

  /// The statement for the record with a key of which no value is NULL; the key is given when it is
  /// run.
  package func statementOfOne() throws(ServiceError) -> CompiledStatement {
    try orMade { () throws(ServiceError) in try table.engine.compileByKey(resolved.query) }
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
  /// Where the page of a request starts that was resolved before.
  package func start(_ request: ListRequest, of base: ResolvedList) throws(ServiceError)
    -> Query.Start
  {
    let resolved = base.resolved
    return try start(
      request, size: resolved.size, origin: resolved.origin,
      keys: resolved.keyPositions.map { _ in resolved.query.order.count })
  }
}

/// A statement to be run, with its values.
package final class CompiledStatement: Sendable {
  package let sql: SQLStatement
  package let key: StatementKey

  package init(_ sql: SQLStatement, as permissions: ReadPermissions) {
    self.sql = sql
    key = StatementKey(sql.text, as: .reading(permissions))
  }
}
