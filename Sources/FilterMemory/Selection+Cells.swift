import RecordFilter
import RowscopeModel

extension Selection {
  /// The cells of the records, for reading them one by one without copying.
  ///
  /// - Throws: ``MemoryError`` if a link's table is not loaded.
  /// - Complexity: O(1) per field; for a link, linear in its table and in the records.
  package func cells() throws(MemoryError) -> SelectionCells { try SelectionCells(self) }
}

/// See ``Selection/cells()``. Its cells borrow memory that lives as long as it does.
package struct SelectionCells {
  private enum Source {
    case column(Column)
    case related(RelatedValues)
    case flags([Bool])
    /// Generated texts, one per record.
    case texts(ByteArena)
  }

  private let rows: [UInt32]
  private let sources: [Source]

  fileprivate init(_ selection: Selection) throws(MemoryError) {
    rows = selection.rows
    let table = selection.table
    var sources: [Source] = []
    for field in selection.fields {
      guard case .link(let link) = table.table[field].storage else {
        sources.append(.column(table.column(field)))
        continue
      }
      let members = try LinkedMembers(link, of: table, in: selection.database)
      var texts = ByteArenaBuilder()
      for case .text(let text) in members.arrays(rows[...]) {
        guard text.withBytes({ texts.append($0) }) else {
          throw MemoryError(.columnTooLarge(table.table.name, table.table[field].name))
        }
      }
      sources.append(.texts(texts.finish()))
    }
    self.sources =
      sources + selection.keys.map { .related($0) } + selection.tests.map { .flags($0) }
  }

  package var recordCount: Int { rows.count }
  /// The fields of the selection, and the keys and tests behind them.
  package var cellCount: Int { sources.count }

  /// The cell of a record, by its index in the selection, in one of the selection's fields.
  @inline(__always)
  package func cell(_ record: Int, _ field: Int) -> Cell {
    switch sources[field] {
    case .column(let column): column.cell(Int(rows[record]))
    case .related(let values): values.cell(Int(rows[record]))
    case .flags(let flags): .integer(flags[record] ? 1 : 0)
    case .texts(let texts): .text(texts[record])
    }
  }
}
