/// All rows, or none.
struct ConstantPredicate: BlockPredicate {
  let holds: Bool
  var cost: Int { 0 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    if !holds { bitmap.clear() }
  }
}

/// The rows that pass all tests. Each test sees only the rows that passed the previous ones.
struct ConjunctionPredicate: BlockPredicate {
  private let parts: [any BlockPredicate]

  init(_ parts: [any BlockPredicate]) { self.parts = parts.cheapestFirst }

  var cost: Int { parts.reduce(0) { $0 + $1.cost } }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    for (index, part) in parts.enumerated() {
      if index > 0, bitmap.isEmpty { return }
      part.narrow(bitmap, block)
    }
  }
}

/// The rows that pass any test. Each test sees only the rows that failed the previous ones.
struct DisjunctionPredicate: BlockPredicate {
  private let parts: [any BlockPredicate]

  init(_ parts: [any BlockPredicate]) { self.parts = parts.cheapestFirst }

  var cost: Int { parts.reduce(0) { $0 + $1.cost } }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    Bitmap.withWords { passing in
      Bitmap.withWords { passed in
        let (passing, passed) = (Bitmap(passing, block), Bitmap(passed, block))
        passed.clear()
        for part in parts {
          passing.copy(bitmap)
          part.narrow(passing, block)
          passed.add(passing)
          bitmap.remove(passing)
          if bitmap.isEmpty { break }
        }
        bitmap.copy(passed)
      }
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
