import AccessProfiles
import Documents
import FilterMemory
package import RecordEngine
import RecordFilter
package import RecordStore
import RowscopeModel
import Synchronization
package import Workspaces

/// Answers requests for records: each user gets the records and the fields that their profile gives them.
///
/// ```swift
/// let service = try RecordService(workspace: .load(path: "helpdesk"))
/// let page = try await service.list(ListRequest(table: "tasks", size: 50), as: ana)
/// ```
///
/// A service may be used from any number of tasks at once. Each request runs in one read transaction on one connection of a
/// pool; where all are busy it waits without holding a thread. While SQLite works it holds the calling task's thread: the
/// request's deadline bounds for how long.
///
/// When the database's tables change, the next request reads the schema again and checks the profiles against it, so that no
/// answer is ever projected by a schema that holds no longer.
public final class RecordService: Sendable {
  /// What a service lets one request have.
  public typealias Limits = ServiceLimits

  public let limits: Limits
  let source: Source
  let workspace: WorkspaceDocument?
  let verifier: Verifier?
  let writeSource: WriteSource
  let clock: @Sendable () -> RequestClock
  private let state: Mutex<State>

  /// Where the records are.
  enum Source {
    /// In a database, and some tables in memory too.
    case database(ConnectionPool, ColumnCache?)
    /// In memory alone.
    case tables(MemoryDatabase)
  }

  private struct State {
    var profiles: ProfileCatalog
    var snapshot: ServiceSnapshot?
  }

  /// - Parameters:
  ///   - pool: connections to the database.
  ///   - profiles: the profiles that users may have.
  ///   - workspace: what is declared beyond the database's own schema.
  ///   - memory: which tables are held in memory too, for what no index serves.
  ///   - verification: the share of answers that both engines are asked for, and who is told.
  ///   - clock: the time of each request; the system's, in UTC, unless something else is given.
  ///   - writing: where it writes, if it does: the same database.
  package convenience init(
    pool: ConnectionPool, profiles: ProfileCatalog, workspace: WorkspaceDocument? = nil,
    limits: Limits = Limits(), memory: MemoryPolicy = .none, verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, writing: WriteSource = .none
  ) {
    let held =
      memory.tables == .none
      ? nil
      : ColumnCache(memory) { () throws(StoreError) -> sending Connection in
        try pool.openSeparateConnection()
      }
    self.init(
      source: .database(pool, held), profiles: profiles, workspace: workspace, limits: limits,
      verification: verification, clock: clock, writing: writing)
  }

  init(
    source: Source, profiles: ProfileCatalog, workspace: WorkspaceDocument?, limits: Limits,
    verification: Verification? = nil, clock: (@Sendable () -> RequestClock)?,
    writing: WriteSource = .none
  ) {
    self.source = source
    writeSource = writing
    self.workspace = workspace
    self.limits = limits
    verifier = verification.map { Verifier($0) }
    self.clock = clock ?? { RequestClock(now: SystemClock.now) }
    state = Mutex(State(profiles: profiles))
  }

  /// Puts other profiles in the place of those that the service had. Requests that have begun keep the old ones.
  package func replaceProfiles(_ profiles: ProfileCatalog) {
    state.withLock {
      $0.profiles = profiles
      $0.snapshot = nil
    }
  }

  // MARK: Reading

