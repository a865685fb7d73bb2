import AccessProfiles
import Documents
import Foundation
import RecordEngine
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let diff = Command(declaration: .diff) { arguments, context throws(CommandError) in
    let (old, new) =
      arguments.isGiven(.workspace)
      ? try await profiles(arguments, context) : try await workspaces(arguments, context)
    let difference: AccessDifference
    do throws(ServiceError) {
      difference = try await old.difference(to: new)
    } catch {
      throw CommandError(error)
    }
    let target = context.target(
      arguments, format: arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table)
    try target.write(
      target.format == .json
        ? JSONTree(difference).text : DifferenceText(difference, target: target).text)
    return difference.isGain ? .negative : .done
  }

  /// Two documents of one profile, for all users of a workspace.
  private static func profiles(
    _ arguments: Arguments, _ context: CommandContext
  ) async throws(CommandError) -> (old: RuleSet, new: RuleSet) {
    let session = try Session(arguments, context)
    let users = try await session.everyone(context)
    let paths = arguments.positionals
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    let files = session.workspace.profiles
    let named = paths.lazy.compactMap { path in
      files.first { real($0.path).hasSameBytes(as: real(path)) }
    }.first
    guard let name = arguments.value(.changedProfile) ?? named?.name else {
      throw .usage(
        "neither document is a profile of the workspace",
        help: "--profile NAME says whose rules they are")
    }
    if session.workspace.document.profileTable == nil { try session.check(profiles: [name]) }
    func rules(_ path: String) async throws(CommandError) -> RuleSet {
      var catalog = ProfileCatalog(reading: session.workspace)
      catalog[name] = try profile(path)
      return RuleSet(
        try await session.service(with: session.workspace, catalog, arguments), users: users)
    }
    return (try await rules(paths[0]), try await rules(paths[1]))
  }

  private static func profile(_ path: String) throws(CommandError) -> Profile {
    let source: SourceDocument
    do throws(WorkspaceError) {
      source = try DocumentFile.read(path)
    } catch {
      throw CommandError(error)
    }
    do throws(Diagnostics) {
      return try Profile(document: source)
    } catch {
      throw CommandError(exitCode: .failed, documents: [error])
    }
  }

  /// Two workspaces, on the records of the new one.
  private static func workspaces(
    _ arguments: Arguments, _ context: CommandContext
  ) async throws(CommandError) -> (old: RuleSet, new: RuleSet) {
    if arguments.isGiven(.changedProfile) {
      throw .usage(
        "`--profile` goes with two profiles and the `--workspace` that they are of",
        help: "rowscope diff OLD NEW --workspace PATH --profile NAME")
    }
    let contents: [WorkspaceContents]
    do throws(WorkspaceError) {
      contents = [
        try .load(path: arguments.positionals[0]), try .load(path: arguments.positionals[1]),
      ]
    } catch {
      throw CommandError(error)
    }
    let new = try Session(arguments, context, opening: contents[1])
    let service = try await new.service(
      with: contents[0], ProfileCatalog(reading: contents[0]), arguments)
    let old = Session(workspace: contents[0], service: service)
    return (
      RuleSet(service, users: try await old.everyone(context)),
      RuleSet(new.service, users: try await new.everyone(context))
    )
  }
}

extension Session {
  /// A service of other rules on the records of this one.
  fileprivate func service(
    with workspace: WorkspaceContents, _ profiles: ProfileCatalog, _ arguments: Arguments
  ) async throws(CommandError) -> RecordService {
    let clock = try Self.clock(arguments, workspace)
    do throws(ServiceError) {
      return try await service.with(workspace, profiles: profiles, clock: clock)
    } catch {
      throw CommandError(error)
    }
  }
}

/// What users gain and lose, for people.
private struct DifferenceText {
  let difference: AccessDifference
  let target: OutputTarget

  init(_ difference: AccessDifference, target: OutputTarget) {
    (self.difference, self.target) = (difference, target)
  }

  /// The text, ending in a line feed.
  var text: String {
    let counts = difference.userCounts
    let summary = "\(Self.users(counts.gaining)) gain, \(Self.users(counts.losing)) lose\n"
    if difference.lines.isEmpty { return "nobody's access changes\n" }
    return summary + "\n"
      + target.text(
        ["table", "what", "gained", "lost", "examples", "users", "who"],
        difference.lines.map { line in
          [
            .text(line.table ?? ""), .text(line.what.words), Self.count(line.gained),
            Self.count(line.lost), .text(Self.examples(line)),
            TextCell(.integer(Int64(line.users.count))), .text(AudienceText.names(line.users)),
          ]
        })
  }

  private static func users(_ count: Int) -> String { count == 1 ? "1 user" : "\(count) users" }

  private static func count(_ count: Int) -> TextCell {
    count == 0 ? .text("") : TextCell(.integer(Int64(count)))
  }

  private static func examples(_ line: AccessDifference.Line) -> String {
    func words(_ keys: [[Value]], _ sign: String, of count: Int) -> [String] {
      keys.map { sign + $0.map(\.literal).joined(separator: " ") }
        + (count > keys.count && !keys.isEmpty ? ["…"] : [])
    }
    return
      (words(line.gainedKeys, "+", of: line.gained) + words(line.lostKeys, "-", of: line.lost))
      .joined(separator: " ")
  }
}

extension AccessDifference.What {
  fileprivate var words: String {
    switch self {
    case .records: "see records"
    case .field(let name): "see \(name)"
    case .act(let act): "\(act.rawValue) records"
    case .writing(let name): "write \(name)"
    case .right(let name): "right \(name)"
    case .page(let name): "page \(name)"
    case .dashboard(let name): "dashboard \(name)"
    case .power(let name): "power \(name)"
    }
  }

  fileprivate var json: [(String, JSONTree)] {
    switch self {
    case .records: [("what", .string("records"))]
    case .field(let name): [("what", .string("field")), ("name", .string(name))]
    case .act(let act): [("what", .string(act.rawValue))]
    case .writing(let name): [("what", .string("write")), ("name", .string(name))]
    case .right(let name): [("what", .string("right")), ("name", .string(name))]
    case .page(let name): [("what", .string("page")), ("name", .string(name))]
    case .dashboard(let name): [("what", .string("dashboard")), ("name", .string(name))]
    case .power(let name): [("what", .string("power")), ("name", .string(name))]
    }
  }
}

extension JSONTree {
  fileprivate init(_ difference: AccessDifference) {
    let counts = difference.userCounts
    func keys(_ keys: [[Value]]) -> JSONTree {
      .array(keys.map { $0.count == 1 ? .value($0[0]) : .array($0.map { .value($0) }) })
    }
    self = .object([
      ("users_gaining", .integer(counts.gaining)), ("users_losing", .integer(counts.losing)),
      (
        "differences",
        .array(
          difference.lines.map { line in
            .object(
              [("table", .optional(line.table))] + line.what.json + [
                ("gained", .integer(line.gained)), ("lost", .integer(line.lost)),
                ("gained_keys", keys(line.gainedKeys)), ("lost_keys", keys(line.lostKeys)),
                ("users", JSONTree(line.users)),
              ])
          })
      ),
    ])
  }
}
