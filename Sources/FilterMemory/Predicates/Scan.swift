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
      count += marks.count
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
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Block.size) { buffer in
      guard let base = buffer.baseAddress else { return }
      forEachBlock { marks, block in
        let count = marks.rows(block, to: base)
        return count == 0 || body(UnsafeBufferPointer(start: base, count: count))
      }
    }
  }

  /// Gives a sorter the rows that pass, those aside that it needs no more.
  func sort(into sorter: inout RowSorter) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Block.size) { buffer in
      guard let base = buffer.baseAddress else { return }
      var bound: OrderBound?
      forEachBlock {
        bound?.narrow($0, $1)
      } _: { marks, block in
        let count = marks.rows(block, to: base)
        if count > 0 {
          sorter.append(UnsafeBufferPointer(start: base, count: count))
          bound = sorter.bound
        }
        return true
      }
    }
  }

  /// - Parameters:
  ///   - prepare: may take marks away before the predicate looks at a block.
  ///   - body: returns whether to go on.
  private func forEachBlock(
    _ prepare: (Marks, Block) -> Void = { _, _ in }, _ body: (Marks, Block) -> Bool
  ) {
    Marks.withWords { words in
      for index in 0..<Block.count(forRows: rowCount) {
        if index % Interruption.blocksPerLook == 0, interruption.isDue() { return }
        let block = Block(index, rowCount: rowCount)
        let marks = Marks(words, block)
        marks.fill(block)
        prepare(marks, block)
        if !marks.isEmpty { predicate.narrow(marks, block) }
        if !body(marks, block) { return }
      }
    }
  }
}
