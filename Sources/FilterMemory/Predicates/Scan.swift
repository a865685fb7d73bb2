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

  /// Whether each of these rows passes. Other rows are not tested.
  ///
  /// Complexity: O(n log n) in the rows, linear if they are in order.
  func results(for rows: [UInt32]) -> [Bool] {
    var results = [Bool](repeating: false, count: rows.count)
    let places = rows.indices.sorted { rows[$0] < rows[$1] }
    var next = places[...]
    Bitmap.withWords { words in
      while let first = next.first {
        if interruption.poll() { return }
        let block = Block(Int(rows[first]) / Block.size, rowCount: rowCount)
        let end = UInt32(block.start + block.count)
        let group = next.prefix { rows[$0] < end }
        next = next[group.endIndex...]
        let bitmap = Bitmap(words, block)
        bitmap.clear()
        for place in group { bitmap.mark(Int(rows[place]) - block.start) }
        predicate.narrow(bitmap, block)
        for place in group { results[place] = bitmap.isMarked(Int(rows[place]) - block.start) }
      }
    }
    return results
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
