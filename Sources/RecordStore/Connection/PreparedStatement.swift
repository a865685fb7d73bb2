internal import CSQLite

/// SQLite's compiled statement with a buffer for one row. Finalized when it is released.
final class PreparedStatement {
  let handle: OpaquePointer
  /// What the authorizer permits when SQLite prepares the statement again.
  let armed: DatabaseCore.Armed
  /// Whether it has been stepped since the last reset.
  var isRunning = false
  /// Whether the cache must drop it: SQLite could not prepare it again, or the authorizer refused
  /// it.
  var isInvalidated = false
  /// Whether it belongs to a cache and is in use. See ``StatementCache``.
  var isInUse = false
  var lastUse: UInt64 = 0
  /// See ``Statement/recordSchemaVersion(_:)``.
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

  /// How often SQLite has prepared the statement again, after a schema change or for another
  /// reason.
  var preparations: Int32 { sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0) }

  /// Resizes the row buffer: after a schema change, SQLite may have prepared the statement again
  /// with more columns.
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
