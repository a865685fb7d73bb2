/// Runs a predicate over a table, block by block.
struct Scan {
  private let predicate: any BlockPredicate
  private let rowCount: Int
  private let interruption: Interruption

  init(_ predicate: any BlockPredicate, rowCount: Int, _ interruption: Interruption) {
    self.predicate = predicate
    self.rowCount = rowCount
    self.interruption = interruption
  }

  /// How many rows pass; stops counting at the limit.
  func count(upTo limit: Int? = nil) -> Int {
    var count = 0
    forEachBlock { marks, block in
      count += MarkOperations.sum(marks, block.count)
      return limit.map { count < $0 } ?? true
    }
    return limit.map { min(count, $0) } ?? count
  }

  /// The rows that pass, in order; no more than the limit.
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
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Block.size + 1) { buffer in
      guard let base = buffer.baseAddress else { return }
      forEachBlock { marks, block in
        let count = MarkOperations.rows(marks, block, to: base)
        return count == 0 || body(UnsafeBufferPointer(start: base, count: count))
      }
    }
  }

  private func forEachBlock(_ body: (Marks, Block) -> Bool) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Block.size) { buffer in
      guard let marks = buffer.baseAddress else { return }
      for index in 0..<Block.count(forRows: rowCount) {
        if index % Interruption.blocksPerLook == 0, interruption.isDue() { return }
        let block = Block(index, rowCount: rowCount)
        marks.update(repeating: 1, count: block.count)
        predicate.narrow(marks, block)
        if !body(marks, block) { return }
      }
    }
  }
}
