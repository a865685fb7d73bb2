import AccessProfiles
import RecordEngine
package import RecordStore
import RowscopeModel

/// Where a service writes.
package enum WriteSource: Sendable {
  /// Nowhere: it was opened for reading.
  case none
  /// Nowhere: its tables are CSV files, read into memory.
  case csvFiles
  /// On its own connections, opened with ``Connection/Source/readWrite(path:)``: one, since SQLite
  /// allows one writer.
  case pool(ConnectionPool)
}

extension ServiceCore {
  /// - Parameters:
  ///   - everyProfile: whether the reader knows the profiles of all users.
  ///   - body: returns whether to commit.
  func transaction<Result>(
    as user: User, at clock: RequestClock? = nil, everyProfile: Bool = false,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> (Result, isKept: Bool)
  ) async throws(ServiceError) -> Result {
    let pool = try writingPool()
    var turn: ConnectionPool.Turn?
    do throws(StoreError) {
      turn = try await pool.turn(deadline: deadline)
    } catch {
      throw ServiceError(writing: error)
    }
    return try await pool.threads.perform { () throws(ServiceError) in
      guard let turn = turn.take() else { preconditionFailure("this runs once") }
      let connection: Connection
      do throws(StoreError) {
        connection = try turn.connection()
      } catch {
        throw ServiceError(writing: error)
      }
      return try transaction(
        as: user, at: clock ?? self.clock(), everyProfile: everyProfile, on: connection, body)
    }
  }

  private func transaction<Result>(
    as user: User, at clock: RequestClock, everyProfile: Bool,
    on connection: consuming Connection,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> (Result, isKept: Bool)
  ) throws(ServiceError) -> Result {
    try rethrowing(ServiceError.init(writing:)) { () throws(StoreError) in
      try connection.beginWriting()
    }
    let (snapshot, context) = try identify(
      user, at: clock, everyProfile: everyProfile, on: connection)
    let writer = RecordWriter(
      connection: connection,
      reader: ReadSession(
        connection: nil, memory: nil, deadline: deadline, chosen: nil, snapshot: snapshot,
        context: context, limits: limits))
    // A connection that is released rolls back its transaction.
    let (result, isKept) = try body(writer)
    guard isKept else { return result }
    try rethrowing(ServiceError.init(writing:)) { () throws(StoreError) in
      try writer.connection.commit()
    }
    return result
  }

  private func writingPool() throws(ServiceError) -> ConnectionPool {
    if case .database(let pool, _) = source, !pool.holdsRecords { throw .noRecords }
    switch writeSource {
    case .pool(let pool): return pool
    case .none:
      throw ServiceError(.notWritable, "the service was opened only for reading")
    case .csvFiles:
      throw ServiceError(
        .notWritable, "the tables are CSV files, which cannot be written",
        hint: "use a SQLite database for data to be written")
    }
  }
}

