import RecordEngine
import RecordStore
import RowscopeModel

/// Writes records for one user in one transaction: what ``RecordService/write(as:at:_:)`` lends.
///
/// Whatever it does it does under the rules that the user's lists are made by: a record that the user does not reach is not
/// there, a hidden field is unknown, and the answer is the record read again. Each operation is done whole or not at all; the
/// transaction keeps those that were done once all of it ends well.
public struct RecordWriter: ~Copyable {
  /// In a transaction that writes.
  let connection: Connection
  /// Looks names up, and reads nothing: what the transaction has written, this connection alone sees.
  let reader: ReadSession

  /// Adds a record.
  ///
  /// A guest's record is the guest's: its owner field, where the table has one, is set.
  ///
  /// - Parameter select: the fields of the answer; nil for all that the user sees.
  /// - Throws: ``RecordService/create(_:in:select:as:)`` says what.
  @discardableResult
  public func create(
    _ values: FieldValues, in table: String, select: [String]? = nil
  ) throws(ServiceError) -> WrittenRecord {
    let change = try RecordChange(creatingIn: table, values, select: select, reader: reader)
    return try atomically(change) { () throws(ServiceError) in
      WrittenRecord(record: try insert(change).first)
    }
  }

  /// Changes the record with this primary key.
  ///
  /// - Parameters:
  ///   - key: one value for each field of the key, in its order.
  ///   - unchanged: what the caller takes some fields of the record to hold: if one of them holds something else by now,
  ///     somebody was faster, and nothing is changed.
  /// - Throws: ``RecordService/update(_:in:set:ifUnchanged:select:as:)`` says what.
  @discardableResult
  public func update(
    _ key: [Value], in table: String, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:],
    select: [String]? = nil
  ) throws(ServiceError) -> WrittenRecord {
    let change = try RecordChange(
      updating: table, values, ifUnchanged: unchanged, select: select, reader: reader)
    let request = try change.table.filter(key: key)
    return try atomically(change) { () throws(ServiceError) in
      WrittenRecord(record: try update(change, request, isOne: true).records.first)
    }
  }

  /// Changes the records of a selection.
  ///
  /// - Parameter unchanged: holds for each of the records; see ``update(_:in:set:ifUnchanged:select:)``.
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
  /// - Throws: ``RecordService/delete(_:from:ifUnchanged:as:)`` says what.
  public func delete(
    _ key: [Value], from table: String, ifUnchanged unchanged: FieldValues = [:]
  ) throws(ServiceError) {
    let change = try RecordChange(deletingFrom: table, ifUnchanged: unchanged, reader: reader)
    let request = try change.table.filter(key: key)
    try atomically(change) { () throws(ServiceError) in
      _ = try delete(change, request, isOne: true)
    }
  }

  /// Deletes the records of a selection. How many they were.
  @discardableResult
  public func delete(
    _ selection: RecordSelection, ifUnchanged unchanged: FieldValues = [:]
  ) throws(ServiceError) -> Int {
    let change = try RecordChange(
      deletingFrom: selection.table, ifUnchanged: unchanged, reader: reader)
    let request = try change.filter(selection)
    return try atomically(change) { () throws(ServiceError) in
      try delete(change, request, isOne: false)
    }
  }

  /// All of an operation or nothing of it, whatever is done with its error.
  private func atomically<Result>(
    _ change: RecordChange, _ body: () throws(ServiceError) -> Result
  ) throws(ServiceError) -> Result {
    try connection.withSavepoint(failing: { ServiceError($0, writing: change) }, body)
  }
}
