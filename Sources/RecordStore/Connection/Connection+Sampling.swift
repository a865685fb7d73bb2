import FilterSQL
import RecordFilter
package import RowscopeModel

extension Connection {
  /// The first rows of a table or view, as SQLite stores them, some columns alone. In no particular
  /// order; for this package's own look at the data, since it asks nobody's permission.
  ///
  /// - Throws: as ``temporaryStatement(_:as:)`` and ``Statement/step()``.
  package func firstRows(
    _ columns: [Name], of table: Name, limit: Int
  ) throws(StoreError) -> [[Value]] {
    let sql = SQLStatement.firstRows(columns, of: table)
    let statement = try temporaryStatement(sql, as: .unrestricted)
    try statement.bind([.integer(Int64(limit))])
    return try statement.rows()
  }
}
