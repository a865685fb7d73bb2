package import RowscopeModel

/// A workspace's declarations for a table that is read from a CSV file.
@usableFromInline
package struct CSVTableDeclaration: Sendable, Hashable {
  /// The columns of the primary key, in order; empty for none. If nil, the key is the column `id`
  /// if its values are distinct integers without NULL; otherwise there is none.
  package var primaryKey: [String]?
  /// The SQL types of columns, in place of the inferred ones: `TEXT`, `DECIMAL(10,2)`,
  /// `TEXT COLLATE NOCASE`.
  package var columnTypes: [Name: String]

  /// The texts of unquoted cells that are NULL, besides the empty one.
  package var nulls: [Text]
  /// One of ``CSVDialect/delimiters``; if nil, it is found out from the file.
  package var delimiter: UInt8?

  package init(
    primaryKey: [String]? = nil, columnTypes: [Name: String] = [:], nulls: [Text] = [],
    delimiter: UInt8? = nil
  ) {
    self.primaryKey = primaryKey
    self.columnTypes = columnTypes
    self.nulls = nulls
    self.delimiter = delimiter
  }
}
