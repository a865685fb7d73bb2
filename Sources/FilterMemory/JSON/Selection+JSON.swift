import RecordFilter
import RowscopeModel

extension Selection {
  /// Writes the records as JSON objects, one a line, and hands them over in pieces.
  ///
  /// The bytes are the same as those that are written straight from SQLite's rows: keys in the order of ``fields``, a real
  /// always with a fraction or an exponent, infinity as `9e999`, a blob as `"\\x00ff"`, many-valued fields as arrays of their members, U+FFFD
  /// for each invalid sequence of UTF-8.
  ///
  /// Complexity: linear in the bytes; a text that repeats is escaped once.
  ///
  /// - Parameters:
  ///   - pieceSize: how many bytes a piece has at least, the last one aside. It may be exceeded by one record.
  ///   - body: takes a piece, whose bytes are gone when it returns.
  package func writeJSONLines(
    pieceSize: Int = 1 << 16, to body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let columns = try jsonColumns()
    let sources = columns.map(\.source)
    var buffer = JSONBuffer(capacity: pieceSize + 1 << 12)
    for (record, row) in rows.enumerated() {
      write(Int(row), record, columns, sources, to: &buffer)
      buffer.append("}\n")
      if buffer.count >= pieceSize {
        try body(buffer.bytes)
        buffer.removeAll()
      }
    }
    if buffer.count > 0 { try body(buffer.bytes) }
    // The sources point into the columns.
    withExtendedLifetime(columns) {}
  }

  /// Gives `body` the records as JSON objects, one after another, until it returns false: the bytes that
  /// ``writeJSONLines(pieceSize:to:)`` writes, without line feeds.
  ///
  /// - Parameter body: is lent the bytes of one object; they are gone when it returns.
  /// - Throws: ``MemoryError`` where a link's table is not loaded.
  package func forEachJSONObject(
    _ body: (UnsafeRawBufferPointer) -> Bool
  ) throws(MemoryError) {
    let columns = try jsonColumns()
    let sources = columns.map(\.source)
    var buffer = JSONBuffer(capacity: 1 << 12)
    for (record, row) in rows.enumerated() {
      buffer.removeAll()
      write(Int(row), record, columns, sources, to: &buffer)
      buffer.append(0x7D)
      guard body(buffer.bytes) else { break }
    }
    // The sources point into the columns.
    withExtendedLifetime(columns) {}
  }

  /// The object without its end.
  @inline(__always)
  private func write(
    _ row: Int, _ record: Int, _ columns: [JSONColumn], _ sources: [JSONSource],
    to buffer: inout JSONBuffer
  ) {
    if columns.isEmpty { buffer.append(0x7B) }
    for index in sources.indices where !sources[index].write(row, to: &buffer) {
      columns[index].write(row, record, to: &buffer)
    }
  }

  private func jsonColumns() throws(MemoryError) -> [JSONColumn] {
    var columns: [JSONColumn] = []
    for (index, id) in fields.enumerated() {
      let field = table.table[id]
      var key = JSONBuffer(capacity: 64)
      key.append(index == 0 ? 0x7B : 0x2C)
      let name = Vector(Array(field.name.string.utf8))
      key.append(paddedText: UnsafeBufferPointer(start: name.base, count: name.count))
      key.append(0x3A)
      let bytes = Vector(Array(key.bytes))
      if case .link(let link) = field.storage {
        columns.append(
          JSONColumn(try LinkedMembers(link, of: table, in: database).arrays(rows[...]), key: bytes)
        )
      } else {
        columns.append(
          JSONColumn(
            table.column(id), key: bytes, isArray: field.isManyValued, recordCount: rows.count))
      }
    }
    return columns
  }
}
