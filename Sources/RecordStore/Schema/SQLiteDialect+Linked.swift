internal import CSQLite
package import RecordFilter
import RowscopeModel
internal import Synchronization

extension SQLiteDialect {
  /// Makes conversions in memory follow the SQLite version that is linked. Takes some tenths of a
  /// millisecond, once, if that version's rules are not written in Swift.
  package static func adoptLinked() { _ = adoption }

  private static let adoption: Void = {
    if !isWrittenInSwift, let dialect = linked() { adopt(dialect) }
  }()

  /// The conversion rules of the linked SQLite, found by asking it. Nil if memory runs out.
  package static func linked() -> SQLiteDialect? { LinkedSQLite()?.dialect }

  /// Whether the linked SQLite computes as ``NumberText`` does. Source: `sqlite3AtoF` and
  /// `sqlite3_str_vappendf`, which were changed in 3.43.
  private static var isWrittenInSwift: Bool {
    #if arch(x86_64)
      sqlite3_libversion_number() < 3_043_000
    #else
      false
    #endif
  }
}

/// Conversions done by SQLite itself.
private final class LinkedSQLite: Sendable {
  /// A connection in memory with its statements. Unchecked: see `handles`.
  private struct Handles: ~Copyable, @unchecked Sendable {
    let connection: OpaquePointer
    let asReal: OpaquePointer
    let asText: OpaquePointer
    let stored: OpaquePointer

    deinit {
      sqlite3_finalize(stored)
      sqlite3_finalize(asReal)
      sqlite3_finalize(asText)
      sqlite3_close(connection)
    }
  }

  private let handles: Mutex<Handles>

  init?() {
    var connection: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
    guard sqlite3_open_v2(":memory:", &connection, flags, nil) == SQLITE_OK, let connection else {
      sqlite3_close(connection)
      return nil
    }
    var statements: [OpaquePointer?] = [nil, nil, nil]
    // A table is needed: affinity applies to stored values, and a cast is not the same.
    sqlite3_exec(
      connection, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, n NUMERIC)", nil, nil, nil)
    for (index, sql) in [
      "SELECT CAST(?1 AS REAL)", "SELECT CAST(?1 AS TEXT)",
      "INSERT OR REPLACE INTO numbers VALUES (1, ?1) RETURNING n",
    ].enumerated() {
      sqlite3_prepare_v2(connection, sql, -1, &statements[index], nil)
    }
    guard let asReal = statements[0], let asText = statements[1], let stored = statements[2] else {
      for statement in statements { sqlite3_finalize(statement) }
      sqlite3_close(connection)
      return nil
    }
    handles = Mutex(
      Handles(connection: connection, asReal: asReal, asText: asText, stored: stored))
  }

  var dialect: SQLiteDialect {
    var dialect = SQLiteDialect()
    let digits = self.digits
    dialect.numbers = SQLiteDialect.Numbers(
      write: { real, buffer in
        if let digits { return Self.write(real, digits, to: buffer) }
        return self.write(real, to: buffer)
      },
      real: { self.real(of: $0) }, ofTextWithNUL: { self.stored($0) })
    dialect.jsonDepth = jsonDepth
    dialect.jsonTextsEndAtNUL =
      answer(#"SELECT length(CAST(value AS BLOB)) FROM json_each('["a\u0000b"]')"#) == 1
    dialect.jsonInfinity = jsonInfinity ?? dialect.jsonInfinity
    return dialect
  }

  // MARK: Numbers

  /// The number of significant digits that SQLite gives a real's text, if its printf agrees with a
  /// cast; otherwise nil.
  private var digits: Int32? {
    let samples = [
      0.1 + 0.2, 1.0 / 3, 9_007_199_254_740_992, 1e15, 1e16, 123_456_789_012_345.6,
      Double.leastNonzeroMagnitude, 2.5e-5, 1e300, -2_509_570_403_382_455, .infinity, -.infinity, 0,
      -0.0, 100, .greatestFiniteMagnitude,
    ]
    func text(_ write: (UnsafeMutableBufferPointer<UInt8>) -> Int) -> [UInt8] {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.capacity) { buffer in
        Array(buffer[..<write(buffer)])
      }
    }
    return [15, 17].first { digits in
      samples.allSatisfy { real in
        text { Self.write(real, digits, to: $0) } == text { self.write(real, to: $0) }
      }
    }
  }

  private static func write(
    _ real: Double, _ digits: Int32, to buffer: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    buffer.withMemoryRebound(to: CChar.self) {
      Int(rowscope_write_real(real, digits, $0.baseAddress, Int32($0.count)))
    }
  }

  private func write(_ real: Double, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    handles.withLock { handles in
      sqlite3_bind_double(handles.asText, 1, real)
      defer { sqlite3_reset(handles.asText) }
      guard sqlite3_step(handles.asText) == SQLITE_ROW,
        let text = sqlite3_column_text(handles.asText, 0)
      else { return 0 }
      let count = min(Int(sqlite3_column_bytes(handles.asText, 0)), buffer.count)
      buffer.baseAddress?.update(from: text, count: count)
      return count
    }
  }

  private func real(of text: UnsafeBufferPointer<UInt8>) -> Double {
    handles.withLock { handles in
      Self.answer(of: handles.asReal, to: text) { sqlite3_column_double(handles.asReal, 0) } ?? 0
    }
  }

  /// The result of applying numeric affinity to a text; nil if it remains text.
  private func stored(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
    handles.withLock { handles in
      let value = Self.answer(of: handles.stored, to: text) { () -> Value? in
        switch sqlite3_column_type(handles.stored, 0) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handles.stored, 0))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handles.stored, 0))
        default: nil
        }
      }
      return value ?? nil
    }
  }

  private static func answer<Result>(
    of statement: OpaquePointer, to text: UnsafeBufferPointer<UInt8>, _ read: () -> Result
  ) -> Result? {
    _ = text.withMemoryRebound(to: CChar.self) { text in
      // Not copied: the text outlives the step, and the binding is cleared after it.
      sqlite3_bind_text(statement, 1, text.baseAddress, Int32(text.count), nil)
    }
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    return sqlite3_step(statement) == SQLITE_ROW ? read() : nil
  }

  // MARK: JSON

  /// The greatest depth that SQLite accepts.
  private var jsonDepth: Int {
    var (accepted, refused) = (0, 2_001)
    while refused - accepted > 1 {
      let depth = (accepted + refused) / 2
      if accepts(jsonDepth: depth) { accepted = depth } else { refused = depth }
    }
    return accepted
  }

  private func accepts(jsonDepth: Int) -> Bool {
    let nested = String(repeating: "[", count: jsonDepth) + String(repeating: "]", count: jsonDepth)
    return answer("SELECT json_valid('\(nested)')") == 1
  }

  private var jsonInfinity: [UInt8]? {
    answer("SELECT ltrim(rtrim(json_array(9e999), ']'), '[')") { statement in
      sqlite3_column_text(statement, 0).map { Array(String(cString: $0).utf8) }
    } ?? nil
  }

  private func answer(_ sql: String) -> Int64? { answer(sql) { sqlite3_column_int64($0, 0) } }

  private func answer<Result: Sendable>(_ sql: String, _ read: (OpaquePointer?) -> Result)
    -> Result?
  {
    handles.withLock { handles in
      var statement: OpaquePointer?
      guard sqlite3_prepare_v2(handles.connection, sql, -1, &statement, nil) == SQLITE_OK else {
        return nil
      }
      defer { sqlite3_finalize(statement) }
      return sqlite3_step(statement) == SQLITE_ROW ? read(statement) : nil
    }
  }
}
