package import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// A query with the way in which SQLite finds its records, or their number. Unchanged where the
  /// records come from no database.
  package func choice(
    _ query: Query, _ table: AccessibleTable, _ purpose: Purpose
  ) throws(ServiceError) -> AccessChoice {
    guard connection != nil else { return AccessChoice(query: query) }
    return try onDatabase { connection throws(ServiceError) in
      do {
        return try AccessChooser(snapshot: snapshot, engine: table.engine)
          .choose(query, purpose, on: connection)
      } catch {
        // A look that fails decides nothing. What stopped it stops the query too.
        return AccessChoice(query: query)
      }
    }
  }
}
