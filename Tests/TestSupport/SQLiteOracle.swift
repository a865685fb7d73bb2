internal import CSQLite
import RecordFilter
import RecordStore
package import RowscopeModel

/// SQLite itself with bound values, without the functions of the package's own connections: the
/// reference for the rules that RecordFilter implements, and what a service's own driver is.
package final class SQLiteOracle {
  private var connection: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  package struct Failure: Error { let message: String }

  package init(_ setup: String = "") throws {
    SQLiteDialect.adoptLinked()
    guard sqlite3_open(":memory:", &connection) == SQLITE_OK else { throw failure }
    if !setup.isEmpty, sqlite3_exec(connection, setup, nil, nil, nil) != SQLITE_OK { throw failure }
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close(connection)
  }

  private var failure: Failure { Failure(message: String(cString: sqlite3_errmsg(connection))) }

  /// The rows of a statement, which is kept prepared for the next time.
  @discardableResult
  package func rows(_ sql: String, _ values: [Value] = []) throws -> [[Value]] {
    let statement = try prepared(sql)
    defer { sqlite3_reset(statement) }
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1), of: statement) }
    var rows: [[Value]] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(statement)).map { column($0, of: statement) })
      case SQLITE_DONE: return rows
      default: throw failure
      }
    }
  }

  /// The first cell of the result.
  package func value(_ sql: String, _ values: [Value] = []) throws -> Value {
    try rows(sql, values).first?.first ?? .null
  }

  private func prepared(_ sql: String) throws -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement
    else { throw failure }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) {
    let isTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
    case .real(let real): sqlite3_bind_double(statement, index, real)
    case .text(let text):
      // A pointer even for an empty text: SQLite reads a null pointer as NULL.
      let bytes = text.bytes + [0]
      bytes.withUnsafeBytes {
        _ = sqlite3_bind_text(
          statement, index, $0.bindMemory(to: CChar.self).baseAddress, Int32(text.count),
          isTransient)
      }
    case .blob(let bytes):
      (bytes + [0]).withUnsafeBytes {
        _ = sqlite3_bind_blob(statement, index, $0.baseAddress, Int32(bytes.count), isTransient)
      }
    }
  }

  private func column(_ index: Int32, of statement: OpaquePointer) -> Value {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(statement, index)
      let count = Int(sqlite3_column_bytes(statement, index))
      return .text(Text(bytes: UnsafeBufferPointer(start: start, count: count)))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, index)
      let count = Int(sqlite3_column_bytes(statement, index))
      return .blob(Array(UnsafeRawBufferPointer(start: start, count: count)))
    default: return .null
    }
  }
}
