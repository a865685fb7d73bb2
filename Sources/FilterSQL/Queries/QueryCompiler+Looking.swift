package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// For each of a query's records whether it matches each of some filters: 1, 0 or NULL, which is
  /// no match.
  ///
  /// `SELECT "tasks"."owner" = ?, EXISTS (…) FROM "tasks" ORDER BY "tasks"."created" LIMIT ?`
  package func matches(
    _ query: Query, of filters: [Filter]
  ) throws(SQLCompilationError) -> SQLStatement {
    try select(query) { predicate, writer throws(SQLCompilationError) in
      predicate.indexUse = PredicateCompiler.IndexUse(query.accessPath)
      try writer.list(filters) { writer, filter throws(SQLCompilationError) in
        try predicate.filter(filter, &writer)
      }
    }
  }
}
