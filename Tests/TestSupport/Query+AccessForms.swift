package import RecordFilter

extension Query {
  /// The same query with every way to find its records that a choice may name: none of them changes
  /// the answer.
  package var accessForms: [Query] {
    let strategies: [SemiJoinStrategy?] = [nil, .firstMatch, .materialized]
    return strategies.flatMap { strategy in
      var query = self
      query.scope = scope.setting(strategy)
      query.request = request.setting(strategy)
      var paths: [AccessPath] = [.any, .filter(nil), .filter(.always)]
      if let key = order.first, key.path == nil { paths.append(.order(key.field)) }
      let parts = query.scope.conjuncts + query.request.conjuncts
      paths += parts.map { .filter($0) } + parts.flatMap(\.unions)
      return paths.map { path in
        query.accessPath = path
        return query
      }
    }
  }

  /// One of ``accessForms``.
  package func inRandomForm(_ random: inout SeededGenerator) -> Query {
    accessForms.randomElement(using: &random) ?? self
  }
}

extension Filter {
  /// With an index for every branch, for none and for some.
  fileprivate var unions: [Query.AccessPath] {
    let branches: [Filter]
    if case .term(let term) = self, !term.isComplement, case .isOneOf(let values) = term.test {
      branches = values.map { .test(term.field, .equals($0)) }
    } else {
      branches = disjuncts
    }
    guard branches.count <= 40 else { return [] }
    let areInOrder: [(Int) -> Bool] = [{ _ in true }, { _ in false }, { $0 % 2 == 0 }]
    return areInOrder.map { isInOrder in
      .union(
        UnionPath(
          of: self,
          branches.enumerated().map { UnionPath.Branch($1, isInOrder: isInOrder($0)) }))
    }
  }

  fileprivate func setting(_ strategy: SemiJoinStrategy?) -> Filter {
    switch self {
    case .related(var related):
      related.strategy = strategy
      return .related(related)
    case .conjunction(let filters): return .conjunction(filters.map { $0.setting(strategy) })
    case .disjunction(let filters): return .disjunction(filters.map { $0.setting(strategy) })
    case .always, .never, .term, .under, .comparison: return self
    }
  }
}
