/// What answers queries. Whichever does, the answer is the same.
package enum QueryEngine: String, Sendable, Hashable, CaseIterable {
  /// The database, by a compiled statement.
  case sqlite
  /// Columns in memory.
  case memory
}
