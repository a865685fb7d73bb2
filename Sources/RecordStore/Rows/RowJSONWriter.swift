internal import CSQLite
package import Documents
package import RecordFilter
import RowscopeModel

/// Writes rows as JSON objects, straight from SQLite's cells to bytes.
///
/// NULL is `null`. An integer has no fraction; a real always has a fraction or an exponent (`3.0`),
/// and infinity is `9e999`. A text is a string, with U+FFFD for each invalid UTF-8 sequence. A blob
/// is a string such as `"\\x00ff"`. The output is valid UTF-8 and valid JSON whatever the database
/// contains.
package struct RowJSONWriter: Sendable {
  /// How a column's cells are written.
  package enum CellEncoding: Sendable, Hashable {
    /// By storage class.
    case plain
    /// As the array of its members, found by ``JSONMembers``. Empty if the cell does not hold a
    /// JSON array; NULL is `null`.
    case members
  }

  /// The bytes before each value, concatenated: `{"id":`, then `,"title":`. Padded, so that a key
  /// can be copied in whole blocks.
  let keys: [UInt8]
  let columns: [Column]

  struct Column: Sendable {
    /// The key's range in `keys`.
    let key: Range<Int>
    let encoding: CellEncoding
  }

  /// - Parameter columns: the keys of the row's first columns, in order. Further columns are not
  ///   written.
  package init(columns: [(name: String, encoding: CellEncoding)]) {
    var keys = ByteBuffer(capacity: 256)
    self.columns = columns.enumerated().map { index, column in
      let start = keys.count
      keys.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      keys.appendJSON(column.name)
      keys.append(UInt8(ascii: ":"))
      return Column(key: start..<keys.count, encoding: column.encoding)
    }
    self.keys = keys.array + Array(repeating: 0, count: ByteBuffer.blockSize)
  }

  /// A writer for these fields of a table, in this order.
  package init(fields: some Sequence<FieldID>, of table: Table) {
    self.init(
      columns: fields.map { id in
        let field = table[id]
        return (field.name.string, field.isManyValued ? .members : .plain)
      })
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
        write(row.cells[index], column.encoding, into: &buffer)
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }

  @inline(__always)
  private func write(
    _ cell: RowscopeCell, _ encoding: CellEncoding, into buffer: inout ByteBuffer
  ) {
    switch (encoding, cell.type) {
    case (.plain, SQLITE_INTEGER): buffer.appendJSON(cell.bits)
    case (.plain, SQLITE_TEXT): buffer.appendJSON(text: cell.content)
    case (.plain, SQLITE_FLOAT):
      buffer.appendJSON(Double(bitPattern: UInt64(bitPattern: cell.bits)))
    case (.plain, SQLITE_BLOB): buffer.appendJSON(blob: cell.content)
    case (.members, SQLITE_TEXT): buffer.appendJSON(membersOf: cell.content)
    case (.members, SQLITE_INTEGER), (.members, SQLITE_FLOAT), (.members, SQLITE_BLOB):
      buffer.append("[]")
    default: buffer.append("null")
    }
  }
}

extension RowscopeCell {
  /// The bytes of a text or blob.
  fileprivate var content: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes, count: Int(count))
  }
}
