package import RecordFilter

/// The SQL that statements are written in.
package enum SQLDialect: Sendable, Hashable {
  /// SQLite's, with the functions that the package's own connections have.
  case sqlite
  /// SQLite's without them, for whatever else runs SQLite's SQL. What only those functions can
  /// decide is refused: ``SQLCompilationError/Kind/needsOwnFunctions``.
  case portableSQLite
  /// PostgreSQL's, for tables of these columns. What it has no exact form of is refused:
  /// ``SQLCompilationError/Kind/noExactForm(_:)``.
  case postgreSQL(PostgreSQLColumns)

  var hasOwnFunctions: Bool {
    switch self {
    case .sqlite: true
    case .portableSQLite, .postgreSQL: false
    }
  }
}
