import Documents
import RecordStore
import RowscopeModel

extension Record {
  /// The record as a JSON object in UTF-8, in the form of the items of
  /// ``RecordService/answer(_:as:)``.
  package var json: [UInt8] {
    // Parts have become an array when the record was made.
    let writer = RowJSONWriter(
      columns: shape.fields.map { field in
        (field.name, field.isManyValued ? .members : field.presentation)
      })
    var buffer = ByteBuffer()
    writer.write(values, into: &buffer)
    return buffer.array
  }
}
