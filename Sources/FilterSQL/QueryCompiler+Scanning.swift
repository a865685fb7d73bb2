public import RecordFilter

extension QueryCompiler {
  /// Every record of a table or view, in the order in which the database keeps them: by rowid, or by the primary key where
  /// there is no rowid. A view's come as they come.
  ///
  /// `SELECT "tasks"."id", "tasks"."title" FROM "tasks" NOT INDEXED`: without these words an index that holds all of the
  /// columns might be read instead, in its own order. (A column may be called `rowid`, so that no order can be asked for by
  /// that name.)
  ///
  /// - Parameter fields: none of them a link.
  public func scan(_ id: TableID, _ fields: [FieldID]) -> SQLStatement {
    let table = schema[id]
    var writer = SQLWriter()
    writer.write("SELECT ")
    if fields.isEmpty { writer.write("NULL") }
    for (index, field) in fields.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(table.name.string)
      writer.write(".")
      writer.identifier(table[field].name.string)
    }
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    if table.kind == .table { writer.write(" NOT INDEXED") }
    return writer.statement
  }
}
