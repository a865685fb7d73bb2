package import RecordFilter
import RowscopeModel

/// How many related records are read for each record.
package struct RelatedLimit: Sendable {
  package let count: Int
  /// A name for the row id of the related records' table.
  package let rowID: String

  package init(count: Int, rowID: String) {
    self.count = count
    self.rowID = rowID
  }
}

extension QueryCompiler {
  /// The records of a query that have one of the keys of a list, in the query's order. The list is
  /// bound when the statement is run: ``SQLStatement/bindings(forKeys:)``.
  ///
  /// `SELECT … FROM "clients" WHERE (scope) AND "clients"."id" IN (SELECT value FROM json_each(?))`
  ///
  /// With a limit, the first records of each key:
  ///
  /// `SELECT … FROM json_each(?) AS "r1" CROSS JOIN "notes" AS "r2" WHERE "r2"."rowid" IN (SELECT
  /// "notes"."rowid" FROM "notes" WHERE (scope) AND "notes"."task" = "r1"."value" ORDER BY … LIMIT
  /// ?) ORDER BY …`
  ///
  /// - Parameter limit: only where an index finds the records of one key.
  package func selectRelated(
    _ query: Query, by key: FieldID, first limit: RelatedLimit?
  ) throws(SQLCompilationError) -> SQLStatement {
    let name = schema[query.table].name.string
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    let main = predicate.scope
    let keys = predicate.alias(for: query.table)
    let shown = limit == nil ? main : predicate.alias(for: query.table)
    predicate.scope = shown
    writer.write("SELECT ")
    try predicate.projection(of: query, &writer)
    writer.write(" FROM ")
    if let limit {
      writer.write("json_each(")
      writer.bind(.keys)
      writer.write(") AS ")
      writer.identifier(keys.name)
      writer.write(" CROSS JOIN ")
      writer.identifier(name)
      writer.write(" AS ")
      writer.identifier(shown.name)
      writer.write(" WHERE ")
      writer.column(limit.rowID, of: shown.name)
      writer.write(" IN (SELECT ")
      writer.column(limit.rowID, of: name)
      writer.write(" FROM ")
    }
    predicate.scope = main
    writer.identifier(name)
    writer.write(" WHERE ")
    for part in [query.scope, query.request] where part != .always {
      writer.write("(")
      try predicate.filter(part, &writer)
      writer.write(") AND ")
    }
    predicate.comparand(key, &writer)
    if let limit {
      writer.write(" = ")
      writer.column("value", of: keys.name)
      try order(query, predicate, &writer)
      writer.write(" LIMIT ")
      writer.bind(.integer(Int64(limit.count)))
      writer.write(")")
      predicate.scope = shown
    } else {
      writer.write(" IN (SELECT value FROM json_each(")
      writer.bind(.keys)
      writer.write("))")
    }
    try order(query, predicate, &writer)
    return try writer.statement(in: dialect)
  }

  private func order(
    _ query: Query, _ predicate: PredicateCompiler, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard !query.order.isEmpty else { return }
    var predicate = predicate
    writer.write(" ORDER BY ")
    try writer.list(query.order) { writer, key throws(SQLCompilationError) in
      try predicate.order(key, &writer)
    }
  }
}

extension SQLWriter {
  mutating func column(_ name: String, of table: String) {
    identifier(table)
    write(".")
    identifier(name)
  }
}
