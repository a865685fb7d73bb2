import BenchmarkFloor
import CSQLite
import RecordFilter
import RowscopeModel

/// SQLite without Rowscope: a connection with statements that are prepared once and reused.
final class FloorDatabase {
  private let handle: OpaquePointer

  init(path: String) throws {
    guard let handle = floor_open(path) else { throw BenchmarkError("\(path) cannot be opened") }
    self.handle = handle
  }

  init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { sqlite3_close_v2(handle) }

  func execute(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw BenchmarkError("SQLite refused: \(sql)")
    }
  }

  func prepare(_ sql: String, _ bindings: [Value] = []) throws -> FloorStatement {
    var statement: OpaquePointer?
    guard
      sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        == SQLITE_OK, let statement
    else { throw BenchmarkError("SQLite refused: \(sql)") }
    return FloorStatement(statement, bindings)
  }
}

extension FloorDatabase {
  /// The text in the first column of a statement's first row.
  func text(_ sql: String) throws -> String {
    var text = ""
    try prepare(sql).forEachText { text = String(decoding: $0, as: UTF8.self) }
    return text
  }
}

/// A prepared statement with its values.
final class FloorStatement {
  let handle: OpaquePointer
  private let bindings: [Value]

  init(_ handle: OpaquePointer, _ bindings: [Value]) {
    self.handle = handle
    self.bindings = bindings
    bind()
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds the parameters, as each request would.
  func bind() {
    for (index, value) in bindings.enumerated() {
      let place = Int32(index + 1)
      switch value {
      case .null: sqlite3_bind_null(handle, place)
      case .integer(let integer): sqlite3_bind_int64(handle, place, integer)
      case .real(let real): sqlite3_bind_double(handle, place, real)
      case .text(let text):
        _ = text.withBytes {
          rowscope_bind_text(handle, place, $0.baseAddress, UInt64($0.count))
        }
      case .blob(let bytes):
        _ = bytes.withUnsafeBufferPointer {
          rowscope_bind_blob(handle, place, $0.baseAddress, UInt64($0.count))
        }
      }
    }
  }

  /// Binds the only parameter.
  func bind(_ integer: Int64) { sqlite3_bind_int64(handle, 1, integer) }

  /// Binds, steps and reads every cell.
  func read() -> Answer {
    bind()
    return readBound()
  }

  func readBound() -> Answer {
    let answer = floor_read(handle)
    return Answer(records: Int(answer.records), checksum: answer.checksum)
  }

  /// The same for rows that each are one line of text.
  func readLines() -> Answer {
    bind()
    let answer = floor_read_lines(handle)
    return Answer(records: Int(answer.records), bytes: Int(answer.bytes))
  }

  /// Passes the text of each row's first column to `body`.
  func forEachText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    while sqlite3_step(handle) == SQLITE_ROW {
      let count = Int(sqlite3_column_bytes(handle, 0))
      body(UnsafeBufferPointer(start: sqlite3_column_text(handle, 0), count: count))
    }
    sqlite3_reset(handle)
  }

  /// The statement's single integer, as a number of records.
  func count() -> Answer {
    bind()
    return Answer(records: Int(floor_integer(handle)))
  }
}
