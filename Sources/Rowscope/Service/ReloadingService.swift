import RecordEngine
import RowscopeModel
import Synchronization
import Workspaces

/// A service for a workspace whose files are read again when they change, so that a permission that was taken away in a
/// file is gone with the next request.
///
/// ```swift
/// let service = try ReloadingService(path: "helpdesk", report: { log($0.message) })
/// let line = await service.answer(line: Array(#"{"as": 7, "object_type": "tasks"}"#.utf8))
/// ```
///
/// Each request looks whether `workspace.json`, the users' file, the profile of the one who asks and the database's file
/// are still the ones that were read: a system call each, for a file. Where they are not they are read before the request
/// is answered; requests that have begun keep what they began with. A document that is found with mistakes takes away what
/// it gave until it is mended: a profile everything of its users, the users' file or the workspace everything of everybody. So a
/// document is best replaced by renaming a whole one into its place.
///
/// The database's own content is read for each request in any case, unless it is a folder of CSV files: these are
/// read into memory, and again when one of them changes, which is looked for once a second. CSV files that cannot be read then
/// leave the data as it was.
public final class ReloadingService: Sendable {
  /// Something that was read again, or could not be.
  public struct Report: Sendable, Hashable {
    /// Whether somebody must mend something.
    public let isProblem: Bool
    /// For people: what, and what follows. Several lines where a document has mistakes.
    public let message: String
  }

  /// What requests may say of the one who asks.
  private let trust: UserRequest.Trust
  private let report: @Sendable (Report) -> Void
  private let state: Mutex<ReloadingState>

  /// - Parameters:
  ///   - path: a workspace's file, or the folder of a `workspace.json`.
  ///   - connections: the most requests that are answered at the same time.
  ///   - memory: which tables are held in memory too, for what no index serves.
  ///   - verification: the share of answers that both engines are asked for, and who is told.
  ///   - clock: the time of each request; the system's, in the workspace's time zone, unless something else is given.
  ///   - trust: what requests may say of the one who asks, beyond naming them: nothing, unless it is allowed here.
  ///   - report: told of what was read again and of what is wrong, also of profiles that have mistakes from the
  ///     beginning. Called by the task of the request that found it.
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

  /// Whether the workspace has users at all; without them nobody can ask.
  public var hasUsers: Bool { state.withLock { $0.hasUsers } }

  /// The service as the files are now, and the user of exactly this id or name.
  ///
  /// Files that have changed are read by this call.
  /// - Throws: `unknown_user`; `invalid_workspace` while a document has mistakes.
  public func service(
    for identifier: Value
  ) throws(ServiceError) -> (service: RecordService, user: User) {
    try service(for: .known(identifier))
  }

  private func service(
    for asker: ReloadingState.Asker
  ) throws(ServiceError) -> (service: RecordService, user: User) {
    let (outcome, reports) = state.withLock { state in
      let outcome = state.service(for: asker)
      return (outcome, state.takeReports())
    }
    for each in reports { report(each) }
    return try outcome.get()
  }

  /// Does what a ``UserRequest`` asks for, for its user at its moment.
  private func read<Result>(
    line: [UInt8],
    _ body: (borrowing ReadSession, ListRequest) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let request = try UserRequest(json: line, trusting: trust)
    let (service, user) = try service(
      for: request.describedUser.map { .described($0) } ?? .known(request.user))
    let clock = request.now.map {
      RequestClock(now: $0, utcOffset: service.workspace?.utcOffset ?? 0)
    }
    return try await service.withSession(as: user, at: clock) { reader throws(ServiceError) in
      try body(reader, request.list)
    }
  }

  /// Answers one ``UserRequest`` with both engines: see ``ReadSession/compareEngines(_:)``.
  ///
  /// - Throws: what is wrong with the request, or keeps one of the engines from answering.
  public func compareEngines(line: [UInt8]) async throws(ServiceError) -> EngineDifference? {
    try await read(line: line) { reader, request throws(ServiceError) in
      try reader.compareEngines(request)
    }
  }

  /// The answer to one ``UserRequest``, in the wire format: one line without a line feed, whatever the request is.
  public func answer(line: [UInt8]) async -> Answer {
    do throws(ServiceError) {
      return Answer(
        json: try await read(line: line) { reader, request throws(ServiceError) in
          try reader.answer(request)
        })
    } catch {
      return Answer(error)
    }
  }
}
