internal import CSQLite

/// SQLite's compiled statement and the room for one row of it. Finalized when it is let go.
final class PreparedStatement {
  let handle: OpaquePointer
  /// What the authorizer is to allow whenever SQLite prepares the statement again.
  let armed: DatabaseCore.Armed
  /// Whether it was stepped since it was last reset.
  var isRunning = false
  /// Not to be kept: SQLite could not prepare it again, or the authorizer refused.
  var isSpoilt = false
  /// Whether it is a cache's and in use. See ``StatementCache``.
  var isTaken = false
  var lastUse: UInt64 = 0
  /// See ``Statement/tablesAre(_:)``.
  var proof: (schemaVersion: Int64, preparations: Int32)?
  private(set) var cells: UnsafeMutableBufferPointer<RowscopeCell>

  init(owning handle: OpaquePointer, armed: DatabaseCore.Armed) {
    self.handle = handle
    self.armed = armed
    cells = Self.allocate(Int(sqlite3_column_count(handle)))
  }

  deinit {
    sqlite3_finalize(handle)
    cells.deallocate()
  }

  /// How often SQLite has prepared the statement again, because the tables had changed or for another reason.
  var preparations: Int32 { sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0) }

  /// SQLite may have prepared the statement again, after a change of the tables, with more columns.
  func fitCells() {
    let count = Int(sqlite3_column_count(handle))
    guard count != cells.count else { return }
    cells.deallocate()
    cells = Self.allocate(count)
  }

  private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<RowscopeCell> {
    let cells = UnsafeMutableBufferPointer<RowscopeCell>.allocate(capacity: count)
    cells.initialize(repeating: RowscopeCell())
    return cells
  }
}
