internal import CSQLite
import Documents
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

  /// The separators between objects.
  package enum Framing: Sendable, Hashable {
    /// A line feed after each object. An object contains no other line feed.
    case lines
    /// A comma before each object but the first. The caller writes the brackets.
    case elements
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
      var name = column.name
      name.withUTF8 { keys.appendJSON(text: $0) }
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
    case (.members, SQLITE_TEXT): write(membersOf: cell.content, into: &buffer)
    case (.members, SQLITE_INTEGER), (.members, SQLITE_FLOAT), (.members, SQLITE_BLOB):
      buffer.append("[]")
    default: buffer.append("null")
    }
  }

  func write(
    membersOf text: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer
  ) {
    let start = buffer.count
    buffer.append(UInt8(ascii: "["))
    let isArray = JSONMembers.forEach(in: text) { element in
      if case .other = element { return }
      // The buffer has only the bracket before the first element.
      if buffer.count > start + 1 { buffer.append(UInt8(ascii: ",")) }
      switch element {
      case .integer(let integer): buffer.appendJSON(integer)
      case .real(let real): buffer.appendJSON(real)
      case .text(let text): buffer.appendJSON(text: text)
      case .other: break
      }
    }
    // Discard members that were found before the text proved not to be an array.
    if !isArray { buffer.truncate(to: start + 1) }
    buffer.append(UInt8(ascii: "]"))
  }
}

extension RowscopeCell {
  /// The bytes of a text or blob.
  fileprivate var content: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes, count: Int(count))
  }
}

extension Statement {
  /// Writes rows until none are left, `rowLimit` rows are written, or the buffer holds `byteLimit`
  /// bytes. Another call continues from there. So memory stays flat for any number of rows, and
  /// nothing is read ahead of the consumer.
  ///
  /// - Parameters:
  ///   - writtenRows: counts the rows; `elements` needs it to know the first.
  ///   - byteLimit: may be exceeded by one row.
  /// - Returns: whether there may be more rows.
  package func writeJSON(
    _ writer: RowJSONWriter, framing: RowJSONWriter.Framing, into buffer: inout ByteBuffer,
    writtenRows: inout Int, rowLimit: Int = .max, byteLimit: Int = 1 << 16
  ) throws(StoreError) -> Bool {
    while buffer.count < byteLimit, writtenRows < rowLimit {
      guard try step() else { return false }
      let row = try readRow()
      if framing == .elements, writtenRows > 0 { buffer.append(UInt8(ascii: ",")) }
      writer.write(row, into: &buffer)
      if framing == .lines { buffer.append(UInt8(ascii: "\n")) }
      writtenRows += 1
    }
    return true
  }
}
