import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Requests that come to one statement, or can be answered by their first one, answered without a transaction around it.
///
/// A statement sees one moment by itself. What else the transaction is for is to know, before anything is read, that the tables are
/// those by which the request was resolved: here SQLite says so of a statement that was run on these tables before
/// (``Statement/hasRead(schemaVersion:)``). In every other case nothing has been given to anybody, and the request goes the long way.
extension RecordService {
  /// As ``list(_:as:)``; nil where that has to be asked.
  func listByOneStatement(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Page<Record>? {
    guard request.count == .none,
      let (pool, snapshot) = knownSnapshot,
      let key = PlanCache.Key(request, anySize: false, as: user),
      let base = snapshot.planCache.list(for: key)
    else { return nil }
    let start: Query.Start
    do throws(ServiceError) {
      start = try self.start(request, of: base, as: user)
    } catch {
      // Said when it is asked.
      return nil
    }
    let list = PreparedList(
      base: base, start: start, key: nil, counting: .none, decision: .sqlite(.memoryIsOff))
    guard let statement = try list.firstStatement(in: snapshot.schema) else { return nil }
    var page = PageOfRows(list)
    var records: [Record] = []
    records.reserveCapacity(min(list.size ?? 0, ReadSession.mostRecordsForeseen))
    let (shape, shownCount) = (base.shape, base.resolved.shownCount)
    let isAnswered = try await forEachRow(of: statement, pool, snapshot) { (row: borrowing Row) in
      guard page.take(row) else { return false }
      records.append(Record(shape: shape, values: row.values(shownCount)))
      return true
    }
    guard isAnswered else { return nil }
    let end = page.end
    guard statement.isWhole || end.hasMore else {
      // What follows is another statement's, and may be of another moment.
      base.firstStatementFellShort()
      return nil
    }
    return Page(items: records, hasMore: end.hasMore, next: end.next, count: nil)
  }

  /// As ``get(_:from:select:as:)``; nil where that has to be asked.
  func getByOneStatement(
    _ key: [Value], from table: String, select: [String]?, as user: User
  ) async throws(ServiceError) -> Record? {
    guard let (pool, snapshot) = knownSnapshot,
      let cacheKey = PlanCache.Key(table: table, select: select, as: user),
      let base = snapshot.planCache.list(for: cacheKey)
    else { return nil }
    try base.table.check(key: key)
    let list = PreparedList(
      base: base, start: .first, key: key, counting: .none, decision: .sqlite(.memoryIsOff))
    var record: Record?
    guard let statement = try list.firstStatement(in: snapshot.schema) else { return nil }
    let isAnswered = try await forEachRow(of: statement, pool, snapshot) { (row: borrowing Row) in
      record = Record(shape: base.shape, values: row.values(base.resolved.shownCount))
      return false
    }
    guard isAnswered else { return nil }
    guard let record else { throw base.notFound }
    return record
  }

  /// What was known of the tables last, for a service that has them in a database alone and verifies nothing.
  private var knownSnapshot: (ConnectionPool, ServiceSnapshot)? {
    guard case .database(let pool, nil) = source, verifier == nil, let known = lastSnapshot else {
      return nil
    }
    return (pool, known)
  }

  /// Where the page of a request starts.
  private func start(
    _ request: ListRequest, of base: ResolvedList, as user: User
  ) throws(ServiceError) -> Query.Start {
    if request.after == nil, request.page == 1 { return .first }
    let table = base.table
    return try RequestResolution(
      scope: table.scope, access: table.access,
      context: ReferenceContext(user: user, clock: clock()), limits: limits,
      profileIdentity: table.entry.identity
    ).start(request, of: base)
  }

  /// - Returns: whether the rows were read; where not, `body` was given none.
  private func forEachRow(
    of first: PreparedList.FirstStatement, _ pool: ConnectionPool, _ snapshot: ServiceSnapshot,
    _ body: (borrowing Row) -> Bool
  ) async throws(ServiceError) -> Bool {
    do throws(StoreError) {
      let connection = try await pool.connection(deadline: deadline)
      guard
        let statement = connection.statement(
          first.compiled.key, lastRunOn: snapshot.schemaVersion)
      else { return false }
      try statement.bind(first.bindings)
      let hasRow: Bool
      do throws(StoreError) {
        hasRow = try statement.step()
      } catch {
        switch error.kind {
        // The tables have changed so that SQLite could not prepare the statement again, or was not allowed to.
        case .schemaChanged, .schemaMismatch, .denied: return false
        default: throw error
        }
      }
      guard statement.hasRead(schemaVersion: snapshot.schemaVersion) else { return false }
      if hasRow { try statement.forEachRowFromCurrent(body) }
      return true
    } catch {
      throw ServiceError(error)
    }
  }
}
