internal import CSQLite

/// The statements that requests run on their connection besides their own.
enum ControlStatement: Int, CaseIterable {
  case begin, rollback, schemaVersion, dataVersion, journalMode
  case savepoint, rollbackToSavepoint, release

  fileprivate var sql: String {
    switch self {
    case .begin: "BEGIN DEFERRED"
    case .rollback: "ROLLBACK"
    case .schemaVersion: "PRAGMA schema_version"
    case .dataVersion: "PRAGMA data_version"
    case .journalMode: "PRAGMA journal_mode"
    case .savepoint: "SAVEPOINT operation"
    case .rollbackToSavepoint: "ROLLBACK TO operation"
    case .release: "RELEASE operation"
    }
  }
}

extension DatabaseCore {
  /// Runs a control statement, which is prepared once and kept for good. Returns its number, or 0
  /// if it has none.
  @discardableResult
  func run(_ control: ControlStatement) throws(StoreError) -> Int64 {
    var number: Int64 = 0
    try run(control) { number = sqlite3_column_int64($0, 0) }
    return number
  }

  /// - Parameter read: called with the statement at its row, if it has one.
  func run(
    _ control: ControlStatement, _ read: (OpaquePointer) -> Void
  ) throws(StoreError) {
    try begin()
    let statement = try prepared(control)
    arm(.unrestricted)
    defer {
      arm(nil)
      sqlite3_reset(statement.handle)
    }
    switch sqlite3_step(statement.handle) {
    case SQLITE_ROW: read(statement.handle)
    case SQLITE_DONE: break
    case let code: throw error(code, .stepping)
    }
  }

  /// See ``Connection/DataState``.
  func dataState() throws(StoreError) -> Connection.DataState {
    Connection.DataState(
      version: try run(.dataVersion), ownChanges: sqlite3_total_changes64(handle))
  }

  /// Rolls back the open transaction, if any. Works even after the deadline.
  func endTransaction() {
    beginning = nil
    end(.rollback)
  }

  /// Runs a control statement of the open transaction, if any, which fails only if the whole
  /// transaction does. Works even after the deadline or a cancellation.
  func end(_ control: ControlStatement) {
    guard sqlite3_get_autocommit(handle) == 0 else { return }
    do throws(StoreError) {
      let statement = try prepared(control)
      arm(.unrestricted)
      defer { arm(nil) }
      sqlite3_step(statement.handle)
      sqlite3_reset(statement.handle)
    } catch {
      // Out of memory: closing the connection ends the transaction.
    }
  }

  private func prepared(_ control: ControlStatement) throws(StoreError) -> PreparedStatement {
    if let kept = controls[control.rawValue] { return kept }
    arm(.unrestricted)
    defer { arm(nil) }
    let statement = try compile(control.sql, armed: .unrestricted, isKept: true)
    controls[control.rawValue] = statement
    return statement
  }
}
