import RecordFilter
import RowscopeModel

extension Filter {
  /// With more branches a statement takes longer to compile than its page takes to read. SQLite's
  /// own limit on the parts of a UNION is above it.
  private static var mostBranches: Int { 32 }

  /// False where neither this filter nor a part of it has several ``branches(in:_:)``.
  var mayHaveBranches: Bool {
    switch self {
    case .disjunction: return true
    case .conjunction(let filters): return filters.contains(where: \.mayHaveBranches)
    case .term(let term): if case .isOneOf = term.test { return true } else { return false }
    case .always, .never, .related, .under, .comparison: return false
    }
  }

  /// Filters that together match what this one does, each by an index of its own; nil if there are
  /// not several, or too many. The values of a list are a branch each, as far as they are few.
  func branches(in schema: Schema, _ table: TableID) -> [Filter]? {
    groupedBranches(in: schema, table)?.flatMap(\.self)
  }

  /// The same, those of each filter of the disjunction by themselves.
  func groupedBranches(in schema: Schema, _ table: TableID) -> [[Filter]]? {
    let filters = disjuncts
    guard filters.count <= Self.mostBranches, isSearchable(in: schema, table) else { return nil }
    let single = filters.map { $0.oneForEachValue(in: schema[table]) }
    let count = single.reduce(0) { $0 + $1.count }
    guard count > 1 else { return nil }
    if count <= Self.mostBranches { return single }
    return filters.count > 1 ? filters.map { [$0] } : nil
  }

  /// For each filter of a disjunction those of which an index may be asked: SQLite asks for a range
  /// where nothing else serves.
  func sought(in schema: Schema, _ table: TableID) -> [[Filter]] {
    disjuncts.map { filter in
      let searchable = filter.conjuncts.filter { $0.isSearchable(in: schema, table) }
      let equalities = searchable.filter { !$0.isRange }
      return equalities.isEmpty ? searchable : equalities
    }
  }

  private var isRange: Bool {
    guard case .term(let term) = self else { return false }
    switch term.test {
    case .compares, .isBetween, .converted: return true
    case .equals, .isOneOf, .isNull, .isEmpty, .matches, .hasMember: return false
    }
  }

  /// A filter for each value of a list of which an index is asked.
  private func oneForEachValue(in table: Table) -> [Filter] {
    switch self {
    case .term(let term):
      guard case .isOneOf(let values) = term.test, values.count <= Self.mostBranches,
        term.isSearchable(in: table)
      else { return [self] }
      return values.map { .test(term.field, .equals($0)) }
    case .conjunction(let filters):
      for (index, filter) in filters.enumerated() {
        let values = filter.oneForEachValue(in: table)
        guard values.count > 1 else { continue }
        return values.map { value in
          var filters = filters
          filters[index] = value
          return .conjunction(filters)
        }
      }
      return [self]
    case .always, .never, .related, .under, .comparison, .disjunction: return [self]
    }
  }

  /// The table's own fields by which an index finds what matches.
  func searchedFields(in schema: Schema, _ table: TableID) -> [FieldID] {
    switch self {
    case .term(let term): return term.isSearchable(in: schema[table]) ? [term.field] : []
    case .related(let related):
      return related.isSearchable(in: schema, of: table) ? related.pairs.map(\.near) : []
    case .conjunction(let filters):
      return filters.flatMap { $0.searchedFields(in: schema, table) }
    case .always, .never, .under, .comparison, .disjunction: return []
    }
  }
}
