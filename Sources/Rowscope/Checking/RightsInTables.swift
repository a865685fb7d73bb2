import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import Workspaces

/// The tables and fields that say who has which profile, team, seat, attribute or document, and the
/// profiles that let their users write them.
struct RightsInTables {
  private let schema: Schema
  private var fields: [TableID: Set<FieldID>] = [:]
  private var usersTable: TableID?

  init(_ lookups: UserLookups, in schema: Schema) {
    self.schema = schema
    if let users = lookups.users {
      usersTable = users.byID.table
      insert(users.byID, but: users.columns.harmless(of: users.byID))
    }
    for lookup in lookups.lists { insert(lookup, but: []) }
  }

  private mutating func insert(_ lookup: RecordLookup, but harmless: Set<FieldID>) {
    for read in lookup.reads where read.table != lookup.table || !harmless.contains(read.field) {
      insert(read)
    }
  }

  /// Adds a field, and those that a view or a computed column takes it from.
  private mutating func insert(_ field: FieldReference) {
    guard fields[field.table, default: []].insert(field.field).inserted else { return }
    for origin in schema[field.table][field.field].origins { insert(origin) }
  }

  /// What a profile lets its users write of them: a warning for each table.
  func warnings(of profile: PreparedProfile) -> [Diagnostic] {
    // Users who manage users are meant to.
    guard !profile.profile.manageUsers else { return [] }
    return fields.keys.sorted().compactMap { warning(of: profile, $0) }
  }

  private func warning(of profile: PreparedProfile, _ id: TableID) -> Diagnostic? {
    let table = schema[id]
    guard table.kind == .table, let grant = profile.validGrant(id), let told = fields[id] else {
      return nil
    }
    let rights = grant.rights
    let written = told.sorted().filter { grant.fields[$0.index] == .editable }
    var acts: [String] = []
    // Where a field that says who may do what is left to a default, creating the record says it.
    if rights.contains(.create) { acts.append("create records") }
    if rights.contains(.edit), !written.isEmpty {
      let names = written.map { Printable.quoted(table[$0].name.string) }
      acts.append("edit \(names.joined(separator: ", "))")
    }
    if rights.contains(.delete) { acts.append("delete records") }
    guard !acts.isEmpty else { return nil }
    let isOwn =
      id == usersTable && grant.conditions.isEmpty && grant.editConditions.isEmpty
      && !written.isEmpty
    return Diagnostic(
      .givesRights,
      "its users may \(acts.joined(separator: ", ")) in \(Printable.quoted(table.name.string)), "
        + "which says who may do what" + (isOwn ? ": in their own row too" : ""),
      hint: "take it away, or say with \"manage_users\": 1 that it is meant",
      severity: .warning, at: grant.range)
  }
}

extension [UserLookups.Users.Column] {
  /// The fields of a look-up that say nothing of what a user may do.
  fileprivate func harmless(of lookup: RecordLookup) -> Set<FieldID> {
    var harmless: Set<FieldID> = []
    var telling: Set<FieldID> = [lookup.key]
    for (column, field) in zip(self, lookup.fields.dropFirst()) {
      switch column {
      case .property(.name), .property(.email), .property(.timeZone): harmless.insert(field)
      case .property(.profile), .property(.seat), .property(.userType), .attribute:
        telling.insert(field)
      }
    }
    return harmless.subtracting(telling).subtracting(lookup.conditionFields)
  }
}

extension Diagnostic.Code {
  /// A profile lets its users write what says who may do what.
  static let givesRights = Self("gives_rights")
}
