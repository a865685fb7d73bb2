import RecordFilter
import RowscopeModel

/// A comparison of two fields, row by row.
struct FieldPredicate: BlockPredicate {
  /// Where one of the values is.
  struct Side {
    let column: Column
    /// The field as it is compared.
    let field: Field
    /// The row of the column for each row of the table, or ``SemiJoin/nobody``; nil where they are
    /// the same.
    let rows: [UInt32]?

    @inline(__always)
    func value(_ row: Int) -> Value {
      guard let rows else { return column.cell(row).value }
      return rows[row] == SemiJoin.nobody ? .null : column.cell(Int(rows[row])).value
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
