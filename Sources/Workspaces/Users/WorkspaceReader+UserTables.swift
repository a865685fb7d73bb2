import AccessProfiles
import Documents
import RowscopeModel

/// Users and profiles in the workspace's database.
extension WorkspaceReader {
  private enum UsersKey: String, CaseIterable {
    case table
    case id = "id_user"
    case name, email, profile, seat
    case userType = "user_type"
    case timeZone = "time_zone"
    case conditions = "where"
    case teams, profiles, attributes

    /// The same name as in users.json.
    init(_ property: UserTables.Property) {
      switch property {
      case .name: self = .name
      case .email: self = .email
      case .profile: self = .profile
      case .seat: self = .seat
      case .userType: self = .userType
      case .timeZone: self = .timeZone
      }
    }
  }

  /// `{"table": "people", "id_user": "id", …}`.
  mutating func userTables(_ node: JSONNode) -> UserTables? {
    guard
      let keys = KeyedMembers<UsersKey>(
        node, as: "the users in a table", reporting: &problems)
    else { return nil }
    let table = keys.required(
      .table, hint: "name the table with a row for each user", reporting: &problems
    ).flatMap { name($0, of: "table") }
    let id = keys.required(
      .id, hint: "name the column that holds a user's id", reporting: &problems
    ).flatMap { name($0, of: "column") }
    var columns: [UserTables.Property: Located<String>] = [:]
    for property in UserTables.Property.allCases {
      columns[property] = keys[UsersKey(property)].flatMap { name($0, of: "column") }
    }
    let conditions = keys[.conditions].map { self.conditions(in: $0) } ?? []
    let teams = keys[.teams].flatMap { list($0, value: "team") }
    let profiles = keys[.profiles].flatMap { list($0, value: "profile") }
    let attributes = keys[.attributes].map { attributeSources($0) } ?? []
    guard let table, let id else { return nil }
    return UserTables(
      table: table, id: id, columns: columns, conditions: conditions, teams: teams,
      profiles: profiles, attributes: attributes)
  }

  private mutating func name(_ node: JSONNode, of thing: String) -> Located<String>? {
    problems.string(node, as: "the name of a \(thing)")
  }

  private mutating func attributeSources(_ node: JSONNode) -> [UserTables.Attribute] {
    var attributes: [UserTables.Attribute] = []
    for member in problems.object(node, as: "a map of attributes") ?? [] {
      if member.value.members != nil {
        guard let list = list(member.value, value: "value") else { continue }
        attributes.append(.init(name: member.key, source: .list(list)))
      } else if let column = problems.string(
        member.value, as: "the name of a column, or a table with a row for each value")
      {
        attributes.append(.init(name: member.key, source: .column(column)))
      }
    }
    return attributes
  }

  /// `{"table": "memberships", "user": "user_id", "team": "team_id"}`.
  ///
  /// - Parameter value: the key that names the column of the values.
  private mutating func list(_ node: JSONNode, value: String) -> UserTables.List? {
    let known = ["table", "user", value, "where"]
    guard let members = problems.object(node, as: "a table with a row for each \(value)") else {
      return nil
    }
    var found: [String: JSONNode] = [:]
    var hasUnknownKey = false
    for member in members {
      if known.contains(where: { $0.hasSameBytes(as: member.key.value) }) {
        if found[member.key.value] == nil { found[member.key.value] = member.value }
      } else {
        hasUnknownKey = true
        problems.unknownKey(
          member.key, among: known,
          hint: Suggestion.hint(for: member.key.value, among: known)
            ?? "the keys are \(known.quotedList)")
      }
    }
    let end = max(node.range.upperBound - 1, node.range.lowerBound)..<node.range.upperBound
    var names: [Located<String>] = []
    for key in known.dropLast() {
      if let node = found[key] {
        if let name = name(node, of: key == "table" ? "table" : "column") { names.append(name) }
      } else if !hasUnknownKey {
        problems.error(
          .requiredKey, "the key \(Printable.quoted(key)) is missing",
          hint: "the keys are \(known.dropLast().map(\.self).quotedList)", at: end)
      }
    }
    let conditions = found["where"].map { self.conditions(in: $0) } ?? []
    guard names.count == 3 else { return nil }
    return UserTables.List(
      table: names[0], user: names[1], value: names[2], conditions: conditions)
  }

  private enum ProfilesKey: String, CaseIterable { case table, name, document }

  /// Whether `"profiles"` names a table and not paths: a map from names to paths that has profiles
  /// of both these names is taken for a table, and is then said to be wrong.
  static func isProfileTable(_ node: JSONNode) -> Bool {
    node["table"] != nil && (node["document"] != nil || node["name"] != nil)
  }

  /// `{"table": "roles", "name": "name", "document": "document"}`.
  mutating func profileTable(_ node: JSONNode) -> ProfileTable? {
    guard
      let keys = KeyedMembers<ProfilesKey>(
        node, as: "the profiles in a table", reporting: &problems)
    else { return nil }
    func column(_ key: ProfilesKey, _ hint: String) -> JSONNode? {
      keys.required(key, hint: hint, reporting: &problems)
    }
    let table = column(.table, "name the table").flatMap { self.name($0, of: "table") }
    let name = column(.name, "name the column that holds the name of a profile")
      .flatMap { self.name($0, of: "column") }
    let document = column(.document, "name the column that holds the profile's document")
      .flatMap { self.name($0, of: "column") }
    guard let table, let name, let document else { return nil }
    return ProfileTable(table: table, name: name, document: document)
  }
}
