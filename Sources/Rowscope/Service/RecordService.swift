package import DataFiles
package import RecordEngine
package import RecordStore
import RowscopeModel
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

  /// Those that the service was made with.
  public let limits: Limits
  private let origin: Origin

  private enum Origin {
    case fixed(ServiceCore)
    case following(WorkspaceFollower)
  }

  init(_ core: ServiceCore) {
    limits = core.limits
    origin = .fixed(core)
  }

  init(_ follower: WorkspaceFollower, limits: Limits) {
    self.limits = limits
    origin = .following(follower)
  }

  /// What the service answers from, unless it follows files.
  private var fixedCore: ServiceCore? {
    if case .fixed(let core) = origin { core } else { nil }
  }

  /// What the service answers from now.
  func core() async throws(ServiceError) -> ServiceCore {
    switch origin {
    case .fixed(let core): core
    case .following(let follower): try await follower.core()
    }
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
    self.init(
      ServiceCore(
        pool: pool, notes: notes, profiles: profiles, workspace: workspace, users: users,
        limits: limits, memory: memory, verification: verification, clock: clock,
        writing: writing))
  }

  /// Whether the workspace has users.
  package var hasUsers: Bool {
    switch origin {
    case .fixed(let core): core.users?.users.isEmpty == false || core.workspace?.userTables != nil
    case .following(let follower): follower.hasUsers
    }
  }

  /// Replaces the profiles of a service that does not follow files. Requests that have begun keep
  /// the old ones.
  package func replaceProfiles(_ profiles: ProfileCatalog) {
    if case .fixed(let core) = origin { core.replaceProfiles(profiles) }
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
    let core = try await core()
    return try await core.withOwnSession(as: user, at: clock) { session throws(ServiceError) in
      let reader = RecordReader(session)
      let result = try reader.session.meter.atLength { () throws(ServiceError) in
        try body(reader)
      }
      core.verifyChosen(of: reader.session)
      return result
    }
  }

  /// Like ``read(as:at:_:)``, for the package's own code, with the full session.
  package func withSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await core().withSession(as: user, at: clock, body)
  }

  /// See ``ServiceCore/answer(as:at:preparing:_:)``.
  func answer<Prepared: RepeatableWork, Result>(
    as user: User, at clock: RequestClock? = nil,
    preparing prepare: (borrowing ReadSession) throws(ServiceError) -> Prepared,
    _ body: (borrowing ReadSession, Prepared) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await core().answer(as: user, at: clock, preparing: prepare, body)
  }

  /// A page of the requested records.
  ///
  /// Complexity: as ``RecordReader/list(_:)``, and microseconds for the request's own transaction.
  /// - Throws: any error of the request: `unknown_table`, `unknown_field`, `invalid_value`,
  ///   `invalid_cursor`, `unsupported`, `limit_exceeded`, `invalid_profile`, `invalid_user`,
  ///   `unknown_user`; and `deadline_exceeded`, `cancelled`, `database_error`,
  ///   `invalid_workspace`.
  public func list(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Page<Record> {
    let core = if let fixedCore { fixedCore } else { try await core() }
    if let page = try await core.listByOneStatement(request, as: user) { return page }
    return try await core.answer(as: user) { reader throws(ServiceError) in
      try reader.prepare(request)
    } _: { reader, list throws(ServiceError) in
      try reader.records(of: list, for: request)
    }
  }

  /// The number of records of a request, ignoring its page.
  ///
  /// Complexity: as ``RecordReader/count(_:)``.
  /// - Throws: as ``list(_:as:)``.
  public func count(_ request: ListRequest, as user: User) async throws(ServiceError) -> Int {
    try await answer(as: user) { reader throws(ServiceError) in
      try reader.prepareTotal(of: request)
    } _: { reader, total throws(ServiceError) in
      try reader.count(total)
    }
  }

  /// The fingerprint of a request's scope: see ``RecordReader/scope(of:)``.
  ///
  /// Complexity: as ``RecordReader/scope(of:)``.
  /// - Throws: as ``list(_:as:)``.
  public func scope(of request: ListRequest, as user: User) async throws(ServiceError) -> String {
    try await core().resolve(as: user) { reader throws(ServiceError) in
      try reader.scope(of: request)
    }
  }

  /// The record with this primary key.
  ///
  /// Complexity: one lookup by key.
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all that the user sees.
  ///   - user: who asks, and whose rules hold.
  /// - Throws: `not_found` if there is no such record or the user cannot access it; `not_unique` if
  ///   several have the key in different spellings; and the errors of ``list(_:as:)``.
  public func get(
    _ key: [Value], from table: String, select: [FieldSelection]? = nil, as user: User
  ) async throws(ServiceError) -> Record {
    let core = if let fixedCore { fixedCore } else { try await core() }
    if let record = try await core.getByOneStatement(key, from: table, select: select, as: user) {
      return record
    }
    return try await core.answer(as: user) { reader throws(ServiceError) in
      try reader.prepare(key, from: table, select: select)
    } _: { reader, list throws(ServiceError) in
      try reader.record(of: list)
    }
  }
}
