/// A run of rows that are looked at together: small enough that their bitmap stay in the nearest cache.
struct Block {
  static let size = 4_096

  let index: Int
  let count: Int

  /// The first row.
  var start: Int { index * Block.size }

  init(_ index: Int, rowCount: Int) {
    self.index = index
    count = min(Block.size, rowCount - index * Block.size)
  }

  static func count(forRows rowCount: Int) -> Int { (rowCount + size - 1) / size }
}

/// A test of one block of rows at a time. Concrete types only: a generic one would be called unspecialised.
protocol BlockPredicate: Sendable {
  /// Takes away the bitmap of the rows for which the test does not hold. What is not marked need not be looked at.
  func narrow(_ bitmap: Bitmap, _ block: Block)

  /// A rough rank of what a row costs, as in `Filter.cost`.
  var cost: Int { get }
}
