/// A way to find the records of a page: those of each branch of a disjunction by themselves, in the
/// order of the page, merged until the page is full.
///
/// An index on the column that a branch tests and on the keys of the order brings the branch's
/// records in order. So about as many are read as the page has, whatever the number of branches.
package struct UnionPath: Sendable, Hashable {
  /// A conjunct of the scope or of the request, which matches what any of the branches matches.
  package let filter: Filter
  package let branches: [Branch]

  package struct Branch: Sendable, Hashable {
    package let filter: Filter
    /// Whether an index brings the records in their order. Else those that match are found by the
    /// index of the branch, and sorted.
    package let isInOrder: Bool

    package init(_ filter: Filter, isInOrder: Bool) {
      self.filter = filter
      self.isInOrder = isInOrder
    }
  }

  package init(of filter: Filter, _ branches: [Branch]) {
    self.filter = filter
    self.branches = branches
  }
}

extension Query {
  /// Whether the records of branches can be told apart by the values of the order alone, as a merge
  /// without duplicates does, and found again by them: these include the primary key, of which no
  /// part is NULL and which compares as its bytes do. Every record shows it.
  package func canBeMerged(in schema: Schema) -> Bool {
    let table = schema[table]
    guard limit != nil, table.kind == .table, table.primaryKeyIsTotal,
      order.allSatisfy({ !$0.isExact && $0.isOfOneValue(in: table) })
    else { return false }
    return table.primaryKey.allSatisfy { field in
      !table[field].isNullable && table[field].collation == .binary
        && order.contains { $0.field == field && $0.path == nil && $0.type == nil }
    }
  }

  /// A query for each branch of a union, without a limit; nil where the branches cannot be merged.
  package func branches(of union: UnionPath, in schema: Schema) -> [Query]? {
    guard canBeMerged(in: schema), !union.branches.isEmpty else { return nil }
    func replace(_ filter: Filter, by branch: Filter) -> Filter? {
      var parts = filter.conjuncts
      guard let index = parts.firstIndex(of: union.filter) else { return nil }
      parts[index] = branch
      // The branch stays one part, so that it can be told from the others.
      return parts.count == 1 ? branch : .conjunction(parts)
    }
    var queries: [Query] = []
    for branch in union.branches {
      var query = self
      if let scope = replace(scope, by: branch.filter) {
        query.scope = scope
      } else if let request = replace(request, by: branch.filter) {
        query.request = request
      } else {
        return nil
      }
      // What a record of the branch shows in any case needs no test.
      let known = Set(branch.filter.conjuncts)
      query.order = order.map { key in
        guard let path = key.path, path.steps.isEmpty,
          path.condition.disjuncts.contains(where: { known.isSuperset(of: $0.conjuncts) })
        else { return key }
        return key.ofEveryRecord
      }
      query.accessPath = branch.isInOrder ? .any : .filter(branch.filter)
      query.limit = nil
      queries.append(query)
    }
    return queries
  }
}

extension OrderKey {
  /// Whether one value is ordered, not members nor the truth of a filter.
  fileprivate func isOfOneValue(in table: Table) -> Bool {
    !(path?.isTruth ?? false) && !declaration(in: table).isManyValued
  }
}

extension Filter {
  /// The filters one of which must match.
  package var disjuncts: [Filter] {
    if case .disjunction(let filters) = self { filters } else { [self] }
  }
}
