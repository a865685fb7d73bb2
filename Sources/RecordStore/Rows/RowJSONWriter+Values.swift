package import Documents
import RecordFilter
package import RowscopeModel

extension RowJSONWriter {
  /// Writes an object from copied values, as ``write(_:into:)`` does from a row.
  ///
  /// - Precondition: there are at least as many values as the writer has columns.
  package func write(_ values: [Value], into buffer: inout ByteBuffer) {
    precondition(values.count >= columns.count, "there are fewer values than are to be written")
    if columns.isEmpty { buffer.append(UInt8(ascii: "{")) }
    for (column, value) in zip(columns, values) {
      buffer.append(Array(keys[column.key]))
      switch (column.encoding, value) {
      case (_, .null): buffer.append("null")
      case (.plain, .integer(let integer)): buffer.appendJSON(integer)
      case (.plain, .real(let real)): buffer.appendJSON(real)
      case (.plain, .text(let text)): text.withBytes { buffer.appendJSON(text: $0) }
      case (.plain, .blob(let bytes)): bytes.withUnsafeBufferPointer { buffer.appendJSON(blob: $0) }
      case (.members, .text(let text)): text.withBytes { buffer.appendJSON(membersOf: $0) }
      case (.members, .integer), (.members, .real), (.members, .blob): buffer.append("[]")
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }
}
