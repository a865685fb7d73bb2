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
  let isWritable: Bool
  let report: @Sendable (RecordService.FileReport) -> Void

  /// The workspace's own file.
  var file: String {
    DocumentFile.entry(at: path) == .folder
      ? DocumentPath.join(path, WorkspaceContents.fileName) : path
  }
}

/// A workspace with everything read for it, and the file of each part.
struct LoadedWorkspace: Sendable {
  private let workspace: WorkspaceContents
  let core: ServiceCore
  private let profiles: ProfileFiles
  /// Whether the users' file could not be read the last time; no user is known then.
  private(set) var usersAreFaulty = false
  private var usersFile: WatchedFile?
  private var data: WatchedData
  /// The declarations that did not fit the database when it was opened.
  private let declarationProblems: Diagnostics?

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    // Stamp files before reading them, so that the next look detects changes made in between.
    let users: UserDirectory
    do throws(WorkspaceError) {
      workspace = try WorkspaceContents.load(path: opening.path)
      usersFile = workspace.usersPath.map { WatchedFile($0) }
      users = try workspace.currentUsers()
    } catch {
      throw OpeningError(error)
    }
    let files = Dictionary(
      workspace.profiles.map { (Text($0.name), WatchedFile($0.path)) },
      uniquingKeysWith: { first, _ in first })
    let catalog = ProfileCatalog(reading: workspace)
    profiles = ProfileFiles(files, catalog, report: opening.report)
    data = WatchedData(workspace)
    let zone = workspace.zone
    let configuration = Connection.Configuration(within: opening.limits.timeout)
    let writing = opening.isWritable ? try workspace.writeSource(configuration) : .none
    let opened = try workspace.open(
      connections: opening.connections, configuration: configuration)
    declarationProblems = workspace.declarationProblems(of: opened.pool)
    core = ServiceCore(
      pool: opened.pool, notes: opened.notes, profiles: catalog, workspace: workspace.document,
      users: workspace.document.userTables == nil ? users : nil, limits: opening.limits,
      memory: opening.memory, verification: opening.verification,
      clock: opening.clock ?? { RequestClock(now: SystemClock.now, zone: zone) },
      writing: writing, following: profiles)
  }

  var document: WorkspaceDocument { workspace.document }

  /// The problems of the profiles, and of what the workspace declares.
  var faults: [RecordService.FileReport] {
    let declared = declarationProblems.map { problems in
      RecordService.FileReport.problem(
        "\(problems.description)What needs this is denied until it is fixed.")
    }
    return profiles.faults + [declared].compactMap(\.self)
  }

  var hasUsers: Bool { core.users?.users.isEmpty == false || document.userTables != nil }

  // MARK: Looking again

  /// Whether all but the profiles is certainly as it was. One system call for each file.
  var isSame: Bool { !usersAreFaulty && usersFile?.isSame ?? true && data.isSame }

  /// Whether the database is still the one that was opened.
  mutating func lookAtData() -> WatchedFile.Finding { data.look() }

  /// Reads the users again if their file may have changed.
  mutating func refreshUsers() -> RecordService.FileReport? {
    guard let finding = usersFile?.look(), finding != .same else { return nil }
    do throws(WorkspaceError) {
      let users = try workspace.currentUsers()
      if document.userTables == nil { core.users = users }
      usersAreFaulty = false
      return finding == .changed ? workspace.usersPath.map { .reread($0) } : nil
    } catch {
      usersAreFaulty = true
      return finding == .changed
        ? .problem("\(error.description)\nEverything is denied until this is fixed.") : nil
    }
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

  /// Whether nothing is to be looked at more closely.
  var isSame: Bool {
    isCSVFolder ? ContinuousClock.now < nextLook : files[0].isSameFile
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
