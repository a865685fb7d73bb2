package import CSQLite
package import RowscopeModel

/// The current row of a statement, borrowed. Its bytes belong to SQLite and are gone at the next
/// step. It cannot be copied, so it cannot outlive that.
package struct Row: ~Copyable {
  /// SQLite's cells, for loops that cannot afford a call per cell.
  package let cells: UnsafeBufferPointer<RowscopeCell>

  init(cells: UnsafeBufferPointer<RowscopeCell>) { self.cells = cells }

  package var count: Int { cells.count }

  package func storageClass(_ column: Int) -> StorageClass {
    switch cells[column].type {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  package func isNull(_ column: Int) -> Bool { cells[column].type == SQLITE_NULL }

  /// - Precondition: the column holds an integer.
  package func integer(_ column: Int) -> Int64 {
    precondition(cells[column].type == SQLITE_INTEGER, "the column holds no integer")
    return cells[column].bits
  }

  /// - Precondition: the column holds a real.
  package func real(_ column: Int) -> Double {
    precondition(cells[column].type == SQLITE_FLOAT, "the column holds no real")
    return Double(bitPattern: UInt64(bitPattern: cells[column].bits))
  }

  /// The bytes of a text or blob, valid only while the row is.
  ///
  /// - Precondition: the column holds text or a blob.
  package func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
    let cell = cells[column]
    precondition(
      cell.type == SQLITE_TEXT || cell.type == SQLITE_BLOB, "the column holds no bytes")
    return UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count))
  }

  /// A copy of the cell. O(n) in its bytes.
  package func value(_ column: Int) -> Value { cells[column].value }

  /// A copy of all cells.
  package func values() -> [Value] { values(count) }

  /// A copy of the first `count` cells.
  package func values(_ count: Int) -> [Value] {
    // An array of uninitialized memory would cost the standard library a lookup of a generic type
    // each time.
    var values: [Value] = []
    values.reserveCapacity(count)
    for cell in UnsafeBufferPointer(rebasing: cells[..<count]) { values.append(cell.value) }
    return values
  }
}

extension RowscopeCell {
  fileprivate var value: Value {
    switch type {
    case SQLITE_INTEGER: .integer(bits)
    case SQLITE_FLOAT: .real(Double(bitPattern: UInt64(bitPattern: bits)))
    case SQLITE_TEXT: .text(Text(bytes: UnsafeBufferPointer(start: bytes, count: Int(count))))
    case SQLITE_BLOB: .blob(Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
    default: .null
    }
  }
}
