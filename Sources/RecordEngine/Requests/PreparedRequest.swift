import AccessProfiles
package import FilterSQL
import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// A resolved request with its statements, independent of its page.
///
/// It is a class because the plan cache passes it from request to request, and it has some thirty
/// parts.
package final class PreparedRequest: Sendable {
  package let table: AccessibleTable
  /// The request for the first page; for one record, without its key.
  package let resolved: ResolvedRequest
  package let shape: RecordShape
  /// The fingerprint of its scope, where the request asks for that.
  package let scope: String?
  private let statement: Mutex<CompiledStatement?>
  private let pushScan = Mutex<PushScan>(.unknown)
  /// The counts, by their limits.
  private let counts = Mutex<[Int?: PreparedCount]>([:])
  /// The number of later pages to answer without trying whether their first statement suffices.
  private let untried = Atomic<Int>(0)
  private let listing = Pace()
  private let listingAndCounting = Pace()
  private let counting = Pace()

  private enum PushScan {
    case unknown
    case none
    case statement(CompiledStatement)
  }

  /// Until when the records are to be found as chosen; nil for any time.
  private let end: ContinuousClock.Instant?

  /// - Parameter choice: how its records are found.
  package init(
    _ table: AccessibleTable, _ resolved: ResolvedRequest, as choice: AccessChoice? = nil,
    scope: String? = nil
  ) {
    self.scope = scope
    end = choice?.end
    statement = Mutex(choice?.statement)
    self.table = table
    self.resolved = resolved
    shape = resolved.layout?.shape ?? table.shape(of: resolved)
    hasPhases =
      resolved.query.order.first?.type != nil
      && resolved.query.beginning.phases(in: table.scope.schema).count > 1
    hasTies = resolved.hasTies
    hasKeyForms = table.table.primaryKey.contains { table.table[$0].hasKeyForms }
  }

  /// Whether it is still known how its records are best found.
  var isCurrent: Bool { end.map { $0 > .now } ?? true }

  /// Whether what it comes to changes with time, whatever its own conditions.
  var dependsOnClock: Bool {
    table.entry.dependsOnClock
      || resolved.acts != nil
        && table.entry.profiles.actsDependOnClock(table.access.table)
  }

  /// What a request is prepared for.
  package enum Work { case list, listAndCount, count }

  func withPace<Result>(of work: Work, _ body: (borrowing Pace) -> Result) -> Result {
    switch work {
    case .list: body(listing)
    case .listAndCount: body(listingAndCounting)
    case .count: body(counting)
    }
  }

  /// Whether a key may be given in another form than the stored one.
  package let hasKeyForms: Bool
  /// Whether only a position tells some records apart.
  package let hasTies: Bool
  /// Whether even the first page takes several statements.
  package let hasPhases: Bool

  /// Where the one record that is asked for is not there.
  package var notFound: ServiceError {
    ServiceError(
      .notFound, "no such record in table \(Printable.quoted(table.table.name.string))")
  }

  /// Where several records have a key that stands for one value, in different spellings.
  package var ambiguous: ServiceError {
    ServiceError(
      .notUnique,
      "several records of table \(Printable.quoted(table.table.name.string)) have this key, in "
        + "different spellings", hint: "list them with a filter")
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
    if query.limit == nil,
      query.order.allSatisfy({ $0.direction == .ascending && $0.path == nil }),
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

  /// The count of the records up to a limit, made on first use and where it is out of date.
  func count(
    upTo limit: Int?, _ make: () throws(ServiceError) -> PreparedCount
  ) throws(ServiceError) -> PreparedCount {
    if let known = counts.withLock({ $0[limit] }), known.isCurrent { return known }
    let count = try make()
    counts.withLock { $0[limit] = count }
    return count
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

/// A statement to run, with its values.
package final class CompiledStatement: Sendable {
  package let sql: SQLStatement
  package let key: StatementKey

  package init(_ sql: SQLStatement, as permissions: ReadPermissions) {
    self.sql = sql
    key = StatementKey(sql.text, as: .reading(permissions))
  }
}
