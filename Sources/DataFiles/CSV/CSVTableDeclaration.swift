/// What a workspace says of a table that a CSV file cannot say of itself.
@usableFromInline
package struct CSVTableDeclaration: Sendable, Hashable {
  /// The columns of the primary key, in its order. Nil: a column called `id` whose values are integers, all there and
  /// all different, or else none. Empty: none.
  package var primaryKey: [String]?
  /// The SQL type of a column, instead of the one that its cells suggest: `TEXT`, `DECIMAL(10,2)`,
  /// `TEXT COLLATE NOCASE`.
  package var columnTypes: [String: String]

  package init(primaryKey: [String]? = nil, columnTypes: [String: String] = [:]) {
    self.primaryKey = primaryKey
    self.columnTypes = columnTypes
  }
}
