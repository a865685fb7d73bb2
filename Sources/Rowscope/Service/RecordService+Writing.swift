import AccessProfiles
import RecordEngine
package import RecordStore
import RowscopeModel

/// Where a service writes.
package enum WriteSource: Sendable {
  /// Nowhere: it was opened to read.
  case none
  /// Nowhere: its tables are CSV files, read into memory.
  case csvFiles
  /// On connections of its own, opened with ``Connection/Source/readWrite(path:)``: one, as SQLite has one writer.
  case pool(ConnectionPool)
}

extension RecordService {
  /// Writes for one user in one transaction: all that `body` does, or nothing.
  ///
  /// ```swift
  /// try await service.write(as: ana) { writer throws(ServiceError) in
  ///   let task = try writer.create(["title": "Toner"], in: "tasks")
  ///   try writer.delete([7], from: "reminders")
  /// }
  /// ```
  ///
  /// It is kept when `body` returns and undone when it throws; when this call returns it is on the disk, and a crash at any
  /// moment before leaves nothing of it. Nobody else writes meanwhile: writers of one service wait in line without holding a
  /// thread, those of other processes for as long as the busy time-out lets them. `body` runs on the calling task's
  /// thread.
  ///
  /// - Throws: what `body` throws; `not_writable` for a service that was opened to read; `constraint_failed` for a
  ///   constraint that the database checks at the end; `deadline_exceeded`, `cancelled`, `database_error`.
  public func write<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await transaction(as: user, at: clock) { writer throws(ServiceError) in
      (try body(writer), true)
    }
  }

  /// - Parameter body: returns whether what it wrote is to be kept.
  func transaction<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> (Result, isKept: Bool)
  ) async throws(ServiceError) -> Result {
    let connection = try await writingConnection()
    let snapshot = try self.snapshot(connection)
    let writer = RecordWriter(
      connection: connection,
      reader: ReadSession(
        connection: nil, memory: nil, deadline: deadline, chosen: nil, snapshot: snapshot,
        context: ReferenceContext(user: user, clock: clock ?? self.clock()), limits: limits))
    // A connection that goes out of use leaves its transaction, and keeps nothing of it.
    let (result, isKept) = try body(writer)
    guard isKept else { return result }
    do throws(StoreError) {
      try writer.connection.commit()
    } catch {
      throw ServiceError(writing: error)
    }
    return result
  }

  /// A connection in a transaction that writes.
  private func writingConnection() async throws(ServiceError) -> sending Connection {
    let pool: ConnectionPool
    switch writeSource {
    case .pool(let source): pool = source
    case .none:
      throw ServiceError(.notWritable, "the service was opened to read, and writes nothing")
    case .csvFiles:
      throw ServiceError(
        .notWritable, "the tables are CSV files, which are only read",
        hint: "keep what is to be written in a SQLite database")
    }
    do throws(StoreError) {
      let connection = try await pool.connection(deadline: deadline)
      try connection.beginWriting()
      return connection
    } catch {
      throw ServiceError(writing: error)
    }
  }

  // MARK: One operation each

  /// Adds a record, in a transaction of its own.
  ///
  /// - Parameters:
  ///   - values: of fields that the user sees and may write. What is left out gets the database's default.
  ///   - select: the fields of the answer; nil for all that the user sees.
  /// - Returns: the record, read again; without one where it is not among those that the user reaches.
  /// - Throws: `unknown_table`, `unknown_field` as a list does; `denied` without the right to create; `readonly_field`;
  ///   `invalid_value` where a value does not fit its field; `required_field`; `not_unique`; `related_not_found` where a
  ///   relation leads to no record that the user sees; `out_of_scope` where the grant wants the record to stay within reach
  ///   and it would not; `constraint_failed` for every other rule of the database; and what ``write(as:at:_:)`` throws.
  @discardableResult
  public func create(
    _ values: FieldValues, in table: String, select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecord {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.create(values, in: table, select: select)
    }
  }

  /// Changes the record with this primary key, in a transaction of its own.
  ///
  /// ```swift
  /// try await service.update([35], in: "tasks", set: ["status": "Done"], ifUnchanged: ["status": "Doing"], as: bia)
  /// ```
  ///
  /// - Parameters:
  ///   - key: one value for each field of the key, in its order.
  ///   - values: of fields that the user sees and may write. What is left out stays as it is.
  ///   - unchanged: what the caller takes some fields of the record to hold: if one of them holds something else by now,
  ///     somebody was faster, and nothing is changed.
  /// - Returns: the record, read again; without one where it is not among those that the user reaches any more.
  /// - Throws: `not_found` where there is no such record, or the user does not reach it; `conflict` where a field does not
  ///   hold what it was taken to hold; and what ``create(_:in:select:as:)`` throws.
  @discardableResult
  public func update(
    _ key: [Value], in table: String, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:], select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecord {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.update(key, in: table, set: values, ifUnchanged: unchanged, select: select)
    }
  }

  /// Changes the records of a selection, all or none, in a transaction of its own. No record is an answer too.
  @discardableResult
  public func update(
    _ selection: RecordSelection, set values: FieldValues,
    ifUnchanged unchanged: FieldValues = [:], select: [String]? = nil, as user: User
  ) async throws(ServiceError) -> WrittenRecords {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.update(selection, set: values, ifUnchanged: unchanged, select: select)
    }
  }

  /// Deletes the record with this primary key, in a transaction of its own.
  ///
  /// The members of its many-valued fields go with it. What else refers to it is for the database's foreign keys to decide.
  ///
  /// - Throws: `denied`, `not_found`, `conflict`, `constraint_failed`, as ``update(_:in:set:ifUnchanged:select:as:)`` does.
  public func delete(
    _ key: [Value], from table: String, ifUnchanged unchanged: FieldValues = [:], as user: User
  ) async throws(ServiceError) {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.delete(key, from: table, ifUnchanged: unchanged)
    }
  }

  /// Deletes the records of a selection, all or none, in a transaction of its own. How many they were.
  @discardableResult
  public func delete(
    _ selection: RecordSelection, ifUnchanged unchanged: FieldValues = [:], as user: User
  ) async throws(ServiceError) -> Int {
    try await write(as: user) { writer throws(ServiceError) in
      try writer.delete(selection, ifUnchanged: unchanged)
    }
  }
}
