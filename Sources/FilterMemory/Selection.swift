package import RecordFilter
package import RowscopeModel

/// The records found by a query: rows of a table, in order, and the fields of an answer. Nothing is
/// copied until it is read.
package struct Selection: Sendable {
  let database: MemoryDatabase
  package let table: ColumnTable
  /// The query's projection.
  package let fields: [FieldID]
  /// The values of related records behind them, for cursors: see ``Query/keyValues``.
  let keys: [RelatedValues]
  /// For each of the query's tests, its truth for each record, behind the keys: see
  /// ``Query/tests``.
  let tests: [[Bool]]
  /// Row numbers in the table.
  package let rows: [UInt32]

  package var count: Int { rows.count }

  /// Only the first of the records and of their fields.
  package func showing(_ fieldCount: Int, records: Int?) -> Selection {
    Selection(
      database: database, table: table, fields: Array(fields.prefix(fieldCount)), keys: [],
      tests: [], rows: records.map { Array(rows.prefix($0)) } ?? rows)
  }

  /// These records and then those of another selection from the same table.
  func followed(by other: Selection) -> Selection {
    Selection(
      database: database, table: table, fields: fields, keys: keys,
      tests: zip(tests, other.tests).map { $0 + $1 }, rows: rows + other.rows)
  }

  /// A copy of a record's values, in the order of ``fields``, and then those of the keys and of
  /// the tests. A link's members are one JSON array, as in SQLite.
  ///
  /// - Throws: ``MemoryError`` if a link's table is not loaded.
  package func record(_ index: Int) throws(MemoryError) -> [Value] {
    try records(index..<(index + 1))[0]
  }

  /// Copies of the values of all records, as above.
  package func records() throws(MemoryError) -> [[Value]] { try records(0..<rows.count) }

  private func records(_ range: Range<Int>) throws(MemoryError) -> [[Value]] {
    var links: [FieldID: [Value]] = [:]
    for field in fields {
      if case .link(let link) = table.table[field].storage {
        links[field] = try LinkedMembers(link, of: table, in: database).arrays(rows[range])
      }
    }
    return range.map { index in
      let row = Int(rows[index])
      return fields.map { field in
        links[field]?[index - range.lowerBound] ?? table.column(field).cell(row).value
      } + keys.map { $0.cell(row).value } + tests.map { .flag($0[index]) }
    }
  }
}
