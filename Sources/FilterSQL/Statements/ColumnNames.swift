import RecordFilter
import RowscopeModel

/// The quoted names of a schema's columns, `"tasks"."id"`. Built once, as every statement uses
/// them.
final class ColumnNames: Sendable {
  private let texts: [[[UInt8]]]

  init(_ schema: Schema) {
    texts = schema.tables.map { table in
      table.fields.map { field in
        var writer = SQLWriter(capacity: 64)
        writer.identifier(table.name.string)
        writer.write(".")
        writer.identifier(field.name.string)
        return Array(writer.bytes)
      }
    }
  }

  /// UTF-8.
  func column(_ field: FieldID, of table: TableID) -> [UInt8] { texts[table.index][field.index] }
}
