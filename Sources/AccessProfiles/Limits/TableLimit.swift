import RecordFilter
import RowscopeModel

/// The most that a user's seat, user type and invitations allow in one table, whatever the profile
/// grants.
struct TableLimit: Sendable {
  /// The records that the user can access.
  let rows: Filter
  /// The records that the user can edit, and those that they can delete; nil if these are all of
  /// ``rows``.
  let editableRows: Filter?
  let deletableRows: Filter?
  let rights: Rights
  /// Whether the user can write developer fields.
  let writesDeveloperFields: Bool

  /// - Throws: ``AccessError`` if the user's seat or type does not exist.
  /// - Parameter scope: that of rules.
  init(of context: ReferenceContext, on id: TableID, in scope: FieldScope) throws(AccessError) {
    let (user, schema) = (context.user, scope.schema)
    let (seat, type) = try user.seatAndType(on: id)
    let table = schema[id]
    writesDeveloperFields = seat == .developer
    var rights = seat.map(Self.rights(of:)) ?? Self.rightsWithoutSeat
    var rows = Filter.always
    var editable: Filter?
    var deletable: Filter?
    switch type {
    case nil: break
    case .admin: rights.formIntersection(Self.rights(of: .admin))
    case .user:
      rights.formIntersection(Self.rights(of: .user))
      let own = Filter.any(scope.owned(id, by: context), scope.ofTeams(id, of: context))
      rows = .any(own, schema.records(table, invitedIn: user.invitations) { $0.views })
      editable = .any(own, schema.records(table, invitedIn: user.invitations) { $0.edits })
      // An invitation is to see and to edit.
      deletable = own
    case .guest:
      rights.formIntersection(Self.rights(of: .guest))
      let invitations = user.invitations(to: table)
      let modes = invitations.filter { $0.record == nil }.map(\.mode)
      let own = scope.owned(id, by: context)
      rows = .any(
        modes.contains(where: \.views) ? own : .never,
        schema.records(table, invitedIn: invitations) { $0.views })
      editable = .any(
        modes.contains(where: \.edits) ? own : .never,
        schema.records(table, invitedIn: invitations) { $0.edits })
      if modes.isEmpty { rights.remove(.create) }
      if !invitations.contains(where: \.mode.edits) { rights.remove(.edit) }
    }
    // These types do not see every record that the view may select from.
    if !table.nondeterministicSources.isEmpty, type == .user || type == .guest { rows = .never }
    self.rows = rows
    editableRows = editable == rows ? nil : editable
    deletableRows = deletable == rows ? nil : deletable
    self.rights = rights
  }

  // The rights that each seat and type allows, computed once.

  private static let rightsOfSeats: [Seat: Rights] = Dictionary(
    uniqueKeysWithValues: Seat.allCases.map { seat in
      (seat, Rights { seat.powers.contains($0.power) })
    })
  private static let rightsOfTypes: [UserType: Rights] = Dictionary(
    uniqueKeysWithValues: UserType.allCases.map { type in
      (type, Rights { type.decision(on: $0.power) ?? true })
    })
  /// Without a seat, everything but what needs a developer seat.
  private static let rightsWithoutSeat = Rights { !Seat.developersOnly.contains($0.power) }

  static func rights(of seat: Seat) -> Rights { rightsOfSeats[seat] ?? [] }
  static func rights(of type: UserType) -> Rights { rightsOfTypes[type] ?? [] }
}

extension User {
  /// The user's seat and type; nil for one that the user does not have.
  ///
  /// - Throws: ``AccessError`` if either does not exist; the table is then denied.
  func seatAndType(on table: TableID) throws(AccessError) -> (seat: Seat?, type: UserType?) {
    var found: (seat: Seat?, type: UserType?)
    if let name = seat {
      guard let seat = Seat(named: name) else {
        throw AccessError(kind: .unknownSeat(name), table: table)
      }
      found.seat = seat
    }
    if let name = userType {
      guard let type = UserType(named: name) else {
        throw AccessError(kind: .unknownUserType(name), table: table)
      }
      found.type = type
    }
    return found
  }

  /// The user's invitations to a table.
  func invitations(to table: Table) -> [Invitation] {
    invitations.filter { Name($0.table) == table.name }
  }
}

extension FieldScope {
  /// The user's own records; none if the table has no owner field.
  fileprivate func owned(_ table: TableID, by context: ReferenceContext) -> Filter {
    let path = schema[table].ownerField.map { FieldPath(table: table, field: $0) }
    return holds(
      path ?? schema[table].ownerPath, from: table, oneOf: [context.user.id], context)
  }

  fileprivate func ofTeams(_ table: TableID, of context: ReferenceContext) -> Filter {
    let path = schema[table].teamField.map { FieldPath(table: table, field: $0) }
    return holds(
      path ?? schema[table].teamPath, from: table, oneOf: context.user.teams, context)
  }

  /// Like a rule of a profile, the path sees every record. It leads nowhere where the workspace's
  /// conditions of every table leave a part of it unused.
  private func holds(
    _ path: FieldPath?, from table: TableID, oneOf ids: [Value], _ context: ReferenceContext
  ) -> Filter {
    guard let path, isVisible(path.field, in: path.table),
      zip([table] + path.steps.map(\.table), path.steps).allSatisfy({ isOpen($1, from: $0) })
    else { return .never }
    return related(
      path.steps, from: table, schema.holds(path.field, of: schema[path.table], oneOf: ids), context
    )
  }
}

extension Field {
  /// Whether a value stands for one of the field's, where these are UUIDs: in any form.
  fileprivate func mayBeKey(_ value: Value) -> Bool {
    guard case .uuid? = type else { return true }
    return DeclaredType.uuid(nil).value(of: value) != nil
  }
}

extension Schema {
  fileprivate func holds(_ field: FieldID, of table: Table, oneOf ids: [Value]) -> Filter {
    table.holds(field, oneOf: identifiers(ids, comparableWith: field, of: table))
  }

  /// The records that invitations name by key. A key that does not fit this table's, or that is no
  /// UUID where one is declared, matches nothing.
  fileprivate func records(
    _ table: Table, invitedIn invitations: [Invitation],
    where isWanted: (Invitation.Mode) -> Bool
  ) -> Filter {
    let keys = invitations.compactMap { invitation -> [Value]? in
      guard let key = invitation.record, Name(invitation.table) == table.name,
        isWanted(invitation.mode), !key.isEmpty, key.count == table.primaryKey.count,
        !key.contains(.null),
        zip(table.primaryKey, key).allSatisfy({ field, value in
          !identifiers([value], comparableWith: field, of: table).isEmpty
            && table[field].mayBeKey(value)
        })
      else { return nil }
      return key
    }
    return table.keyFilter(oneOf: keys)
  }
}
