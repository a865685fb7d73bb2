package import RowscopeModel

/// What has become of one record of a table.
package struct RowChange: Sendable {
  package let rowID: Int64
  /// One value for each field that has a column, in order; nil if the record is gone.
  package let values: [Value]?

  package init(rowID: Int64, values: [Value]?) {
    self.rowID = rowID
    self.values = values
  }
}

/// A change of one row in a column.
enum RowEdit {
  case set(Int)
  /// Before the row that is there, or after the last one.
  case insert(Int)
  case remove(Int)

  var row: Int {
    switch self {
    case .set(let row), .insert(let row), .remove(let row): row
    }
  }

  /// The rows that are replaced.
  var rows: Range<Int> {
    switch self {
    case .set(let row), .remove(let row): row..<row + 1
    case .insert(let row): row..<row
    }
  }

  /// Whether the row has a cell afterwards.
  var hasCell: Bool {
    if case .remove = self { false } else { true }
  }
}
