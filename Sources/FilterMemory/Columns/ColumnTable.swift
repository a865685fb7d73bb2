package import RecordFilter
package import RowscopeModel

/// The records of one table, in memory, column by column.
///
/// A value: it never changes, and may be read from many threads at once. Made by a ``ColumnTableBuilder``.
///
/// An integer takes 1, 2, 4 or 8 bytes, as the column's range needs; a real 8; text that repeats 1, 2 or 4, with its distinct
/// values once; other text and blobs 4 and their length; a cell of a column that mixes storage classes 9, and 4 and its
/// length where it is text or a blob.
package struct ColumnTable: Sendable {
  package let table: Table
  package let rowCount: Int
  /// By field; nil for a link, whose members are in a table of their own.
  let columns: [Column?]
  /// The fields whose column holds what its affinity would have converted: text that looks like a number in a numeric column,
  /// or a number in a text column. Only a view's column can. There the comparison's conversions reach the cells too.
  let unconverted: Set<FieldID>

  /// The bytes that the columns take.
  package var byteCount: Int { columns.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

  /// One value, copied.
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
