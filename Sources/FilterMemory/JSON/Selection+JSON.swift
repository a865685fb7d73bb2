import Documents
import RecordFilter
import RowscopeModel

extension Selection {
  /// Gives `body` the records as JSON objects, one after another, until it returns false.
  ///
  /// The bytes are the same as those that are written straight from SQLite's rows: keys in the
  /// order of ``fields``, a real always with a fraction or an exponent, infinity as `9e999`, a blob
  /// as `"\\x00ff"`, many-valued fields as arrays of their members, U+FFFD for each invalid
  /// sequence of UTF-8.
  ///
  /// Complexity: linear in the bytes; a text that repeats is escaped once.
  ///
  /// - Parameter body: borrows the bytes of one object, which are gone when it returns.
  /// - Throws: ``MemoryError`` where a link's table is not loaded.
  package func forEachJSONObject(
    _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(MemoryError) {
    let columns = try jsonColumns()
    let sources = columns.map(\.source)
    var buffer = ByteBuffer()
    for (record, row) in rows.enumerated() {
      buffer.removeAll()
      write(Int(row), record, columns, sources, to: &buffer)
      buffer.append(UInt8(ascii: "}"))
      guard buffer.withBytes(body) else { break }
    }
    // The sources point into the columns.
    withExtendedLifetime(columns) {}
  }

  /// The object without its end.
  @inline(__always)
  private func write(
    _ row: Int, _ record: Int, _ columns: [JSONColumn], _ sources: [JSONSource],
    to buffer: inout ByteBuffer
  ) {
    if columns.isEmpty { buffer.append(UInt8(ascii: "{")) }
    for index in sources.indices where !sources[index].write(row, to: &buffer) {
      columns[index].write(row, record, to: &buffer)
    }
  }

  private func jsonColumns() throws(MemoryError) -> [JSONColumn] {
    var columns: [JSONColumn] = []
    for (index, id) in fields.enumerated() {
      let field = table.table[id]
      var key = ByteBuffer(capacity: 64)
      key.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      key.appendJSON(field.name.string)
      key.append(UInt8(ascii: ":"))
      let bytes = Vector(key.array)
      if case .link(let link) = field.storage {
        columns.append(
          JSONColumn(try LinkedMembers(link, of: table, in: database).arrays(rows[...]), key: bytes)
        )
      } else {
        columns.append(
          JSONColumn(
            table.column(id), key: bytes, presentation: field.presentation,
            recordCount: rows.count))
      }
    }
    return columns
  }
}
