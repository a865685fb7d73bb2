import Documents
import RecordFilter
import RecordStore
import RowscopeModel

extension Record {
  /// The record as a JSON object in UTF-8, in the form of the items of
  /// ``RecordService/answer(_:as:)``.
  package var json: [UInt8] {
    var buffer = ByteBuffer()
    write(to: &buffer)
    return buffer.array
  }

  private func write(to buffer: inout ByteBuffer) {
    var separator = UInt8(ascii: "{")
    for (index, field) in shape.fields.enumerated() where !hidden.contains(index) {
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      buffer.appendJSON(field.name)
      buffer.append(UInt8(ascii: ":"))
      switch related.isEmpty ? .none : related[index] {
      case .none, .one(nil):
        // Parts have become an array when the record was made.
        values[index].borrowed {
          buffer.appendJSON($0, as: field.isManyValued ? .members : field.presentation)
        }
      case .one(let record?): record.write(to: &buffer)
      case .list(let page):
        buffer.append("{\"items\":[")
        for (position, item) in page.items.enumerated() {
          if position > 0 { buffer.append(UInt8(ascii: ",")) }
          item.write(to: &buffer)
        }
        buffer.append("]")
        if let hidden = page.hidden {
          buffer.append(",\"hidden\":")
          buffer.appendJSON(hidden)
        }
        buffer.append(page.hasMore ? ",\"has_more\":true}" : ",\"has_more\":false}")
      }
    }
    if separator == UInt8(ascii: "{") { buffer.append(separator) }
    buffer.append(UInt8(ascii: "}"))
  }
}
