import RowscopeModel

extension Filter {
  /// Whether every record that matches this filter certainly matches another one, whatever the
  /// data. It is told from the form of both, so false means that it is not known.
  ///
  /// Complexity: the product of the numbers of nodes.
  func implies(_ other: Filter) -> Bool {
    if self == other { return true }
    switch (self, other) {
    case (.never, _), (_, .always): return true
    case (.disjunction(let filters), _): return filters.allSatisfy { $0.implies(other) }
    case (_, .conjunction(let others)): return others.allSatisfy(implies)
    case (.conjunction(let filters), .disjunction(let others)):
      return filters.contains { $0.implies(other) } || others.contains(where: implies)
    case (.conjunction(let filters), _): return filters.contains { $0.implies(other) }
    case (_, .disjunction(let others)): return others.contains(where: implies)
    case (.term(let term), .term(let other)): return term.implies(other)
    default: return false
    }
  }
}

extension Term {
  /// One value of a list, or fewer, are in the list.
  fileprivate func implies(_ other: Term) -> Bool {
    guard field == other.field, !isComplement, !other.isComplement,
      case .isOneOf(let values) = other.test
    else { return false }
    switch test {
    case .equals(let value): return values.contains(value)
    case .isOneOf(let some): return Set(some).isSubset(of: values)
    case .isNull, .isEmpty, .compares, .isBetween, .matches, .hasMember, .converted: return false
    }
  }
}

extension [Filter] {
  /// With more filters than that, all pairs of them are too many to compare for a request.
  private static var mostCompared: Int { 64 }

  /// Without those that another one contains, of the parts of a disjunction: `a OR (a AND b)` is
  /// `a`.
  func withoutNarrower() -> [Filter] {
    guard contains(where: { $0.isConjunction || $0.isList }) else { return self }
    return droppingEach { $0.implies($1) }
  }

  /// Without those that another one implies, of the parts of a conjunction: `a AND (a OR b)` is
  /// `a`.
  func withoutWider() -> [Filter] {
    guard contains(where: { $0.isDisjunction }) else { return self }
    return droppingEach { $1.implies($0) }
  }

  /// - Parameter isDropped: whether the first is not needed beside the second.
  private func droppingEach(_ isDropped: (Filter, Filter) -> Bool) -> [Filter] {
    guard count > 1, count <= Self.mostCompared else { return self }
    var kept = self
    var index = 0
    while index < kept.count {
      let filter = kept[index]
      let isNeedless = kept.indices.contains { $0 != index && isDropped(filter, kept[$0]) }
      if isNeedless { kept.remove(at: index) } else { index += 1 }
    }
    return kept
  }
}

extension Filter {
  fileprivate var isConjunction: Bool { if case .conjunction = self { true } else { false } }
  fileprivate var isDisjunction: Bool { if case .disjunction = self { true } else { false } }
  fileprivate var isList: Bool {
    if case .term(let term) = self, case .isOneOf = term.test { true } else { false }
  }
}
