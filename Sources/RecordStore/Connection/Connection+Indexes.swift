internal import CSQLite
package import RecordFilter
package import RowscopeModel

extension Connection {
  /// The indexes of a table, including those that SQLite makes for its keys. O(n) in the number of
  /// indexed columns.
  ///
  /// - Parameter table: a table of the schema that was read from this database.
  package func indexes(on table: Table) throws(StoreError) -> [Index] {
    let list = try schemaRows(
      """
      SELECT name, "unique", partial FROM pragma_index_list(?, 'main') ORDER BY seq DESC
      """, table.name.string)
    var indexes: [Index] = []
    for row in list {
      guard case .text(let name) = row[0], let name = name.validString else { continue }
      let columns = try schemaRows(
        """
        SELECT name, "desc", coll FROM pragma_index_xinfo(?, 'main') WHERE key ORDER BY seqno
        """, name)
      indexes.append(
        Index(
          name: name, isUnique: row[1] == 1, isPartial: row[2] == 1,
          columns: columns.map { column in
            Index.Column(
              field: Self.name(column[0]).flatMap { table.fieldID(named: $0) },
              isDescending: column[1] == 1,
              collation: Self.name(column[2]).flatMap { Collation(named: $0) })
          }))
    }
    return indexes
  }

  /// The names of all tables, views, indexes and triggers.
  package func objectNames() throws(StoreError) -> Set<Name> {
    let rows = try statement("SELECT name FROM sqlite_schema", as: .unrestricted).rows()
    return Set(rows.compactMap { Self.name($0[0]).map { Name($0) } })
  }

  private static func name(_ value: Value) -> String? {
    if case .text(let text) = value { text.validString } else { nil }
  }

  private func schemaRows(_ sql: String, _ name: String) throws(StoreError) -> [[Value]] {
    let statement = try statement(sql, as: .unrestricted)
    try statement.bind([.text(name)])
    return try statement.rows()
  }
}
