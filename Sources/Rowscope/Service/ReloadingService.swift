import RecordEngine
import RowscopeModel
import Synchronization
import TimeZones
import Workspaces

/// A service for a workspace that reads its files again when they change, so that a permission
/// removed from a file is gone with the next request.
///
/// ```swift
/// let service = try ReloadingService(path: "helpdesk", report: { log($0.message) })
/// let line = await service.answer(line: Array(#"{"as": 7, "object_type": "tasks"}"#.utf8))
/// ```
///
/// Before each request it checks whether `workspace.json`, the users' file, the profile of the user
/// and the database's file have changed, with one system call for each. Changed files are read
/// before the request is answered; requests that have begun keep the old state. A document with
/// mistakes denies what it granted until it is fixed: a faulty profile denies everything to its
/// users, a faulty users' file or workspace everything to everyone. So replace a document by
/// renaming a complete one over it.
///
/// The database's content is current for each request anyway. A folder of CSV files is read into
/// memory instead, and read again when one of them changes, which is checked once a second. If the
/// new CSV files cannot be read, the data stays as it was.
public final class ReloadingService: Sendable {
  /// A file that was read again, or could not be.
  public struct Report: Sendable, Hashable {
    /// Whether something needs to be fixed.
    public let isProblem: Bool
    /// For people: what happened and its effect. Several lines if a document has mistakes.
    public let message: String
  }

  /// What requests may say about their user.
  private let trust: UserRequest.Trust
  private let report: @Sendable (Report) -> Void
  private let state: Mutex<ReloadingState>

  /// - Parameters:
  ///   - path: a workspace's file, or the folder of a `workspace.json`.
  ///   - limits: what one request may take.
  ///   - connections: the most requests that run at the same time.
  ///   - memory: the tables also held in memory, for queries without an index.
  ///   - verification: the share of answers compared between both engines, and who is told.
  ///   - clock: the time of each request; by default the system's, in the workspace's time zone.
  ///   - trust: what requests may say about their user beyond a name or id; by default nothing.
  ///   - report: called with what was read again and with problems, including those of profiles
  ///     that were faulty from the beginning. The task of the request that found it calls this.
  public init(
    path: String, limits: RecordService.Limits = RecordService.Limits(), connections: Int = 4,
    memory: MemoryPolicy = .none, verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, trust: UserRequest.Trust = [],
    report: @escaping @Sendable (Report) -> Void = { _ in }
  ) throws(OpeningError) {
    self.report = report
    self.trust = trust
    var first = try ReloadingState(
      WorkspaceOpening(
        path: path, limits: limits, connections: connections, memory: memory,
        verification: verification, clock: clock))
    let reports = first.takeReports()
    state = Mutex(first)
    for each in reports { report(each) }
  }

  /// Whether the workspace has users; without them no request can be answered.
  public var hasUsers: Bool { state.withLock { $0.hasUsers } }

  /// The service with the current files, and the user with exactly this id or name.
  ///
  /// Reads changed files first. A user in the database is yet to be looked up, by each request
  /// (``User/inWorkspace(_:)``).
  ///
  /// - Throws: `unknown_user`, for users in a file; `invalid_workspace` while a document has mistakes.
  public func service(
    for identifier: Value
  ) throws(ServiceError) -> (service: RecordService, user: User) {
    try service(for: .known(identifier), narrowedBy: [])
  }

  private func service(
    for asker: ReloadingState.Asker, narrowedBy narrowing: [String]
  ) throws(ServiceError) -> (service: RecordService, user: User) {
    let (outcome, reports) = state.withLock { state in
      let outcome = state.service(for: asker, narrowedBy: narrowing)
      return (outcome, state.takeReports())
    }
    for each in reports { report(each) }
    return try outcome.get()
  }

  /// What is needed to answer a ``UserRequest`` for its user and time.
  private func parts(
    of line: [UInt8]
  ) throws(ServiceError) -> (RecordService, User, RequestClock?, ListRequest) {
    let request = try UserRequest(json: line, trusting: trust)
    let (service, user) = try service(
      for: request.describedUser.map { .described($0) } ?? .known(request.user),
      narrowedBy: request.narrowedBy)
    let clock = request.now.map {
      RequestClock(now: $0, zone: service.workspace?.zone ?? .utc)
    }
    return (service, user, clock, request.list)
  }

  /// Answers one ``UserRequest`` with both engines.
  ///
  /// - Throws: errors of the request, or of an engine.
  public func compareEngines(line: [UInt8]) async throws(ServiceError) -> EngineDifference? {
    let (service, user, clock, request) = try parts(of: line)
    return try await service.withSession(as: user, at: clock) { reader throws(ServiceError) in
      try reader.compareEngines(request)
    }
  }

  /// The answer to one ``UserRequest``, in the wire format: one line without a line feed, also for
  /// errors.
  public func answer(line: [UInt8]) async -> Answer {
    do throws(ServiceError) {
      let (service, user, clock, request) = try parts(of: line)
      return Answer(json: try await service.json(request, as: user, at: clock))
    } catch {
      return Answer(error)
    }
  }
}
