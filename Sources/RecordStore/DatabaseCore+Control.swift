internal import CSQLite

/// What every request asks of its connection besides its own statements.
enum ControlStatement: Int, CaseIterable {
  case begin, rollback, schemaVersion, dataVersion

  fileprivate var sql: String {
    switch self {
    case .begin: "BEGIN DEFERRED"
    case .rollback: "ROLLBACK"
    case .schemaVersion: "PRAGMA schema_version"
    case .dataVersion: "PRAGMA data_version"
    }
  }
}

extension DatabaseCore {
  /// Runs one of them, which is prepared once and never given up; gives its number, or 0 where it has none.
  @discardableResult
  func run(_ control: ControlStatement) throws(StoreError) -> Int64 {
    try begin()
    let statement = try prepared(control)
    arm(.unrestricted)
    defer {
      arm(nil)
      sqlite3_reset(statement.handle)
    }
    switch sqlite3_step(statement.handle) {
    case SQLITE_ROW: return sqlite3_column_int64(statement.handle, 0)
    case SQLITE_DONE: return 0
    case let code: throw error(code, .stepping)
    }
  }

  /// Leaves a transaction, if one is open, without keeping its changes. Whether time is left does not matter.
  func endTransaction() {
    guard sqlite3_get_autocommit(handle) == 0 else { return }
    do throws(StoreError) {
      let rollback = try prepared(.rollback)
      arm(.unrestricted)
      defer { arm(nil) }
      sqlite3_step(rollback.handle)
      sqlite3_reset(rollback.handle)
    } catch {
      // There is no memory for the statement: SQLite's close ends the transaction.
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
