internal import CSQLite
package import FilterSQL
package import RecordFilter
package import RowscopeModel

extension Connection {
  /// Passes to `body` the records that a push scan (``QueryCompiler/scan(_:_:)``) yields, as cells.
  /// A record with more than ``QueryCompiler/cellsPerCall`` cells takes several consecutive calls.
  /// The bytes of text and blobs belong to SQLite and are valid only until `body` returns.
  ///
  /// - Parameters:
  ///   - permissions: what the scan reads, and the function that it calls.
  ///   - body: returns whether to continue.
  /// - Returns: false if `body` ended the scan.
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

  /// Passes to `body` the records that a push scan (``QueryCompiler/pushScan(_:)``) yields, as
  /// rows.
  ///
  /// - Parameters:
  ///   - key: the statement's key. Its permissions must include the scan function.
  ///   - count: the number of cells in a row.
  ///   - body: returns whether to continue. It may read through the same connection.
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

  /// - Returns: false if the scan's body ended it.
  private func run(_ scan: RowScan, _ statement: borrowing Statement) throws(StoreError) -> Bool {
    // The body of a scan may start another scan.
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

/// A running scan: it handles the calls that SQLite makes for each record.
class RowScan {
  /// Whether the body asked to stop.
  final fileprivate(set) var wasEnded = false

  /// Takes the cells of one call.
  ///
  /// - Parameter call: the index of the call among those for the same record.
  /// - Returns: a result code of SQLite.
  func take(_ call: Int, _ values: UnsafeBufferPointer<OpaquePointer?>) -> Int32 {
    SQLITE_MISUSE
  }
}

/// Yields records as rows.
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

/// Yields cells. A record may need several calls.
private final class CellScan: RowScan {
  private let body: (UnsafeBufferPointer<BorrowedValue>) -> Bool
  private let cells: UnsafeMutablePointer<BorrowedValue>
  /// The number of calls per record.
  private let callCount: Int
  private var nextCall = 0

  init(callCount: Int, _ body: @escaping (UnsafeBufferPointer<BorrowedValue>) -> Bool) {
    self.callCount = callCount
    self.body = body
    cells = .allocate(capacity: QueryCompiler.cellsPerCall)
  }

  deinit { cells.deallocate() }

  /// SQLite makes the calls for a record in order. If it ever did not, cells would end up in the
  /// wrong columns, so the order is checked.
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
  /// A view of SQLite's value; nil if memory runs out.
  init?(_ value: OpaquePointer?) {
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
    case SQLITE_TEXT:
      guard let start = sqlite3_value_text(value) else { return nil }
      self = .text(UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
    case SQLITE_BLOB:
      // An empty blob has no address.
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
  /// Registers the function that push scans call. Only a scan's own statement can call it: SQLite
  /// refuses it in views, triggers and the schema, and the authorizer refuses it elsewhere.
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
