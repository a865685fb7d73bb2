package import RowscopeModel

/// Why a table cannot be loaded into memory, or a query cannot be answered from it.
package struct MemoryError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// A column's text exceeds 2^32 bytes.
    case columnTooLarge(Name, Name)
    /// A table has more than 2^32 rows.
    case tooManyRows(Name)
    /// A table that the query reads has not been loaded.
    case notLoaded(Name)
    /// The caller cancelled the query.
    case interrupted
  }

  package let kind: Kind

  package init(_ kind: Kind) { self.kind = kind }

  package var description: String {
    switch kind {
    case .columnTooLarge(let table, let field):
      "the texts of \(table).\(field) take more than 4 GiB, the most that a column in memory holds"
    case .tooManyRows(let table):
      "\(table) has 2³² records or more, too many for a table in memory"
    case .notLoaded(let table):
      "\(table) is not in memory; load it before asking, or ask the database"
    case .interrupted: "the query was interrupted"
    }
  }
}
