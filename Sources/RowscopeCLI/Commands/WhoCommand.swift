import RecordEngine
import Rowscope
import RowscopeModel

extension Command {
  static let who = Command(declaration: .who) { arguments, context throws(CommandError) in
    let session = try Session(arguments, context)
    let users = try session.narrowed(try await session.everyone(context), arguments)
    guard !users.isEmpty else {
      throw .usage("there are no users", help: "`who` is for a workspace that has \"users\"")
    }
    let target = context.target(
      arguments, format: arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table)
    guard arguments.positionals.count > 1 else {
      try await whoseTable(arguments, users, session, target)
      return .done
    }
    let question = try RecordQuestion(arguments)
    let audience: RecordAudience
    do throws(ServiceError) {
      audience = try await session.service.audience(of: question, among: users)
    } catch {
      throw CommandError(error)
    }
    try target.write(
      target.format == .json ? JSONTree(audience).text : AudienceText(target: target).text(audience)
    )
    return audience.isThere ? .done : .denied
  }

  private static func whoseTable(
    _ arguments: Arguments, _ users: [User], _ session: Session, _ target: OutputTarget
  ) async throws(CommandError) {
    if arguments.isGiven(.askedField) || arguments.isGiven(.askedAct) {
      throw .usage(
        "`--field` and `--may` are about one record", help: "rowscope who TABLE KEY")
    }
    let audience: TableAudience
    do throws(ServiceError) {
      audience = try await session.service.audience(
        ofTable: arguments.positionals[0], among: users)
    } catch {
      throw CommandError(error)
    }
    try target.write(
      target.format == .json ? JSONTree(audience).text : AudienceText(target: target).text(audience)
    )
  }
}

extension RecordQuestion {
  /// What `why` and `who` ask about the record of a TABLE and a KEY.
  init(_ arguments: Arguments) throws(CommandError) {
    let act = arguments.value(.askedAct).flatMap(RecordAct.init(rawValue:)) ?? .see
    let field = arguments.value(.askedField)
    if act == .delete, field != nil {
      throw .usage(
        "`--field` goes with seeing and editing: a record is deleted as a whole",
        help: "leave out `--field`, or `--may delete`")
    }
    self.init(
      table: arguments.positionals[0],
      key: arguments.positionals.dropFirst().map { Value(key: $0) }, act: act, field: field)
  }
}

/// Who sees a record or a table, for people: a row for each group of users.
struct AudienceText {
  let target: OutputTarget

  /// The most users of a group who are named.
  private static let usersNamed = 8

  func text(_ audience: RecordAudience) -> String {
    guard audience.isThere else {
      return target.text([
        ("Table", audience.table),
        ("Record", audience.question.key.map(\.literal).joined(separator: ", ")),
        ("Answer", "the database has no such record"),
      ])
    }
    let verb = audience.question.act == .see ? "sees" : "may \(audience.question.act.rawValue)"
    let what = audience.question.field.map { " \($0)" } ?? " it"
    return target.text(
      ["users", verb + what, "decided by", "who"],
      audience.groups.map { group in
        [
          TextCell(.integer(Int64(group.users.count))), .text(group.isAllowed ? "yes" : "no"),
          .text(group.decidedBy), .text(Self.names(group.users)),
        ]
      })
  }

  func text(_ audience: TableAudience) -> String {
    target.text(
      ["users", "profiles", "records", "hidden", "who", "which records"],
      audience.groups.map { group in
        let partly = group.partlyHidden.joined(separator: ", ")
        let hidden = [
          group.hidden.joined(separator: ", "), partly.isEmpty ? "" : "in some records \(partly)",
        ]
        .filter { !$0.isEmpty }.joined(separator: "; ")
        return [
          TextCell(.integer(Int64(group.users.count))),
          .text(group.profiles.joined(separator: ", ")), TextCell(.integer(Int64(group.count))),
          .text(group.denial == nil ? hidden : "all"), .text(Self.names(group.users)),
          .text(group.denial.map { "denied: \($0)" } ?? group.records),
        ]
      })
  }

  static func names(_ users: [User]) -> String {
    let named = users.prefix(usersNamed).map { $0.name ?? $0.id.literal }
    let rest = users.count - named.count
    return (named + (rest > 0 ? ["… \(rest) more"] : [])).joined(separator: ", ")
  }
}

extension JSONTree {
  init(_ audience: RecordAudience) {
    self = .object([
      ("table", .string(audience.table)),
      ("key", .array(audience.question.key.map { .value($0) })),
      ("act", .string(audience.question.act.rawValue)),
      ("field", .optional(audience.question.field)), ("found", .flag(audience.isThere)),
      (
        "groups",
        .array(
          audience.groups.map {
            .object([
              ("allowed", .flag($0.isAllowed)), ("decided_by", .string($0.decidedBy)),
              ("users", JSONTree($0.users)),
            ])
          })
      ),
    ])
  }

  init(_ audience: TableAudience) {
    self = .object([
      ("table", .string(audience.table)),
      (
        "groups",
        .array(
          audience.groups.map {
            .object(
              [
                ("profiles", .strings($0.profiles)), ("count", .integer($0.count)),
                ("records", .string($0.records)), ("hidden", .strings($0.hidden)),
                ("partly_hidden", .strings($0.partlyHidden)), ("users", JSONTree($0.users)),
              ] + .decided($0.denial))
          })
      ),
    ])
  }

  init(_ users: [User]) {
    self = .array(
      users.map { .object([("id_user", .value($0.id)), ("name", .optional($0.name))]) })
  }
}
