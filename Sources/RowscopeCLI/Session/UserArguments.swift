import AccessProfiles
import Documents
import Rowscope
import RowscopeModel
import Workspaces

extension Session {
  /// The user of `--as`, or the one described by `--user` and related options.
  ///
  /// One of users in the database is looked up again by each request.
  func user(_ arguments: Arguments) async throws(CommandError) -> User {
    try narrowed([try await wholeUser(arguments)], arguments)[0]
  }

  /// The users with what the profiles of `--narrowed-by` leave of their access.
  func narrowed(_ users: [User], _ arguments: Arguments) throws(CommandError) -> [User] {
    let names = arguments.values(.narrowedBy)
    guard !names.isEmpty else { return users }
    guard workspace.path != nil else {
      throw .usage(
        "`--narrowed-by` names a profile of a workspace, and `--db` has none",
        help: "`rowscope init` writes a workspace")
    }
    if workspace.document.profileTable == nil { try check(profiles: names) }
    return users.map { names.reduce($0) { $0.narrowed(by: $1) } }
  }

  private func wholeUser(_ arguments: Arguments) async throws(CommandError) -> User {
    let hasUsers = workspace.path != nil
    if let name = arguments.value(.as) {
      guard hasUsers else {
        throw .usage(
          "`--as` names one of a workspace's users, and `--db` has none",
          help: "describe the user: --user ID [--attribute NAME=VALUE]...")
      }
      if workspace.document.userTables != nil { return try await storedUser(named: name) }
      guard !workspace.users.users.isEmpty else {
        throw .denied(
          "the workspace has no users, so `--as` can name none", help: workspace.usersHint)
      }
      do throws(WorkspaceError) {
        return try workspace.users.user(named: name)
      } catch {
        throw CommandError(error)
      }
    }
    guard let id = arguments.value(.user) else {
      throw .usage(
        "missing the user",
        help: hasUsers
          ? "--as NAME or ID for one of the workspace's users, or --user ID --profile NAME"
          : "--user ID, and what the profile's references need: --attribute NAME=VALUE, --team ID")
    }
    return User(
      id: Value(key: id), profiles: try profiles(arguments), seat: try seat(arguments),
      userType: try userType(arguments), teams: arguments.values(.team).map { Value(key: $0) },
      attributes: try attributes(arguments))
  }

  /// All users of the workspace. Those in the database who cannot be used are named on standard
  /// error.
  func everyone(_ context: CommandContext) async throws(CommandError) -> [User] {
    guard workspace.document.userTables != nil else { return workspace.users.users }
    do throws(ServiceError) {
      let (users, faults) = try await service.everyone()
      for (id, fault) in faults.prefix(20) {
        context.warn("the user \(id.literal) \(fault), so everything is denied to them")
      }
      if faults.count > 20 { context.warn("and \(faults.count - 20) more") }
      return users
    } catch {
      throw CommandError(error)
    }
  }

  private func storedUser(named name: String) async throws(CommandError) -> User {
    let found: Result<User, WorkspaceError>
    do throws(ServiceError) {
      found = try await service.storedUser(named: name)
    } catch {
      throw CommandError(error)
    }
    do throws(WorkspaceError) {
      return try found.get()
    } catch {
      throw CommandError(error)
    }
  }

  private func profiles(_ arguments: Arguments) throws(CommandError) -> [String] {
    // Without a workspace there is only one profile.
    guard workspace.path != nil else { return workspace.profiles.prefix(1).map(\.name) }
    let names = workspace.profiles.map(\.name)
    let given = arguments.values(.profile)
    guard !given.isEmpty else {
      throw .usage(
        "`--user` needs `--profile NAME`, or the file of a draft",
        help: workspace.document.profileTable == nil
          ? "the profiles are \(names.joined(separator: ", "))" : nil)
    }
    // Those of a table are looked up by each request.
    if workspace.document.profileTable == nil {
      try check(profiles: given.filter { !drafts.contains($0) })
    }
    return given
  }

  func check(profiles given: [String]) throws(CommandError) {
    let names = workspace.profiles.map(\.name)
    for name in given where !names.contains(where: { Text($0) == Text(name) }) {
      throw .denied(
        "the workspace has no profile \(Printable.quoted(name))",
        help: Suggestion.hint(for: name, among: names)
          ?? "the profiles are \(names.joined(separator: ", "))")
    }
  }

  private func seat(_ arguments: Arguments) throws(CommandError) -> String? {
    guard let name = arguments.value(.seat) else { return nil }
    if let seat = Seat(named: name) { return seat.name }
    throw .usage(
      "there is no seat \(Printable.quoted(name))",
      help: Suggestion.hint(for: name, among: Seat.allCases.flatMap(\.names))
        ?? "the seats are \(Seat.allCases.map(\.name).joined(separator: ", "))")
  }

  private func userType(_ arguments: Arguments) throws(CommandError) -> String? {
    guard let name = arguments.value(.userType) else { return nil }
    if let type = UserType(named: name) { return type.name }
    throw .usage(
      "there is no user type \(Printable.quoted(name))",
      help: Suggestion.hint(for: name, among: UserType.allCases.flatMap(\.names))
        ?? "the user types are \(UserType.allCases.map(\.name).joined(separator: ", "))")
  }

  private func attributes(_ arguments: Arguments) throws(CommandError) -> [Text: User.Attribute] {
    var attributes: [Text: User.Attribute] = [:]
    for (name, text) in try arguments.pairs(.attribute) {
      guard attributes.updateValue(User.Attribute(argument: text), forKey: Text(name)) == nil else {
        throw .usage(
          "the attribute \(Printable.quoted(name)) is given more than once",
          help: "a list is one attribute: --attribute '\(name)=[\"a\", \"b\"]'")
      }
    }
    return attributes
  }
}

extension WorkspaceContents {
  /// How a workspace without users gets them.
  var usersHint: String {
    unnamedUsersPath.map { "add \"users\": \"users.json\" to it; \(Printable.text($0)) is there" }
      ?? "add \"users\" to it, the path of a users.json; `rowscope help workspace` shows its keys"
  }
}

extension User.Attribute {
  /// A JSON list of plain values, a JSON scalar, or otherwise the text itself.
  init(argument text: String) {
    if let items = JSONSyntax.items(ofList: text[...]) {
      self = .list(items.map { Value(json: $0) })
    } else {
      self = .scalar(Value(json: text[...]))
    }
  }
}

extension Value {
  /// A key or an id: a number if it looks like one, otherwise a text. Column affinity handles the
  /// rest.
  init(key text: String) {
    self = Int64(text).flatMap { String($0) == text ? .integer($0) : nil } ?? .text(text)
  }

  /// A JSON scalar, or otherwise the text itself.
  fileprivate init(json text: Substring) {
    let isString =
      text.utf8.first == UInt8(ascii: "\"")
      && JSONSyntax.endOfString(in: text, from: text.startIndex) == text.endIndex
    guard isString || JSONSyntax.isBareScalar(text),
      let node = try? JSONReader.read(
        SourceDocument(name: "<value>", text: String(text)), as: .strict)
    else {
      self = .text(String(text))
      return
    }
    switch node.content {
    case .null: self = .null
    case .bool(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .string(let string): self = .text(string)
    case .array, .object: self = .text(String(text))
    }
  }
}
