import Documents
import RecordFilter
import RowscopeModel

extension ProfileDecisions {
  /// What the user's changes in a table are limited to; nil if they cannot access it.
  func writeAccess(to table: TableID) -> WriteAccess? {
    try? prepared.map { ProfileUnion($0) }?.writeAccess(to: table, for: context)
  }

  /// Why what the profile says of an act lets this user do it with no record; nil if it does not.
  func denial(byConditionsOn right: Right, in table: TableID) -> AccessReason? {
    guard let prepared, let grant = prepared.validGrant(table),
      let write = writeAccess(to: table)
    else { return nil }
    func line(_ description: String, _ key: String, at range: Range<Int>) -> AccessReason {
      self.line(description, key: key, at: range, of: prepared.profile)
    }
    func unknown(_ reference: UnknownReference, _ key: String) -> AccessReason {
      line("the user has no value for \"\(reference.reference)\"", key, at: reference.range)
    }
    func reason(
      _ act: WriteAccess.Act, _ conditions: [PreparedCondition], _ key: String
    ) -> AccessReason? {
      if let mismatch = act.mismatch {
        return line(mismatch.diagnostic.message, key, at: mismatch.range)
      }
      guard act.rows == .none, !conditions.isEmpty, access(to: table)?.access.rows != RowAccess.none
      else { return nil }
      return act.unknowns.first.map { unknown($0, key) }
        ?? line("the conditions match no record", key, at: grant.range)
    }
    switch right {
    case .create: return write.unknownPresets.first.map { unknown($0, "presets") }
    case .edit: return reason(write.edit, grant.editConditions, "edit_data")
    case .delete: return reason(write.delete, grant.deleteConditions, "delete_data")
    case .comment, .manageStructure, .manageDeveloperFields: return nil
    }
  }
}
