import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// The first values of some columns of one table.
struct ColumnSample {
  /// The most records that are looked at.
  static let size = 5_000

  let fields: [FieldID]
  /// By field, without NULL.
  fileprivate let values: [FieldID: [Value]]
  /// Whether the table has more records than were looked at.
  let isPart: Bool

  /// The stored values of a field, NULL left out.
  subscript(field: FieldID) -> [Value] { values[field] ?? [] }
}

extension ReadSession {
  /// A sample of some columns; nil where the records come from no database.
  func sample(
    _ fields: [FieldID], of table: TableID
  ) throws(ServiceError) -> ColumnSample? {
    guard !fields.isEmpty else { return nil }
    let schema = snapshot.schema
    return try serviceErrors { () throws(StoreError) in
      let rows: [[Value]]
      switch connection {
      case .none: return nil
      case .some(let connection):
        rows = try connection.firstRows(
          fields.map { schema[table][$0].name }, of: schema[table].name,
          limit: ColumnSample.size + 1)
      }
      var values: [FieldID: [Value]] = [:]
      for row in rows.prefix(ColumnSample.size) {
        for (field, value) in zip(fields, row) where !value.isNull {
          values[field, default: []].append(value)
        }
      }
      return ColumnSample(fields: fields, values: values, isPart: rows.count > ColumnSample.size)
    }
  }
}
