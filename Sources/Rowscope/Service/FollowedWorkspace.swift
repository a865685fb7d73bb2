import Documents
import RowscopeModel
import Workspaces

/// The current state of a workspace whose files are followed, or why everything is denied.
struct FollowedWorkspace: Sendable {
  private let opening: WorkspaceOpening
  private var file: WatchedFile
  private var loaded: LoadedWorkspace
  private var fault: Fault?
  /// The reports to deliver.
  private var reports: [RecordService.FileReport] = []

  private struct Fault {
    let reason: String
    let nextAttempt: ContinuousClock.Instant
  }

  /// The pause before opening a faulty workspace again: only an attempt shows whether a missing
  /// file is back.
  private static let pause = Duration.seconds(1)

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    self.opening = opening
    file = WatchedFile(opening.file)
    loaded = try LoadedWorkspace(opening)
    reports = loaded.faults
  }

  var hasUsers: Bool { loaded.hasUsers }

  mutating func takeReports() -> [RecordService.FileReport] {
    defer { reports = [] }
    return reports
  }

  /// What to answer from, if nothing has changed; nil if something is to be read again.
  var coreIfSame: ServiceCore? {
    fault == nil && file.isSame && loaded.isSame ? loaded.core : nil
  }

  /// What to answer from.
  func core() throws(ServiceError) -> ServiceCore {
    guard fault == nil, !loaded.usersAreFaulty else {
      throw ServiceError(
        .invalidWorkspace, "the workspace cannot be read, so everything is denied",
        hint: "the service's log says what to fix")
    }
    return loaded.core
  }

  /// Reads what has changed.
  mutating func refresh() {
    refreshWorkspace()
    if fault == nil, let report = loaded.refreshUsers() { reports.append(report) }
  }

  /// Whether the workspace's file has the content that was read. Opening everything again is
  /// expensive, so the bytes are compared if the stamp is inconclusive.
  private mutating func isWorkspaceSame() -> Bool {
    if file.look() == .same { return true }
    guard fault == nil, let bytes = try? DocumentFile.read(file.path).bytes else { return false }
    return bytes == loaded.document.source.bytes
  }

  private mutating func refreshWorkspace() {
    let isSame = isWorkspaceSame()
    let data = loaded.lookAtData()
    if isSame, data == .same, fault.map({ ContinuousClock.now < $0.nextAttempt }) ?? true { return }
    do throws(OpeningError) {
      let known = loaded.faults
      loaded = try LoadedWorkspace(opening)
      let isNews = !isSame || data == .changed || fault != nil
      fault = nil
      guard isNews else {
        reports += loaded.faults.filter { !known.contains($0) }
        return
      }
      reports.append(.reread(opening.file))
      reports += loaded.faults
    } catch {
      // Nothing is known to have changed; what is wrong with the users is told when they are read.
      if fault == nil, isSame, data == .unsettled { return }
      if case .csv = error.cause, fault == nil, isSame {
        reports.append(
          .problem("\(error.description)\nThe data stays as it was until this is fixed."))
        return
      }
      if fault?.reason != error.description {
        reports.append(
          .problem("\(error.description)\nEverything is denied until this is fixed."))
      }
      fault = Fault(reason: error.description, nextAttempt: .now + Self.pause)
    }
  }
}
