package import RecordFilter
import RowscopeModel

/// Compiles changes of a table's columns into SQLite's SQL.
///
/// ```
/// ALTER TABLE "tasks" ADD COLUMN "deadline" TEXT
/// ALTER TABLE "tasks" RENAME COLUMN "note" TO "remark"
/// ALTER TABLE "tasks" DROP COLUMN "note"
/// ```
package struct StructureCompiler: Sendable {
  let schema: Schema

  package init(schema: Schema) {
    self.schema = schema
  }

  /// - Parameter type: any type that SQLite accepts. It is quoted like every name, so it cannot be
  ///   more than a type.
  package func add(_ column: String, type: String, to table: TableID) -> SQLStatement {
    alter(table) { writer in
      writer.write(" ADD COLUMN ")
      writer.identifier(column)
      writer.write(" ")
      writer.identifier(type)
    }
  }

  package func rename(_ field: FieldID, of table: TableID, to name: String) -> SQLStatement {
    alter(table) { writer in
      writer.write(" RENAME COLUMN ")
      writer.identifier(schema[table][field].name.string)
      writer.write(" TO ")
      writer.identifier(name)
    }
  }

  package func drop(_ field: FieldID, of table: TableID) -> SQLStatement {
    alter(table) { writer in
      writer.write(" DROP COLUMN ")
      writer.identifier(schema[table][field].name.string)
    }
  }

  private func alter(_ table: TableID, _ change: (inout SQLWriter) -> Void) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("ALTER TABLE ")
    writer.identifier(schema[table].name.string)
    change(&writer)
    return writer.statement
  }
}
