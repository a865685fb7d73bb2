internal import CSQLite
internal import Documents
internal import RecordFilter
import RowscopeModel

/// A row's cells with those replaced that answers show in another form than the stored one: a
/// checkbox as 0 or 1, a UUID as its canonical text, a separated list as a JSON array.
struct PresentedCells: ~Copyable {
  private let presented: [(column: Int, presentation: Presentation)]
  private let cells: UnsafeMutableBufferPointer<RowscopeCell>
  /// The texts that the replaced cells point to.
  private var texts = ByteBuffer(capacity: 256)

  /// Nil if every column is shown as it is stored.
  init?(_ columns: [Presentation]) {
    presented = columns.enumerated().compactMap { column, presentation in
      presentation.isStoredForm ? nil : (column, presentation)
    }
    if presented.isEmpty { return nil }
    cells = .allocate(capacity: columns.count)
    cells.initialize(
      repeating: RowscopeCell(bits: 0, bytes: nil, count: 0, type: SQLITE_NULL))
  }

  deinit { cells.deallocate() }

  /// The row's cells as answers show them, valid while the row is and until the next call.
  mutating func show(_ row: borrowing Row) -> UnsafeBufferPointer<RowscopeCell> {
    for index in 0..<min(cells.count, row.count) { cells[index] = row.cells[index] }
    texts.removeAll()
    for (column, presentation) in presented where column < row.count {
      switch presentation.shown(row.value(column)) {
      case .null, .real, .blob: break
      case .integer(let integer):
        cells[column].type = SQLITE_INTEGER
        cells[column].bits = integer
      case .text(let text):
        cells[column].type = SQLITE_TEXT
        // Where the text begins: the buffer moves as it grows.
        cells[column].bits = Int64(texts.count)
        text.withBytes { bytes in
          texts.append(bytes)
          cells[column].count = Int32(clamping: bytes.count)
        }
      }
    }
    for (column, _) in presented where cells[column].type == SQLITE_TEXT {
      cells[column].bytes = (texts.base + Int(cells[column].bits))
        .assumingMemoryBound(to: UInt8.self)
    }
    return UnsafeBufferPointer(rebasing: cells[..<min(cells.count, row.count)])
  }
}
