internal import CSQLite
package import FilterSQL
package import RowscopeModel

extension Connection {
  /// Begins a write transaction: no other connection can write, and all reads see one snapshot.
  ///
  /// - Throws: `locked` if another connection wrote for longer than the busy time-out; `readOnly`.
  package func beginWriting() throws(StoreError) {
    _ = try statement("BEGIN IMMEDIATE", as: .unrestricted).step()
  }

  /// Commits. When this returns, the changes are on disk.
  ///
  /// - Throws: `constraint(.foreignKey)` for a deferred foreign key; `locked` if readers did not
  ///   end in time; `diskFull`, `ioError`. The changes are lost once the transaction is rolled
  ///   back.
  package func commit() throws(StoreError) {
    guard isInTransaction else {
      throw core.misuse("there is no transaction to commit: the database has ended it")
    }
    defer { core.changeLog?.hasCommitted() }
    _ = try statement("COMMIT", as: .unrestricted).step()
  }

  /// Rolls back the open transaction, if any. Never fails: SQLite keeps nothing that was not
  /// committed.
  package func rollback() { core.endTransaction() }

  /// Changes a table's columns within a transaction. A schema that was read before is out of date.
  package func alter(_ statement: SQLStatement) throws(StoreError) {
    try execute(statement.text)
  }

  /// Whether a transaction is open. SQLite rolls one back by itself when the disk is full, memory
  /// runs out and the like.
  package var isInTransaction: Bool { sqlite3_get_autocommit(core.handle) == 0 }

  /// Runs `body` within a savepoint of the open transaction: all of its changes are kept, or none.
  /// Foreign keys must hold at its end.
  ///
  /// - Parameters:
  ///   - deferring: whether foreign keys may be broken until then; otherwise each statement must
  ///     keep them. SQLite prepares every statement anew after this is turned on or off.
  ///   - failure: makes an error from SQLite's.
  /// - Precondition: a transaction is open.
  package func withSavepoint<Result, Failure: Error>(
    deferringForeignKeys deferring: Bool, failing failure: (StoreError) -> Failure,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    do throws(StoreError) {
      // Outside a transaction the savepoint would be one itself, and its release would commit.
      guard isInTransaction else {
        throw core.misuse("the database has ended the transaction; none of its changes were kept")
      }
      try core.run(.savepoint)
    } catch {
      throw failure(error)
    }
    let hadViolations = deferring && core.hasForeignKeyViolations
    if deferring { core.runUnrestricted("PRAGMA defer_foreign_keys = ON") }
    do throws(Failure) {
      let result = try body()
      if deferring, !hadViolations, core.hasForeignKeyViolations {
        throw failure(
          StoreError(
            code: .constraintForeignKey, message: "", activity: .stepping, path: core.path,
            busyTimeout: core.busyTimeout))
      }
      // Keys that the schema declares as deferred are checked at the commit.
      if deferring { core.runUnrestricted("PRAGMA defer_foreign_keys = OFF") }
      core.end(.release)
      return result
    } catch {
      core.end(.rollbackToSavepoint)
      core.end(.release)
      if deferring { core.runUnrestricted("PRAGMA defer_foreign_keys = OFF") }
      throw error
    }
  }

  /// The number of records that the last statement itself inserted, changed or deleted, not
  /// counting those of triggers and foreign keys.
  package var changeCount: Int { Int(sqlite3_changes64(core.handle)) }

  /// The row id of the last row inserted into a table with row ids.
  package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(core.handle) }

  /// A name for a table's row id in statements. Nil if the table has none (`WITHOUT ROWID`), or if
  /// its columns use all of SQLite's names for it.
  package func rowIDName(of table: Name) throws(StoreError) -> String? {
    try core.rowIDName(of: table)
  }

  /// The column that is an alias of the row id, if there is one.
  package func rowIDAlias(of table: Name) throws(StoreError) -> Name? {
    guard try core.rowIDName(of: table) != nil else { return nil }
    return try core.rowIDAlias(of: table)
  }
}

extension DatabaseCore {
  /// Whether a deferred foreign key is broken at present.
  var hasForeignKeyViolations: Bool {
    var current: Int32 = 0
    var highest: Int32 = 0
    sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
    return current != 0
  }

  /// Runs a statement of this package's own, which fails only if the whole transaction does.
  func runUnrestricted(_ sql: String) {
    guard sqlite3_get_autocommit(handle) == 0 else { return }
    arm(.unrestricted)
    defer { arm(nil) }
    sqlite3_exec(handle, sql, nil, nil, nil)
  }

  func rowIDName(of table: Name) throws(StoreError) -> String? {
    let version = try number("PRAGMA schema_version")
    if rowIDNamesVersion != version {
      rowIDNames = [:]
      rowIDNamesVersion = version
    }
    if let known = rowIDNames[table] { return known }
    let hasRowIDs = try number(
      "SELECT wr = 0 FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE",
      [.text(table.string)])
    var name: String?
    for candidate in ["rowid", "_rowid_", "oid"] where hasRowIDs == 1 && name == nil {
      let isTaken = try number(
        "SELECT count(*) FROM pragma_table_xinfo(?, 'main') WHERE name = ? COLLATE NOCASE",
        [.text(table.string), .text(candidate)])
      if isTaken == 0 { name = candidate }
    }
    rowIDNames[table] = .some(name)
    return name
  }

  func rowIDAlias(of table: Name) throws(StoreError) -> Name? {
    let columns = try rows(
      "SELECT name, type, pk FROM pragma_table_xinfo(?, 'main')", [.text(table.string)])
    return try rowIDAlias(of: table, columns: columns.map { ($0[0], $0[1], $0[2]) })
  }

  /// The column of a table with row ids that is an alias of them: `INTEGER PRIMARY KEY` and nothing
  /// else. For historical reasons `INTEGER PRIMARY KEY DESC` is not one, nor is `INT PRIMARY KEY`.
  /// SQLite makes an index for those, which tells them apart.
  ///
  /// - Parameter columns: each with its name, its declared type and its place in the key.
  func rowIDAlias(
    of table: Name, columns: [(name: Value, type: Value, place: Value)]
  ) throws(StoreError) -> Name? {
    let key = columns.filter { $0.place != 0 }
    guard key.count == 1, case .text(let name) = key[0].name, case .text(let type) = key[0].type,
      Name(type.string) == "INTEGER",
      try rows(
        "SELECT 1 FROM pragma_index_list(?, 'main') WHERE origin = 'pk'", [.text(table.string)]
      ).isEmpty
    else { return nil }
    return Name(name.string)
  }
}
