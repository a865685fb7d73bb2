package import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
import RowscopeModel

/// Reads tables of a database into columns.
///
/// All fields are read, hidden ones too: the columns are everybody's, and what a user sees of them the query decides, in
/// which no hidden field can be.
package struct TableLoader {
  package let schema: Schema
  /// The most bytes that the columns of one table may take.
  package let byteLimit: Int

  package init(schema: Schema, byteLimit: Int? = nil) {
    self.schema = schema
    self.byteLimit = byteLimit ?? .max
  }

  /// A table as the connection's transaction sees it, its records in the order in which the database keeps them. Links have no
  /// column of their own: to follow them, load the tables that they lead to.
  ///
  /// Complexity: linear in the bytes of the table, and n log n in the number of distinct texts of columns whose texts repeat.
  ///
  /// - Throws: `tooLarge` as soon as the columns take more than ``byteLimit``; `memory` where they cannot be numbered in 32 bits;
  ///   `store` where the database could not be read, the connection's deadline passed or the task was cancelled.
  package func load(
    _ id: TableID, on connection: borrowing Connection
  ) throws(TableLoadError) -> ColumnTable {
    let table = schema[id]
    var builder = ColumnTableBuilder(table)
    let compiler = QueryCompiler(schema: schema)
    let permissions = ReadPermissions(
      fields: builder.fields.map { FieldReference(id, $0) }, tables: [id], of: schema,
      functions: [Name(QueryCompiler.scanFunction)])
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

  /// How many rows are read before the columns' size is looked at again: a power of two.
  private static let rowsBetweenLooks = 4_096
}
