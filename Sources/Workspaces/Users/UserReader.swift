package import Documents
package import RowscopeModel
import TimeZones

/// Reads a list of users from a JSON tree and collects the problems.
package struct UserReader {
  /// The names of the workspace's profiles, for lookup and suggestions.
  private let profiles: Set<Text>
  /// Nil if any name is accepted, to be looked up later.
  private let profileNames: [String]?
  package private(set) var problems: DiagnosticCollector
  private(set) var users: [User] = []
  /// The positions of the invitations of ``users``.
  private(set) var invitations: [InvitationPlace] = []
  private var ids: Set<Text> = []

  package init(profiles: [String]?, problems: DiagnosticCollector) {
    self.profiles = Set((profiles ?? []).map { Text($0) })
    profileNames = profiles
    self.problems = problems
  }

  private enum Key: String, CaseIterable {
    case id = "id_user"
    case name, email, profile, profiles, seat
    case userType = "user_type"
    case teams, attributes, invitations
    case timeZone = "time_zone"
  }

  package mutating func read(_ root: JSONNode) {
    for node in problems.array(root, as: "a list of users") ?? [] {
      guard let keys = KeyedMembers<Key>(node, as: "a user", reporting: &problems) else { continue }
      read(keys)
    }
  }

  /// Reads a single user outside a list; nil if it has errors.
  package mutating func readUser(_ node: JSONNode) -> User? {
    guard let keys = KeyedMembers<Key>(node, as: "a user", reporting: &problems) else {
      return nil
    }
    read(keys)
    return problems.hasErrors ? nil : users.last
  }

  private mutating func read(_ keys: KeyedMembers<Key>) {
    let id = keys.required(.id, hint: "a whole number or a text", reporting: &problems)
      .flatMap { identifier($0) }
    let name = text(keys[.name], as: "a name")
    let invitations = invitations(keys[.invitations])
    let user = User(
      id: id ?? .null, name: name, email: text(keys[.email], as: "an email address"),
      profiles: profiles(keys), seat: seat(keys[.seat]),
      userType: userType(keys[.userType]), teams: teams(keys[.teams]),
      attributes: attributes(keys[.attributes]), invitations: invitations.map(\.invitation),
      timeZone: timeZone(keys[.timeZone]))
    guard id != nil, let node = keys[.id] else { return }
    // A column comparison may treat the number 7 and the text "7" as equal, so they are the same
    // id. The text "007" is another: it is never compared as a number.
    if !ids.insert(Text(user.idText)).inserted {
      problems.warning(
        .duplicateUser,
        "two users have the id \(Printable.quoted(user.idText)), so neither of them can sign in",
        at: node.range)
    }
    self.invitations += invitations.map { $0.of(userAt: users.count) }
    users.append(user)
  }

  /// The string; nil if it is absent or `null`, as programs write it.
  private mutating func text(_ node: JSONNode?, as expected: String) -> String? {
    located(node, as: expected)?.value
  }

  private mutating func located(_ node: JSONNode?, as expected: String) -> Located<String>? {
    guard let node else { return nil }
    if case .null = node.content { return nil }
    return problems.string(node, as: expected)
  }

  private mutating func timeZone(_ node: JSONNode?) -> String? {
    guard let name = located(node, as: "a time zone") else { return nil }
    return problems.zone(name)?.name
  }

  private mutating func identifier(_ node: JSONNode) -> Value? {
    switch node.content {
    case .integer(let integer): return .integer(integer)
    case .string(let string) where !string.isEmpty: return .text(string)
    case .string:
      problems.error(.badIdentifier, "the id is empty", at: node.range)
      return nil
    case .null, .bool, .real, .array, .object:
      problems.wrongType(node, expected: "an id", hint: "an id is a whole number or a text")
      return nil
    }
  }

  private mutating func profiles(_ keys: KeyedMembers<Key>) -> [String] {
    guard let list = keys[.profiles] else { return profile(keys[.profile]).map { [$0] } ?? [] }
    if let one = keys[.profile] {
      problems.error(
        .contradiction, "a user has \"profile\" or \"profiles\", not both",
        hint: "name them all in \"profiles\"", at: one.range)
    }
    if case .null = list.content { return [] }
    return (problems.array(list, as: "a list of profiles") ?? []).compactMap { profile($0) }
  }

  private mutating func profile(_ node: JSONNode?) -> String? {
    guard let name = located(node, as: "the name of a profile") else { return nil }
    guard let profileNames, !profiles.contains(Text(name.value)) else { return name.value }
    problems.error(
      .unknownProfile, "the workspace has no profile \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: profileNames)
        ?? "add it to the workspace's \"profiles\", or leave the key out for a user without data",
      at: name.range)
    return nil
  }

  private mutating func seat(_ node: JSONNode?) -> String? {
    guard let name = located(node, as: "a seat") else { return nil }
    if let seat = Seat(named: name.value) { return seat.name }
    problems.error(
      .unknownSeat, "there is no seat \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: Seat.allCases.flatMap(\.names))
        ?? "the seats are \(Seat.allCases.map(\.name).quotedList)", at: name.range)
    return nil
  }

  private mutating func userType(_ node: JSONNode?) -> String? {
    guard let name = located(node, as: "a user type") else { return nil }
    if let type = UserType(named: name.value) { return type.name }
    problems.error(
      .unknownUserType, "there is no user type \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: UserType.allCases.flatMap(\.names))
        ?? "the user types are \(UserType.allCases.map(\.name).quotedList)", at: name.range)
    return nil
  }

  private mutating func teams(_ node: JSONNode?) -> [Value] {
    guard let node else { return [] }
    if case .null = node.content { return [] }
    return (problems.array(node, as: "a list of team ids") ?? []).compactMap { identifier($0) }
  }

  // MARK: Invitations

  private enum InvitationKey: String, CaseIterable { case table, record, mode }

  private mutating func invitations(_ node: JSONNode?) -> [InvitationPlace] {
    guard let node else { return [] }
    if case .null = node.content { return [] }
    return (problems.array(node, as: "a list of invitations") ?? []).compactMap { invitation($0) }
  }

  private mutating func invitation(_ node: JSONNode) -> InvitationPlace? {
    guard
      let keys = KeyedMembers<InvitationKey>(node, as: "an invitation", reporting: &problems)
    else { return nil }
    let table = keys.required(
      .table, hint: "name the table that the user is invited to", reporting: &problems
    ).flatMap { problems.string($0, as: "a table name") }
    let mode: Located<Invitation.Mode>? = keys[.mode].flatMap {
      problems.choice($0, as: "a mode of invitations")
    }
    let record = keys[.record].map { Located(key($0), at: $0.range) }
    guard let table else { return nil }
    return InvitationPlace(
      user: 0,
      invitation: Invitation(
        table: table.value, record: record?.value, mode: mode?.value ?? .submitAndEdit),
      table: table.range, record: record?.range, mode: mode?.range)
  }

  /// The key of a record: an id, or a list of ids for a composite key. Empty, after reporting it,
  /// if it is neither, so that it does not turn into an invitation to the whole table.
  private mutating func key(_ node: JSONNode) -> [Value] {
    guard let elements = node.elements else { return identifier(node).map { [$0] } ?? [] }
    if elements.isEmpty {
      problems.error(
        .wrongType, "the key of the record is empty",
        hint: "give its primary key, or leave \"record\" out for an invitation to the table",
        at: node.range)
    }
    return elements.compactMap { identifier($0) }
  }

  private mutating func attributes(_ node: JSONNode?) -> [Text: User.Attribute] {
    guard let node else { return [:] }
    if case .null = node.content { return [:] }
    var attributes: [Text: User.Attribute] = [:]
    for member in problems.object(node, as: "a map of attributes") ?? [] {
      let attribute: User.Attribute?
      if let elements = member.value.elements {
        attribute = .list(elements.compactMap { scalar($0, isElement: true) })
      } else {
        attribute = scalar(member.value, isElement: false).map { .scalar($0) }
      }
      guard let attribute else { continue }
      // A key that is written twice is reported where the JSON is read.
      attributes[Text(member.key.value)] = attribute
    }
    return attributes
  }

  private mutating func scalar(_ node: JSONNode, isElement: Bool) -> Value? {
    switch node.content {
    case .null: return .null
    case .bool(let flag): return .flag(flag)
    case .integer(let integer): return .integer(integer)
    case .real(let real): return .real(real)
    case .string(let string): return .text(string)
    case .array, .object:
      problems.wrongType(
        node, expected: isElement ? "a scalar in the list" : "a scalar or a list",
        hint: "an attribute is a string, a number, a flag, null, or a list of these")
      return nil
    }
  }
}
