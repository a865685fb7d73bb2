internal import CSQLite
package import RowscopeModel

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

  /// Passes values to `body` as a row.
  package static func withRow<Result>(
    of values: [Value], _ body: (borrowing Row) -> Result
  ) -> Result {
    // The row points into these bytes.
    var bytes: [UInt8] = []
    for value in values {
      switch value {
      case .text(let text): text.withBytes { bytes.append(contentsOf: $0) }
      case .blob(let blob): bytes.append(contentsOf: blob)
      case .null, .integer, .real: break
      }
    }
    return bytes.withUnsafeBufferPointer { bytes in
      let cells = RowCells(count: values.count)
      var rest = bytes[...]
      func next(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return UnsafeBufferPointer(rebasing: rest.prefix(count))
      }
      for (column, value) in values.enumerated() {
        switch value {
        case .null: break
        case .integer(let integer): cells.setInteger(integer, at: column)
        case .real(let real): cells.setReal(real, at: column)
        case .text(let text): cells.setText(next(text.count), at: column)
        case .blob(let blob): cells.setBlob(next(blob.count), at: column)
        }
      }
      return cells.withRow(body)
    }
  }

  /// Passes the cells to `body` as a row.
  package func withRow<Result, Failure: Error>(
    _ body: (borrowing Row) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Row(cells: UnsafeBufferPointer(cells)))
  }
}
