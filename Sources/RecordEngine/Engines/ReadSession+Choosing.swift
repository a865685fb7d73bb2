package import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// How SQLite finds a query's records, or their number; nil where nothing is to be chosen or the
  /// records come from no database.
  package func choice(
    _ query: Query, _ table: AccessibleTable, _ purpose: Purpose
  ) throws(ServiceError) -> AccessChoice? {
    guard connection != nil else { return nil }
    return try onDatabase { connection throws(ServiceError) in
      do throws(ServiceError) {
        return try AccessChooser(snapshot: snapshot, table: table).choose(
          query, purpose, on: connection)
      } catch {
        // What stopped the look stops the request; nothing is remembered of it.
        try checkTime()
        // A look that fails decides nothing.
        return nil
      }
    }
  }
}
