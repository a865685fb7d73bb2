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
///
/// It does not block the calling task's thread. A request that is known to be short, such as a
/// record by its key, runs there, and is stopped after some 0.1 ms of work. All others, and what
/// is written, run on threads of the service, one for each connection, while the task is suspended.
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
    /// In memory only, with the workspace's declarations that cannot be used, and threads to search
    /// them.
    case tables(MemoryDatabase, [Diagnostic], ServiceThreads)
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
  /// `body` runs once, in the calling task, on one of the service's threads.
  ///
  /// Complexity: takes one connection of the pool while `body` runs.
  /// - Throws: errors of `body`; `deadline_exceeded`, `cancelled` and `database_error` before it.
  public func read<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordReader) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await onServiceThread(try await reader(as: user, at: clock)) {
      session throws(ServiceError) in
      let reader = RecordReader(session)
      let result = try reader.session.meter.atLength { () throws(ServiceError) in
        try body(reader)
      }
      verifyChosen(of: reader.session)
      return result
    }
  }

  /// Passes a session to one of the service's threads, where it ends, too: a busy caller keeps
  /// neither its connection nor its transaction.
  private func onServiceThread<Result>(
    _ session: consuming ReadSession,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    var passed: ReadSession? = session
    return try await threads.perform { () throws(ServiceError) in
      guard let session = passed.take() else { preconditionFailure("this runs once") }
      return try body(session)
    }
  }

  /// The threads for reading.
  var threads: ServiceThreads {
    switch source {
    case .database(let pool, _): pool.threads
    case .tables(_, _, let threads): threads
    }
  }

  /// Answers a question on the caller's thread if it is known to be short, and otherwise on one of
  /// the service's.
  ///
  /// - Parameters:
  ///   - prepare: resolves the question.
  ///   - body: answers it. Both may be run twice, so they only read.
  func answer<Prepared: RepeatableWork, Result>(
    as user: User, at clock: RequestClock? = nil,
    preparing prepare: (borrowing ReadSession) throws(ServiceError) -> Prepared,
    _ body: (borrowing ReadSession, Prepared) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let session = try await reader(as: user, at: clock)
    let meter = session.meter
    let known = try meter.briefly { () throws(ServiceError) in try prepare(session) }
    if let known {
      let result = try known.onCaller(meter) { () throws(ServiceError) in try body(session, known) }
      if let result {
        verifyChosen(of: session)
        return result
      }
    }
    return try await onServiceThread(session) { session throws(ServiceError) in
      let prepared =
        if let known { known } else {
          try meter.atLength { () throws(ServiceError) in try prepare(session) }
        }
      let result = try prepared.onServiceThread(meter) { () throws(ServiceError) in
        try body(session, prepared)
      }
      verifyChosen(of: session)
      return result
    }
  }

  /// Passes a session to `body`, on one of the service's threads.
  func withOwnSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await onServiceThread(try await reader(as: user, at: clock), body)
  }

  /// Like ``read(as:at:_:)``, for the package's own code, with the full session.
  package func withSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await withOwnSession(as: user, at: clock) { session throws(ServiceError) in
      let result = try session.meter.atLength { () throws(ServiceError) in try body(session) }
      verifyChosen(of: session)
      return result
    }
  }

  private func verifyChosen(of session: borrowing ReadSession) {
    guard let chosen = session.chosen?.questions, !chosen.isEmpty else { return }
    verify(chosen, in: session.context)
  }

  /// A session with its own connection and read transaction, which end with it. It is begun on the
  /// caller's thread if the tables are known and not locked.
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
      let (snapshot, context) = try await begin(as: user, at: clock, on: connection, of: pool)
      return ReadSession(
        connection: connection, pool: pool, memory: memory, deadline: deadline,
        chosen: verifier.map { ChosenQuestions($0) }, snapshot: snapshot, context: context,
        limits: limits)
    case .tables(let tables, let problems, _):
      return ReadSession(
        connection: nil, memory: ReaderMemory(tables), deadline: deadline, chosen: nil,
        snapshot: snapshot(tables.schema, problems),
        context: ReferenceContext(user: try settled(user), clock: clock), limits: limits)
    }
  }

  /// The last snapshot of the schema and profiles.
  var lastSnapshot: ServiceSnapshot? { state.withLock { $0.snapshot } }

  private func connection(
    of pool: ConnectionPool, _ deadline: Deadline
  ) async throws(ServiceError) -> sending Connection {
    do throws(StoreError) {
      return try await pool.connection(deadline: deadline)
    } catch {
      throw ServiceError(error)
    }
  }

  /// Begins a read transaction, and looks the user up in it.
  private func begin(
    as user: User, at clock: RequestClock, on connection: borrowing Connection,
    of pool: ConnectionPool
  ) async throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    let begun = try connection.meter.briefly { () throws(ServiceError) in
      try begin(as: user, at: clock, on: connection)
    }
    if let begun { return begun }
    return try await pool.threads.perform { () throws(ServiceError) in
      connection.endReading()
      return try begin(as: user, at: clock, on: connection)
    }
  }

  private func begin(
    as user: User, at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    try serviceErrors { () throws(StoreError) in try connection.beginReading() }
    return try identify(user, at: clock, on: connection)
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
    if connection.meter.giveUp() { throw ServiceError(.cancelled, "the tables are to be read") }
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
    return try await answer(as: user) { reader throws(ServiceError) in
      try reader.prepare(request)
    } _: { reader, list throws(ServiceError) in
      try reader.records(of: list, for: request)
    }
  }

  /// The number of records of a request, ignoring its page.
  public func count(_ request: ListRequest, as user: User) async throws(ServiceError) -> Int {
    try await answer(as: user) { reader throws(ServiceError) in
      try reader.prepareTotal(of: request)
    } _: { reader, total throws(ServiceError) in
      try reader.count(total)
    }
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
    return try await answer(as: user) { reader throws(ServiceError) in
      try reader.prepare(key, from: table, select: select)
    } _: { reader, list throws(ServiceError) in
      try reader.record(of: list)
    }
  }
}
