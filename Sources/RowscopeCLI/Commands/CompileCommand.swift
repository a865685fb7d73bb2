import Documents
import Rowscope
import RowscopeModel

extension Command {
  static let compile = Command(declaration: .compile) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let session = try Session(arguments, context)
    let user = try await session.knownUser(arguments)
    let planner = try session.planner(arguments)
    let compiled: CompiledStatements
    do throws(ServiceError) {
      if let act = arguments.choice(.predicate, as: RecordAct.self) {
        compiled = .predicate(
          act, try planner.predicate(for: act, in: request.table, as: user))
      } else {
        let (fields, statements) = try planner.statements(request, as: user)
        let limit = request.count.limit.map { $0 + 1 }
        let count =
          request.count == .none ? nil : try planner.count(request, as: user, upTo: limit)
        compiled = .list(fields, statements, count: count)
      }
    } catch {
      var explained = await session.explained(error, user)
      // The administrator is told which field it is.
      if error.code == .unsupported, let place = error.databaseMessage {
        explained.help = [place, explained.help].compactMap(\.self).joined(separator: "; ")
        explained.documents += planner.refusals(for: user, in: request.table)
      }
      throw explained
    }
    if arguments.value(.sqlFormat) == "json" {
      try context.target(arguments, format: .json).write(compiled.json.text)
    } else {
      try compiled.checkNames()
      let target = context.target(arguments, format: .table)
      try target.write(compiled.text(width: context.textWidth))
    }
    return .done
  }
}

/// What `compile` prints.
private enum CompiledStatements {
  case list([String], [SQLQuery], count: SQLQuery?)
  case predicate(RecordAct, SQLQuery)

  var json: JSONTree {
    switch self {
    case .list(let fields, let statements, let count):
      .object([
        ("fields", .strings(fields)), ("statements", .array(statements.map(\.json))),
        ("count", count?.json ?? .null),
      ])
    case .predicate(let act, let predicate):
      .object([("act", .string(act.rawValue)), ("predicate", predicate.json)])
    }
  }

  /// A name with a line feed or the like would be shown escaped, which is the name of another field.
  func checkNames() throws(CommandError) {
    let queries: [SQLQuery] =
      switch self {
      case .list(_, let statements, let count): statements + [count].compactMap(\.self)
      case .predicate(_, let predicate): [predicate]
      }
    guard queries.allSatisfy({ !$0.text.unicodeScalars.contains(where: Printable.isUnsafe) })
    else {
      throw .usage(
        "a name has control characters, which printed SQL cannot show",
        help: "`--format json` has it as it is")
    }
  }

  func text(width: Int) -> String {
    switch self {
    case .list(_, let statements, let count):
      var parts = statements.enumerated().map { index, statement in
        (index == 0 ? "" : "-- where the records so far do not fill the page\n")
          + statement.text(width: width, end: ";")
      }
      if parts.isEmpty { parts = ["-- no record can match: there is nothing to run\n"] }
      if let count {
        parts.append("-- the number of records\n" + count.text(width: width, end: ";"))
      }
      return parts.joined(separator: "\n")
    case .predicate(_, let predicate): return predicate.text(width: width, end: "")
    }
  }
}

extension SQLQuery {
  fileprivate var json: JSONTree {
    .object(
      [("sql", .string(text)), ("parameters", .array(parameters.map(JSONTree.value)))]
        + (types.isEmpty ? [] : [("types", .strings(types))]))
  }

  /// The values as comments, and the text with numbered parameters.
  fileprivate func text(width: Int, end: String) -> String {
    // The parameters of PostgreSQL have types, and are written with another mark.
    let mark = types.isEmpty ? "?" : "$"
    let values = parameters.enumerated().map {
      "-- \(mark)\($0 + 1) = \(Printable.text($1.sqlLiteral))"
    }
    let lines = SQLText(text, width: width).lines.map { Printable.text($0) }
    return (values + lines).joined(separator: "\n") + end + "\n"
  }
}

extension Value {
  /// As SQLite writes it.
  fileprivate var sqlLiteral: String {
    switch self {
    case .null: "NULL"
    case .text(let text): text.string.quoted(by: "'")
    case .integer, .real, .blob: literal
    }
  }
}

extension Session {
  /// The user of the arguments, looked up where they are in the database.
  fileprivate func knownUser(_ arguments: Arguments) async throws(CommandError) -> User {
    let user = try await user(arguments)
    guard user.isToBeLookedUp else { return user }
    do throws(ServiceError) {
      let known = try await service.user(user.id)
      return user.narrowedBy.reduce(known) { $0.narrowed(by: $1) }
    } catch {
      throw await explained(error, user)
    }
  }

  /// Compiles for the same tables and profiles, at the same time.
  fileprivate func planner(_ arguments: Arguments) throws(CommandError) -> QueryPlanner {
    let clock = try Self.clock(arguments, workspace)
    do throws(OpeningError) {
      return try QueryPlanner(
        contents: workspace, profiles: profiles,
        limits: .init(defaultSize: nil, maximumSize: nil), clock: clock)
    } catch {
      throw CommandError(error)
    }
  }
}
