import Documents
import RecordEngine
import RowscopeModel
import TimeZones
import Workspaces

extension RecordService {
  /// A file that was read again, or could not be.
  public struct FileReport: Sendable, Hashable {
    /// Whether something needs to be fixed.
    public let isProblem: Bool
    /// For people: what happened and its effect. Several lines if a document has mistakes.
    public let message: String

    static func reread(_ path: String) -> Self {
      Self(isProblem: false, message: "reread \(path)")
    }

    static func problem(_ message: String) -> Self { Self(isProblem: true, message: message) }
  }

  /// A service for a workspace that reads its files again when they change, so that a permission
  /// removed from a file is gone with the next request.
  ///
  /// ```swift
  /// let service = try RecordService(following: "helpdesk", report: { log($0.message) })
  /// ```
  ///
  /// Before each request it checks whether `workspace.json`, the users' file, the profiles of the
  /// user and the database's file have changed, with one system call for each. Changed files are
  /// read before the request is answered; requests that have begun keep the old state. A document
  /// with mistakes denies what it granted until it is fixed: a faulty profile denies everything to
  /// its users, a faulty users' file or workspace everything to everyone. So replace a document by
  /// renaming a complete one over it.
  ///
  /// The database's content is current for each request anyway. A folder of CSV files is read into
  /// memory instead, and read again when one of them changes, which is checked once a second. If
  /// the new CSV files cannot be read, the data stays as it was.
  ///
  /// Complexity: O(n) in the bytes of the documents and of the CSV files, and in the tables.
  /// - Parameters:
  ///   - path: a workspace's file, or the folder of a `workspace.json`.
  ///   - limits: what one request may take.
  ///   - connections: the most requests that run at the same time.
  ///   - memory: the tables also held in memory, for queries without an index.
  ///   - verification: the share of answers compared between both engines, and who is told.
  ///   - clock: the time of each request; by default the system's, in the workspace's time zone.
  ///   - isWritable: whether the service also writes. A folder of CSV files cannot be written.
  ///   - report: called with what was read again and with problems, including those of profiles
  ///     that were faulty from the beginning. The task of the request that found it calls this.
  /// - Throws: problems of the workspace, of the database or of the CSV files.
  public convenience init(
    following path: String, limits: Limits = Limits(), connections: Int = 4,
    memory: MemoryPolicy = .none, verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, isWritable: Bool = false,
    report: @escaping @Sendable (FileReport) -> Void = { _ in }
  ) throws(OpeningError) {
    let opening = WorkspaceOpening(
      path: path, limits: limits, connections: connections, memory: memory,
      verification: verification, clock: clock, isWritable: isWritable, report: report)
    self.init(try WorkspaceFollower(opening), limits: limits)
  }

  // MARK: Requests that name their user

  /// The answer to a request that names its user, in the wire format: one line without a line feed,
  /// also for errors.
  ///
  /// ```
  /// {"as": 7, "object_type": "tasks", "size": 20}
  /// {"as": "Ana Schäfer", "object_type": "tasks"}
  /// ```
  ///
  /// Complexity: as ``list(_:as:)``, and O(n) in the bytes of the request and of the answer.
  /// - Parameters:
  ///   - line: the request in JSON.
  ///   - trust: what it may say about its user beyond a name or id.
  public func answer(line: [UInt8], trusting trust: Trust = []) async -> Answer {
    await answer(line: line, on: LineTerms(trust: trust))
  }

  /// The answer to one line of a client: see ``answer(line:trusting:)``.
  package func answer(line: [UInt8], on terms: LineTerms) async -> Answer {
    var id: RequestID?
    do throws(ServiceError) {
      let source = SourceDocument(name: "request", bytes: line)
      let node: JSONNode
      do throws(ServiceError) {
        node = try source.request()
      } catch {
        id = RequestID(beginningOf: line)
        throw error
      }
      id = try RequestID(of: node, in: source, isRequired: terms.needsID)
      let request = try UserRequest(node, in: source, on: terms)
      let core = try await core()
      let json = try await core.json(
        request.question, as: request.asker, at: request.clock(of: core.workspace))
      return Answer(json: id?.prefixed(to: json) ?? json)
    } catch {
      return Answer(error, id)
    }
  }

  /// Answers one line with both engines.
  ///
  /// - Returns: nil where the answers agree, and for what is not read by an engine.
  /// - Throws: errors of the request, or of an engine.
  package func compareEngines(
    line: [UInt8], on terms: LineTerms
  ) async throws(ServiceError) -> EngineDifference? {
    let source = SourceDocument(name: "request", bytes: line)
    let request = try UserRequest(try source.request(), in: source, on: terms)
    let core = try await core()
    return try await core.withSession(
      as: request.asker, at: request.clock(of: core.workspace)
    ) { reader throws(ServiceError) in
      switch request.question {
      case .list(let list): try reader.compareEngines(list)
      case .summary(let summary): try reader.compareEnginesSummarizing(summary)
      case .count(let request): try reader.compareEnginesCounting(request)
      case .get(let key, let table, let select):
        try reader.compareEngines(key, from: table, select: select)
      case .may, .access, .menu, .create, .update, .delete: nil
      }
    }
  }
}

extension UserRequest {
  /// Who asks: a user of the workspace, yet to be looked up, or the one who is described.
  fileprivate var asker: User {
    narrowedBy.reduce(describedUser ?? .inWorkspace(user)) { $0.narrowed(by: $1) }
  }

  fileprivate func clock(of workspace: WorkspaceDocument?) -> RequestClock? {
    now.map { RequestClock(now: $0, zone: workspace?.zone ?? .utc) }
  }
}
