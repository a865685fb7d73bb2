/// All, or no rows.
struct ConstantPredicate: BlockPredicate {
  let holds: Bool
  var cost: Int { 0 }

  func narrow(_ marks: Marks, _ block: Block) {
    if !holds { marks.clear() }
  }
}

/// The rows that pass all of some tests: each looks only at what the ones before it have left.
struct ConjunctionPredicate: BlockPredicate {
  private let parts: [any BlockPredicate]

  init(_ parts: [any BlockPredicate]) { self.parts = parts.cheapestFirst }

  var cost: Int { parts.reduce(0) { $0 + $1.cost } }

  func narrow(_ marks: Marks, _ block: Block) {
    for (index, part) in parts.enumerated() {
      if index > 0, marks.isEmpty { return }
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
    Marks.withWords { passing in
      Marks.withWords { passed in
        let (passing, passed) = (Marks(passing, block), Marks(passed, block))
        passed.clear()
        for part in parts {
          passing.copy(marks)
          part.narrow(passing, block)
          passed.add(passing)
          marks.remove(passing)
          if marks.isEmpty { break }
        }
        marks.copy(passed)
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
