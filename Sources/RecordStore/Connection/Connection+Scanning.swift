internal import CSQLite
package import FilterSQL
package import RecordFilter
package import RowscopeModel

extension Connection {
  /// Gives `body` the records that a scan (``QueryCompiler/scan(_:_:)``) hands over: the cells of each, those of a record with
  /// more than ``QueryCompiler/cellsPerCall`` in several calls, one behind another. The bytes of text and blobs are SQLite's own
  /// and gone when `body` returns.
  ///
  /// - Parameters:
  ///   - permissions: what the scan reads and the function that it calls.
  ///   - body: returns whether to go on.
  /// - Returns: false where `body` ended it.
  /// - Throws: as ``statement(_:as:)`` and ``Statement/step()``.
  package func scan(
    _ statement: SQLStatement, as permissions: ReadPermissions,
    _ body: (UnsafeBufferPointer<BorrowedValue>) -> Bool
  ) throws(StoreError) -> Bool {
    try withoutActuallyEscaping(body) { body throws(StoreError) in
      let prepared = try temporaryStatement(statement.text, as: .reading(permissions))
      return try run(CellScan(callCount: prepared.columnCount, body), prepared)
    }
  }

  /// Gives `body` the records that a statement (``QueryCompiler/pushScan(_:)``) hands over, as rows.
  ///
  /// - Parameters:
  ///   - key: of the statement, under permissions that have the function too.
  ///   - count: of the cells of a row.
  ///   - body: returns whether to go on. It may read by the same connection.
  /// - Throws: as ``statement(_:as:)`` and ``Statement/step()``.
  package func forEachRow(
    pushedBy key: StatementKey, _ bindings: [Value], count: Int,
    _ body: (borrowing Row) -> Bool
  ) throws(StoreError) {
    try withoutActuallyEscaping(body) { body throws(StoreError) in
      let prepared = try statement(key)
      try prepared.bind(bindings)
      _ = try run(RecordScan(count: count, body), prepared)
    }
  }

  /// - Returns: false where the scan's body ended it.
  private func run(_ scan: RowScan, _ statement: borrowing Statement) throws(StoreError) -> Bool {
    // What a scan's body reads may be a scan again.
    let outer = core.scan
    core.scan = scan
    defer { core.scan = outer }
    do throws(StoreError) {
      _ = try statement.step()
    } catch {
      if scan.wasEnded { return false }
      throw error
    }
    return true
  }
}

/// A scan under way: what the function that SQLite calls for each record does with it.
class RowScan {
  /// Whether the body wanted no more.
  final fileprivate(set) var wasEnded = false

  /// Takes the cells of a call.
  ///
  /// - Parameter call: its number among those for one record.
  /// - Returns: SQLite's code.
  func take(_ call: Int, _ values: UnsafeBufferPointer<OpaquePointer?>) -> Int32 {
    SQLITE_MISUSE
  }
}

/// Hands over records as rows.
private final class RecordScan: RowScan {
  private let body: (borrowing Row) -> Bool
  private let cells: UnsafeMutableBufferPointer<RowscopeCell>

  init(count: Int, _ body: @escaping (borrowing Row) -> Bool) {
    self.body = body
    cells = .allocate(capacity: count)
    cells.initialize(repeating: RowscopeCell())
  }

  deinit { cells.deallocate() }

  override func take(_ call: Int, _ values: UnsafeBufferPointer<OpaquePointer?>) -> Int32 {
    guard call == 0, values.count == cells.count else { return SQLITE_INTERNAL }
    let code = rowscope_read_values(values.baseAddress, cells.baseAddress, Int32(cells.count))
    guard code == SQLITE_OK else { return code }
    wasEnded = !body(Row(cells: UnsafeBufferPointer(cells)))
    return wasEnded ? SQLITE_ABORT : SQLITE_OK
  }
}

/// Hands over cells, of records that may need several calls each.
private final class CellScan: RowScan {
  private let body: (UnsafeBufferPointer<BorrowedValue>) -> Bool
  private let cells: UnsafeMutablePointer<BorrowedValue>
  /// How many calls a record needs.
  private let callCount: Int
  private var nextCall = 0

  init(callCount: Int, _ body: @escaping (UnsafeBufferPointer<BorrowedValue>) -> Bool) {
    self.callCount = callCount
    self.body = body
    cells = .allocate(capacity: QueryCompiler.cellsPerCall)
  }

  deinit { cells.deallocate() }

  /// SQLite makes the calls for a record in their order; were it ever to do otherwise, cells would end in columns that are not
  /// theirs.
  override func take(_ call: Int, _ values: UnsafeBufferPointer<OpaquePointer?>) -> Int32 {
    guard call == nextCall else { return SQLITE_INTERNAL }
    nextCall = call + 1 < callCount ? call + 1 : 0
    for index in 0..<values.count {
      guard let cell = BorrowedValue(values[index]) else { return SQLITE_NOMEM }
      (cells + index).initialize(to: cell)
    }
    wasEnded = !body(UnsafeBufferPointer(start: cells, count: values.count))
    return wasEnded ? SQLITE_ABORT : SQLITE_OK
  }
}

extension BorrowedValue {
  /// A value of SQLite's as it is; nil where there is no memory for it.
  fileprivate init?(_ value: OpaquePointer?) {
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
    case SQLITE_TEXT:
      guard let start = sqlite3_value_text(value) else { return nil }
      self = .text(UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
    case SQLITE_BLOB:
      // An empty one has no address.
      let start = sqlite3_value_blob(value)
      let count = Int(sqlite3_value_bytes(value))
      if start == nil, count > 0 { return nil }
      self = .blob(
        UnsafeBufferPointer(
          start: start?.assumingMemoryBound(to: UInt8.self), count: count))
    default: self = .null
    }
  }
}

extension DatabaseCore {
  /// Makes known the function that scans call. Nothing but a scan's own statement can call it: SQLite refuses it within views,
  /// triggers and the schema, and the authorizer elsewhere.
  func installScanFunction() {
    sqlite3_create_function_v2(
      handle, QueryCompiler.scanFunction, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
      Unmanaged.passUnretained(self).toOpaque(), nil,
      { context, count, values in
        guard let user = sqlite3_user_data(context), let values else { return }
        let arguments = UnsafeBufferPointer(start: values, count: Int(count))
        let code = Unmanaged<DatabaseCore>.fromOpaque(user)._withUnsafeGuaranteedRef {
          $0.scanned(arguments)
        }
        if code != SQLITE_OK { sqlite3_result_error_code(context, code) }
      },
      { context in sqlite3_result_null(context) }, nil)
  }

  private func scanned(_ values: UnsafeBufferPointer<OpaquePointer?>) -> Int32 {
    guard let scan, values.count > 0 else { return SQLITE_MISUSE }
    let call = Int(sqlite3_value_int64(values[0]))
    return scan.take(call, UnsafeBufferPointer(rebasing: values[1...]))
  }
}
