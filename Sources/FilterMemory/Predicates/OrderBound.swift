/// What the first key of a row must be for the row to be among the first so many, once so many are known.
///
/// Most rows of a large table are told apart from those by one comparison of the column that orders them, whole blocks of them by
/// the block's summary, and the filter need not look at them.
struct OrderBound {
  let values: IntegerStorage
  let summary: BlockSummary
  /// The numbers (or codes) that will do; nil where none does.
  let numbers: ClosedRange<Int64>?
  /// What stands for null, where a null will do and there may be one.
  let null: Int64?

  /// Takes away the bitmap of the rows that are too far behind.
  func narrow(_ bitmap: Bitmap, _ block: Block) {
    var ranges: [ClosedRange<Int64>] = []
    if let numbers { ranges.append(numbers) }
    let mayHaveNull = null != nil && summary.entries[block.index].hasNull
    switch summary.verdict(block.index, ranges) {
    case .all: return
    case .none where !mayHaveNull: return bitmap.clear()
    case .none, .some: break
    }
    if mayHaveNull, let null { ranges.append(null...null) }
    values.narrow(bitmap, block, ranges: ranges, flip: 0)
  }
}
