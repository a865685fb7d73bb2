internal import CSQLite
import RowscopeModel

/// Builds a new database as fast as SQLite can: one transaction, no journal, large pages.
///
/// A file is written next to its destination under another name, and moved there when it is
/// complete. A builder that goes out of scope before ``finish()`` leaves no file.
package struct DatabaseBuilder: ~Copyable {
  /// Larger pages make a scan faster: 16 KiB took 0.8 of the time of SQLite's 4 KiB.
  package static let pageSize = 16_384

  private var database: OpaquePointer?
  /// Nil for a database in memory.
  private let file: PendingFile?

  /// - Parameter file: nil for a database in memory.
  /// - Throws: `cannotOpen`, `diskFull`, `outOfMemory`, `ioError`.
  package init(file: PendingFile?) throws(StoreError) {
    // SQLite treats `:memory:` and `file:` specially; here both are file names.
    let name = file.map {
      $0.temporaryPath.hasBytePrefix("/") ? $0.temporaryPath : "./" + $0.temporaryPath
    }
    let code = sqlite3_open_v2(
      name ?? ":memory:", &database,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    self.file = file
    guard code == SQLITE_OK else { throw error(code, .opening) }
    try execute("PRAGMA page_size = \(Self.pageSize)")
    try execute("PRAGMA journal_mode = OFF")
    try execute("PRAGMA synchronous = OFF")
    try execute("PRAGMA locking_mode = EXCLUSIVE")
    try execute("BEGIN")
  }

  // Inserters may outlive the builder; SQLite then keeps the handle open for them.
  deinit { sqlite3_close_v2(database) }

  /// - Throws: `limitExceeded` for more columns than SQLite allows; `diskFull` and the like.
  package func create(_ table: TableDefinition) throws(StoreError) {
    try execute(table.createStatement)
  }

  /// Runs one statement that creates a table, an index or a view, and reads nothing.
  ///
  /// - Throws: `expressionFailed` for any other text, or with what SQLite says of the statement.
  package func define(_ statement: String) throws(StoreError) {
    let tokens = SQLTokenizer.tokens(of: statement)
    // A semicolon in the middle would end the statement.
    let inner = tokens.last?.isSymbol(";") == true ? tokens.dropLast() : tokens[...]
    let what = inner.dropFirst().first
    guard tokens.first?.isKeyword("CREATE") == true, !inner.contains(where: { $0.isSymbol(";") }),
      let what, ["TABLE", "INDEX", "UNIQUE", "VIEW"].contains(where: { what.isKeyword($0) })
    else { throw undefined("it is not one CREATE statement of a table, an index or a view") }
    let name = inner.prefix { !$0.isSymbol("(") && !$0.isKeyword("AS") && !$0.isKeyword("ON") }
    if name.contains(where: { $0.isSymbol(".") }) {
      throw undefined("a name with that of a database before it; SQLite stores it without")
    }
    // It would run the query.
    if what.isKeyword("TABLE"), inner.dropFirst(name.count).first?.isKeyword("AS") == true {
      throw undefined("a table is defined by its columns, not by a query")
    }
    guard sqlite3_exec(database, statement, nil, nil, nil) == SQLITE_OK else {
      throw undefined(sqlite3_errmsg(database).map { String(cString: $0) } ?? "")
    }
  }

  private func undefined(_ why: String) -> StoreError {
    StoreError(.expressionFailed, at: nil, Printable.text(why))
  }

  /// Creates the table's further indexes, best after its records: they are sorted once then.
  package func createIndexes(of table: TableDefinition) throws(StoreError) {
    for statement in table.indexStatements { try execute(statement) }
  }

  /// A statement that adds records to a table created before.
  package func inserter(into table: TableDefinition) throws(StoreError) -> RowInserter {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(
      database, table.insertStatement, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(code, .preparing) }
    return RowInserter(owning: statement, path: file?.path)
  }

  /// Records that refer to no record of another table.
  package struct Orphans: Sendable, Hashable {
    package let table: String
    package let parent: String
    package let count: Int
  }

  /// The records whose foreign keys lead nowhere, by their table and the other one. O(n) in the
  /// records with foreign keys.
  package func orphans() throws(StoreError) -> [Orphans] {
    try rows(
      """
      SELECT "table", "parent", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2
      """, columns: 3
    ).map { Orphans(table: $0[0], parent: $0[1], count: Int($0[2]) ?? 0) }
  }

  /// The number of records in all of these tables.
  package func recordCount(of tables: [String]) throws(StoreError) -> Int {
    var count = 0
    for table in tables {
      let name = TableDefinition(table, columns: []).quotedName
      count += try rows("SELECT count(*) FROM \(name)", columns: 1).compactMap { Int($0[0]) }
        .reduce(0, +)
    }
    return count
  }

  private func rows(_ sql: String, columns: Int32) throws(StoreError) -> [[String]] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
      throw error(sqlite3_errcode(database), .preparing)
    }
    var rows: [[String]] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        rows.append(
          (0..<columns).map { column in
            sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
          })
      case SQLITE_DONE: return rows
      case let code: throw error(code, .stepping)
      }
    }
  }

  /// Commits, closes the database and moves the file to its destination.
  ///
  /// - Throws: `diskFull`, `ioError`; `cannotOpen` if a file of that name exists by now.
  package consuming func finish() throws(StoreError) {
    try execute("COMMIT")
    let code = sqlite3_close_v2(database)
    guard code == SQLITE_OK else { throw error(code, .stepping) }
    database = nil
    try file?.moveIntoPlace()
  }

  /// Commits and returns the database as bytes that connections can share. O(n) in its size.
  ///
  /// - Parameter holdsRecords: false if only the tables are known, and not their records.
  package consuming func image(holdsRecords: Bool = true) throws(StoreError) -> DatabaseImage {
    // A database without tables has no page, and could not be copied.
    try execute("PRAGMA user_version = 1")
    try execute("COMMIT")
    var size: sqlite3_int64 = 0
    guard let bytes = sqlite3_serialize(database, "main", &size, 0) else {
      throw error(SQLITE_NOMEM, .stepping)
    }
    defer { sqlite3_free(bytes) }
    return DatabaseImage(
      UnsafeBufferPointer(start: bytes, count: Int(size)), holdsRecords: holdsRecords)
  }

  /// The limit on the number of columns of a table.
  package var columnLimit: Int { Int(sqlite3_limit(database, SQLITE_LIMIT_COLUMN, -1)) }

  private func execute(_ sql: String) throws(StoreError) {
    let code = sqlite3_exec(database, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, .stepping) }
  }

  private func error(_ code: Int32, _ activity: Activity) -> StoreError {
    StoreError(
      code: ResultCode(rawValue: code),
      message: sqlite3_errmsg(database).map { String(cString: $0) } ?? "",
      activity: activity, path: file?.path, busyTimeout: .zero)
  }
}
