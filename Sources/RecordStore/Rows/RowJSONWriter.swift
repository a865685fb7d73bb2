internal import CSQLite
package import Documents
package import RecordFilter
package import RowscopeModel

/// Writes rows as JSON objects, straight from SQLite's cells to bytes.
///
/// NULL is `null`. An integer has no fraction; a real always has a fraction or an exponent (`3.0`),
/// and infinity is `9e999`. A text is a string, with U+FFFD for each invalid UTF-8 sequence. A blob
/// is a string such as `"\\x00ff"`. The output is valid UTF-8 and valid JSON whatever the database
/// contains.
package struct RowJSONWriter: Sendable {
  /// The bytes before each value, concatenated: `{"id":`, then `,"title":`. Padded, so that a key
  /// can be copied in whole blocks.
  let keys: [UInt8]
  let columns: [Column]

  struct Column: Sendable {
    /// The key's range in `keys`.
    let key: Range<Int>
    let presentation: Presentation
  }

  /// - Parameter columns: the keys of the row's first columns, in order. Further columns are not
  ///   written.
  package init(columns: [(name: String, presentation: Presentation)]) {
    var keys = ByteBuffer(capacity: 256)
    self.columns = columns.enumerated().map { index, column in
      let start = keys.count
      keys.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      keys.appendJSON(column.name)
      keys.append(UInt8(ascii: ":"))
      return Column(key: start..<keys.count, presentation: column.presentation)
    }
    self.keys = keys.array + Array(repeating: 0, count: ByteBuffer.blockSize)
  }

  /// A writer for these fields of a table, in this order.
  package init(fields: some Sequence<FieldID>, of table: Table) {
    self.init(
      columns: fields.map { (table[$0].name.string, table[$0].presentation) })
  }

  /// - Precondition: the row has at least as many columns as the writer.
  package func write(_ row: borrowing Row, into buffer: inout ByteBuffer) {
    precondition(row.count >= columns.count, "the row has fewer columns than are to be written")
    if columns.isEmpty { buffer.append(UInt8(ascii: "{")) }
    keys.withUnsafeBufferPointer { keys in
      for (index, column) in columns.enumerated() {
        if let start = keys.baseAddress {
          buffer.append(blocksFrom: start + column.key.lowerBound, count: column.key.count)
        }
        Self.write(row.cells[index], column.presentation, into: &buffer)
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  @inline(__always)
  static func write(
    _ cell: RowscopeCell, _ presentation: Presentation, into buffer: inout ByteBuffer
  ) {
    switch (presentation, cell.type) {
    case (.stored, SQLITE_INTEGER): buffer.appendJSON(cell.bits)
    case (.stored, SQLITE_TEXT): buffer.appendJSON(text: cell.content)
    case (.stored, SQLITE_FLOAT):
      buffer.appendJSON(Double(bitPattern: UInt64(bitPattern: cell.bits)))
    case (.stored, SQLITE_BLOB): buffer.appendJSON(blob: cell.content)
    case (.members, SQLITE_TEXT): buffer.appendJSON(membersOf: cell.content)
    case (_, SQLITE_NULL): buffer.append("null")
    default: buffer.appendJSON(cell.borrowed, as: presentation)
    }
  }
}

extension RowscopeCell {
  fileprivate var borrowed: BorrowedValue {
    switch type {
    case SQLITE_INTEGER: .integer(bits)
    case SQLITE_FLOAT: .real(Double(bitPattern: UInt64(bitPattern: bits)))
    case SQLITE_TEXT: .text(content)
    case SQLITE_BLOB: .blob(content)
    default: .null
    }
  }

  /// The bytes of a text or blob.
  fileprivate var content: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes, count: Int(count))
  }
}
