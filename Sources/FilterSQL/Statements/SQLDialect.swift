/// The SQL that statements are written in.
package enum SQLDialect: Sendable, Hashable {
  /// SQLite's, with the functions that the package's own connections have.
  case sqlite
  /// SQLite's without them, for whatever else runs SQLite's SQL. What only those functions can
  /// decide is refused: ``SQLCompilationError/Kind/needsOwnFunctions``.
  case portableSQLite

  var hasOwnFunctions: Bool {
    switch self {
    case .sqlite: true
    case .portableSQLite: false
    }
  }
}
