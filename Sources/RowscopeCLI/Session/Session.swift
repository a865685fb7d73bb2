import Documents
import RecordEngine
import Rowscope
import RowscopeModel
import SampleGenerator
import Workspaces

/// The workspace of a command, or its database with one profile.
struct Session: Sendable {
  let workspace: WorkspaceContents
  let service: RecordService
  /// The paths of profiles to be tried in the workspace, which name them.
  let drafts: [String]

  init(_ workspace: WorkspaceContents, _ service: RecordService) {
    (self.workspace, self.service, drafts) = (workspace, service, [])
  }

  /// Opens what the arguments name, and reads a folder of CSV files into memory.
  ///
  /// - Parameters:
  ///   - isWriting: whether records will be written.
  ///   - needsProfile: whether a database without a workspace must come with a profile.
  init(
    _ arguments: Arguments, _ context: CommandContext, isWriting: Bool = false,
    needsProfile: Bool = true
  ) throws(CommandError) {
    try self.init(
      arguments, context, opening: try Self.workspace(arguments, needsProfile: needsProfile),
      isWriting: isWriting)
  }

  init(workspace: WorkspaceContents, service: RecordService) {
    (self.workspace, self.service, drafts) = (workspace, service, [])
  }

  /// Opens a workspace.
  init(
    _ arguments: Arguments, _ context: CommandContext, opening workspace: WorkspaceContents,
    isWriting: Bool = false
  ) throws(CommandError) {
    self.workspace = workspace
    // Requests from a terminal come one at a time and may be of any size.
    var limits = RecordService.Limits(defaultSize: nil, maximumSize: nil)
    limits.timeout = try arguments.seconds(.timeout)
    let clock = try Self.clock(arguments, workspace)
    var bar = ProgressBar(
      ProgressLine(label: "Reading CSV files", unit: nil, total: 1000), on: context.messages,
      isQuiet: context.isQuiet)
    do throws(OpeningError) {
      service = try RecordService(
        // The second connection opens only when it can help with a count.
        contents: workspace, limits: limits, connections: 2,
        memory: EngineChoice(arguments).memory, clock: clock, isWritable: isWriting,
        progress: { bar.update(Int($0 * 1000)) })
    } catch {
      throw CommandError(error)
    }
    drafts = Self.drafts(arguments, workspace)
    if !drafts.isEmpty { service.replaceProfiles(profiles) }
  }

  /// The profiles of the workspace, and the drafts.
  var profiles: ProfileCatalog {
    var catalog = ProfileCatalog(reading: workspace)
    for draft in drafts { catalog.read(draft, as: draft) }
    return catalog
  }

  /// The profiles of `--profile` that are files and none of the workspace's.
  private static func drafts(_ arguments: Arguments, _ workspace: WorkspaceContents) -> [String] {
    guard workspace.path != nil else { return [] }
    return arguments.values(.profile).filter { name in
      !workspace.profiles.contains { Text($0.name) == Text(name) }
        && DocumentFile.entry(at: name) == .file
    }
  }

  /// The clock of `--now`; nil for the system's.
  static func clock(
    _ arguments: Arguments, _ workspace: WorkspaceContents
  ) throws(CommandError) -> (@Sendable () -> RequestClock)? {
    guard let text = arguments.value(.now) else { return nil }
    let clock = RequestClock(now: try Instant.seconds(text), zone: workspace.zone)
    return { clock }
  }

  /// The workspace that the arguments name, without opening its database.
  static func workspace(
    _ arguments: Arguments, needsProfile: Bool = true
  ) throws(CommandError) -> WorkspaceContents {
    if arguments.isGiven(.database), arguments.values(.profile).count > 1 {
      throw .usage(
        "`--db` goes with one `--profile FILE`",
        help: "a workspace names several: `rowscope init` writes one")
    }
    do throws(WorkspaceError) {
      guard let database = arguments.value(.database) else {
        return try .load(path: arguments.value(.workspace) ?? WorkspaceContents.fileName)
      }
      if let profile = arguments.value(.profile) ?? arguments.profilePath {
        return try .plain(database: database, profile: profile)
      }
      if !needsProfile { return try .plain(database: database) }
    } catch {
      var wrong = CommandError(error, workspaceIsUnnamed: !arguments.isGiven(.workspace))
      // Without a profile, all access is denied.
      if arguments.isGiven(.database), error.path != arguments.value(.database) {
        wrong.exitCode = .denied
      }
      throw wrong
    }
    throw .usage(
      "`--db` needs `--profile FILE`",
      help: "the profile says what a user may see")
  }

  /// Reads for a user in one snapshot of the database.
  func read<Result>(
    as user: User, _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(CommandError) -> Result {
    do throws(ServiceError) {
      return try await service.withSession(as: user, body)
    } catch {
      throw await explained(error, user)
    }
  }

  /// Writes for a user in one transaction.
  func write<Result>(
    as user: User, _ body: (borrowing RecordWriter) throws(ServiceError) -> Result
  ) async throws(CommandError) -> Result {
    do throws(ServiceError) {
      return try await service.write(as: user, body)
    } catch {
      throw await explained(error, user)
    }
  }

  /// The error with details for the profile's author: a user with access to the database file is an
  /// administrator.
  func explained(_ error: ServiceError, _ user: User) async -> CommandError {
    var explained = CommandError(error)
    if error.code == .invalidUser { explained.help = error.databaseMessage }
    if error.code == .invalidProfile, let report = await mistakes(of: user) {
      // Include what `check` would report.
      explained.help = report.unreadable?.description
      explained.documents = [report.diagnostics].compactMap { $0?.errors }
    } else if error.code == .invalidProfile, explained.help == nil {
      let names = profiles.names
      explained.help =
        (user.profiles + user.narrowedBy).lazy
        .filter { name in !names.contains { Text($0) == Text(name) } }
        .compactMap { Suggestion.hint(for: $0, among: names) }.first
    }
    return explained
  }

  /// The mistakes in the first of the user's profiles that has some; nil if there are none.
  func mistakes(of user: User) async -> ProfileReport? {
    let user = user.isToBeLookedUp ? try? await service.user(user.id) : user
    guard let user, !user.profiles.isEmpty else { return nil }
    return try? await service.check(user.profiles).profiles.first { $0.errorCount > 0 }
  }
}

extension Arguments {
  /// The first profile of `check`, if profiles are files.
  fileprivate var profilePath: String? {
    declaration.positionals.first == .profiles ? positional(0) : nil
  }
}

extension Diagnostics {
  /// The diagnostics without warnings.
  var errors: Diagnostics {
    Diagnostics(list.filter { $0.severity == .error }, omitted: omitted, in: source)
  }
}
