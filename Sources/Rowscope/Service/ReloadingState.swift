import Documents
import RowscopeModel
import Workspaces

/// The current state of a ``ReloadingService``, or why everything is denied.
struct ReloadingState: Sendable {
  private let opening: WorkspaceOpening
  private var file: WatchedFile
  private var loaded: LoadedWorkspace
  private var fault: Fault?
  /// The reports to deliver.
  private var reports: [ReloadingService.Report] = []

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

  var hasUsers: Bool { !loaded.users.users.isEmpty || loaded.document.userTables != nil }

  mutating func takeReports() -> [ReloadingService.Report] {
    defer { reports = [] }
    return reports
  }

  /// The user of a request: one of the workspace's, or one described in the request.
  enum Asker {
    case known(Value)
    case described(User)
  }

  /// The service and the user, after checking their files.
  ///
  /// - Parameter narrowing: the profiles to which the access is narrowed.
  mutating func service(
    for asker: Asker, narrowedBy narrowing: [String]
  ) -> Result<(service: RecordService, user: User), ServiceError> {
    refreshWorkspace()
    if fault == nil, let report = loaded.refreshUsers() { reports.append(report) }
    guard fault == nil, !loaded.usersAreFaulty else {
      return .failure(
        ServiceError(
          .invalidWorkspace, "the workspace cannot be read, so everything is denied",
          hint: "the service's log says what to fix"))
    }
    do throws(ServiceError) {
      var user =
        switch asker {
        case .known(let identifier):
          loaded.document.userTables == nil
            ? try loaded.users.user(asking: identifier) : .inWorkspace(identifier)
        case .described(let user): user
        }
      for name in narrowing { user = user.narrowed(by: name) }
      for name in loaded.profiles(of: user) {
        if let report = loaded.refreshProfile(named: name) { reports.append(report) }
      }
      return .success((loaded.service, user))
    } catch {
      return .failure(error)
    }
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

extension ReloadingService.Report {
  static func reread(_ path: String) -> Self { Self(isProblem: false, message: "reread \(path)") }
  static func problem(_ message: String) -> Self { Self(isProblem: true, message: message) }
}
