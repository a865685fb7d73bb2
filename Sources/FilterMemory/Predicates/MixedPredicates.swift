import RecordFilter

/// A comparison in a column with several storage classes.
struct MixedPredicate: BlockPredicate {
  let column: MixedColumn
  let test: StorageClassTest
  let collation: Collation
  let isComplement: Bool

  var cost: Int { 25 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { index in
      let row = block.start + index
      let holds =
        switch column.tags.base[row] {
        case MixedColumn.Tag.integer:
          SparsePredicate.contains(column.payloads.base[row], test.integers)
        case MixedColumn.Tag.real: RealPredicate.contains(column.real(row), test.reals)
        case MixedColumn.Tag.text: test.texts.contains(column.bytes(row), collation)
        case MixedColumn.Tag.blob: test.blobs.contains(column.bytes(row), .binary)
        default: false
        }
      return holds != isComplement
    }
  }
}

/// Whether a cell of a mixed column is null.
struct MixedNullPredicate: BlockPredicate {
  let column: MixedColumn
  let isComplement: Bool

  var cost: Int { 2 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    RangeKernels.narrow(
      column.tags.base + block.start, bitmap, from: MixedColumn.Tag.null, to: MixedColumn.Tag.null,
      flip: isComplement ? .max : 0)
  }
}

/// Any test, one value at a time. For tests without a faster form, such as a text search in
/// numbers.
struct ValuePredicate: BlockPredicate {
  let column: Column
  let term: Term
  let field: Field

  var cost: Int { 300 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { term.holds(for: column.cell(block.start + $0).value, in: field) }
  }
}
