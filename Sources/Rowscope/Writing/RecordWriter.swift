import AccessProfiles
import RecordEngine
import RecordStore
import RowscopeModel

/// Writes records for one user in one transaction; ``RecordService/write(as:at:_:)`` provides it.
///
/// It follows the same rules as the user's lists: inaccessible records do not exist, hidden fields
/// are unknown, and the answer is the record read back. Each operation succeeds or fails as a
/// whole; the transaction commits the successful ones if it ends without an error.
public struct RecordWriter: ~Copyable {
  /// In a write transaction.
  let connection: Connection
  /// Only resolves names: the transaction's own changes are visible only to this connection.
  let reader: ReadSession

  /// Creates a record.
  ///
  /// A guest owns their records: the table's owner field, if there is one, is set to the guest.
  ///
  /// Complexity: one insertion, and a lookup for each relation that is set.
  /// - Parameters:
  ///   - values: what the fields are to hold.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all visible fields.
  /// - Throws: the errors of ``RecordService/create(_:in:select:as:)``.
  @discardableResult
  public func create(
    _ values: FieldValues, in table: String, select: [String]? = nil
  ) throws(ServiceError) -> WrittenRecord {
    let empty = try RecordChange(creatingIn: table, select: select, reader: reader)
    // Profiles may set different presets. They are tried in their order.
    var failure: ServiceError?
    for creator in empty.write.creators {
      var change = empty
      do throws(ServiceError) {
        try change.give(values, by: creator)
        return try atomically(change) { () throws(ServiceError) in
          WrittenRecord(record: try insert(change).first)
        }
      } catch {
        guard error.code == .readonlyField || error.code == .outOfScope else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? empty.denied
  }

  /// Updates the record with this primary key.
  ///
  /// Complexity: one lookup by key, and one for each relation that is set.
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - values: what the fields are to hold.
  ///   - unchanged: the values that the caller expects some fields to have: if one of them has
  ///     another value by now, nothing is changed.
  ///   - select: the fields of the answer; nil for all that the user sees.
  /// - Throws: the errors of ``RecordService/update(_:in:set:ifUnchanged:select:as:)``.
  @discardableResult
  public func update(
    _ key: [Value], in table: String, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:],
    select: [String]? = nil
  ) throws(ServiceError) -> WrittenRecord {
    if unchanged.isEmpty, let written = updateAsBefore(key, in: table, values, select) {
      return written
    }
    let change = try RecordChange(
      updating: table, values, ifUnchanged: unchanged, select: select, reader: reader)
    let request = try change.table.filter(key: key)
    let written = try atomically(change) { () throws(ServiceError) in
      WrittenRecord(record: try update(change, request, isOne: true).records.first)
    }
    change.rememberUpdate(of: values, select)
    return written
  }

  /// Updates the records of a selection; those that the user sees and may not edit are passed over.
  ///
  /// Complexity: what finding the records costs, and O(n) in those that are changed.
  /// - Parameters:
  ///   - selection: which records.
  ///   - values: what the fields are to hold.
  ///   - unchanged: must hold for each of the records; see
  ///     ``update(_:in:set:ifUnchanged:select:)``.
  ///   - select: the fields of the answer; nil for all that the user sees.
  /// - Throws: the errors of ``RecordService/update(_:set:ifUnchanged:select:as:)``.
  @discardableResult
  public func update(
    _ selection: RecordSelection, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:], select: [String]? = nil
  ) throws(ServiceError) -> WrittenRecords {
    let change = try RecordChange(
      updating: selection.table, values, ifUnchanged: unchanged, select: select, reader: reader)
    let request = try change.filter(selection)
    return try atomically(change) { () throws(ServiceError) in
      try update(change, request, isOne: false)
    }
  }

  /// Deletes the record with this primary key.
  ///
  /// Complexity: one lookup by key, and what the foreign keys ask for.
  /// - Throws: the errors of ``RecordService/delete(_:from:ifUnchanged:as:)``.
  @discardableResult
  public func delete(
    _ key: [Value], from table: String, ifUnchanged unchanged: FieldValues = [:]
  ) throws(ServiceError) -> DeletedRecords {
    let change = try RecordChange(deletingFrom: table, ifUnchanged: unchanged, reader: reader)
    let request = try change.table.filter(key: key)
    return try atomically(change) { () throws(ServiceError) in
      try delete(change, request, isOne: true)
    }
  }

  /// Deletes the records of a selection; those that the user sees and may not delete are passed
  /// over.
  ///
  /// Complexity: what finding the records costs, and O(n) in those that are deleted.
  /// - Throws: the errors of ``RecordService/delete(_:ifUnchanged:as:)``.
  @discardableResult
  public func delete(
    _ selection: RecordSelection, ifUnchanged unchanged: FieldValues = [:]
  ) throws(ServiceError) -> DeletedRecords {
    let change = try RecordChange(
      deletingFrom: selection.table, ifUnchanged: unchanged, reader: reader)
    let request = try change.filter(selection)
    return try atomically(change) { () throws(ServiceError) in
      try delete(change, request, isOne: false)
    }
  }

  /// Runs an operation that takes effect as a whole or not at all, even if its error is caught.
  private func atomically<Result>(
    _ change: RecordChange, _ body: () throws(ServiceError) -> Result
  ) throws(ServiceError) -> Result {
    try connection.withSavepoint(
      deferringForeignKeys: change.takesSeveralStatements,
      failing: { ServiceError($0, writing: change) }, body)
  }
}
