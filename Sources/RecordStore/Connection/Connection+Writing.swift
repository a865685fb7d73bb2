internal import CSQLite
package import FilterSQL
package import RowscopeModel

extension Connection {
  /// Begins a transaction that writes: from here on nobody else does, and all that is read is as of one moment.
  ///
  /// - Throws: `locked` where another connection wrote for longer than the busy time-out; `readOnly`.
  package func beginWriting() throws(StoreError) {
    _ = try statement("BEGIN IMMEDIATE", as: .unrestricted).step()
  }

  /// Keeps what was written, for good: when this returns, it is on the disk.
  ///
  /// - Throws: `constraint(.foreignKey)` for a foreign key that was deferred; `locked` where readers did not end in time;
  ///   `diskFull`, `ioError`. Then nothing is kept, once the transaction is rolled back.
  package func commit() throws(StoreError) {
    guard isInTransaction else {
      throw core.misuse("there is no transaction to commit: the database has ended it")
    }
    _ = try statement("COMMIT", as: .unrestricted).step()
  }

  /// Undoes what was written, if a transaction is open. Never fails: SQLite keeps nothing that was not committed.
  package func rollback() { core.endTransaction() }

  /// Changes a table's columns, within a transaction. What was read of the schema before holds no longer.
  package func alter(_ statement: SQLStatement) throws(StoreError) {
    try execute(statement.text)
  }

  /// Whether a transaction is open. SQLite ends one by itself when the disk is full, memory runs out and the like; what
  /// was written is undone then.
  package var isInTransaction: Bool { sqlite3_get_autocommit(core.handle) == 0 }

  /// Does all of `body` or none of it, within a transaction that may do more. Foreign keys must hold at its end.
  ///
  /// - Parameter failure: makes an error of what SQLite says.
  /// - Precondition: a transaction was begun.
  package func withSavepoint<Result, Failure: Error>(
    failing failure: (StoreError) -> Failure, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    do throws(StoreError) {
      // Otherwise the savepoint would be a transaction of its own, and what it releases committed.
      guard isInTransaction else {
        throw core.misuse("the database has ended the transaction; nothing of it was kept")
      }
      _ = try statement("SAVEPOINT operation", as: .unrestricted).step()
    } catch {
      throw failure(error)
    }
    // The rows of a link table are changed after the record that they belong to: a foreign key is looked at when both are
    // done.
    let hadViolations = core.hasForeignKeyViolations
    core.runPlainly("PRAGMA defer_foreign_keys = ON")
    do throws(Failure) {
      let result = try body()
      if !hadViolations, core.hasForeignKeyViolations {
        throw failure(
          StoreError(
            code: .constraintForeignKey, message: "", activity: .stepping, path: core.path,
            busyTimeout: core.busyTimeout))
      }
      // What a schema defers by itself is looked at when the transaction is committed.
      core.runPlainly("PRAGMA defer_foreign_keys = OFF; RELEASE operation")
      return result
    } catch {
      // Neither a deadline nor a cancellation may keep this from being done.
      core.runPlainly(
        "ROLLBACK TO operation; RELEASE operation; PRAGMA defer_foreign_keys = OFF")
      throw error
    }
  }

  /// How many records the last statement inserted, changed or deleted itself: triggers and foreign keys not counted.
  package var changeCount: Int { Int(sqlite3_changes64(core.handle)) }

  /// The number of the row that was last inserted into a table that has such numbers.
  package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(core.handle) }

  /// The name by which a statement can speak of the number of a table's rows; nil where the rows have none (`WITHOUT
  /// ROWID`), or columns of the table have all its names.
  package func rowIDName(of table: Name) throws(StoreError) -> String? {
    try core.rowIDName(of: table)
  }
}

extension DatabaseCore {
  /// Whether a foreign key is broken just now that need not hold yet.
  var hasForeignKeyViolations: Bool {
    var current: Int32 = 0
    var highest: Int32 = 0
    sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
    return current != 0
  }

  /// Runs a statement of this package's own that cannot fail but together with the whole transaction.
  func runPlainly(_ sql: String) {
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
}
