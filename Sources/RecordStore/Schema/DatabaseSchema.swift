package import RecordFilter
package import RowscopeModel

/// What a database's own schema says, and what of it was left out.
package struct DatabaseSchema: Sendable, Hashable {
  package let schema: Schema
  /// In the order of the tables.
  package let notes: [SchemaNote]
}

/// Something in the database that is not in its ``Schema``, and so cannot be named by a profile or a request.
package struct SchemaNote: Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// A virtual table: its columns may show what other tables hide.
    case virtualTable
    /// A table in which a virtual table keeps its data.
    case shadowTable
    /// One of SQLite's own tables (`sqlite_…`).
    case internalTable
    /// A view that SQLite cannot prepare: a table or a function of it is missing.
    case brokenView
    /// A view, where the build of SQLite does not tell where its columns come from.
    case untoldColumns
    /// A view, or a generated column, that reads what is left out itself.
    case readsWhatIsLeftOut
    /// A column whose collation is not one of SQLite's own three.
    case unsupportedCollation
    /// A name that is not valid UTF-8.
    case invalidName
    /// A foreign key to a table or a column that is not there.
    case danglingForeignKey
    /// A second foreign key on the same columns: a path can only mean the first.
    case ambiguousForeignKey
  }

  package let table: Name
  /// Nil where the whole table is left out.
  package let field: Name?
  package let reason: Reason

  package var description: String {
    let place = field.map { "`\(table)`.`\($0)`" } ?? "`\(table)`"
    let why =
      switch reason {
      case .virtualTable:
        "left out: a virtual table may show what other tables hide; make a table or a view for it"
      case .shadowTable: "left out: a virtual table keeps its data there"
      case .internalTable: "left out: it is SQLite's own"
      case .brokenView: "left out: the view cannot be read; something that it names is missing"
      case .untoldColumns:
        "left out: this build of SQLite does not tell how a view's columns compare; use one that was built with "
          + "SQLITE_ENABLE_COLUMN_METADATA, as most are"
      case .readsWhatIsLeftOut: "left out: it reads something that is left out itself"
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

/// An index, as advice about a query needs it.
package struct Index: Sendable, Hashable {
  package struct Column: Sendable, Hashable {
    /// Nil for an expression, and for a column that is left out of the schema.
    package let field: FieldID?
    package let isDescending: Bool
    /// Nil for a collation that is not one of SQLite's own three.
    package let collation: Collation?
  }

  package let name: String
  package let isUnique: Bool
  /// Whether it has a WHERE clause, and so serves only queries that imply it.
  package let isPartial: Bool
  /// The columns of its key, in order.
  package let columns: [Column]
}
