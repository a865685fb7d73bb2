import Documents
import RecordFilter
import RowscopeModel

/// The columns of a table for records with related ones in them. A column of a related record is
/// named by its path; one of a list holds the array of the list's values.
struct RecordColumns {
  struct Column {
    let name: String
    let isReadonly: Bool
    /// Whether a value is a JSON array.
    let isArray: Bool
  }

  let columns: [Column]
  private let shape: RecordShape
  /// One for each field; nil where it is no relation.
  private let related: [RecordColumns?]

  var names: [String] { columns.map(\.name) }

  init(_ shape: RecordShape) {
    self.shape = shape
    var columns: [Column] = []
    var related: [RecordColumns?] = []
    for (index, field) in shape.fields.enumerated() {
      guard !shape.related.isEmpty, let far = shape.related[index] else {
        columns.append(
          Column(
            name: field.name, isReadonly: field.isReadonly, isArray: field.isManyValued))
        related.append(nil)
        continue
      }
      let inner = RecordColumns(far.shape)
      for (position, column) in inner.columns.enumerated() {
        let isKey = far.hasKey && position == 0
        columns.append(
          Column(
            name: isKey ? field.name : "\(field.name).\(column.name)",
            isReadonly: isKey ? field.isReadonly : column.isReadonly,
            isArray: far.isList || column.isArray))
      }
      related.append(inner)
    }
    self.columns = columns
    self.related = related
  }

  /// A record's values, one for each column, and whether one of its lists goes on.
  func row(of record: Record) -> (values: [Value], hasLongList: Bool) {
    guard !record.related.isEmpty else { return (record.values, false) }
    var values: [Value] = []
    var hasLongList = false
    for (index, far) in record.related.enumerated() {
      guard let inner = related[index] else {
        values.append(record.values[index])
        continue
      }
      switch far {
      case .none: values.append(record.values[index])
      case .one(let found?):
        let row = inner.row(of: found)
        values += row.values
        hasLongList = hasLongList || row.hasLongList
      case .one(nil):
        // The plain key, or null, stands for the key.
        let nulls = Array(repeating: Value.null, count: inner.columns.count)
        values += [record.values[index]] + nulls.dropFirst()
      case .list(let page):
        let rows = page.items.map { inner.row(of: $0) }
        hasLongList = hasLongList || page.hasMore || rows.contains { $0.hasLongList }
        for (position, column) in inner.columns.enumerated() {
          values.append(Self.array(rows.map { $0.values[position] }, ofArrays: column.isArray))
        }
      }
    }
    return (values, hasLongList)
  }

  private static func array(_ values: [Value], ofArrays: Bool) -> Value {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      value.borrowed { buffer.appendJSON($0, as: ofArrays ? .members : .stored) }
    }
    buffer.append(UInt8(ascii: "]"))
    return .text(Text(bytes: buffer.array))
  }
}
