import FilterSQL
import RecordFilter
import RowscopeModel

/// The filters that all of a query's records match.
struct QueryParts {
  struct Part {
    var filter: Filter
    /// Whether it is of the scope rather than of the request.
    let isOfScope: Bool
    /// Whether an index can find the records that match.
    let isSearchable: Bool
    let hasRelated: Bool
    /// How many records match, where that is known, up to one more than a look reads.
    var count: Int?

    /// Tests of the table's own fields of which an index may be asked, where there are several
    /// branches.
    func soughtTerms(in schema: Schema, _ table: TableID) -> [Filter] {
      guard isSearchable, filter.disjuncts.count > 1 else { return [] }
      let terms = filter.sought(in: schema, table).flatMap(\.self).filter {
        if case .term = $0 { true } else { false }
      }
      // So many tests of a record would cost more than to read it.
      return terms.count <= 16 ? terms : []
    }

    /// Whether some related record of a record cannot be found by an index.
    func isUnserved(in schema: Schema, _ table: TableID) -> Bool {
      filter.related.contains { !schema.isServed($0, of: table) }
    }
  }

  let table: TableID
  var all: [Part]
  /// Whether a record's related records may be found in several ways.
  let haveRelated: Bool

  init(_ query: Query, _ schema: Schema) {
    func parts(_ filter: Filter, isOfScope: Bool) -> [Part] {
      filter.conjuncts.filter { $0 != .always }.map { filter in
        let filter = filter.expandingLinks(of: schema[query.table])
        return Part(
          filter: filter, isOfScope: isOfScope,
          isSearchable: filter.isSearchable(in: schema, query.table),
          hasRelated: !filter.related.isEmpty)
      }
    }
    table = query.table
    all = parts(query.scope, isOfScope: true) + parts(query.request, isOfScope: false)
    haveRelated = all.contains { part in
      part.filter.related.contains { schema.hasStrategies($0, of: query.table) }
    }
  }

  /// The part that the fewest records match, if few do.
  var fewest: Int? {
    let known = all.indices.compactMap { index in all[index].count.map { (index, $0) } }
    guard let fewest = known.min(by: { $0.1 < $1.1 }), fewest.1 <= DataLooks.limit else {
      return nil
    }
    return fewest.0
  }

  /// A query with these parts as its filters.
  func query(_ query: Query) -> Query {
    func filter(_ parts: [Part]) -> Filter {
      switch parts.count {
      case 0: .always
      case 1: parts[0].filter
      default: .conjunction(parts.map(\.filter))
      }
    }
    var query = query
    query.scope = filter(all.filter(\.isOfScope))
    query.request = filter(all.filter { !$0.isOfScope })
    return query
  }
}

extension Query {
  /// The field in whose order an index may bring the records.
  func walkedField(in schema: Schema) -> FieldID? {
    guard let key = order.first, key.path == nil, key.type == nil || phases(in: schema).count > 1
    else { return nil }
    let table = schema[table]
    return table.indexedFields.contains(key.field) || table.primaryKey == [key.field]
      ? key.field : nil
  }
}

extension Term {
  /// Whether an index finds the records that match, and few others.
  func isSearchable(in table: Table) -> Bool {
    guard !isComplement, table.indexedFields.contains(field) else { return false }
    switch test {
    case .equals, .compares, .isBetween, .isOneOf: return true
    case .converted(let conversion, let test):
      // The records near a list's values may be most.
      if case .isOneOf = test { return false }
      return NearbyRange(conversion, test, of: table[field]) != nil
    case .isNull, .isEmpty, .matches, .hasMember: return false
    }
  }

  /// How often an index is asked for the records that match.
  var seekCount: Int {
    if case .isOneOf(let values) = test { values.count } else { 1 }
  }
}

extension RelatedFilter {
  /// Whether an index finds the records with a related one, once these are found.
  func isSearchable(in schema: Schema, of near: TableID) -> Bool {
    !isComplement && schema.hasStrategies(self, of: near)
      && pairs[0].isServedBackwards(from: schema[near], to: schema[table])
  }
}

extension Filter {
  /// Whether indexes find the records that match.
  func isSearchable(in schema: Schema, _ table: TableID) -> Bool {
    switch self {
    case .term(let term): term.isSearchable(in: schema[table])
    case .related(let related): related.isSearchable(in: schema, of: table)
    case .conjunction(let filters): filters.contains { $0.isSearchable(in: schema, table) }
    case .disjunction(let filters): filters.allSatisfy { $0.isSearchable(in: schema, table) }
    case .always, .never, .under, .comparison: false
    }
  }

  /// How often indexes are asked for the records that match.
  var seekCount: Int {
    switch self {
    case .term(let term): term.seekCount
    case .conjunction(let filters): filters.map(\.seekCount).min() ?? 0
    case .disjunction(let filters): filters.reduce(0) { $0 + $1.seekCount }
    case .always, .never, .related, .under, .comparison: 1
    }
  }

  /// Whether it asks for related records, or for members in a link table, which are such.
  func hasRelated(of table: Table) -> Bool {
    switch self {
    case .related: return true
    case .term(let term):
      if case .hasMember = term.test, case .link = table[term.field].storage { return true }
      return false
    case .conjunction(let filters), .disjunction(let filters):
      return filters.contains { $0.hasRelated(of: table) }
    case .always, .never, .under, .comparison: return false
    }
  }

  /// The related filters of the table's own records.
  var related: [RelatedFilter] {
    switch self {
    case .related(let related): [related]
    case .conjunction(let filters), .disjunction(let filters): filters.flatMap(\.related)
    case .always, .never, .term, .under, .comparison: []
    }
  }

  /// The tables that it follows relations to, at any depth.
  var relatedTables: [TableID] {
    related.flatMap { [$0.table] + $0.filter.relatedTables }
  }

  /// The same with a strategy for each related filter of the table's own records.
  func settingStrategies(
    _ strategy: (RelatedFilter) throws(ServiceError) -> SemiJoinStrategy?
  ) throws(ServiceError) -> Filter {
    switch self {
    case .related(var related):
      related.strategy = try strategy(related)
      return .related(related)
    case .conjunction(let filters):
      var set: [Filter] = []
      for filter in filters { set.append(try filter.settingStrategies(strategy)) }
      return .conjunction(set)
    case .disjunction(let filters):
      var set: [Filter] = []
      for filter in filters { set.append(try filter.settingStrategies(strategy)) }
      return .disjunction(set)
    case .always, .never, .term, .under, .comparison: return self
    }
  }

  /// The same with the members of link tables as related records, which they are.
  fileprivate func expandingLinks(of table: Table) -> Filter {
    switch self {
    case .term(let term):
      guard case .hasMember(let values) = term.test,
        case .link(let link) = table[term.field].storage
      else { return self }
      let member = Filter.equals(link.member, oneOf: values)
      guard
        case .related(var related) = Filter.related(
          table: link.table, pairs: link.pairs, where: member)
      else { return self }
      related.isComplement = term.isComplement
      return .related(related)
    case .conjunction(let filters):
      return .conjunction(filters.map { $0.expandingLinks(of: table) })
    case .disjunction(let filters):
      return .disjunction(filters.map { $0.expandingLinks(of: table) })
    case .always, .never, .related, .under, .comparison: return self
    }
  }
}
