package import RecordFilter
package import RowscopeModel

/// The records of one table, in memory, column by column.
///
/// A value that many threads may read at once. Made by a ``ColumnTableBuilder``.
///
/// The size per cell: an integer takes 1, 2, 4 or 8 bytes, depending on the column's range. A real
/// takes 8. Text with many duplicates takes 1, 2 or 4, plus its distinct values once. Other text
/// and blobs take 4 and their length. A cell of a column with several storage classes takes 9, and
/// for text or a blob another 4 and its length.
package struct ColumnTable: Sendable {
  package let table: Table
  package internal(set) var rowCount: Int
  /// By field. Nil for a link, whose members are in another table.
  var columns: [Column?]
  /// The fields with stored values that their affinity would have converted: text that looks like a
  /// number in a numeric column, or a number in a text column. Only a view's column can have them.
  /// For these the comparison's conversions apply to cells too.
  var unconverted: Set<FieldID>
  /// The database's numbers of the rows, which ascend; nil if they are not known.
  var rowIDs: RowIDs?
  /// Columns of converted values, made when they are first needed.
  var derived = DerivedColumns()

  enum RowIDs {
    case field(FieldID)
    case own(IntegerColumn)
  }

  init(
    table: Table, rowCount: Int, columns: [Column?], unconverted: Set<FieldID>,
    rowIDs: RowIDs? = nil
  ) {
    self.table = table
    self.rowCount = rowCount
    self.columns = columns
    self.unconverted = unconverted
    self.rowIDs = rowIDs
  }

  /// The size of the columns in bytes.
  package var byteCount: Int { columnByteCount + derived.byteCount }

  /// The size of the columns of stored values.
  package var columnByteCount: Int {
    var count = columns.reduce(0) { $0 + ($1?.byteCount ?? 0) }
    if case .own(let ids) = rowIDs { count += Column.integers(ids).byteCount }
    return count
  }

  /// A copy of one value.
  ///
  /// - Precondition: the row exists, and the field is not a link.
  package func value(_ field: FieldID, row: Int) -> Value {
    precondition((0..<rowCount).contains(row), "there is no such row")
    return column(field).cell(row).value
  }

  /// - Precondition: the field is not a link.
  func column(_ field: FieldID) -> Column {
    guard let column = columns[field.index] else {
      preconditionFailure("a link's members are in a table of their own")
    }
    return column
  }
}
