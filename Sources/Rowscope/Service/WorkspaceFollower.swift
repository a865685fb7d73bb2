import RecordEngine
import RecordStore
import RowscopeModel
import Synchronization

/// Gives what a service answers from, as the workspace's files are now.
final class WorkspaceFollower: Sendable {
  private let state: Mutex<FollowedWorkspace>
  private let report: @Sendable (RecordService.FileReport) -> Void
  /// One, so that files are read by one request at a time. The others wait without a thread.
  private let threads = ServiceThreads(limit: 1)

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    report = opening.report
    var first = try FollowedWorkspace(opening)
    let reports = first.takeReports()
    state = Mutex(first)
    for each in reports { report(each) }
  }

  var hasUsers: Bool { state.withLock { $0.hasUsers } }

  /// Reads changed files first.
  ///
  /// - Throws: `invalid_workspace` while a document has mistakes.
  func core() async throws(ServiceError) -> ServiceCore {
    if let known = state.withLock({ $0.coreIfSame }) { return known }
    return try await threads.perform { () throws(ServiceError) in
      // Others look at the state meanwhile.
      var now = state.withLock { $0 }
      now.refresh()
      let reports = now.takeReports()
      state.withLock { $0 = now }
      for each in reports { report(each) }
      return try now.core()
    }
  }
}
