package import RecordFilter

/// Why a table is not reached by a user whose profile enables it.
package struct AccessError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The profile has mistakes that concern the table; ``PreparedProfile/problems`` says which.
    case invalidProfile
    /// A condition's reference has a value that its operator does not take.
    case mismatch(ReferenceMismatch)
    /// The user's type is none that there is.
    case unknownUserType(String)
    case unknownSeat(String)
  }

  package let kind: Kind
  package let table: TableID
}

/// What a user reaches in a table, and why not more.
package struct ScopedAccess: Sendable {
  package let access: TableAccess
  /// References in the profile's conditions that the user has no value for. Such a condition is unknown and lets no record
  /// through, whether it stands under `not` or not.
  package let unknowns: [UnknownReference]
  /// The filter as the profile has it, before it was simplified and before the ceiling of the user's type.
  package let profileFilter: Filter
  /// The filter of the user's type; ``Filter/always`` where that takes nothing away.
  package let ceiling: Filter
}

extension PreparedProfile {
  /// What a user reaches in a table; nil where the profile does not reach the table at all.
  ///
  /// - Throws: ``AccessError`` where it cannot be told; then nothing is reached.
  /// - Complexity: linear in the number of conditions and their values.
  package func access(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> TableAccess? {
    try scopedAccess(to: table, for: context)?.access
  }

  /// As ``access(to:for:)``, with what `explain` tells of it.
  package func scopedAccess(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> ScopedAccess? {
    let grant: PreparedGrant
    switch self.grant(table) {
    case .denied: return nil
    case .invalid: throw AccessError(kind: .invalidProfile, table: table)
    case .granted(let granted): grant = granted
    }
    let ceiling = try TableLimit(of: context.user, on: table, in: schema)
    var binding = ConditionBinding(context: context, scope: FieldScope(everythingIn: schema))
    let profileFilter: Filter
    do throws(ReferenceMismatch) {
      profileFilter = .all(try binding.bind(grant.conditions))
    } catch {
      throw AccessError(kind: .mismatch(error), table: table)
    }
    func narrowed(_ ceiling: Filter) -> RowAccess {
      RowAccess(Filter.all(ceiling, profileFilter).simplified(in: schema, table: table))
    }
    return ScopedAccess(
      access: TableAccess(
        table: table, rows: narrowed(ceiling.rows),
        editableRows: ceiling.editableRows.map(narrowed),
        fields: ceiling.writesDeveloperFields
          ? grant.fields : grant.fieldsWithoutDeveloper ?? grant.fields,
        rights: grant.rights.intersection(ceiling.rights)),
      unknowns: binding.unknowns, profileFilter: profileFilter, ceiling: ceiling.rows)
  }

  /// What a user's requests see: names in sight, and related records in scope.
  package func requestScope(for context: ReferenceContext) -> FieldScope {
    FieldScope(
      schema: schema, fields: { self.validGrant($0)?.fields },
      // A scope that cannot be told is one that nothing is in.
      rows: { (try? self.access(to: $0, for: context))??.rows.filter ?? .never })
  }
}
