/// A run of rows that are processed together, small enough for their bitmap to stay in the L1
/// cache.
struct Block {
  static let size = 4_096

  let index: Int
  let count: Int

  /// The block's first row.
  var start: Int { index * Block.size }

  init(_ index: Int, rowCount: Int) {
    self.index = index
    count = min(Block.size, rowCount - index * Block.size)
  }

  static func count(forRows rowCount: Int) -> Int { (rowCount + size - 1) / size }
}

/// A predicate that tests one block of rows at a time. Conforming types must not be generic: a
/// generic one would be called unspecialised.
protocol BlockPredicate: Sendable {
  /// Clears the bits of the rows that fail the test. Rows whose bit is already clear need not be
  /// tested.
  func narrow(_ bitmap: Bitmap, _ block: Block)

  /// A rough rank of the cost per row, as in `Filter.cost`.
  var cost: Int { get }
}
