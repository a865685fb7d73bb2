package import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel

/// How a workspace's users, their lists and their profiles are looked up in its database, resolved
/// against a schema.
package struct UserLookups: Sendable {
  /// Nil if the users are not in the database.
  package let users: Users?
  /// The documents by the names of profiles; nil if they are not in the database.
  package let profiles: RecordLookup?

  package struct Users: Sendable {
    /// By id. Its fields are the id's and then ``columns``' and ``attributes``'.
    package let byID: RecordLookup
    /// By exact name; nil where the workspace does not say who is called what.
    package let byName: RecordLookup?
    /// What the fields behind the first are.
    package let columns: [Column]
    package let teams: RecordLookup?
    package let profiles: RecordLookup?
    /// The attributes that are lists, by name.
    package let lists: [(name: String, lookup: RecordLookup)]

    package enum Column: Sendable, Hashable {
      case property(UserTables.Property)
      case attribute(String)
    }
  }

  /// Those of several rows for each user, and of documents.
  package var lists: [RecordLookup] {
    let users = users.map { [$0.teams, $0.profiles] + $0.lists.map(\.lookup) } ?? []
    return (users + [profiles]).compactMap(\.self)
  }

  /// All of them, each with the place in the document that declares it.
  package let declared: [(lookup: RecordLookup, place: Range<Int>)]
}

extension SchemaOverlay {
  /// The look-ups that a workspace declares. Reports what does not fit the schema.
  mutating func lookups(
    of workspace: WorkspaceDocument, in schema: Schema
  ) -> UserLookups? {
    guard workspace.userTables != nil || workspace.profileTable != nil else { return nil }
    var resolution = LookupResolution(schema)
    let users = workspace.userTables.flatMap { resolution.users($0) }
    let profiles = workspace.profileTable.flatMap { resolution.profiles($0) }
    for problem in resolution.problems.list {
      // With the relation that it needs, a condition may fit; until then nobody is known.
      problems.append(problem)
    }
    return UserLookups(users: users, profiles: profiles, declared: resolution.declared)
  }
}

/// Resolves the look-ups of one workspace.
private struct LookupResolution {
  let schema: Schema
  let everyone: PreparedProfile
  var problems = DiagnosticCollector()
  private(set) var declared: [(lookup: RecordLookup, place: Range<Int>)] = []

  init(_ schema: Schema) {
    self.schema = schema
    everyone = .ofNobody(in: schema)
  }

  mutating func users(_ tables: UserTables) -> UserLookups.Users? {
    guard let table = table(tables.table) else { return nil }
    let id = field(tables.id, of: table)
    var columns: [UserLookups.Users.Column] = []
    var fields: [FieldID] = []
    var name: FieldID?
    for property in UserTables.Property.allCases {
      guard let column = tables.columns[property], let field = field(column, of: table) else {
        continue
      }
      columns.append(.property(property))
      fields.append(field)
      if property == .name { name = field }
    }
    var lists: [(name: String, lookup: RecordLookup)] = []
    for attribute in tables.attributes {
      switch attribute.source {
      case .column(let column):
        guard let field = field(column, of: table) else { continue }
        columns.append(.attribute(attribute.name.value))
        fields.append(field)
      case .list(let list):
        if let lookup = lookup(list) { lists.append((attribute.name.value, lookup)) }
      }
    }
    let teams = tables.teams.flatMap { lookup($0) }
    let profiles = tables.profiles.flatMap { lookup($0) }
    guard let id else { return nil }
    let byID = lookup(
      in: table, by: id, reading: [id] + fields, where: tables.conditions, at: tables.id.range)
    guard let byID else { return nil }
    let byName = name.flatMap { name in
      lookup(
        in: table, by: name, reading: [id, name], where: tables.conditions,
        at: tables.columns[.name]?.range ?? tables.table.range)
    }
    return UserLookups.Users(
      byID: byID, byName: byName, columns: columns, teams: teams, profiles: profiles, lists: lists)
  }

  mutating func profiles(_ declared: ProfileTable) -> RecordLookup? {
    guard let table = table(declared.table) else { return nil }
    let name = field(declared.name, of: table)
    let document = field(declared.document, of: table)
    guard let name, let document else { return nil }
    return lookup(
      in: table, by: name, reading: [name, document], where: [], at: declared.name.range)
  }

  private mutating func lookup(_ list: UserTables.List) -> RecordLookup? {
    guard let table = table(list.table) else { return nil }
    let user = field(list.user, of: table)
    let value = field(list.value, of: table)
    guard let user, let value else { return nil }
    return lookup(
      in: table, by: user, reading: [value], where: list.conditions, at: list.user.range)
  }

  private mutating func lookup(
    in table: TableID, by key: FieldID, reading fields: [FieldID], where conditions: [Condition],
    at place: Range<Int>
  ) -> RecordLookup? {
    let lookup = RecordLookup(
      in: table, by: key, reading: fields, where: conditions, under: everyone,
      reporting: &problems)
    if let lookup { declared.append((lookup, place)) }
    return lookup
  }

  private mutating func table(_ name: Located<String>) -> TableID? {
    guard let table = schema.tableID(named: name.value) else {
      let (message, hint) = schema.missing(table: name.value)
      problems.error(.unknownTable, message, hint: hint, at: name.range)
      return nil
    }
    if schema.everywhere(table) == .denied {
      problems.error(
        .mismatchedField,
        "the conditions of every table do not fit the table \(Printable.quoted(name.value))",
        hint: "name it in \"except\"", at: name.range)
      return nil
    }
    return table
  }

  private mutating func field(_ name: Located<String>, of table: TableID) -> FieldID? {
    guard let field = schema[table].fieldID(named: name.value),
      !schema.isRestricted(field, in: table)
    else {
      problems.error(
        .unknownField,
        "unknown field \(Printable.quoted(name.value)) in table "
          + Printable.quoted(schema[table].name.string),
        hint: Suggestion.hint(
          for: name.value, among: schema[table].fields.map(\.name.string)), at: name.range)
      return nil
    }
    guard !schema[table][field].isManyValued else {
      problems.error(
        .mismatchedField,
        "the field \(Printable.quoted(name.value)) holds many values, and one is needed here",
        hint: "a list of teams, profiles or an attribute is read from a table with a row for each: "
          + "{\"table\": …, \"user\": …, …}", at: name.range)
      return nil
    }
    return field
  }
}
