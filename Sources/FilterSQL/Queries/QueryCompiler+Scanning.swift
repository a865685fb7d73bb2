package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// The name of the aggregate function that receives the records of a push scan.
  package static let scanFunction = "rowscope_scan"

  /// The limit on the cells in one call. With the call's index they use up the arguments that
  /// SQLite allows for a function.
  package static let cellsPerCall = 99

  /// All records of a table or view, in storage order: by rowid, or by primary key if there is no
  /// rowid. A view's order is undefined.
  ///
  /// `SELECT "rowscope_scan"(0, "tasks"."id", "tasks"."title") FROM "tasks" NOT INDEXED`
  ///
  /// The records are pushed to a function instead of returned as rows. So SQLite stays in its loop,
  /// and cells are not fetched by calls that each check the statement first. Together that saves a
  /// third of the cost of reading a table. A table with more than 99 columns takes several calls
  /// per record, numbered from 0.
  ///
  /// `NOT INDEXED` keeps SQLite from reading a covering index instead, in that index's order.
  /// (ORDER BY rowid is not an option, as a column may be called `rowid`.)
  ///
  /// - Parameters:
  ///   - fields: must not include links.
  ///   - rowID: a name for the row id, to follow the fields.
  package func scan(
    _ id: TableID, _ fields: [FieldID], rowID: String? = nil
  ) -> SQLStatement {
    let table = schema[id]
    let columns = fields.map { table[$0].name.string } + [rowID].compactMap(\.self)
    var writer = SQLWriter()
    writer.write("SELECT ")
    for call in 0...(max(0, columns.count - 1) / Self.cellsPerCall) {
      if call > 0 { writer.write(", ") }
      writer.identifier(Self.scanFunction)
      writer.write("(")
      writer.write(integer: call)
      let start = call * Self.cellsPerCall
      for column in columns[start..<min(start + Self.cellsPerCall, columns.count)] {
        writer.write(", ")
        writer.column(column, of: table.name.string)
      }
      writer.write(")")
    }
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    if table.kind == .table { writer.write(" NOT INDEXED") }
    return writer.statement
  }

  /// A row id, and these fields, of the record that has it, which is bound:
  /// `SELECT "tasks"."rowid", "tasks"."title" FROM "tasks" NOT INDEXED WHERE "tasks"."rowid" = ?1`
  ///
  /// - Parameter rowID: a name for the row id.
  package func record(_ id: TableID, _ fields: [FieldID], rowID: String) -> String {
    let table = schema[id]
    var writer = SQLWriter()
    writer.write("SELECT ")
    writer.column(rowID, of: table.name.string)
    for field in fields {
      writer.write(", ")
      writer.column(table[field].name.string, of: table.name.string)
    }
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    writer.write(" NOT INDEXED WHERE ")
    writer.column(rowID, of: table.name.string)
    writer.write(" = ?1")
    return writer.statement.text
  }

  /// The records of a query without order, page or limit, pushed to the scan function in storage
  /// order.
  ///
  /// `SELECT "rowscope_scan"(0, "tasks"."id", "tasks"."title") FROM "tasks" NOT INDEXED WHERE
  /// "tasks"."owner" = ?`
  ///
  /// - Returns: nil for a view, and if a record does not fit in one call.
  package func pushScan(_ query: Query) throws(SQLCompilationError) -> SQLStatement? {
    let table = schema[query.table]
    guard table.kind == .table,
      (1...Self.cellsPerCall).contains(query.projection.count + query.tests.count)
    else { return nil }
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    writer.write("SELECT ")
    writer.identifier(Self.scanFunction)
    writer.write("(0")
    for field in query.projection {
      writer.write(", ")
      predicate.projected(field, &writer)
    }
    try predicate.tests(query.tests, isFirst: false, &writer)
    writer.write(") FROM ")
    writer.identifier(table.name.string)
    writer.write(" NOT INDEXED")
    try predicate.whereClause(query, &writer)
    return writer.statement
  }
}
