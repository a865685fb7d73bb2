package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// How many records of a query have a row number in a range: its first parameters are the bounds, which have yet to be bound.
  ///
  /// `SELECT count(*) FROM "tasks" NOT INDEXED WHERE "tasks"."rowid" BETWEEN ? AND ? AND ("tasks"."owner" = ?)`
  ///
  /// Ranges that follow one another without a gap, the last one without an end, have together what ``count(_:upTo:)`` has.
  /// `NOT INDEXED` leaves SQLite the table's own tree, in which a range of row numbers is one piece.
  ///
  /// - Parameters:
  ///   - range: an end is compared with for every row, which a range without one is spared.
  ///   - rowID: a name by which the table's row numbers can be spoken of.
  package func count(
    _ query: Query, in range: RowRange, by rowID: String
  ) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: query.table)
    writer.write("SELECT count(*) FROM ")
    writer.identifier(schema[query.table].name.string)
    writer.write(" NOT INDEXED WHERE ")
    number(rowID, of: query.table, &writer)
    switch range {
    case .closed:
      writer.write(" BETWEEN ")
      writer.bind(.null)
      writer.write(" AND ")
      writer.bind(.null)
    case .withoutEnd:
      writer.write(" >= ")
      writer.bind(.null)
    }
    for part in [query.scope, query.request] where part != .always {
      writer.write(" AND (")
      try predicate.filter(part, &writer)
      writer.write(")")
    }
    return writer.statement
  }

  /// The lowest row number of a table, or the highest; no row where the table is empty.
  package func rowNumber(_ end: RowNumberEnd, by rowID: String, of table: TableID) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("SELECT ")
    number(rowID, of: table, &writer)
    writer.write(" FROM ")
    writer.identifier(schema[table].name.string)
    writer.write(" NOT INDEXED ORDER BY ")
    number(rowID, of: table, &writer)
    if end == .highest { writer.write(" DESC") }
    writer.write(" LIMIT 1")
    return writer.statement
  }

  private func number(_ rowID: String, of table: TableID, _ writer: inout SQLWriter) {
    writer.identifier(schema[table].name.string)
    writer.write(".")
    writer.identifier(rowID)
  }
}

/// A range of the row numbers of a table.
package enum RowRange: Sendable {
  /// Between two bounds, both of them included.
  case closed
  /// From a bound on, which is included.
  case withoutEnd
}

/// An end of the row numbers of a table.
package enum RowNumberEnd: Sendable { case lowest, highest }
