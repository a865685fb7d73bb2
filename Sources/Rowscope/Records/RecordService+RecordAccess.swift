import AccessProfiles
import RecordEngine
import RowscopeModel

extension RecordService {
  /// A user's access to the records of one table, for records that the program already has: see
  /// ``RecordAccess``.
  ///
  /// Complexity: as ``RecordReader/recordAccess(to:related:)``.
  /// - Parameters:
  ///   - table: the name of the table.
  ///   - user: who asks, and whose rules hold.
  ///   - clock: the time for `now` and `today` in rules; by default the service's clock.
  ///   - related: provides the records of other tables for rules that need them. Without it such a
  ///     rule is undecidable, and the record is not allowed.
  /// - Throws: `unknown_table` if the user cannot access the table, `invalid_profile` if access
  ///   cannot be determined.
  public func recordAccess(
    to table: String, as user: User, at clock: RequestClock? = nil, related: RelatedRecords? = nil
  ) async throws(ServiceError) -> RecordAccess {
    try await core().resolve(as: user, at: clock) { reader throws(ServiceError) in
      try reader.recordAccess(to: table, related: related)
    }
  }
}

extension ReadSession {
  /// A user's access to the records of one table: see
  /// ``RecordService/recordAccess(to:as:at:related:)``.
  public func recordAccess(
    to table: String, related: RelatedRecords? = nil
  ) throws(ServiceError) -> RecordAccess {
    let reached = try self.table(table)
    return RecordAccess(
      reached.access,
      origin: RecordScope.Origin(profiles: reached.entry.profiles, user: context.user),
      at: context.clock, related: related)
  }
}