extension RecordService {
  /// Writes for one user in one transaction: everything that `body` does, or nothing.
  ///
  /// ```swift
  /// try await service.write(as: ana) { writer throws(ServiceError) in
  ///   let task = try writer.create(["title": "Toner"], in: "tasks")
  ///   try writer.delete([7], from: "reminders")
  /// }
  /// ```
  ///
  /// The transaction commits when `body` returns and rolls back when it throws. When this call
  /// returns, the changes are on disk; after an earlier crash there is no trace of them. No one
  /// else writes at the same time: writers of the same service wait in a queue without blocking a
  /// thread, those of other processes for up to the busy timeout. `body` runs once, in the calling
  /// task, on the service's thread for writing.
  ///
  /// Complexity: that of `body`, one sync of the disk, and the wait for other writers.
  /// - Throws: errors of `body`; `not_writable` if the service was opened for reading;
  ///   `constraint_failed` for a constraint that the database checks at commit;
  ///   `deadline_exceeded`, `cancelled`, `database_error`.
  public func write<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await core().transaction(as: user, at: clock) { writer throws(ServiceError) in
      (try body(writer), true)
    }
  }

  // MARK: One operation each

  /// Creates a record, in its own transaction.
  ///
  /// Complexity: one insertion, a lookup for each relation that is set, and the transaction of
  /// ``write(as:at:_:)``.
  /// - Parameters:
  ///   - values: for fields that the user sees and may write. Other fields get what the profile
  ///     presets, or the database's defaults.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all visible fields.
  ///   - user: who asks, and whose rules hold.
  /// - Returns: the record, read back; without one if the user cannot access it.
  /// - Throws: `unknown_table`, `unknown_field` as for lists; `denied` without the right to create;
  ///   `readonly_field`; `invalid_value` if a value does not fit its field; `required_field`;
  ///   `not_unique`; `related_not_found` if a relation refers to no record that the user sees;
  ///   `out_of_scope` if the record does not satisfy the profile's `data`, and the grant does not
  ///   allow that;
  ///   `constraint_failed` for any other rule of the database; and the errors of
  ///   ``write(as:at:_:)``.
  @discardableResult
  public func create(
    _ values: FieldValues, in table: String, select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecord {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.create(values, in: table, select: select)
    }
  }

  /// Updates the record with this primary key, in its own transaction.
  ///
  /// ```swift
  /// try await service.update(
  ///   [35], in: "tasks", set: ["status": "Done"], ifUnchanged: ["status": "Doing"], as: bia)
  /// ```
  ///
  /// Complexity: one lookup by key, one for each relation that is set, and the transaction of
  /// ``write(as:at:_:)``.
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - values: for fields that the user sees and may write. Other fields stay unchanged.
  ///   - unchanged: the values that the caller expects some fields to have: if one of them has
  ///     another value by now, nothing is changed.
  ///   - select: the fields of the answer; nil for all that the user sees.
  ///   - user: who asks, and whose rules hold.
  /// - Returns: the record, read back; without one if the user can no longer access it.
  /// - Throws: `not_found` if there is no such record or the user cannot access it; `denied` if
  ///   they see it and may not edit it; `conflict` if a field does not have its expected value; and
  ///   the errors of ``create(_:in:select:as:)``.
  @discardableResult
  public func update(
    _ key: [Value], in table: String, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:], select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecord {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.update(key, in: table, set: values, ifUnchanged: unchanged, select: select)
    }
  }

  /// Updates the records of a selection, all or none, in its own transaction. Records that the user
  /// sees and may not edit are passed over. The selection may be empty.
  ///
  /// Complexity: what finding the records costs, O(n) in those that are changed, and the
  /// transaction of ``write(as:at:_:)``.
  /// - Throws: `invalid_request` for a selection without a filter or a search that is not
  ///   ``RecordSelection/everything(in:)``; `denied` without the right to edit; `conflict` if a
  ///   field of one of the records does not have its expected value; and the errors of
  ///   ``create(_:in:select:as:)``.
  @discardableResult
  public func update(
    _ selection: RecordSelection, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:], select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecords {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.update(selection, set: values, ifUnchanged: unchanged, select: select)
    }
  }

  /// Deletes the record with this primary key, in its own transaction.
  ///
  /// The members of its many-valued fields are deleted too. For other references the database's
  /// foreign keys decide. A trigger of the database may keep the record.
  ///
  /// Complexity: one lookup by key, what the foreign keys ask for, and the transaction of
  /// ``write(as:at:_:)``.
  /// - Throws: `denied`, `not_found`, `conflict`, `constraint_failed`, as for
  ///   ``update(_:in:set:ifUnchanged:select:as:)``.
  @discardableResult
  public func delete(
    _ key: [Value], from table: String, ifUnchanged unchanged: FieldValues = [:], as user: User
  ) async throws(ServiceError) -> DeletedRecords {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.delete(key, from: table, ifUnchanged: unchanged)
    }
  }

  /// Deletes the records of a selection, all or none, in its own transaction. Records that the user
  /// sees and may not delete are passed over. A trigger of the database may keep some.
  ///
  /// Complexity: as ``update(_:set:ifUnchanged:select:as:)``.
  /// - Throws: `invalid_request` for a selection without a filter or a search that is not
  ///   ``RecordSelection/everything(in:)``; `denied` without the right to delete; `conflict`,
  ///   `constraint_failed`; and the errors of ``write(as:at:_:)``.
  @discardableResult
  public func delete(
    _ selection: RecordSelection, ifUnchanged unchanged: FieldValues = [:], as user: User
  ) async throws(ServiceError) -> DeletedRecords {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.delete(selection, ifUnchanged: unchanged)
    }
  }
}
