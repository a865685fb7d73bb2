import RecordFilter
import RowscopeModel

/// How the columns of a schema are written, `"tasks"."id"`: put together once, since every statement says them again.
final class ColumnNames: Sendable {
  private let texts: [[[UInt8]]]

  init(_ schema: Schema) {
    texts = schema.tables.map { table in
      table.fields.map { field in
        var writer = SQLWriter()
        writer.identifier(table.name.string)
        writer.write(".")
        writer.identifier(field.name.string)
        return writer.bytes
      }
    }
  }

  /// UTF-8.
  func column(_ field: FieldID, of table: TableID) -> [UInt8] { texts[table.index][field.index] }
}
