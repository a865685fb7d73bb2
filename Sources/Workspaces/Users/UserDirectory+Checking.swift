package import Documents
package import RecordFilter
import RowscopeModel

/// The positions of an invitation in the document of users.
package struct InvitationPlace: Sendable {
  /// The user's index in ``UserDirectory/users``.
  var user: Int
  let invitation: Invitation
  /// The positions of its parts; nil for an absent part.
  let table: Range<Int>
  let record: Range<Int>?
  let mode: Range<Int>?

  func of(userAt position: Int) -> InvitationPlace {
    var place = self
    place.user = position
    return place
  }
}

extension UserDirectory {
  /// The warnings of the document, and the problems of the users' invitations; an invitation with
  /// an error or a warning gives no access. Nil if there are none, and for users that come from no
  /// document.
  package func diagnostics(of schema: Schema) -> Diagnostics? {
    guard let source else { return nil }
    var problems = DiagnosticCollector()
    for warning in warnings { problems.append(warning) }
    for place in invitations {
      guard let table = schema.table(named: place.invitation.table) else {
        let (message, hint) = schema.missing(table: place.invitation.table)
        problems.error(.unknownTable, message, hint: hint, at: place.table)
        continue
      }
      if let key = place.invitation.record, let range = place.record {
        check(key, at: range, of: table, reporting: &problems)
      }
      warn(of: place, to: table, reporting: &problems)
    }
    return problems.list.isEmpty
      ? nil : Diagnostics(problems.list, omitted: problems.omitted, in: source)
  }

  private func check(
    _ key: [Value], at range: Range<Int>, of table: Table,
    reporting problems: inout DiagnosticCollector
  ) {
    let name = Printable.quoted(table.name.string)
    if table.primaryKey.isEmpty {
      problems.error(
        .mismatchedKey, "the table \(name) has no primary key to name a record by",
        hint: "invite to the whole table, or declare its \"primary_key\"", at: range)
    } else if key.count != table.primaryKey.count {
      let fields = table.primaryKey.map { table[$0].name.string }
      problems.error(
        .mismatchedKey,
        "the key of the table \(name) has \(fields.count) values, not \(key.count)",
        hint: "give \(fields.quotedList)\(fields.count > 1 ? ", in a list" : "")", at: range)
    }
  }

  /// Warns about an invitation that gives no access.
  private func warn(
    of place: InvitationPlace, to table: Table, reporting problems: inout DiagnosticCollector
  ) {
    let invitation = place.invitation
    let type = users[place.user].userType.flatMap(UserType.init(named:))
    let whole = place.table
    switch type {
    case nil, .admin:
      problems.warning(
        .contradiction, "the invitation has no effect: the user can access every record without it",
        hint: "invitations are for guests, and for users of the type \"user\"", at: whole)
    case .user where invitation.record == nil:
      problems.warning(
        .contradiction,
        "the invitation has no effect: the user can access their own records of every table "
          + "without it",
        hint: "name the \"record\" that the user is invited to", at: whole)
    case .user, .guest:
      if invitation.record != nil, invitation.mode == .submit {
        problems.warning(
          .contradiction, "the invitation has no effect: an existing record cannot be submitted",
          hint: "the mode is \"submit_and_view\" or \"submit_and_edit\"",
          at: place.mode ?? whole)
      } else if invitation.record == nil, invitation.mode.views, table.ownerField == nil,
        table.ownerPath == nil
      {
        problems.warning(
          .contradiction,
          "the guest sees no record: no field says who owns a record of "
            + Printable.quoted(table.name.string),
          hint: "declare the table's \"owner_field\", or invite to single records", at: whole)
      }
    }
  }
}

extension WorkspaceContents {
  /// A warning about users that lie beside the workspace and are not its own; nil otherwise.
  package var usersDiagnostics: Diagnostics? {
    guard let unnamedUsersPath else { return nil }
    return Diagnostics(
      [
        Diagnostic(
          .unusedFile, "the workspace has no users, and \(unnamedUsersPath) is not used",
          hint: "add \"users\": \"users.json\"", severity: .warning, at: document.start)
      ], in: document.source)
  }
}

extension WorkspaceDocument {
  /// An error if more seats are taken than the limit allows; nil otherwise.
  package func seatDiagnostics(of users: UserDirectory) -> Diagnostics? {
    guard let limit = seatLimit else { return nil }
    let usage = SeatUsage(of: users.users, limit: limit.value)
    guard usage.isOverLimit else { return nil }
    return Diagnostics(
      [
        Diagnostic(
          .seatLimit, "\(usage.count) seats are taken, but the limit is \(limit.value)",
          hint: "`rowscope seats` shows who takes one; a member's seat is not limited",
          at: limit.range)
      ], in: source)
  }
}
