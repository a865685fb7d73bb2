package import RecordFilter
package import RowscopeModel

/// Why a user cannot access a table that their profile enables.
package struct AccessError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The profile has mistakes that concern the table; ``PreparedProfile/problems`` lists them.
    case invalidProfile
    /// What the workspace says of every table does not fit this one.
    case invalidWorkspace
    /// A condition's reference has a value that its operator does not accept.
    case mismatch(ReferenceMismatch)
    /// There is no user type of this name.
    case unknownUserType(String)
    case unknownSeat(String)
  }

  package let kind: Kind
  package let table: TableID
}

/// What a user can access in a table, and what limits it.
package struct ScopedAccess: Sendable {
  package let access: TableAccess
  /// References in the profile's conditions that have no value for the user. Such a condition is
  /// unknown and matches no record, with or without `not`.
  package let unknowns: [UnknownReference]
  /// The profile's filter, before simplification and before the limit of the user's type.
  package let profileFilter: Filter
  /// The filter of the user's type; ``Filter/always`` if the type does not limit the records.
  package let limit: Filter
  /// The same for the records that the user can edit, and delete: an invitation may allow only
  /// viewing, and never deleting.
  let editableLimit: Filter
  let deletableLimit: Filter
  /// The workspace's conditions of every table.
  package let everywhere: Filter
  /// Those that speak of the user.
  let everywhereOfUser: Filter
  /// A reference in them that has no value for the user: no record is accessible.
  package let unknownEverywhere: Reference?
}

extension PreparedProfile {
  /// What a user can access in a table; nil if the profile does not grant the table.
  ///
  /// - Throws: ``AccessError`` if access cannot be determined; the table is then denied.
  /// - Complexity: linear in the number of conditions and their values.
  package func access(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> TableAccess? {
    try scopedAccess(to: table, for: context)?.access
  }

  /// Like ``access(to:for:)``, with the details that `explain` shows.
  package func scopedAccess(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> ScopedAccess? {
    let grant: PreparedGrant
    switch self.grant(table) {
    case .denied: return nil
    case .invalid:
      throw AccessError(
        kind: schema.everywhere(table) == .denied ? .invalidWorkspace : .invalidProfile,
        table: table)
    case .granted(let granted): grant = granted
    }
    let scope = ruleScope(for: context)
    let limit = try TableLimit(of: context, on: table, in: scope)
    let everywhere = self.everywhere(of: table, for: context)
    var binding = ConditionBinding(context: context, scope: scope, table: table)
    let profileFilter: Filter
    do throws(ReferenceMismatch) {
      profileFilter = .all(try binding.bind(grant.conditions))
    } catch {
      throw AccessError(kind: .mismatch(error), table: table)
    }
    let rights = grant.rights.intersection(limit.rights)
    return ScopedAccess(
      access: TableAccess(
        table: table,
        rows: RowAccess(
          Filter.all(limit.rows, everywhere.filter, profileFilter).simplified(
            in: schema, table: table)),
        fields: grant.fields(
          for: rights, writingDeveloperFields: limit.writesDeveloperFields),
        rights: rights),
      unknowns: binding.unknowns, profileFilter: profileFilter, limit: limit.rows,
      editableLimit: limit.editableRows ?? limit.rows,
      deletableLimit: limit.deletableRows ?? limit.rows, everywhere: everywhere.filter,
      everywhereOfUser: everywhere.ofUser, unknownEverywhere: everywhere.unknown)
  }

  /// The scope for a user's requests: visible fields, and only related records that the user can
  /// access.
  package func requestScope(for context: ReferenceContext) -> FieldScope {
    FieldScope(
      schema: schema, fields: { self.validGrant($0)?.fields },
      // If access cannot be determined, the scope is empty.
      rows: { (try? self.access(to: $0, for: context))??.rows.filter ?? .never })
  }
}
