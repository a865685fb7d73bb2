import RecordFilter
import RowscopeModel

/// Compiles queries into PostgreSQL's SQL.
///
/// ```
/// SELECT "tasks"."id", "tasks"."title" FROM "public"."tasks"
/// WHERE ("tasks"."owner" = $1::bigint AND "tasks"."status" IS DISTINCT FROM $2::text)
/// ORDER BY "tasks"."title" COLLATE "C" NULLS FIRST, "tasks"."id" LIMIT $3::bigint
/// ```
///
/// What PostgreSQL has no exact form of is refused: ``SQLCompilationError/Kind/noExactForm(_:)``.
/// Every parameter says its type, so that drivers agree on it.
struct PostgreSQLCompiler {
  let schema: Schema
  let columns: PostgreSQLColumns
  /// The number of the first parameter.
  var firstParameter = 1

  /// A query's records: its projection, order, start and limit.
  func select(_ query: Query) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter(numberedFrom: firstParameter)
    var predicate = predicates(of: query.table)
    writer.write("SELECT ")
    try predicate.projection(of: query, &writer)
    writer.write(" FROM ")
    from(query.table, &writer)
    try predicate.whereClause(query, &writer)
    if !query.order.isEmpty {
      writer.write(" ORDER BY ")
      try writer.list(query.order) { writer, key throws(SQLCompilationError) in
        try predicate.order(key, &writer)
      }
    }
    if let limit = query.limit {
      writer.write(" LIMIT ")
      writer.bind(.integer(Int64(limit)), as: "bigint")
    }
    if case .offset(let offset) = query.start, offset > 0 {
      writer.write(" OFFSET ")
      writer.bind(.integer(Int64(offset)), as: "bigint")
    }
    return writer.statement
  }

  func count(_ query: Query, upTo limit: Int?) throws(SQLCompilationError) -> SQLStatement {
    var query = query
    query.start = .first
    var writer = SQLWriter(numberedFrom: firstParameter)
    var predicate = predicates(of: query.table)
    writer.write(limit == nil ? "SELECT count(*) FROM " : "SELECT count(*) FROM (SELECT 1 FROM ")
    from(query.table, &writer)
    try predicate.whereClause(query, &writer)
    if let limit {
      writer.write(" LIMIT ")
      writer.bind(.integer(Int64(limit)), as: "bigint")
      writer.write(") AS ")
      writer.identifier("counted")
    }
    return writer.statement
  }

  func predicate(_ filter: Filter, on table: TableID) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter(numberedFrom: firstParameter)
    var predicate = predicates(of: table)
    try predicate.filter(filter, &writer)
    return writer.statement
  }

  private func predicates(of table: TableID) -> PostgreSQLPredicate {
    PostgreSQLPredicate(schema: schema, columns: columns, table: table)
  }

  private func from(_ table: TableID, _ writer: inout SQLWriter) {
    writer.identifier(columns.schema)
    writer.write(".")
    writer.identifier(schema[table].name.string)
  }
}
