import DataFiles
import Documents
import RecordEngine
import RecordStore
import RowscopeModel
import Workspaces

/// How a workspace is opened, the first time and again.
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

/// A workspace with everything that was read for it, each part with the file that it was read from.
struct LoadedWorkspace: Sendable {
  private let workspace: WorkspaceContents
  let service: RecordService
  private(set) var users: UserDirectory
  /// Whether the users' file could not be read when it was last looked at; then nobody is known.
  private(set) var usersAreFaulty = false
  private var usersFile: WatchedFile?
  private var profiles: ProfileCatalog
  private var profileFiles: [Text: WatchedFile]
  private var data: WatchedData

  init(_ opening: WorkspaceOpening) throws(OpeningError) {
    // Files are stamped before they are read, so that what changes in between is seen at the next look.
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
    let offset = workspace.utcOffset
    service = RecordService(
      pool: try workspace.openPool(connections: opening.connections), profiles: profiles,
      workspace: workspace.document, limits: opening.limits, memory: opening.memory,
      verification: opening.verification,
      clock: opening.clock ?? { RequestClock(now: SystemClock.now, utcOffset: offset) })
  }

  var document: WorkspaceDocument { workspace.document }

  /// What is wrong with the profiles.
  var faults: [ReloadingService.Report] {
    profiles.names.compactMap { fault(of: $0) }
  }

  private func fault(of name: String) -> ReloadingService.Report? {
    let reason: String
    switch profiles[fault: name] {
    case nil: return nil
    case .invalid(let diagnostics): reason = diagnostics.description
    case .unreadable(let error): reason = error.description + "\n"
    }
    return .problem(
      "\(reason)The users of the profile \(Printable.quoted(name)) are denied everything until that is mended."
    )
  }

  // MARK: Looking again

  /// Whether the database is the one that was opened.
  mutating func isDataSame() -> Bool { data.isSame() }

  /// Reads the users again where their file may have changed.
  mutating func refreshUsers() -> ReloadingService.Report? {
    guard let finding = usersFile?.look(), finding != .same else { return nil }
    do throws(WorkspaceError) {
      users = try workspace.currentUsers()
      usersAreFaulty = false
      return finding == .changed ? workspace.usersPath.map { .reread($0) } : nil
    } catch {
      usersAreFaulty = true
      return finding == .changed
        ? .problem("\(error.description)\nEverything is denied until that is mended.") : nil
    }
  }

  /// Reads a profile again where its file may have changed.
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

/// What a workspace's records are read from.
private struct WatchedData: Sendable {
  /// The database's file; or a folder and the CSV files in it.
  private var files: [WatchedFile]
  private let isCSVFolder: Bool
  private var nextLook = ContinuousClock.now + pause

  /// How long CSV files are not looked at: there may be many, and nobody's permissions are in them.
  private static let pause = Duration.seconds(1)

  init(_ workspace: WorkspaceContents) {
    isCSVFolder = workspace.isCSVFolder
    files = [WatchedFile(workspace.databasePath)]
    guard isCSVFolder else { return }
    do throws(CSVError) {
      files += try CSVFolder(path: workspace.databasePath).tables.map { WatchedFile($0.path) }
    } catch {
      // Whoever opens the folder says why it cannot be read.
    }
  }

  mutating func isSame() -> Bool {
    guard isCSVFolder else { return !files[0].wasReplaced() }
    let now = ContinuousClock.now
    guard now >= nextLook else { return true }
    nextLook = now + Self.pause
    var isSame = true
    for index in files.indices where files[index].look() != .same { isSame = false }
    return isSame
  }
}
