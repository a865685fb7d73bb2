package import RecordFilter
package import RowscopeModel

/// A database's own schema, and notes on the parts that were omitted from it.
package struct DatabaseSchema: Sendable, Hashable {
  package let schema: Schema
  /// In the order of their tables.
  package let notes: [SchemaNote]
}

/// A part of the database that is not in its ``Schema``, so profiles and requests cannot name it.
package struct SchemaNote: Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// A virtual table: its columns may show what other tables hide.
    case virtualTable
    /// A table in which a virtual table keeps its data.
    case shadowTable
    /// One of SQLite's own tables (`sqlite_…`).
    case internalTable
    /// A view or generated column that SQLite cannot prepare: one of its tables or functions is
    /// missing. What is missing, in words, if SQLite tells.
    case broken(String?)
    /// A table whose records cannot be created, edited or deleted, see ``WriteObstacle``.
    case unwritable(WriteObstacle)
    /// A view whose columns' origins this build of SQLite does not report.
    case unknownColumns
    /// A view or generated column that reads something omitted.
    case readsOmitted
    /// A column with a collation that is not built into SQLite.
    case unsupportedCollation
    /// A name that is not valid UTF-8.
    case invalidName
    /// A foreign key to a table or column that does not exist.
    case danglingForeignKey
    /// A second foreign key on the same columns: a path can only mean the first.
    case ambiguousForeignKey
  }

  package let table: Name
  /// Nil if the whole table is omitted.
  package let field: Name?
  package let reason: Reason

  package init(table: Name, field: Name?, reason: Reason) {
    self.table = table
    self.field = field
    self.reason = reason
  }

  package var description: String {
    let place = field.map { "`\(table)`.`\($0)`" } ?? "`\(table)`"
    let why =
      switch reason {
      case .virtualTable:
        "left out: a virtual table may show what other tables hide; make a table or a view for it"
      case .shadowTable: "left out: a virtual table keeps its data there"
      case .internalTable: "left out: it is SQLite's own"
      case .broken(let cause):
        "left out: it cannot be read, as it needs \(cause ?? "something that is missing")"
      case .unwritable(let obstacle): "\(obstacle)"
      case .unknownColumns:
        "left out: this build of SQLite does not report how a view's columns compare; use one that "
          + "was built with SQLITE_ENABLE_COLUMN_METADATA, as most are"
      case .readsOmitted: "left out: it reads something that is left out itself"
      case .unsupportedCollation:
        "left out: its collation is not BINARY, NOCASE or RTRIM; declare it with one of these"
      case .invalidName: "left out: its name is not valid UTF-8"
      case .danglingForeignKey: "the foreign key is ignored: what it refers to is missing"
      case .ambiguousForeignKey:
        "the foreign key is ignored: another one on the same column comes first"
      }
    return "\(place) \(why)"
  }
}

/// An index, as needed for advice about a query.
package struct Index: Sendable, Hashable {
  package struct Column: Sendable, Hashable {
    /// Nil for an expression, and for a column omitted from the schema.
    package let field: FieldID?
    package let isDescending: Bool
    /// Nil for a collation that is not built into SQLite.
    package let collation: Collation?
  }

  package let name: String
  package let isUnique: Bool
  /// Whether it has a WHERE clause and so serves only queries that imply it.
  package let isPartial: Bool
  /// The key columns, in order.
  package let columns: [Column]
}
