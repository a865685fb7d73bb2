internal import CSQLite

/// A row of cells that do not come from a statement, for the same writers and decoders as a
/// statement's rows.
///
/// ```
/// let cells = RowCells(count: 2)
/// cells.setInteger(7, at: 0)
/// cells.setText(title, at: 1)
/// cells.withRow { row in writer.write(row, into: &buffer) }
/// ```
package struct RowCells: ~Copyable {
  private let cells: UnsafeMutableBufferPointer<RowscopeCell>

  /// - Parameter count: the number of cells. All are NULL at first.
  package init(count: Int) {
    cells = .allocate(capacity: count)
    cells.initialize(
      repeating: RowscopeCell(bits: 0, bytes: nil, count: 0, type: SQLITE_NULL))
  }

  deinit { cells.deallocate() }

  package func setNull(at column: Int) { cells[column].type = SQLITE_NULL }

  package func setInteger(_ integer: Int64, at column: Int) {
    cells[column].type = SQLITE_INTEGER
    cells[column].bits = integer
  }

  package func setReal(_ real: Double, at column: Int) {
    cells[column].type = SQLITE_FLOAT
    cells[column].bits = Int64(bitPattern: real.bitPattern)
  }

  /// The bytes are borrowed: they must outlive every row made before the cell is set again.
  package func setText(_ bytes: UnsafeBufferPointer<UInt8>, at column: Int) {
    set(bytes, SQLITE_TEXT, at: column)
  }

  /// The bytes are borrowed, as for a text.
  package func setBlob(_ bytes: UnsafeBufferPointer<UInt8>, at column: Int) {
    set(bytes, SQLITE_BLOB, at: column)
  }

  private func set(_ bytes: UnsafeBufferPointer<UInt8>, _ type: Int32, at column: Int) {
    // SQLite's values are shorter than 2^32 bytes.
    cells[column].type = type
    cells[column].bytes = bytes.baseAddress
    cells[column].count = Int32(truncatingIfNeeded: bytes.count)
  }

  /// Passes the cells to `body` as a row.
  package func withRow<Result, Failure: Error>(
    _ body: (borrowing Row) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Row(cells: UnsafeBufferPointer(cells)))
  }
}
