import Documents
import RowscopeModel
import Workspaces

/// What a ``ReloadingService`` has read, or why nobody reaches anything.
struct ReloadingState: Sendable {
  private let opening: WorkspaceOpening
  private var file: WatchedFile
  private var loaded: LoadedWorkspace
  private var fault: Fault?
  /// What is to be told of.
  private var reports: [ReloadingService.Report] = []

  private struct Fault {
    let reason: String
    let nextAttempt: ContinuousClock.Instant
  }

  /// How long a workspace that could not be opened is left alone: it may need a file of which only the attempt to open it
  /// tells that it is there again.
  private static let pause = Duration.seconds(1)

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    self.opening = opening
    file = WatchedFile(opening.file)
    loaded = try LoadedWorkspace(opening)
    reports = loaded.faults
  }

  var hasUsers: Bool { !loaded.users.users.isEmpty }

  mutating func takeReports() -> [ReloadingService.Report] {
    defer { reports = [] }
    return reports
  }

  /// Who asks: one of the workspace's users, or one who is described.
  enum Asker {
    case known(Value)
    case described(User)
  }

  /// The service and the user, after a look at the files that they come from.
  mutating func service(
    for asker: Asker
  ) -> Result<(service: RecordService, user: User), ServiceError> {
    refreshWorkspace()
    if fault == nil, let report = loaded.refreshUsers() { reports.append(report) }
    guard fault == nil, !loaded.usersAreFaulty else {
      return .failure(
        ServiceError(
          .invalidWorkspace, "the workspace cannot be read as it is now, so everything is denied",
          hint: "the service's log says what to mend"))
    }
    do throws(ServiceError) {
      let user =
        switch asker {
        case .known(let identifier): try loaded.users.user(asking: identifier)
        case .described(let user): user
        }
      if let name = user.profile, let report = loaded.refreshProfile(named: name) {
        reports.append(report)
      }
      return .success((loaded.service, user))
    } catch {
      return .failure(error)
    }
  }

  /// Whether the workspace's file holds what was read. Opening everything again is dear, so that its bytes are looked at
  /// where its stamp leaves a doubt.
  private mutating func isWorkspaceSame() -> Bool {
    if file.look() == .same { return true }
    guard fault == nil, let bytes = try? DocumentFile.read(file.path).bytes else { return false }
    return bytes == loaded.document.source.bytes
  }

  private mutating func refreshWorkspace() {
    let isSame = isWorkspaceSame()
    let isDataSame = loaded.isDataSame()
    if isSame, isDataSame, fault.map({ ContinuousClock.now < $0.nextAttempt }) ?? true { return }
    do throws(OpeningError) {
      loaded = try LoadedWorkspace(opening)
      fault = nil
      reports.append(.reread(opening.file))
      reports += loaded.faults
    } catch {
      if case .csv = error.cause, fault == nil, isSame {
        reports.append(
          .problem("\(error.description)\nThe data stays as it was until that is mended."))
        return
      }
      if fault?.reason != error.description {
        reports.append(
          .problem("\(error.description)\nEverything is denied until that is mended."))
      }
      fault = Fault(reason: error.description, nextAttempt: .now + Self.pause)
    }
  }
}

extension ReloadingService.Report {
  static func reread(_ path: String) -> Self { Self(isProblem: false, message: "reread \(path)") }
  static func problem(_ message: String) -> Self { Self(isProblem: true, message: message) }
}
