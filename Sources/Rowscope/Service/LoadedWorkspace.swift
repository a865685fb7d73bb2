import DataFiles
import Documents
import RecordEngine
import RecordStore
import RowscopeModel
import Workspaces

/// The options for opening a workspace, kept for opening it again.
struct WorkspaceOpening: Sendable {
  let path: String
  let limits: RecordService.Limits
  let connections: Int
  let memory: MemoryPolicy
  let verification: Verification?
  let clock: (@Sendable () -> RequestClock)?

  /// The workspace's own file.
  var file: String {
    DocumentFile.entry(at: path) == .folder
      ? DocumentPath.join(path, WorkspaceContents.fileName) : path
  }
}

/// A workspace with everything read for it, and the file of each part.
struct LoadedWorkspace: Sendable {
  private let workspace: WorkspaceContents
  let service: RecordService
  private(set) var users: UserDirectory
  /// Whether the users' file could not be read the last time; no user is known then.
  private(set) var usersAreFaulty = false
  private var usersFile: WatchedFile?
  private var profiles: ProfileCatalog
  private var profileFiles: [Text: WatchedFile]
  private var data: WatchedData
  /// The declarations that did not fit the database when it was opened.
  private let declarationProblems: Diagnostics?

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    // Stamp files before reading them, so that the next look detects changes made in between.
    do throws(WorkspaceError) {
      workspace = try WorkspaceContents.load(path: opening.path)
      usersFile = workspace.usersPath.map { WatchedFile($0) }
      users = try workspace.currentUsers()
    } catch {
      throw OpeningError(error)
    }
    profileFiles = Dictionary(
      workspace.profiles.map { (Text($0.name), WatchedFile($0.path)) },
      uniquingKeysWith: { first, _ in first })
    profiles = ProfileCatalog(reading: workspace)
    data = WatchedData(workspace)
    let zone = workspace.zone
    let opened = try workspace.open(
      connections: opening.connections,
      configuration: Connection.Configuration(within: opening.limits.timeout))
    declarationProblems = workspace.declarationProblems(of: opened.pool)
    service = RecordService(
      pool: opened.pool, notes: opened.notes, profiles: profiles,
      workspace: workspace.document, limits: opening.limits, memory: opening.memory,
      verification: opening.verification,
      clock: opening.clock ?? { RequestClock(now: SystemClock.now, zone: zone) })
  }

  var document: WorkspaceDocument { workspace.document }

  /// The problems of the profiles, and of what the workspace declares.
  var faults: [ReloadingService.Report] {
    let declared = declarationProblems.map { problems in
      ReloadingService.Report.problem(
        "\(problems.description)What needs this is denied until it is fixed.")
    }
    return profiles.names.compactMap { fault(of: $0) } + [declared].compactMap(\.self)
  }

  private func fault(of name: String) -> ReloadingService.Report? {
    let reason: String
    switch profiles[fault: name] {
    case nil: return nil
    case .invalid(let diagnostics): reason = diagnostics.description
    case .unreadable(let error): reason = error.description + "\n"
    }
    return .problem(
      "\(reason)The users of the profile \(Printable.quoted(name)) are denied everything "
        + "until this is fixed."
    )
  }

  // MARK: Looking again

  /// Whether the database is still the one that was opened.
  mutating func lookAtData() -> WatchedFile.Finding { data.look() }

  /// Reads the users again if their file may have changed.
  mutating func refreshUsers() -> ReloadingService.Report? {
    guard let finding = usersFile?.look(), finding != .same else { return nil }
    do throws(WorkspaceError) {
      users = try workspace.currentUsers()
      usersAreFaulty = false
      return finding == .changed ? workspace.usersPath.map { .reread($0) } : nil
    } catch {
      usersAreFaulty = true
      return finding == .changed
        ? .problem("\(error.description)\nEverything is denied until this is fixed.") : nil
    }
  }

  /// The names of the profiles that a user may have.
  func profiles(of user: User) -> [String] {
    // Who is looked up may turn out to have any.
    user.isToBeLookedUp
      ? document.profiles.map(\.name.value) : user.profiles + user.narrowedBy
  }

  /// Reads a profile again if its file may have changed.
  mutating func refreshProfile(named name: String) -> ReloadingService.Report? {
    guard let finding = profileFiles[Text(name)]?.look(), finding != .same,
      let path = profileFiles[Text(name)]?.path
    else { return nil }
    profiles.read(path, as: name)
    service.replaceProfiles(profiles)
    guard finding == .changed else { return nil }
    return fault(of: name) ?? .reread(path)
  }
}

extension WorkspaceContents {
  /// The declarations that do not fit the database; nil for nothing, and where the database
  /// cannot be read, which requests then say.
  fileprivate func declarationProblems(of pool: ConnectionPool) -> Diagnostics? {
    guard
      !document.tables.isEmpty || !document.everywhere.isEmpty || document.userTables != nil
        || document.profileTable != nil,
      let schema = try? pool.openSeparateConnection().readSchema().schema
    else { return nil }
    do throws(Diagnostics) {
      let problems = try schema.applying(document).problems
      return problems.isEmpty ? nil : Diagnostics(problems, in: document.source)
    } catch {
      return error
    }
  }
}

/// The files that hold a workspace's records.
private struct WatchedData: Sendable {
  /// The database's file; or a folder and its CSV files.
  private var files: [WatchedFile]
  private let isCSVFolder: Bool
  private var nextLook = ContinuousClock.now + pause

  /// The interval between two looks at CSV files: there may be many, and they hold no permissions.
  private static let pause = Duration.seconds(1)

  init(_ workspace: WorkspaceContents) {
    isCSVFolder = workspace.isCSVFolder
    files = [WatchedFile(workspace.databasePath)]
    guard isCSVFolder else { return }
    do throws(CSVError) {
      files += try CSVFolder(path: workspace.databasePath).tables.map { WatchedFile($0.path) }
    } catch {
      // Opening the folder reports why it cannot be read.
    }
  }

  mutating func look() -> WatchedFile.Finding {
    guard isCSVFolder else { return files[0].wasReplaced() ? .changed : .same }
    let now = ContinuousClock.now
    guard now >= nextLook else { return .same }
    nextLook = now + Self.pause
    var finding = WatchedFile.Finding.same
    for index in files.indices {
      switch files[index].look() {
      case .same: break
      case .unsettled: if finding == .same { finding = .unsettled }
      case .changed: finding = .changed
      }
    }
    return finding
  }
}
