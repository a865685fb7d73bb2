package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// The name of the aggregate function to which a scan hands its records.
  package static let scanFunction = "rowscope_scan"

  /// The most cells that a scan hands over in one call: with the number of the call they are as many as the arguments that a
  /// function of SQLite's may have.
  package static let cellsPerCall = 99

  /// Every record of a table or view, in the order in which the database keeps them: by rowid, or by the primary key where
  /// there is no rowid. A view's come as they come.
  ///
  /// `SELECT "rowscope_scan"(0, "tasks"."id", "tasks"."title") FROM "tasks" NOT INDEXED`
  ///
  /// The records go to a function rather than out of the statement: so SQLite need not leave its loop for each of them, nor
  /// be asked for each cell by a call that looks at the statement first. Together that is a third of what reading a table
  /// costs. A table of more than 99 columns needs several calls for a record, which are numbered from 0.
  ///
  /// `NOT INDEXED`, since otherwise an index that holds all of the columns might be read instead, in its own order. (A column
  /// may be called `rowid`, so that no order can be asked for by that name.)
  ///
  /// - Parameter fields: none of them a link.
  package func scan(_ id: TableID, _ fields: [FieldID]) -> SQLStatement {
    let table = schema[id]
    var writer = SQLWriter()
    writer.write("SELECT ")
    for call in 0...(max(0, fields.count - 1) / Self.cellsPerCall) {
      if call > 0 { writer.write(", ") }
      writer.identifier(Self.scanFunction)
      writer.write("(")
      writer.write(integer: call)
      let start = call * Self.cellsPerCall
      for field in fields[start..<min(start + Self.cellsPerCall, fields.count)] {
        writer.write(", ")
        writer.identifier(table.name.string)
        writer.write(".")
        writer.identifier(table[field].name.string)
      }
      writer.write(")")
    }
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    if table.kind == .table { writer.write(" NOT INDEXED") }
    return writer.statement
  }

  /// The records of a query without an order, a page or a limit, handed to the function of a scan in the order in which the table
  /// keeps them.
  ///
  /// `SELECT "rowscope_scan"(0, "tasks"."id", "tasks"."title") FROM "tasks" NOT INDEXED WHERE "tasks"."owner" = ?`
  ///
  /// - Returns: nil where the records do not fit into one call each, or are those of a view.
  package func pushScan(_ query: Query) throws(SQLCompilationError) -> SQLStatement? {
    let table = schema[query.table]
    guard table.kind == .table, (1...Self.cellsPerCall).contains(query.projection.count) else {
      return nil
    }
    var writer = SQLWriter()
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: query.table)
    writer.write("SELECT ")
    writer.identifier(Self.scanFunction)
    writer.write("(0")
    for field in query.projection {
      writer.write(", ")
      predicate.projected(field, &writer)
    }
    writer.write(") FROM ")
    writer.identifier(table.name.string)
    writer.write(" NOT INDEXED")
    try predicate.whereClause(query, &writer)
    return writer.statement
  }
}
