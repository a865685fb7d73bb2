import Documents
import RecordStore
import RowscopeModel

extension Record {
  /// The record as a JSON object in UTF-8, in the form of the items of
  /// ``RecordService/answer(_:as:)``.
  package var json: [UInt8] {
    let writer = RowJSONWriter(
      columns: shape.fields.map { ($0.name, $0.isManyValued ? .members : .plain) })
    var buffer = ByteBuffer()
    writer.write(values, into: &buffer)
    return buffer.array
  }
}
