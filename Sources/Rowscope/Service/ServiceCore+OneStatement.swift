import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Answers requests that need one statement, or whose first statement suffices, without a
/// transaction.
///
/// A single statement sees one snapshot by itself. The transaction would also ensure, before
/// anything is read, that the tables are those that the request was resolved for; here SQLite
/// confirms that for a statement that has run on these tables before
/// (``Statement/hasRead(schemaVersion:)``). Otherwise nothing has been returned yet, and the
/// request runs in a transaction as usual.
extension ServiceCore {
  /// Like ``list(_:as:)``; nil if the request needs a transaction.
  func listByOneStatement(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Page<Record>? {
    let user = try settled(user)
    guard request.count == .none,
      let (pool, snapshot) = knownSnapshot(for: user),
      let key = PlanCache.Key(request, anySize: false, as: user),
      let prepared = snapshot.planCache.request(for: key), prepared.resolved.layout == nil,
      // What is wrong with the page is said when the request goes the long way.
      let start = try? prepared.resolved.start(of: request)
    else { return nil }
    let list = PreparedPage(
      of: prepared, start: start, key: nil, counting: .none, decision: .sqlite(.memoryIsOff))
    guard let statement = try list.firstStatement(in: snapshot.schema) else { return nil }
    var page = PageOfRows(list)
    var records: [Record] = []
    records.reserveCapacity(min(list.size ?? 0, ReadSession.mostRecordsForeseen))
    let maker = list.recordMaker
    let isAnswered = try await forEachRow(of: statement, list, pool, snapshot) {
      page = PageOfRows(list)
      records.removeAll(keepingCapacity: true)
    } _: { (row: borrowing Row) in
      guard page.take(row) else { return false }
      records.append(maker.record(row))
      return true
    }
    guard isAnswered else { return nil }
    let end = page.end
    guard statement.isWhole || end.hasMore else {
      // The next page would need another statement, which may see another snapshot.
      prepared.firstStatementFellShort()
      return nil
    }
    return Page(
      items: records, hasMore: end.hasMore, next: end.next, count: nil,
      may: request.may ? records.map { $0.may ?? [] } : nil,
      readonly: request.may ? records.map { $0.readonly ?? [] } : nil, scope: prepared.scope)
  }

  /// Like ``get(_:from:select:as:)``; nil if the request needs a transaction.
  func getByOneStatement(
    _ key: [Value], from table: String, select: [FieldSelection]?, as user: User
  ) async throws(ServiceError) -> Record? {
    let user = try settled(user)
    guard let (pool, snapshot) = knownSnapshot(for: user),
      let cacheKey = PlanCache.Key(table: table, select: select, as: user),
      let prepared = snapshot.planCache.request(for: cacheKey), prepared.resolved.layout == nil
    else { return nil }
    try prepared.table.check(key: key)
    let list = PreparedPage(
      of: prepared, start: .first, key: key, counting: .none, decision: .sqlite(.memoryIsOff))
    var record: Record?
    guard let statement = try list.firstStatement(in: snapshot.schema) else { return nil }
    let isAnswered = try await forEachRow(of: statement, list, pool, snapshot) {
      record = nil
    } _: { (row: borrowing Row) in
      record = list.recordMaker.record(row)
      return false
    }
    guard isAnswered else { return nil }
    guard let record else { throw prepared.notFound }
    return record
  }

  /// The last snapshot, for a service that has only a database, without memory or verification, and
  /// for a user about whom nothing is looked up there.
  private func knownSnapshot(for user: User) -> (ConnectionPool, ServiceSnapshot)? {
    // The snapshot is looked at last: it has what was read again up to then.
    guard case .database(let pool, nil) = source, verifier == nil, !user.isToBeLookedUp,
      profileFiles?.areSame(of: user) ?? true, let known = lastSnapshot, known.documents == nil
    else { return nil }
    return (pool, known)
  }

  /// - Parameter restart: called before the rows are read from the first one again.
  /// - Returns: whether the rows were read; if not, `body` was not called.
  private func forEachRow(
    of first: PreparedPage.Statement, _ list: PreparedPage, _ pool: ConnectionPool,
    _ snapshot: ServiceSnapshot, restart: () -> Void, _ body: (borrowing Row) -> Bool
  ) async throws(ServiceError) -> Bool {
    do throws(StoreError) {
      let connection: Connection
      switch try await pool.turn(deadline: deadline) {
      // It has run no statement.
      case .unopened: return false
      case .open(let free): connection = free
      }
      let meter = connection.meter
      if let kind = list.kind, list.request.beginOnCaller(kind, meter) {
        var failure: StoreError?
        var isRead = false
        do throws(StoreError) {
          isRead = try forEachRow(of: first, on: connection, snapshot, body)
        } catch {
          failure = error
        }
        if list.request.endOnCaller(kind, meter) {
          if let failure { throw failure }
          return isRead
        }
        restart()
      }
      guard connection.hasRun(first.compiled.key, on: snapshot.schemaVersion) else { return false }
      var passed: Connection? = connection
      return try await pool.threads.perform { () throws(StoreError) in
        // It goes back to the pool on that thread, however busy the caller is.
        guard let connection = passed.take() else { preconditionFailure("this runs once") }
        return try list.onServiceThread(connection.meter) { () throws(StoreError) in
          try forEachRow(of: first, on: connection, snapshot, body)
        }
      }
    } catch {
      throw ServiceError(error)
    }
  }

  private func forEachRow(
    of first: PreparedPage.Statement, on connection: borrowing Connection,
    _ snapshot: ServiceSnapshot, _ body: (borrowing Row) -> Bool
  ) throws(StoreError) -> Bool {
    guard
      let statement = connection.statement(first.compiled.key, lastRunOn: snapshot.schemaVersion)
    else { return false }
    try statement.bind(first.bindings)
    let hasRow: Bool
    do throws(StoreError) {
      hasRow = try statement.step()
    } catch {
      switch error.kind {
      // The tables have changed so that SQLite could not prepare the statement again, or denied
      // it.
      case .schemaChanged, .schemaMismatch, .denied: return false
      case .noSuchFile, .notADatabase, .corrupt, .locked, .readOnly, .diskFull, .cannotOpen,
        .limitExceeded, .deadlineExceeded, .cancelled, .outOfMemory, .ioError, .constraint,
        .unsupportedEncoding, .expressionFailed, .mismatchedRecord, .internalError:
        throw error
      }
    }
    guard statement.hasRead(schemaVersion: snapshot.schemaVersion) else { return false }
    if hasRow { try statement.forEachRowFromCurrent(body) }
    return true
  }
}
