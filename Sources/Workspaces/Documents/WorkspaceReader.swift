import Documents
internal import RecordFilter
import RowscopeModel
import TimeZones

/// Reads a workspace's JSON tree and collects the problems.
struct WorkspaceReader {
  let source: SourceDocument
  var problems: DiagnosticCollector

  struct Draft {
    var database: Located<String>?
    var isCatalog = false
    var profiles: [WorkspaceDocument.ProfileDeclaration] = []
    var profileTable: ProfileTable?
    var users: WorkspaceDocument.UsersDeclaration = .none
    var tables: [TableDeclaration] = []
    var csv = CSVTextDeclaration()
    var conditions: [WorkspaceDocument.ConditionDeclaration] = []
    var everywhere: [WorkspaceDocument.EverywhereDeclaration] = []
    var pages: [Name] = []
    var dashboards: [Name] = []
    var seatLimit: Located<Int>?
    var zone = ZoneRule.utc
    var dateZone = DateForm.Zone.rule(.utc)
  }

  private enum Key: String, CaseIterable {
    case database, profiles, users, tables, conditions, everywhere, pages, dashboards, seats
    case delimiter
    case timeZone = "time_zone"
    case schema = "$schema"
    case nulls = "null"
    case dateZone = "zone"
  }

  /// Returns nil if the root is not an object.
  mutating func read(_ root: JSONNode) -> Draft? {
    guard let members = KeyedMembers<Key>(root, as: "a workspace", reporting: &problems) else {
      return nil
    }
    var draft = Draft()
    // For editors.
    if let node = members[.schema] { _ = problems.string(node, as: "the path of a JSON Schema") }
    let hint = "name a database file, a folder of CSV files, or a catalog"
    if let node = members.required(.database, hint: hint, reporting: &problems) {
      (draft.database, draft.isCatalog) = database(node)
    }
    if let node = members[.profiles] {
      if Self.isProfileTable(node) {
        draft.profileTable = profileTable(node)
      } else {
        draft.profiles = profiles(node)
      }
    }
    if let node = members[.users] {
      // The names in a table are looked up when a user is.
      let isTable = members[.profiles].map { Self.isProfileTable($0) } ?? false
      draft.users = users(node, profiles: isTable ? nil : draft.profiles.map(\.name.value))
    }
    if let node = members[.tables] { draft.tables = tables(node) }
    if let node = members[.conditions] { draft.conditions = conditions(node) }
    if let node = members[.everywhere] { draft.everywhere = everywhere(node) }
    checkNames(draft)
    draft.csv = csvText(nulls: members[.nulls], delimiter: members[.delimiter])
    if let node = members[.pages] { draft.pages = names(node, of: "page") }
    if let node = members[.dashboards] { draft.dashboards = names(node, of: "dashboard") }
    if let node = members[.seats] { draft.seatLimit = seatLimit(node) }
    if let node = members[.timeZone] { draft.zone = zone(node) ?? .utc }
    if let node = members[.dateZone], let zone = dateZone(node) { draft.dateZone = zone.value }
    return draft
  }

  private enum DatabaseKey: String, CaseIterable { case catalog }

  /// A path, or `{"catalog": "helpdesk.catalog.json"}`.
  private mutating func database(_ node: JSONNode) -> (path: Located<String>?, isCatalog: Bool) {
    guard node.members != nil else {
      return (path(node, as: "the path of a database or of a folder of CSV files"), false)
    }
    guard
      let catalog = KeyedMembers<DatabaseKey>(node, as: "a database", reporting: &problems)?
        .required(.catalog, reporting: &problems)
    else { return (nil, true) }
    return (path(catalog, as: "the path of a catalog"), true)
  }

  private mutating func path(_ node: JSONNode, as expected: String) -> Located<String>? {
    guard let path = problems.string(node, as: expected) else { return nil }
    if path.value.isEmpty || path.value.utf8.contains(0) {
      let fault = path.value.isEmpty ? "is empty" : "holds a NUL"
      problems.error(.badPath, "the path \(fault)", hint: "give \(expected)", at: path.range)
      return nil
    }
    return path
  }

  private mutating func profiles(
    _ node: JSONNode
  ) -> [WorkspaceDocument.ProfileDeclaration] {
    (problems.object(node, as: "a map of names to paths") ?? []).map { member in
      // Keep a profile with a faulty path: users may refer to it.
      let path = path(member.value, as: "the path of a profile")
      return .init(name: member.key, path: path ?? Located("", at: member.value.range))
    }
  }

  /// - Parameter profiles: the names of the workspace's profiles; nil if they are in a table.
  private mutating func users(
    _ node: JSONNode, profiles: [String]?
  ) -> WorkspaceDocument.UsersDeclaration {
    switch node.content {
    case .array:
      var reader = UserReader(profiles: profiles, problems: problems)
      reader.read(node)
      problems = reader.problems
      return .list(UserDirectory(reader, in: source))
    case .string:
      return path(node, as: "the path of a list of users").map { .file($0) } ?? .none
    case .object: return userTables(node).map { .table($0) } ?? .none
    case .null, .bool, .integer, .real:
      problems.wrongType(
        node, expected: "the path of a list of users, the list itself, or a table of users")
      return .none
    }
  }

  private mutating func names(_ node: JSONNode, of things: String) -> [Name] {
    var seen: Set<Name> = []
    for name in problems.names(node, of: things) ?? []
    where !seen.insert(Name(name.value)).inserted {
      repeated(name, as: things)
    }
    return (node.elements ?? []).compactMap(\.string).map { Name($0) }
  }

  private enum SeatsKey: String, CaseIterable { case limit }

  /// `{"limit": 20}`. Without the key there is no limit.
  private mutating func seatLimit(_ node: JSONNode) -> Located<Int>? {
    guard
      let limit = KeyedMembers<SeatsKey>(node, as: "the plan's seats", reporting: &problems)?[
        .limit]
    else { return nil }
    if let count = limit.integer.flatMap(Int.init(exactly:)), count >= 0 {
      return Located(count, at: limit.range)
    }
    problems.wrongType(
      limit, expected: "a number of seats", hint: "a limit is a whole number of 0 or more")
    return nil
  }

  private mutating func zone(_ node: JSONNode) -> ZoneRule? {
    guard let name = problems.string(node, as: "a time zone") else { return nil }
    return problems.zone(name)
  }

  /// Reports a repeated name; names are compared without ASCII case.
  mutating func repeated(_ name: Located<String>, as things: String) {
    problems.error(
      .duplicateName, "the \(things) \(Printable.quoted(name.value)) is named twice",
      hint: "names are the same without regard to case; leave one out", at: name.range)
  }
}

extension DiagnosticCollector {
  /// The zone of this name; reports it, and returns nil, if there is none.
  mutating func zone(_ name: Located<String>) -> ZoneRule? {
    if let zone = ZoneRule(named: name.value) { return zone }
    error(
      .unsupportedTimeZone, "there is no time zone \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: NamedZone.names.sorted())
        ?? "give a name as \"Europe/Berlin\", \"UTC\", or an offset as \"-03:00\"",
      at: name.range)
    return nil
  }
}
