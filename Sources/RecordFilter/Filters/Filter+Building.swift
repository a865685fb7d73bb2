package import RowscopeModel

extension Filter {
  /// The filter that matches where all of these do.
  ///
  /// Nested conjunctions are flattened, constants folded and duplicates dropped. Cheap filters come
  /// before expensive ones and otherwise keep their order, because SQLite evaluates them as
  /// written. The order never depends on a value, so statements of the same shape share a prepared
  /// statement.
  ///
  /// Complexity: O(n log n) comparisons of cost, and O(n) hashing.
  package static func all(_ filters: some Sequence<Filter>) -> Filter {
    var parts: [Filter] = []
    for filter in filters {
      switch filter {
      case .always: continue
      case .never: return .never
      case .conjunction(let inner): parts.append(contentsOf: inner)
      case .term, .related, .under, .comparison, .disjunction: parts.append(filter)
      }
    }
    let distinct = parts.ordered()
    return switch distinct.count {
    case 0: .always
    case 1: distinct[0]
    default: .conjunction(distinct)
    }
  }

  /// The filter that matches where any of these does. The dual of ``all(_:)-swift.type.method``.
  package static func any(_ filters: some Sequence<Filter>) -> Filter {
    var parts: [Filter] = []
    for filter in filters {
      switch filter {
      case .never: continue
      case .always: return .always
      case .disjunction(let inner): parts.append(contentsOf: inner)
      case .term, .related, .under, .comparison, .conjunction: parts.append(filter)
      }
    }
    let distinct = parts.ordered()
    return switch distinct.count {
    case 0: .never
    case 1: distinct[0]
    default: .disjunction(distinct)
    }
  }

  package static func all(_ filters: Filter...) -> Filter { all(filters) }
  package static func any(_ filters: Filter...) -> Filter { any(filters) }

  package static func test(_ field: FieldID, _ test: FieldTest) -> Filter {
    .term(Term(field, test))
  }

  /// The records whose field equals one of these values. Null never does.
  package static func equals(_ field: FieldID, oneOf values: [Value]) -> Filter {
    let distinct = values.areDistinctIntegers ? values : values.distinctPresent
    return switch distinct.count {
    case 0: .never
    case 1: .test(field, .equals(distinct[0]))
    default: .test(field, .isOneOf(distinct))
    }
  }

  /// The records with a related record that matches `filter`; ``never`` if that is. (If `filter` is
  /// ``always``, the related record must still exist.)
  package static func related(
    table: TableID, pairs: [ColumnPair], where filter: Filter, memberType: MemberType? = nil
  ) -> Filter {
    if filter == .never { return .never }
    return .related(
      RelatedFilter(table: table, pairs: pairs, filter: filter, memberType: memberType))
  }

  /// The filters that must all match.
  package var conjuncts: [Filter] {
    if case .conjunction(let filters) = self { filters } else { [self] }
  }

  /// A filter that matches the same of the records that match `other`, without the conjuncts that
  /// these have in common.
  package func remainder(within other: Filter) -> Filter {
    let known = Set(other.conjuncts)
    return .all(conjuncts.filter { !known.contains($0) })
  }

  /// The exact complement of this filter. Negation is pushed down to the leaves.
  ///
  /// Complexity: O(n) in the number of nodes.
  package var complement: Filter {
    switch self {
    case .always: return .never
    case .never: return .always
    case .term(var term):
      term.isComplement.toggle()
      return .term(term)
    case .related(var related):
      related.isComplement.toggle()
      return .related(related)
    case .under(var tree):
      tree.isComplement.toggle()
      return .under(tree)
    case .comparison(var comparison):
      comparison.isComplement.toggle()
      return .comparison(comparison)
    case .conjunction(let filters): return .any(filters.map(\.complement))
    case .disjunction(let filters): return .all(filters.map(\.complement))
    }
  }
}

extension [Filter] {
  /// Without duplicates, cheap ones first, otherwise in their original order.
  fileprivate func ordered() -> [Filter] {
    guard count > 1 else { return self }
    let distinct = self.distinct
    let costs = distinct.map(\.cost)
    // Most lists are short and in order already.
    if zip(costs, costs.dropFirst()).allSatisfy({ $0 <= $1 }) { return distinct }
    return distinct.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.map { distinct[$0] }
  }
}

extension [Filter] {
  /// Lists up to this length are compared pairwise, which is cheaper than hashing.
  private static var pairwiseLimit: Int { 8 }

  /// Without duplicates, in the order of first occurrence.
  private var distinct: [Filter] {
    if count <= Self.pairwiseLimit {
      let isDistinct = indices.allSatisfy { index in !self[..<index].contains(self[index]) }
      return isDistinct ? self : reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    var seen: Set<Filter> = []
    return filter { seen.insert($0).inserted }
  }

  /// Whether one of these is the exact complement of another.
  var containComplements: Bool {
    let few = count <= Self.pairwiseLimit
    let all = few ? [] : Set(self)
    return contains { filter in
      switch filter {
      case .term, .related, .under, .comparison:
        few ? contains(filter.complement) : all.contains(filter.complement)
      case .always, .never, .conjunction, .disjunction: false
      }
    }
  }
}

extension Filter {
  /// A rough rank of the cost of one evaluation, from comparing a number to querying another table.
  /// It depends only on the filter's shape and the storage classes of its values, never on a value.
  package var cost: Int {
    switch self {
    case .always, .never: 0
    case .term(let term): term.test.cost
    case .related(let related): 1_000 + related.filter.cost
    // Found once for a query, from where on it is a list.
    case .under(let tree): 900 + tree.filters.reduce(0) { $0 + $1.cost }
    case .comparison(let comparison): comparison.cost
    case .conjunction(let filters), .disjunction(let filters):
      filters.reduce(1) { $0 + $1.cost }
    }
  }
}

extension FieldComparison {
  fileprivate var cost: Int {
    [left, right].reduce(6) { cost, side in
      cost + (side.conversion == nil ? 0 : 30)
        + side.steps.reduce(0) { $0 + 500 + $1.filter.cost + $1.condition.cost }
    }
  }
}

extension FieldTest {
  fileprivate var cost: Int {
    switch self {
    case .isNull: 1
    case .isEmpty: 3
    case .equals(let value), .compares(_, let value): value.comparisonCost
    case .isBetween(let low, let high): low.comparisonCost + high.comparisonCost
    case .isOneOf: 20
    case .converted(_, let test): 30 + test.cost
    case .matches(let pattern):
      switch pattern.anchor {
      case .start: 10
      case .end: 40
      case .anywhere: pattern.ignoresCase ? 100 : 60
      }
    case .hasMember: 500
    }
  }
}

extension Value {
  fileprivate var comparisonCost: Int {
    switch self {
    case .null, .integer: 2
    case .real: 3
    case .text, .blob: 4
    }
  }
}

extension [Value] {
  /// Whether all are integers, no two of which are equal: most long lists are such.
  fileprivate var areDistinctIntegers: Bool {
    var seen: Set<Int64> = []
    seen.reserveCapacity(count)
    return allSatisfy { value in
      if case .integer(let integer) = value { seen.insert(integer).inserted } else { false }
    }
  }

  /// Without nulls and duplicates, in the order of first occurrence.
  fileprivate var distinctPresent: [Value] {
    var seen: Set<Value> = []
    seen.reserveCapacity(count)
    return filter { !$0.isNull && seen.insert($0).inserted }
  }
}
