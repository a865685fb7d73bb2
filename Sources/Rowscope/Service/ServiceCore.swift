import AccessProfiles
import DataFiles
import Documents
import FilterMemory
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import Synchronization
import Workspaces

/// What a service answers from: the records, and the users and profiles as they are now.
///
/// A service that follows its workspace's files gets another one where the workspace or the file of
/// the database is another.
final class ServiceCore: Sendable {
  let limits: ServiceLimits
  let source: Source
  let workspace: WorkspaceDocument?
  /// What is to be said about the CSV files that were read.
  let csvNotes: [CSVNote]
  let verifier: Verifier?
  let writeSource: WriteSource
  let clock: @Sendable () -> RequestClock
  /// The files of the profiles, if the service follows them.
  let profileFiles: ProfileFiles?
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
    /// The workspace's users, if they are in a document.
    var users: UserDirectory?
    /// How often the profiles were replaced.
    var generation = 0
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
  ///   - profileFiles: the files of the profiles, to be read again when they change.
  convenience init(
    pool: ConnectionPool, notes: [CSVNote] = [], profiles: ProfileCatalog,
    workspace: WorkspaceDocument? = nil, users: UserDirectory? = nil,
    limits: ServiceLimits = ServiceLimits(), memory: MemoryPolicy = .none,
    verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, writing: WriteSource = .none,
    following profileFiles: ProfileFiles? = nil
  ) {
    let writingPool = if case .pool(let pool) = writing { pool } else { nil as ConnectionPool? }
    let held =
      memory.tables == .none
      ? nil
      : ColumnCache(memory, writing: writingPool) { () throws(StoreError) -> sending Connection in
        try pool.openSeparateConnection()
      }
    self.init(
      source: .database(pool, held), notes: notes, profiles: profiles, workspace: workspace,
      users: users, limits: limits,
      verification: verification, clock: clock, writing: writing, following: profileFiles)
  }

  init(
    source: Source, notes: [CSVNote] = [], profiles: ProfileCatalog, workspace: WorkspaceDocument?,
    users: UserDirectory? = nil, limits: ServiceLimits,
    verification: Verification? = nil, clock: (@Sendable () -> RequestClock)?,
    writing: WriteSource = .none, following profileFiles: ProfileFiles? = nil
  ) {
    self.source = source
    self.profileFiles = profileFiles
    writeSource = writing
    self.workspace = workspace
    csvNotes = notes
    self.limits = limits
    verifier = verification.map { Verifier($0) }
    self.clock = clock ?? { RequestClock(now: SystemClock.now) }
    state = Mutex(State(profiles: profiles, users: users))
  }

  /// Replaces the service's profiles. Requests that have begun keep the old ones.
  func replaceProfiles(_ profiles: ProfileCatalog) {
    state.withLock {
      $0.profiles = profiles
      $0.generation += 1
      $0.snapshot = nil
    }
  }

  /// The workspace's users, if they are in a document. Requests that have begun keep the old ones.
  var users: UserDirectory? {
    get { state.withLock { $0.users } }
    set { state.withLock { $0.users = newValue } }
  }

  /// The threads for reading.
  var threads: ServiceThreads {
    switch source {
    case .database(let pool, _): pool.threads
    case .tables(_, _, let threads): threads
    }
  }

  /// The last snapshot of the schema and profiles.
  var lastSnapshot: ServiceSnapshot? { state.withLock { $0.snapshot } }

  /// The snapshot for tables that are only in memory. They never change.
  func snapshot(_ schema: Schema, _ problems: [Diagnostic]) -> ServiceSnapshot {
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
    let (profiles, known, generation) = state.withLock {
      ($0.profiles, $0.snapshot, $0.generation)
    }
    let version = try serviceErrors { () throws(StoreError) in try connection.schemaVersion() }
    if let known, known.schemaVersion == version { return known }
    if connection.meter.giveUp() { throw ServiceError(.cancelled, "the tables are to be read") }
    let database = try serviceErrors { () throws(StoreError) in try connection.readSchema() }
    let declared = try declared(database.schema)
    let snapshot = ServiceSnapshot(
      schemaVersion: version, schema: declared.schema, notes: database.notes,
      declarationProblems: declared.problems, profiles: profiles, lookups: declared.lookups)
    state.withLock { state in
      // Do not bring back profiles that were replaced in the meantime.
      if state.generation == generation, state.snapshot === known { state.snapshot = snapshot }
    }
    return snapshot
  }

  /// Keeps a newer snapshot for further requests, unless there is another one already.
  func replace(_ known: ServiceSnapshot, by snapshot: ServiceSnapshot) {
    state.withLock { state in
      if state.snapshot === known { state.snapshot = snapshot }
    }
  }
}
