internal import CSQLite
package import RowscopeModel

/// A prepared statement, in use. When it goes out of use it is reset and goes back to its connection's
/// cache, or is finalized where it was not to be kept.
///
/// Bindings, steps and rows are those of one execution at a time; `bind` starts a new one.
package struct Statement: ~Copyable {
  private let statement: PreparedStatement
  private let core: DatabaseCore
  /// Nil for a statement that is not kept.
  private let key: StatementKey?
  /// Keeps a connection that a pool has lent from going back before its statement is done.
  private let loan: Lease?

  init(
    _ statement: PreparedStatement, core: DatabaseCore, key: StatementKey?, loan: Lease? = nil
  ) {
    self.statement = statement
    self.loan = loan
    self.core = core
    self.key = key
  }

  deinit {
    sqlite3_reset(statement.handle)
    guard let key else { return }
    guard !statement.isSpoilt else {
      core.statements.remove(statement, for: key)
      return
    }
    sqlite3_clear_bindings(statement.handle)
    core.statements.put(statement, for: key)
  }

  package var columnCount: Int { Int(sqlite3_column_count(statement.handle)) }

  /// The columns' names, as `AS` gives them.
  package var columnNames: [String] {
    (0..<sqlite3_column_count(statement.handle)).map { index in
      sqlite3_column_name(statement.handle, index).map { String(cString: $0) } ?? ""
    }
  }

  package var parameterCount: Int { Int(sqlite3_bind_parameter_count(statement.handle)) }

  /// Ends the execution under way, if any, and gives the parameters their values.
  ///
  /// Text is bound by its bytes, NULs and invalid UTF-8 included. A NaN becomes NULL, as SQLite has none.
  /// - Throws: `limitExceeded` for a value larger than SQLite allows; `internalError` where the number
  ///   of values is not that of the parameters.
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

  /// Notes that the statement has just been stepped within a transaction in which this is the version of the tables
  /// (``Connection/schemaVersion()``).
  ///
  /// SQLite keeps that version in the statement. Whenever it begins to step it, it compares it with the database's, and prepares the
  /// statement again where they differ, which it counts. So a statement whose count has not changed cannot have read
  /// tables of another version.
  /// Source: <https://www.sqlite.org/c3ref/c_stmtstatus_counter.html> and `OP_Transaction`, <https://www.sqlite.org/opcode.html>.
  package func tablesAre(_ schemaVersion: Int64) {
    statement.proof = (schemaVersion, statement.preparations)
  }

  /// Whether what was stepped to since ``bind(_:)`` was read from tables of this version, as far as SQLite tells. To be asked
  /// after the first step, before anything of the row is made known.
  package func hasRead(tablesOf schemaVersion: Int64) -> Bool {
    guard let proof = statement.proof else { return false }
    return proof.schemaVersion == schemaVersion && proof.preparations == statement.preparations
  }

  /// Ends the execution; the next step starts again with the same bindings.
  package func reset() {
    sqlite3_reset(statement.handle)
    statement.isRunning = false
  }

  /// Runs to the next row. After false, the next step would start again.
  package func step() throws(StoreError) -> Bool {
    if !statement.isRunning {
      try core.begin()
      // SQLite prepares a statement again when it is first stepped after the tables have changed, and
      // asks the authorizer then: it must be asked about this statement.
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

  /// The row that the last step reached, and every row that is left, until `body` returns false.
  package func forEachRowFromHere(_ body: (borrowing Row) -> Bool) throws(StoreError) {
    repeat {
      guard body(try readRow()) else { return }
    } while try step()
  }

  private func failure(_ code: Int32) -> StoreError {
    let error = core.error(code, .stepping)
    if error.kind == .denied || error.kind == .schemaMismatch || error.kind == .schemaChanged {
      statement.isSpoilt = true
      statement.proof = nil
      core.forgetBodies()
    }
    return error
  }

  /// Steps, and gives `body` the row. Nil when there are no more.
  package func next<Result>(
    _ body: (borrowing Row) throws(StoreError) -> Result
  ) throws(StoreError) -> Result? {
    guard try step() else { return nil }
    return try body(try readRow())
  }

  /// Gives `body` every row that is left. The loop is here, beside SQLite's calls, so that a row costs its
  /// caller one call.
  package func forEachRow(
    _ body: (borrowing Row) throws(StoreError) -> Void
  ) throws(StoreError) {
    while try step() {
      try body(try readRow())
    }
  }

  /// The row that `step` has just reached.
  func readRow() throws(StoreError) -> Row {
    let cells = statement.cells
    let code = rowscope_read_row(statement.handle, cells.baseAddress, Int32(cells.count))
    guard code == SQLITE_OK else { throw core.error(code, .stepping) }
    return Row(cells: UnsafeBufferPointer(cells))
  }

  /// Every row that is left, copied.
  package func rows() throws(StoreError) -> [[Value]] {
    var rows: [[Value]] = []
    try forEachRow { (row: borrowing Row) throws(StoreError) in rows.append(row.values()) }
    return rows
  }
}
