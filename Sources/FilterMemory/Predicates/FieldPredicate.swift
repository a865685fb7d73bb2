import RecordFilter
import RowscopeModel

/// A comparison of two fields, row by row.
struct FieldPredicate: BlockPredicate {
  /// Where one of the values is.
  struct Side: Sendable {
    let column: Column
    /// The field as it is compared.
    let field: Field
    /// The row of the column for each row of the table, or ``SemiJoin/nobody``; nil where they are
    /// the same.
    let rows: [UInt32]?

    @inline(__always)
    func value(_ row: Int) -> Value { cell(row).value }

    @inline(__always)
    func cell(_ row: Int) -> Cell {
      guard let rows else { return column.cell(row) }
      return rows[row] == SemiJoin.nobody ? .null : column.cell(Int(rows[row]))
    }
  }

  let comparison: FieldComparison
  let left: Side
  let right: Side

  var cost: Int { 300 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { index in
      let row = block.start + index
      return comparison.holds(left.value(row), right.value(row), left.field)
    }
  }
}

/// The values of a field of related records, for each row of a table.
struct RelatedValues: Sendable {
  private let side: FieldPredicate.Side

  init(_ side: FieldPredicate.Side) { self.side = side }

  /// The cell for a row; NULL where it has no related record.
  @inline(__always)
  func cell(_ row: Int) -> Cell { side.cell(row) }
}
