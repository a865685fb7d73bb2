internal import CSQLite
package import RowscopeModel

/// A prepared statement in use. When it goes out of scope, it is reset and returns to its
/// connection's cache, or is finalized if it is not cached.
///
/// Bindings, steps and rows belong to one execution; `bind` starts a new one.
package struct Statement: ~Copyable {
  private let statement: PreparedStatement
  private let core: DatabaseCore
  /// Nil for a statement that is not cached.
  private let key: StatementKey?
  /// Keeps a leased connection from returning to its pool before the statement is done.
  private let lease: Lease?

  init(
    _ statement: PreparedStatement, core: DatabaseCore, key: StatementKey?, lease: Lease? = nil
  ) {
    self.statement = statement
    self.lease = lease
    self.core = core
    self.key = key
  }

  deinit {
    sqlite3_reset(statement.handle)
    guard let key else { return }
    guard !statement.isInvalidated else {
      core.statements.remove(statement, for: key)
      return
    }
    sqlite3_clear_bindings(statement.handle)
    core.statements.put(statement, for: key)
  }

  package var columnCount: Int { Int(sqlite3_column_count(statement.handle)) }

  /// The columns' names, as given with `AS`.
  package var columnNames: [String] {
    (0..<sqlite3_column_count(statement.handle)).map { index in
      sqlite3_column_name(statement.handle, index).map { String(cString: $0) } ?? ""
    }
  }

  package var parameterCount: Int { Int(sqlite3_bind_parameter_count(statement.handle)) }

  /// Ends the current execution, if any, and binds the parameters.
  ///
  /// Text is bound by its bytes, NULs and invalid UTF-8 included. NaN becomes NULL, as SQLite has
  /// no NaN.
  /// - Throws: `limitExceeded` for a value larger than SQLite allows; `internalError` if the number
  ///   of values is not the number of parameters.
  package func bind(_ values: [Value]) throws(StoreError) {
    reset()
    guard values.count == parameterCount else {
      throw core.misuse("\(values.count) values were given for \(parameterCount) parameters")
    }
    for (index, value) in values.enumerated() {
      let code = bind(value, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw core.error(code, .preparing) }
    }
  }

  private func bind(_ value: Value, at index: Int32) -> Int32 {
    let handle = statement.handle
    return switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
    case .real(let real): sqlite3_bind_double(handle, index, real)
    case .text(let text):
      text.withBytes { rowscope_bind_text(handle, index, $0.baseAddress, UInt64($0.count)) }
    case .blob(let bytes):
      bytes.withUnsafeBufferPointer {
        rowscope_bind_blob(handle, index, $0.baseAddress, UInt64($0.count))
      }
    }
  }

  /// Records that the statement was just stepped in a transaction that sees this schema version
  /// (``Connection/schemaVersion()``).
  ///
  /// SQLite keeps the version in the statement. At the first step of each execution it compares
  /// that with the database's version. If they differ, it prepares the statement again and counts
  /// that. So if the count has not changed, the statement has not read a schema of another version.
  /// Source: <https://www.sqlite.org/c3ref/c_stmtstatus_counter.html> and `OP_Transaction`,
  /// <https://www.sqlite.org/opcode.html>.
  package func recordSchemaVersion(_ schemaVersion: Int64) {
    statement.proof = (schemaVersion, statement.preparations)
  }

  /// Whether the execution is proven to read tables of this schema version. Call it after the first
  /// step, before any part of the row is used.
  package func hasRead(schemaVersion: Int64) -> Bool {
    guard let proof = statement.proof else { return false }
    return proof.schemaVersion == schemaVersion && proof.preparations == statement.preparations
  }

  /// Ends the execution. The next step starts over with the same bindings.
  package func reset() {
    sqlite3_reset(statement.handle)
    statement.isRunning = false
  }

  /// Advances to the next row. After it has returned false, the next step starts over.
  package func step() throws(StoreError) -> Bool {
    if !statement.isRunning {
      try core.begin()
      // At the first step after a schema change, SQLite prepares the statement again and asks the
      // authorizer, which must then apply this statement's permissions.
      core.arm(statement.armed)
    }
    let code = sqlite3_step(statement.handle)
    if code == SQLITE_ROW {
      if !statement.isRunning {
        statement.isRunning = true
        core.arm(nil)
        statement.fitCells()
      }
      return true
    }
    core.arm(nil)
    defer { reset() }
    guard code == SQLITE_DONE else { throw failure(code) }
    return false
  }

  /// Passes the current row and all remaining rows to `body`, until it returns false.
  package func forEachRowFromCurrent(_ body: (borrowing Row) -> Bool) throws(StoreError) {
    repeat {
      guard body(try readRow()) else { return }
    } while try step()
  }

  private func failure(_ code: Int32) -> StoreError {
    let error = core.error(code, .stepping)
    if error.kind == .denied || error.kind == .schemaMismatch || error.kind == .schemaChanged {
      statement.isInvalidated = true
      statement.proof = nil
      core.forgetBodies()
    }
    return error
  }

  /// Steps, and passes the row to `body`. Nil at the end.
  package func next<Result>(
    _ body: (borrowing Row) throws(StoreError) -> Result
  ) throws(StoreError) -> Result? {
    guard try step() else { return nil }
    return try body(try readRow())
  }

  /// Passes all remaining rows to `body`. The loop is here, next to SQLite's calls, so that a row
  /// costs its caller one call.
  package func forEachRow(
    _ body: (borrowing Row) throws(StoreError) -> Void
  ) throws(StoreError) {
    while try step() {
      try body(try readRow())
    }
  }

  /// The current row.
  func readRow() throws(StoreError) -> Row {
    let cells = statement.cells
    let code = rowscope_read_row(statement.handle, cells.baseAddress, Int32(cells.count))
    guard code == SQLITE_OK else { throw core.error(code, .stepping) }
    return Row(cells: UnsafeBufferPointer(cells))
  }

  /// Copies of all remaining rows.
  package func rows() throws(StoreError) -> [[Value]] {
    var rows: [[Value]] = []
    try forEachRow { (row: borrowing Row) throws(StoreError) in rows.append(row.values()) }
    return rows
  }
}
