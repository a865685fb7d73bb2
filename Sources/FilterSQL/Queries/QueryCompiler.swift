package import RecordFilter
import RowscopeModel

/// Compiles queries into SQLite's SQL, for one schema.
///
/// ```
/// SELECT "tasks"."id", "tasks"."title" FROM "tasks"
/// WHERE ("tasks"."owner" = ? AND "tasks"."status" IS NOT ?) AND ("tasks"."priority" >= ?)
/// ORDER BY "tasks"."due_date" DESC, "tasks"."id" LIMIT ?
/// ```
///
/// Every value is bound, every identifier is quoted and qualified, and only columns of the query
/// are named. A scope of all records needs no WHERE clause; a scope of no records is `WHERE 0`.
///
/// Complexity: linear in the size of the query.
package struct QueryCompiler: Sendable {
  /// The limit on the number of tests in a statement.
  package static let testLimit = 5_000
  /// The limit on the nesting depth of groups in a statement.
  package static let nestingLimit = 96

  let schema: Schema
  let columns: ColumnNames
  let dialect: SQLDialect

  /// Complexity: linear in the schema.
  package init(schema: Schema, dialect: SQLDialect = .sqlite) {
    self.schema = schema
    self.dialect = dialect
    columns = ColumnNames(schema)
  }

  /// Writes predicates of a table.
  func predicates(of table: TableID) -> PredicateCompiler {
    PredicateCompiler(schema: schema, columns: columns, table: table, in: dialect)
  }

  /// The compiler for PostgreSQL; nil for SQLite's dialects.
  private func postgreSQL(numberedFrom number: Int = 1) -> PostgreSQLCompiler? {
    guard case .postgreSQL(let columns) = dialect else { return nil }
    return PostgreSQLCompiler(schema: schema, columns: columns, firstParameter: number)
  }

  /// A query's records: its projection, order, start and limit.
  ///
  /// - Precondition: the query does not start within ties, which takes its phases.
  package func select(_ query: Query) throws(SQLCompilationError) -> SQLStatement {
    if let postgreSQL = postgreSQL() { return try postgreSQL.select(query) }
    if case .union(let union) = query.accessPath,
      let branches = query.branches(of: union, in: schema),
      // Where that would be too many tests, the plain statement may not be.
      let merged = try? select(query, mergedFrom: branches)
    {
      return merged
    }
    return try select(query, key: [])
  }

  /// A query's record with a primary key that is bound when the statement is run:
  /// ``SQLStatement/bindings(forKey:)``. Only for keys without NULL, which equals nothing.
  package func selectByKey(_ query: Query) throws(SQLCompilationError) -> SQLStatement {
    try select(query, key: schema[query.table].primaryKey)
  }

  /// The records of a query whose field has a value that is bound when the statement is run, and is
  /// not NULL: ``SQLStatement/bindings(forKey:)``.
  package func select(
    _ query: Query, by field: FieldID
  ) throws(SQLCompilationError) -> SQLStatement {
    try select(query, key: [field])
  }

  private func select(
    _ query: Query, key: [FieldID]
  ) throws(SQLCompilationError) -> SQLStatement {
    let table = schema[query.table]
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    writer.write("SELECT ")
    try predicate.projection(of: query, &writer)
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    try predicate.whereClause(query, key: key, &writer)
    if !query.order.isEmpty {
      writer.write(" ORDER BY ")
      try writer.list(query.order) { writer, key throws(SQLCompilationError) in
        // SQLite takes no index for the order of an expression.
        if case .filter = query.accessPath { writer.write("+") }
        try predicate.order(key, &writer)
      }
    }
    var offset = 0
    switch query.start {
    case .offset(let records): offset = records
    case .first, .after: break
    case .within: preconditionFailure("a start within ties takes the phases of its query")
    }
    if query.limit != nil || offset > 0 {
      writer.write(" LIMIT ")
      writer.bind(.integer(Int64(query.limit ?? -1)))
    }
    if offset > 0 {
      writer.write(" OFFSET ")
      writer.bind(.integer(Int64(offset)))
    }
    return try writer.statement(in: dialect)
  }

  /// The number of a query's records on all pages, counted up to `limit` if given. One row with one
  /// column.
  package func count(
    _ query: Query, upTo limit: Int? = nil
  ) throws(SQLCompilationError) -> SQLStatement {
    if let postgreSQL = postgreSQL() { return try postgreSQL.count(query, upTo: limit) }
    var query = query
    query.start = .first
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    writer.write(limit == nil ? "SELECT count(*) FROM " : "SELECT count(*) FROM (SELECT 1 FROM ")
    if case .under(let tree) = Filter.all(query.scope, query.request), !tree.isComplement,
      predicate.isOfOwnTree(tree)
    {
      // The records need not be looked at.
      writer.write("(")
      try predicate.descendants(tree, depth: 1, &writer)
      writer.write(")")
    } else {
      writer.identifier(schema[query.table].name.string)
      try predicate.whereClause(query, &writer)
    }
    if let limit {
      writer.write(" LIMIT ")
      writer.bind(.integer(Int64(limit)))
      writer.write(")")
    }
    return try writer.statement(in: dialect)
  }

  /// The predicate of a filter alone, for people: what would follow WHERE.
  ///
  /// - Parameter number: that of the first parameter, where parameters have numbers.
  package func predicate(
    _ filter: Filter, on table: TableID, numberedFrom number: Int = 1
  ) throws(SQLCompilationError) -> SQLStatement {
    if let postgreSQL = postgreSQL(numberedFrom: number) {
      return try postgreSQL.predicate(filter, on: table)
    }
    var writer = SQLWriter()
    var predicate = predicates(of: table)
    try predicate.filter(filter, &writer)
    return try writer.statement(in: dialect)
  }
}
