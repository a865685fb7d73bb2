package import RecordFilter
package import RowscopeModel

/// The records that a query has found: rows of a table, in order, and the fields of an answer. Nothing is copied until it is
/// asked for.
package struct Selection: Sendable {
  let database: MemoryDatabase
  package let table: ColumnTable
  /// The query's projection.
  package let fields: [FieldID]
  /// The rows of the table, by number.
  package let rows: [UInt32]

  package var count: Int { rows.count }

  /// The first of the records and of their fields.
  package func showing(_ fieldCount: Int, records: Int?) -> Selection {
    Selection(
      database: database, table: table, fields: Array(fields.prefix(fieldCount)),
      rows: records.map { Array(rows.prefix($0)) } ?? rows)
  }

  /// The values of a record, in the order of ``fields``, copied. A link's members are one JSON array, as SQLite shows them.
  ///
  /// - Throws: ``MemoryError`` where a link's table is not loaded.
  package func record(_ index: Int) throws(MemoryError) -> [Value] {
    try records(index..<(index + 1))[0]
  }

  /// The values of all records, likewise.
  package func records() throws(MemoryError) -> [[Value]] { try records(0..<rows.count) }

  private func records(_ range: Range<Int>) throws(MemoryError) -> [[Value]] {
    var links: [FieldID: [Value]] = [:]
    for field in fields {
      if case .link(let link) = table.table[field].storage {
        links[field] = try LinkedMembers(link, of: table, in: database).arrays(rows[range])
      }
    }
    return range.map { index in
      fields.map { field in
        links[field]?[index - range.lowerBound] ?? table.column(field).cell(Int(rows[index])).value
      }
    }
  }
}
