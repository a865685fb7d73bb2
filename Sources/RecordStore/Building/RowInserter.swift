internal import CSQLite

/// Adds records to one table of a ``DatabaseBuilder``: set every column, then ``insert()``.
package struct RowInserter: ~Copyable {
  private let statement: OpaquePointer
  private let path: String?
  /// The first error from setting a value, reported at the next insert, so that setting a value
  /// needs no check.
  private var refusal: Int32 = SQLITE_OK

  init(owning statement: OpaquePointer, path: String?) {
    self.statement = statement
    self.path = path
  }

  deinit { sqlite3_finalize(statement) }

  package mutating func setNull(_ column: Int) {
    note(sqlite3_bind_null(statement, Int32(column + 1)))
  }

  package mutating func set(_ column: Int, _ integer: Int64) {
    note(sqlite3_bind_int64(statement, Int32(column + 1), integer))
  }

  package mutating func set(_ column: Int, _ real: Double) {
    note(sqlite3_bind_double(statement, Int32(column + 1), real))
  }

  /// The text is not copied: it must stay valid until the record is inserted.
  package mutating func set(_ column: Int, text: UnsafeBufferPointer<UInt8>) {
    // A null pointer would bind NULL, so an empty text needs another one.
    let bytes = text.baseAddress ?? Self.emptyText
    let characters = UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self)
    // A nil destructor is SQLITE_STATIC: the caller owns the bytes.
    note(
      sqlite3_bind_text64(
        statement, Int32(column + 1), characters, UInt64(text.count), nil, UInt8(SQLITE_UTF8)))
  }

  private static var emptyText: UnsafePointer<UInt8> { ("" as StaticString).utf8Start }

  private mutating func note(_ code: Int32) {
    if code != SQLITE_OK, refusal == SQLITE_OK { refusal = code }
  }

  /// - Throws: `constraint` for a duplicate or NULL key; `diskFull`, `limitExceeded`, `ioError`.
  package mutating func insert() throws(StoreError) {
    guard refusal == SQLITE_OK else {
      let code = refusal
      refusal = SQLITE_OK
      throw error(code)
    }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE else {
      let error = error(code)
      sqlite3_reset(statement)
      throw error
    }
    sqlite3_reset(statement)
  }

  private func error(_ code: Int32) -> StoreError {
    StoreError(
      code: ResultCode(rawValue: code),
      message: sqlite3_errmsg(sqlite3_db_handle(statement)).map { String(cString: $0) } ?? "",
      activity: .stepping, path: path, busyTimeout: .zero)
  }
}
