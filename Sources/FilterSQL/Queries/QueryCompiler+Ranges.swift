package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// The number of a query's records with a row id in a range, whose bounds are bound when the
  /// statement is run: ``SQLStatement/bindings(fromRow:toRow:)``.
  ///
  /// `SELECT count(*) FROM "tasks" NOT INDEXED WHERE "tasks"."rowid" BETWEEN ? AND ? AND
  /// ("tasks"."owner" = ?)`
  ///
  /// The counts of adjacent ranges, the last one open-ended, add up to ``count(_:upTo:)``. With
  /// `NOT INDEXED` SQLite scans the table's own B-tree, where a range of row ids is contiguous.
  ///
  /// - Parameters:
  ///   - range: the kind of range. An open-ended one saves a comparison per row.
  ///   - rowID: a name for the table's row id.
  package func count(
    _ query: Query, in range: RowRange, by rowID: String
  ) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    writer.write("SELECT count(*) FROM ")
    writer.identifier(schema[query.table].name.string)
    writer.write(" NOT INDEXED WHERE ")
    number(rowID, of: query.table, &writer)
    switch range {
    case .closed:
      writer.write(" BETWEEN ")
      writer.bind(.firstRow)
      writer.write(" AND ")
      writer.bind(.lastRow)
    case .openEnded:
      writer.write(" >= ")
      writer.bind(.firstRow)
    }
    for part in [query.scope, query.request] where part != .always {
      writer.write(" AND (")
      try predicate.filter(part, &writer)
      writer.write(")")
    }
    return writer.statement
  }

  /// The lowest or highest row id of a table; no row if the table is empty.
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

/// A range of row ids.
package enum RowRange: Sendable {
  /// Between two bounds, inclusive.
  case closed
  /// From a bound on, inclusive.
  case openEnded
}

/// An end of the range of a table's row ids.
package enum RowNumberEnd: Sendable { case lowest, highest }
