package import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
import RowscopeModel

/// Reads tables of a database into columns.
///
/// It reads all fields, hidden ones too, since all users share the columns. The query decides what
/// a user sees of them, and cannot contain a hidden field.
package struct TableLoader {
  package let schema: Schema
  /// The most bytes for the columns of one table.
  package let byteLimit: Int

  package init(schema: Schema, byteLimit: Int? = nil) {
    self.schema = schema
    self.byteLimit = byteLimit ?? .max
  }

  /// Loads a table as the connection's transaction sees it, with its records in the database's
  /// order. Links have no columns of their own: to follow them, load their tables too.
  ///
  /// - Complexity: linear in the bytes of the table, and n log n in the number of distinct texts in
  ///   columns with repeated texts.
  /// - Throws: `tooLarge` as soon as the columns take more than ``byteLimit``; `memory` if the
  ///   records cannot be numbered in 32 bits; `store` if the database could not be read, the
  ///   connection's deadline passed or the task was cancelled.
  package func load(
    _ id: TableID, on connection: borrowing Connection
  ) throws(TableLoadError) -> ColumnTable {
    let table = schema[id]
    var builder = ColumnTableBuilder(table)
    let compiler = QueryCompiler(schema: schema)
    let permissions = ReadPermissions(
      fields: builder.fields.map { FieldReference(id, $0) }, tables: [id], of: schema,
      functions: FunctionPermissions([Name(QueryCompiler.scanFunction)]))
    do throws(StoreError) {
      _ = try connection.scan(compiler.scan(id, builder.fields), as: permissions) { cells in
        builder.append(cells)
        return builder.rowCount & (Self.rowsBetweenLooks - 1) != 0
          || builder.byteCount <= byteLimit && builder.failure == nil
      }
    } catch {
      throw .store(error)
    }
    let tooLarge = TableLoadError.tooLarge(table.name, limit: byteLimit)
    guard builder.byteCount <= byteLimit else { throw tooLarge }
    let columns: ColumnTable
    do throws(MemoryError) {
      columns = try builder.finish()
    } catch {
      throw .memory(error)
    }
    guard columns.byteCount <= byteLimit else { throw tooLarge }
    return columns
  }

  /// The number of rows read between two checks of the columns' size; a power of two.
  private static let rowsBetweenLooks = 4_096
}
