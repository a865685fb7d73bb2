/// All, or no rows.
struct ConstantPredicate: BlockPredicate {
  let holds: Bool
  var cost: Int { 0 }

  func narrow(_ marks: Marks, _ block: Block) {
    if !holds { MarkOperations.clear(marks, block.count) }
  }
}

/// The rows that pass all of some tests: each looks only at what the ones before it have left.
struct ConjunctionPredicate: BlockPredicate {
  private let parts: [any BlockPredicate]

  init(_ parts: [any BlockPredicate]) { self.parts = parts.cheapestFirst }

  var cost: Int { parts.reduce(0) { $0 + $1.cost } }

  func narrow(_ marks: Marks, _ block: Block) {
    for (index, part) in parts.enumerated() {
      if index > 0, !MarkOperations.containsAny(marks, block.count) { return }
      part.narrow(marks, block)
    }
  }
}

/// The rows that pass one of some tests: each looks only at what none before it has let pass.
struct DisjunctionPredicate: BlockPredicate {
  private let parts: [any BlockPredicate]

  init(_ parts: [any BlockPredicate]) { self.parts = parts.cheapestFirst }

  var cost: Int { parts.reduce(0) { $0 + $1.cost } }

  func narrow(_ marks: Marks, _ block: Block) {
    let count = block.count
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Block.size * 2) { scratch in
      guard let passing = scratch.baseAddress else { return }
      let passed = passing + Block.size
      MarkOperations.clear(passed, count)
      for part in parts {
        passing.update(from: marks, count: count)
        part.narrow(passing, block)
        for index in 0..<count {
          passed[index] |= passing[index]
          marks[index] ^= passing[index]
        }
        if !MarkOperations.containsAny(marks, count) { break }
      }
      marks.update(from: passed, count: count)
    }
  }
}

extension [any BlockPredicate] {
  fileprivate var cheapestFirst: [any BlockPredicate] {
    enumerated()
      .sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
      .map(\.element)
  }
}
