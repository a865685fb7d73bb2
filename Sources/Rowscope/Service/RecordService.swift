import AccessProfiles
package import DataFiles
import Documents
import FilterMemory
package import RecordEngine
import RecordFilter
package import RecordStore
import RowscopeModel
import Synchronization
package import Workspaces

/// Answers requests for records: each user gets the records and fields that their profile allows.
///
/// ```swift
/// let service = try RecordService(workspace: .load(path: "helpdesk"))
/// let page = try await service.list(ListRequest(table: "tasks", size: 50), as: ana)
/// ```
///
/// A service can be used from any number of tasks at once. Each request runs in one read
/// transaction on a connection of a pool; if all are busy, it waits without blocking a thread.
/// While SQLite works, it blocks the calling task's thread, for no longer than the request's
/// deadline.
///
/// When the database's tables change, the next request reads the schema again and checks the
/// profiles against it, so that no answer uses an outdated schema.
public final class RecordService: Sendable {
  /// The limits for one request.
  public typealias Limits = ServiceLimits

  public let limits: Limits
  let source: Source
  let workspace: WorkspaceDocument?
  /// The workspace's users, if they are in a document.
  let directory: UserDirectory?
  /// What is to be said about the CSV files that were read.
  let csvNotes: [CSVNote]
  let verifier: Verifier?
  let writeSource: WriteSource
  let clock: @Sendable () -> RequestClock
  private let state: Mutex<State>

  /// Where the records are.
  enum Source {
    /// In a database, with some tables also in memory.
    case database(ConnectionPool, ColumnCache?)
    /// In memory only, with the workspace's declarations that cannot be used.
    case tables(MemoryDatabase, [Diagnostic])
  }

  private struct State {
    var profiles: ProfileCatalog
    var snapshot: ServiceSnapshot?
  }

