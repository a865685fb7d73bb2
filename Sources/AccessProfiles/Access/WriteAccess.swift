package import RecordFilter
package import RowscopeModel

/// What a user's changes of the records of one table are limited to, beyond their rights.
package struct WriteAccess: Sendable {
  /// One way to change records.
  package struct Act: Sendable {
    /// The records that the user may change so, given the right to; all within those that they
    /// reach.
    package let rows: RowAccess
    /// References in the act's conditions that have no value for the user.
    package let unknowns: [UnknownReference]
    /// A reference whose value does not fit its operator: no record may be changed so.
    package let mismatch: ReferenceMismatch?
  }

  package let edit: Act
  package let delete: Act
  /// What is set on the records that the user creates.
  package let presets: [BoundPreset]
  /// Presets without a value for the user, or without one that the field takes. The user then
  /// creates no records.
  package let unknownPresets: [UnknownReference]
  /// What a record must satisfy once it is created.
  package let created: Filter
  /// What a record must satisfy once it is edited.
  package let edited: Filter
}

extension TableAccess {
  /// The records to which the user may do this, by their rights and by the profile's conditions.
  ///
  /// - Parameter write: nil if every record that the user reaches may be changed, given the right.
  package func rows(for act: RecordAct, _ write: WriteAccess?, in table: Table) -> RowAccess {
    switch act {
    case .see: rows
    case .edit:
      table.kind == .table && rights.contains(.edit) ? write?.edit.rows ?? rows : .none
    case .delete:
      table.kind == .table && rights.contains(.delete) ? write?.delete.rows ?? rows : .none
    }
  }
}

extension PreparedProfile {
  /// What a user's changes in a table are limited to; nil if the profile does not grant the table.
  ///
  /// - Throws: ``AccessError`` if access cannot be determined; the table is then denied.
  /// - Complexity: linear in the number of conditions and their values.
  package func writeAccess(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> WriteAccess? {
    guard let scoped = try scopedAccess(to: table, for: context), let grant = validGrant(table)
    else { return nil }
    func act(_ limit: Filter, _ conditions: [PreparedCondition]) -> WriteAccess.Act {
      var binding = ConditionBinding(context: context, scope: ruleScope(for: context))
      do throws(ReferenceMismatch) {
        let filter = Filter.all(
          [limit, scoped.everywhere, scoped.profileFilter]
            + (try binding.bind(conditions)))
        return WriteAccess.Act(
          rows: RowAccess(filter.simplified(in: schema, table: table)),
          unknowns: binding.unknowns, mismatch: nil)
      } catch {
        return WriteAccess.Act(rows: .none, unknowns: binding.unknowns, mismatch: error)
      }
    }
    var presets: [BoundPreset] = []
    var unknown: [UnknownReference] = []
    for preset in grant.presets {
      do throws(UnknownReference) {
        presets.append(try preset.bound(for: context, in: schema[table], schema))
      } catch {
        unknown.append(error)
      }
    }
    return WriteAccess(
      edit: act(scoped.editableLimit, grant.editConditions),
      delete: act(scoped.deletableLimit, grant.deleteConditions), presets: presets,
      unknownPresets: unknown,
      created: .all(scoped.everywhere, grant.keepsCreated ? scoped.profileFilter : .always),
      edited: grant.keepsEdited
        ? .all(scoped.everywhere, scoped.profileFilter) : scoped.everywhereOfUser)
  }
}
