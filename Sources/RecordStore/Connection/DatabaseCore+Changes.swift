internal import CSQLite
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

extension DatabaseCore {
  /// Records every row that this connection changes from now on.
  ///
  /// - Returns: false if SQLite's build does not report them.
  func recordChanges(in log: ChangeLog) -> Bool {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let isReporting = rowscope_set_row_hook(
      handle,
      { context, _, operation, schema, table, old, new in
        guard let context, let schema, let table else { return }
        Unmanaged<DatabaseCore>.fromOpaque(context)._withUnsafeGuaranteedRef {
          $0.note(operation, schema, table, old, new)
        }
      }, context)
    guard isReporting != 0 else { return false }
    // A statement prepared before might delete all rows at once, which is not reported.
    statements.removeAll()
    sqlite3_commit_hook(
      handle,
      { context in
        guard let context else { return 0 }
        Unmanaged<DatabaseCore>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.willCommit() }
        return 0
      }, context)
    changeLog = log
    return true
  }

  private func note(
    _ operation: Int32, _ schema: UnsafePointer<CChar>, _ table: UnsafePointer<CChar>,
    _ old: Int64, _ new: Int64
  ) {
    guard strcmp(schema, "main") == 0, changedRows.isComplete else { return }
    let table = Name(String(cString: table))
    if operation != SQLITE_INSERT { changedRows.insert(old, of: table) }
    if operation != SQLITE_DELETE { changedRows.insert(new, of: table) }
  }

  private func willCommit() {
    changeLog?.willCommit(changedRows)
    changedRows = ChangedRows()
  }
}