  /// Reads several things for one user as of one moment.
  ///
  /// Everything that `body` reads, it reads in one read transaction, and each read costs less than
  /// on its own. `body` runs on the calling task's thread.
  ///
  /// Complexity: one connection of the pool for as long as `body` runs.
  /// - Throws: what `body` throws; `deadline_exceeded`, `cancelled` and `database_error` before.
  public func read<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordReader) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let reader = RecordReader(try await reader(as: user, at: clock))
    let result = try body(reader)
    verifyChosen(of: reader.session)
    return result
  }

  /// The same for the package's own parts, which see more of a reader than its users do.
  package func withSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let session = try await reader(as: user, at: clock)
    let result = try body(session)
    verifyChosen(of: session)
    return result
  }

  private func verifyChosen(of session: borrowing ReadSession) {
    guard let chosen = session.chosen?.questions, !chosen.isEmpty else { return }
    verify(chosen, in: session.context)
  }

  /// A reader with a connection and a read transaction of its own, which end with it.
  func reader(
    as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> ReadSession {
    let context = ReferenceContext(user: user, clock: clock ?? self.clock())
    let deadline = deadline
    switch source {
    case .database(let pool, let held):
      let connection = try await connection(of: pool, deadline)
      // Before anything is read: what is in memory already then is older than the view of this reader.
      let memory = held.map { ReaderMemory($0, policy: $0.policy) }
      let snapshot = try self.snapshot(connection)
      return ReadSession(
        connection: connection, pool: pool, memory: memory, deadline: deadline,
        chosen: verifier.map { ChosenQuestions($0) }, snapshot: snapshot, context: context,
        limits: limits)
    case .tables(let tables):
      return ReadSession(
        connection: nil, memory: ReaderMemory(tables), deadline: deadline, chosen: nil,
        snapshot: snapshot(tables.schema), context: context, limits: limits)
    }
  }

  /// What was known of the database when it was last looked at.
  var lastSnapshot: ServiceSnapshot? { state.withLock { $0.snapshot } }

  /// A connection in a read transaction, which has read nothing yet.
  private func connection(
    of pool: ConnectionPool, _ deadline: Deadline
  ) async throws(ServiceError) -> sending Connection {
    do throws(StoreError) {
      let connection = try await pool.connection(deadline: deadline)
      try connection.beginReading()
      return connection
    } catch {
      throw ServiceError(error)
    }
  }

  /// What is known of tables that are in memory alone. They never change.
  private func snapshot(_ schema: Schema) -> ServiceSnapshot {
    state.withLock { state in
      if let known = state.snapshot { return known }
      let snapshot = ServiceSnapshot(
        schemaVersion: 0, schema: schema, notes: [], profiles: state.profiles)
      state.snapshot = snapshot
      return snapshot
    }
  }

  var deadline: Deadline { limits.timeout.map { .after($0) } ?? .never }

  /// The schema with what the workspace declares.
  private func declared(_ schema: Schema) throws(ServiceError) -> Schema {
    guard let workspace else { return schema }
    do throws(Diagnostics) {
      return try schema.applying(workspace)
    } catch {
      throw ServiceError(error, fallback: .invalidWorkspace)
    }
  }

  /// What is known of the database as this connection sees it just now.
  func snapshot(
    _ connection: borrowing Connection
  ) throws(ServiceError) -> ServiceSnapshot {
    let (profiles, known) = state.withLock { ($0.profiles, $0.snapshot) }
    let version: Int64
    let database: DatabaseSchema
    do throws(StoreError) {
      version = try connection.schemaVersion()
      if let known, known.schemaVersion == version { return known }
      database = try connection.readSchema()
    } catch {
      throw ServiceError(error)
    }
    let snapshot = ServiceSnapshot(
      schemaVersion: version, schema: try declared(database.schema), notes: database.notes,
      profiles: profiles)
    state.withLock { state in
      // Profiles that were replaced meanwhile are not brought back.
      if state.snapshot === known { state.snapshot = snapshot }
    }
    return snapshot
  }

  /// A page of the records that a request asks for.
  public func list(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Page<Record> {
    if let page = try await listByOneStatement(request, as: user) { return page }
    return try await withSession(as: user) { reader throws(ServiceError) in try reader.list(request)
    }
  }

  /// How many records a request asks for, whatever its page.
  public func count(_ request: ListRequest, as user: User) async throws(ServiceError) -> Int {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.count(request) }
  }

  /// The record with this primary key.
  ///
  /// - Parameter key: one value for each field of the key, in its order.
  /// - Throws: `not_found` where there is no such record, or the user does not reach it.
  public func get(
    _ key: [Value], from table: String, select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> Record {
    if let record = try await getByOneStatement(key, from: table, select: select, as: user) {
      return record
    }
    return try await withSession(as: user) { reader throws(ServiceError) in
      try reader.get(key, from: table, select: select)
    }
  }
}
