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
      value.borrowed { buffer.appendJSON($0, as: column.presentation) }
    }
    buffer.append(UInt8(ascii: "}"))
  }
}
