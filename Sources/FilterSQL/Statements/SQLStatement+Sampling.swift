package import RowscopeModel

extension SQLStatement {
  /// `SELECT "a", "b" FROM "t" LIMIT ?`.
  package static func firstRows(_ columns: [Name], of table: Name) -> String {
    var writer = SQLWriter()
    writer.write("SELECT ")
    for (index, column) in columns.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(column.string)
    }
    writer.write(" FROM ")
    writer.identifier(table.string)
    writer.write(" LIMIT ?")
    return writer.statement.text
  }
}
