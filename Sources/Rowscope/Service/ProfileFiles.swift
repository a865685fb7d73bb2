import AccessProfiles
import Documents
import RecordEngine
import RowscopeModel
import Synchronization
import Workspaces

/// The files of a workspace's profiles, each read again when it has changed.
final class ProfileFiles: Sendable {
  private let state: Mutex<State>
  /// Held while files are read, on the service's threads only.
  private let reading = Mutex(())
  private let report: @Sendable (RecordService.FileReport) -> Void

  private struct State {
    var files: [Text: WatchedFile]
    var profiles: ProfileCatalog
  }

  /// - Parameters:
  ///   - files: by the names of the profiles, as they were before they were read.
  ///   - report: called with what was read again.
  init(
    _ files: [Text: WatchedFile], _ profiles: ProfileCatalog,
    report: @escaping @Sendable (RecordService.FileReport) -> Void
  ) {
    state = Mutex(State(files: files, profiles: profiles))
    self.report = report
  }

  /// Whether the files of a user's profiles are certainly those that were read. One system call for
  /// each.
  func areSame(of user: User) -> Bool {
    let files = state.withLock { state in Self.names(of: user).compactMap { state.files[$0] } }
    return files.allSatisfy(\.isSame)
  }

  private static func names(of user: User) -> [Text] {
    (user.profiles + user.narrowedBy).map { Text($0) }
  }

  /// Reads what has changed of a user's profiles. It blocks the thread.
  func refresh(of user: User, for core: ServiceCore) {
    let reports = reading.withLock { _ in
      // Others look at the state meanwhile.
      var now = state.withLock { $0 }
      var reports: [RecordService.FileReport] = []
      var hasRead = false
      for name in Self.names(of: user) {
        guard let finding = now.files[name]?.look(), finding != .same,
          let path = now.files[name]?.path
        else { continue }
        now.profiles.read(path, as: name.string)
        hasRead = true
        guard finding == .changed else { continue }
        reports.append(now.profiles.report(onFaultOf: name.string) ?? .reread(path))
      }
      // A request that finds the files read also gets the profiles of that reading.
      if hasRead { core.replaceProfiles(now.profiles) }
      state.withLock { $0 = now }
      return reports
    }
    for each in reports { report(each) }
  }

  /// What is wrong with the profiles as they are now.
  var faults: [RecordService.FileReport] {
    let profiles = state.withLock { $0.profiles }
    return profiles.names.compactMap { profiles.report(onFaultOf: $0) }
  }
}

extension ProfileCatalog {
  fileprivate func report(onFaultOf name: String) -> RecordService.FileReport? {
    let reason: String
    switch self[fault: name] {
    case nil: return nil
    case .invalid(let diagnostics): reason = diagnostics.description
    case .unreadable(let error): reason = error.description + "\n"
    }
    return .problem(
      "\(reason)The users of the profile \(Printable.quoted(name)) are denied everything "
        + "until this is fixed."
    )
  }
}
