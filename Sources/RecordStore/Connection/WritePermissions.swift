package import RowscopeModel

/// What one statement may change, and what it may read for that. Everything else is refused.
///
/// A change also triggers what the database declares: triggers, and the actions and checks of
/// foreign keys. These run with the database's own rights. They are not derived from the schema but
/// learnt from SQLite: the bare change (``Change/bareStatement``) is prepared, and all events of
/// its authorizer are recorded.
package struct WritePermissions: Sendable, Hashable {
  package enum Change: Sendable, Hashable {
    /// Adds records with values for these columns.
    case insert(into: Name, columns: Set<Name>)
    /// Changes these columns.
    case update(Name, columns: Set<Name>)
    case delete(from: Name)
  }

  package let change: Change
  /// What the conditions of the statement may read.
  package let reads: ReadPermissions

  package init(_ change: Change, reads: ReadPermissions) {
    self.change = change
    self.reads = reads
  }
}

extension WritePermissions.Change {
  /// The change without a condition. It is prepared but never run.
  var bareStatement: String {
    switch self {
    case .insert(let table, let columns) where columns.isEmpty:
      "INSERT INTO \(table.quoted) DEFAULT VALUES"
    case .insert(let table, let columns):
      "INSERT INTO \(table.quoted) (\(columns.quotedList)) "
        + "VALUES (\(columns.map { _ in "NULL" }.joined(separator: ", ")))"
    case .update(let table, let columns):
      "UPDATE \(table.quoted) SET "
        + columns.map { "\($0.quoted) = NULL" }.sorted().joined(separator: ", ")
    // Without a condition SQLite might empty the table at once and not look at its indexes.
    case .delete(let table): "DELETE FROM \(table.quoted) WHERE TRUE"
    }
  }
}

extension Set<Name> {
  fileprivate var quotedList: String { map(\.quoted).sorted().joined(separator: ", ") }
}

extension Name {
  /// The name in double quotes, with its own quotes doubled.
  var quoted: String { string.quoted(by: "\"") }
}
