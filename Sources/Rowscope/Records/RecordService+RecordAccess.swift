import AccessProfiles
import RecordEngine
import RowscopeModel

extension RecordService {
  /// What a user sees of the records of one table, to be asked of records that are in hand already: see ``RecordAccess``.
  ///
  /// - Parameters:
  ///   - clock: what `now` and `today` in rules stand for; the service's own clock where none is given.
  ///   - related: knows the records of other tables that rules ask for. Without it a record that such a rule decides is
  ///     undecidable, and so not let through.
  /// - Throws: `unknown_table` where the user does not reach the table, `invalid_profile` where it cannot be told.
  public func recordAccess(
    to table: String, as user: User, at clock: RequestClock? = nil, related: RelatedRecords? = nil
  ) async throws(ServiceError) -> RecordAccess {
    try await withSession(as: user, at: clock) { reader throws(ServiceError) in
      try reader.recordAccess(to: table, related: related)
    }
  }
}

extension ReadSession {
  /// What the user sees of the records of one table: see ``RecordService/recordAccess(to:as:at:related:)``.
  public func recordAccess(
    to table: String, related: RelatedRecords? = nil
  ) throws(ServiceError) -> RecordAccess {
    let reached = try self.table(table)
    return RecordAccess(
      reached.access,
      origin: RecordScope.Origin(profile: reached.entry.profile, user: context.user),
      at: context.clock, related: related)
  }
}
