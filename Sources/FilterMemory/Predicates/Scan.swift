/// Runs a predicate over a table, block by block.
struct Scan {
  private let predicate: any BlockPredicate
  private let rowCount: Int
  private let interruption: CancellationCheck

  init(_ predicate: any BlockPredicate, rowCount: Int, _ interruption: CancellationCheck) {
    self.predicate = predicate
    self.rowCount = rowCount
    self.interruption = interruption
  }

  /// The number of rows that pass; stops at the limit.
  func count(upTo limit: Int? = nil) -> Int {
    var count = 0
    forEachBlock { bitmap, block in
      count += bitmap.count
      return limit.map { count < $0 } ?? true
    }
    return limit.map { min(count, $0) } ?? count
  }

  /// The rows that pass, in order, up to the limit.
  func rows(upTo limit: Int? = nil) -> [UInt32] {
    var rows: [UInt32] = []
    forEachRun { run in
      rows.append(contentsOf: run)
      return limit.map { rows.count < $0 } ?? true
    }
    if let limit, rows.count > limit { rows.removeLast(rows.count - limit) }
    return rows
  }

  /// Calls `body` with the rows of each block that pass, until it returns false.
  func forEachRun(_ body: (UnsafeBufferPointer<UInt32>) -> Bool) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Block.size) { buffer in
      guard let base = buffer.baseAddress else { return }
      forEachBlock { bitmap, block in
        let count = bitmap.rows(block, to: base)
        return count == 0 || body(UnsafeBufferPointer(start: base, count: count))
      }
    }
  }

  /// Passes the matching rows to a sorter, skipping those beyond its bound.
  func sort(into sorter: inout RowSorter) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Block.size) { buffer in
      guard let base = buffer.baseAddress else { return }
      var bound: OrderBound?
      forEachBlock {
        bound?.narrow($0, $1)
      } _: { bitmap, block in
        let count = bitmap.rows(block, to: base)
        if count > 0 {
          sorter.append(UnsafeBufferPointer(start: base, count: count))
          bound = sorter.bound
        }
        return true
      }
    }
  }

  /// - Parameters:
  ///   - prepare: may clear bits before the predicate tests a block.
  ///   - body: returns whether to continue.
  private func forEachBlock(
    _ prepare: (Bitmap, Block) -> Void = { _, _ in }, _ body: (Bitmap, Block) -> Bool
  ) {
    Bitmap.withWords { words in
      for index in 0..<Block.count(forRows: rowCount) {
        if index % CancellationCheck.blocksPerCheck == 0, interruption.poll() { return }
        let block = Block(index, rowCount: rowCount)
        let bitmap = Bitmap(words, block)
        bitmap.fill(block)
        prepare(bitmap, block)
        if !bitmap.isEmpty { predicate.narrow(bitmap, block) }
        if !body(bitmap, block) { return }
      }
    }
  }
}