  /// - Parameters:
  ///   - pool: connections to the database.
  ///   - notes: what is to be said about the CSV files that it was made of.
  ///   - profiles: the profiles that users may have.
  ///   - workspace: declarations beyond the database's own schema.
  ///   - users: the workspace's users, if they are in a document.
  ///   - memory: the tables also held in memory, for queries without an index.
  ///   - verification: the share of answers compared between both engines, and who is told.
  ///   - clock: the time of each request; by default the system's, in UTC.
  ///   - writing: the same database for writing, if the service writes.
  package convenience init(
    pool: ConnectionPool, notes: [CSVNote] = [], profiles: ProfileCatalog,
    workspace: WorkspaceDocument? = nil, users: UserDirectory? = nil,
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
      source: .database(pool, held), notes: notes, profiles: profiles, workspace: workspace,
      users: users, limits: limits,
      verification: verification, clock: clock, writing: writing)
  }

  init(
    source: Source, notes: [CSVNote] = [], profiles: ProfileCatalog, workspace: WorkspaceDocument?,
    users: UserDirectory? = nil, limits: Limits,
    verification: Verification? = nil, clock: (@Sendable () -> RequestClock)?,
    writing: WriteSource = .none
  ) {
    self.source = source
    writeSource = writing
    self.workspace = workspace
    directory = users
    csvNotes = notes
    self.limits = limits
    verifier = verification.map { Verifier($0) }
    self.clock = clock ?? { RequestClock(now: SystemClock.now) }
    state = Mutex(State(profiles: profiles))
  }

  /// Replaces the service's profiles. Requests that have begun keep the old ones.
  package func replaceProfiles(_ profiles: ProfileCatalog) {
    state.withLock {
      $0.profiles = profiles
      $0.snapshot = nil
    }
  }

  // MARK: Reading

  /// Runs several reads for one user in one snapshot of the database.
  ///
  /// All reads of `body` run in one read transaction, and each costs less than a separate request.
  /// `body` runs on the calling task's thread.
  ///
  /// Complexity: takes one connection of the pool while `body` runs.
  /// - Throws: errors of `body`; `deadline_exceeded`, `cancelled` and `database_error` before it.
  public func read<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordReader) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let reader = RecordReader(try await reader(as: user, at: clock))
    let result = try body(reader)
    verifyChosen(of: reader.session)
    return result
  }

  /// Like ``read(as:at:_:)``, for the package's own code, with the full session.
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

  /// A session with its own connection and read transaction, which end with it.
  func reader(
    as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> ReadSession {
    let clock = clock ?? self.clock()
    let deadline = deadline
    switch source {
    case .database(let pool, let held):
      let connection = try await connection(of: pool, deadline)
      // Take the memory's state before the transaction begins: what is loaded then is not newer
      // than its snapshot.
      let memory = held.map { ReaderMemory($0, policy: $0.policy) }
      let (snapshot, context) = try identify(user, at: clock, on: connection)
      return ReadSession(
        connection: connection, pool: pool, memory: memory, deadline: deadline,
        chosen: verifier.map { ChosenQuestions($0) }, snapshot: snapshot, context: context,
        limits: limits)
    case .tables(let tables, let problems):
      return ReadSession(
        connection: nil, memory: ReaderMemory(tables), deadline: deadline, chosen: nil,
        snapshot: snapshot(tables.schema, problems),
        context: ReferenceContext(user: try settled(user), clock: clock), limits: limits)
    }
  }

  /// The last snapshot of the schema and profiles.
  var lastSnapshot: ServiceSnapshot? { state.withLock { $0.snapshot } }

  /// A connection in a read transaction that has read nothing yet.
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

  /// The snapshot for tables that are only in memory. They never change.
  private func snapshot(_ schema: Schema, _ problems: [Diagnostic]) -> ServiceSnapshot {
    state.withLock { state in
      if let known = state.snapshot { return known }
      let snapshot = ServiceSnapshot(
        schemaVersion: 0, schema: schema, notes: [], declarationProblems: problems,
        profiles: state.profiles)
      state.snapshot = snapshot
      return snapshot
    }
  }

  var deadline: Deadline { limits.timeout.map { .after($0) } ?? .never }

  /// The schema with the workspace's declarations.
  private func declared(_ schema: Schema) throws(ServiceError) -> DeclaredSchema {
    guard let workspace else { return schema.undeclared }
    do throws(Diagnostics) {
      return try schema.applying(workspace)
    } catch {
      // The codes of its problems would be taken for those of the request.
      let first = ServiceError(error, fallback: .invalidWorkspace)
      throw ServiceError(.invalidWorkspace, first.message, hint: first.hint)
    }
  }

  /// The current snapshot, as this connection sees the database.
  func snapshot(
    _ connection: borrowing Connection
  ) throws(ServiceError) -> ServiceSnapshot {
    let (profiles, known) = state.withLock { ($0.profiles, $0.snapshot) }
    let version = try serviceErrors { () throws(StoreError) in try connection.schemaVersion() }
    if let known, known.schemaVersion == version { return known }
    let database = try serviceErrors { () throws(StoreError) in try connection.readSchema() }
    let declared = try declared(database.schema)
    let snapshot = ServiceSnapshot(
      schemaVersion: version, schema: declared.schema, notes: database.notes,
      declarationProblems: declared.problems, profiles: profiles, lookups: declared.lookups)
    replace(known, by: snapshot)
    return snapshot
  }

  /// Keeps a newer snapshot for further requests.
  func replace(_ known: ServiceSnapshot?, by snapshot: ServiceSnapshot) {
    state.withLock { state in
      // Do not bring back profiles that were replaced in the meantime.
      if state.snapshot === known { state.snapshot = snapshot }
    }
  }

  /// A page of the requested records.
  public func list(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Page<Record> {
    if let page = try await listByOneStatement(request, as: user) { return page }
    return try await withSession(as: user) { reader throws(ServiceError) in try reader.list(request)
    }
  }

  /// The number of records of a request, ignoring its page.
  public func count(_ request: ListRequest, as user: User) async throws(ServiceError) -> Int {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.count(request) }
  }

  /// The fingerprint of a request's scope: see ``RecordReader/scope(of:)``.
  public func scope(of request: ListRequest, as user: User) async throws(ServiceError) -> String {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.scope(of: request) }
  }

  /// The record with this primary key.
  ///
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all that the user sees.
  ///   - user: who asks, and whose rules hold.
  /// - Throws: `not_found` if there is no such record or the user cannot access it.
  public func get(
    _ key: [Value], from table: String, select: [FieldSelection]? = nil, as user: User
  ) async throws(ServiceError) -> Record {
    if let record = try await getByOneStatement(key, from: table, select: select, as: user) {
      return record
    }
    return try await withSession(as: user) { reader throws(ServiceError) in
      try reader.get(key, from: table, select: select)
    }
  }
}
