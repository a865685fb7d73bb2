/// A bound on the first sort key that a row must satisfy to be among the first rows, once enough
/// rows are known.
///
/// In a large table it excludes most rows by one comparison of the sort column, and whole blocks by
/// their summary, before the filter runs on them.
struct OrderBound {
  let values: IntegerStorage
  let summary: BlockSummary
  /// The numbers (or codes) within the bound; nil if there are none.
  let numbers: ClosedRange<Int64>?
  /// The value that stands for null, if null is within the bound and may occur.
  let null: Int64?

  /// Clears the bits of the rows beyond the bound.
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
