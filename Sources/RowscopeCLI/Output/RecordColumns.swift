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

  /// What a record shows in each column, and whether one of its lists goes on.
  func row(of record: Record) -> (cells: [FieldOutcome], hasLongList: Bool) {
    var cells: [FieldOutcome] = []
    var hasLongList = false
    for (index, value) in record.values.enumerated() {
      let count = related[index]?.columns.count ?? 1
      if record.hidden.contains(index) {
        cells += Array(repeating: .hidden, count: count)
        continue
      }
      guard let inner = related[index], !record.related.isEmpty else {
        cells.append(FieldOutcome(value))
        continue
      }
      switch record.related[index] {
      case .none: cells.append(FieldOutcome(value))
      case .one(let found?):
        let row = inner.row(of: found)
        cells += row.cells
        hasLongList = hasLongList || row.hasLongList
      case .one(nil):
        // The plain key, or null, stands for the key.
        cells += [FieldOutcome(value)] + Array(repeating: .null, count: count).dropFirst()
      case .list(let page):
        let rows = page.items.map { inner.row(of: $0) }
        hasLongList = hasLongList || page.hasMore || rows.contains { $0.hasLongList }
        for (position, column) in inner.columns.enumerated() {
          cells.append(
            .value(Self.array(rows.map { $0.cells[position] }, ofArrays: column.isArray)))
        }
      }
    }
    return (cells, hasLongList)
  }

  /// A hidden value stands as `{}`, the object that leaves it out.
  private static func array(_ cells: [FieldOutcome], ofArrays: Bool) -> Value {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append(UInt8(ascii: "["))
    for (index, cell) in cells.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      switch cell {
      case .value(let value):
        value.borrowed { buffer.appendJSON($0, as: ofArrays ? .members : .stored) }
      case .null: buffer.append("null")
      case .hidden: buffer.append("{}")
      }
    }
    buffer.append(UInt8(ascii: "]"))
    return .text(Text(bytes: buffer.array))
  }
}
