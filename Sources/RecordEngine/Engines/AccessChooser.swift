import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel

/// Chooses how SQLite finds a query's records.
///
/// SQLite chooses from a statement's text and, after `ANALYZE`, from averages. It does not ask how
/// many records a value has, it never turns `EXISTS` into `IN` or back, and it reads a limited list
/// in the order of an index even where it has to skip every record. So bounded looks at the data
/// decide (``DataLooks``): whether few records match a part of the filter that an index can answer
/// and, if more do, how many of the first records in the order match.
///
/// A choice never changes an answer.
struct AccessChooser {
  let snapshot: ServiceSnapshot
  let table: AccessibleTable

  var schema: Schema { snapshot.schema }
  var engine: SQLiteEngine { table.engine }

  /// So few matches of a look may as well be half or twice as many.
  static let few = 10

  /// For a query's records, or for their number; nil if there is nothing to choose.
  func choose(
    _ query: Query, _ purpose: ReadSession.Purpose, on connection: borrowing Connection
  ) throws(ServiceError) -> AccessChoice? {
    guard !query.isNever, table.table.kind == .table else { return nil }
    let haveRelated =
      query.scope.hasRelated(of: table.table) || query.request.hasRelated(of: table.table)
    guard haveRelated || purpose == .list && isSearchedForPage(query) else { return nil }
    var (plan, statement): (QueryPlan?, CompiledStatement?)
    if purpose == .list {
      let compiled = try engine.compile(query.beginning)
      (plan, statement) = (try snapshot.plans.plan(of: compiled.sql, on: connection), compiled)
    }
    // An index brings what matches, in order.
    let isInOrder = plan.map { bringsOrder($0, query) } ?? false
    if isInOrder, !haveRelated { return AccessChoice(query: query, statement: statement) }
    var parts = QueryParts(query, schema)
    let size = try self.size(of: query.table, on: connection)
    guard size > DataLooks.limit else {
      return AccessChoice(query: query, end: DataLooks.end, statement: statement)
    }
    for index in parts.all.indices {
      parts.all[index].count = try count(parts.all[index].filter, query.table, on: connection)
    }
    let name = schema[query.table].name
    let unions = purpose == .list && !isInOrder ? try unions(parts, query, on: connection) : []
    var reasons: [String] = []
    var tested = Double(size)
    var path = Query.AccessPath.any
    var searched: Int?
    var union: UnionCandidate?
    if let few = parts.fewest {
      let part = parts.all[few]
      tested = Double(part.count ?? 0)
      let isAlone = parts.all.count { $0.isSearchable } == 1 && !part.hasRelated
      let cost = tested * AccessCosts.found + Double(part.filter.seekCount) * AccessCosts.sought
      union = try cheapest(
        unions, parts, nil, query, below: cost, on: connection)
      if union != nil {
        // Even few are too many to sort for each page.
      } else if isInOrder || plan?.scans == false && isAlone {
        // SQLite searches by this part in any case.
      } else if purpose == .list || parts.haveRelated {
        searched = few
        reasons.append(
          "\(name) is searched by \(text(part, query.table)), which \(part.count ?? 0) records "
            + "match")
      }
    } else if purpose == .list, query.limit != nil, let first = query.walkedField(in: schema) {
      let walk = isInOrder ? Query.AccessPath.any : .order(first)
      if let seen = try look(at: query, parts, by: walk, on: connection) {
        let costs = AccessCosts(size: Double(size), wanted: query.limit)
        tested = costs.walked(seen)
        let search = try isInOrder ? nil : cheapestSearch(parts, seen, costs, query, on: connection)
        let cost = try walkCost(tested, by: first, parts, on: connection)
        let scan = isInOrder ? nil : scanCost(of: query, first, costs, seen, parts)
        let least = [cost, search?.cost, scan].compactMap(\.self).min() ?? cost
        union = try cheapest(unions, parts, seen, query, below: least, on: connection)
        if union != nil {
          // Its records are a part of those that a walk reads.
        } else if let scan, scan < cost * AccessCosts.certain, scan < search?.cost ?? .infinity {
          (path, tested) = (.filter(.always), Double(size))
          reasons.append(
            "every record of \(name) is read, and what matches is sorted: \(seen.description)")
        } else if let search, search.cost < cost {
          tested = costs.matching(seen.matching[search.part], of: seen.read)
          searched = search.part
          reasons.append(
            "\(name) is searched by \(text(parts.all[search.part], query.table)), and what matches "
              + "is sorted: \(seen.description)")
        } else {
          path = walk
          if !isInOrder {
            reasons.append(
              "\(name) is read in the order of \(schema[query.table][first].name) until the page is "
                + "full: \(seen.description)")
          }
        }
      }
    } else {
      // SQLite would find all that match, and sort them.
      union = try cheapest(unions, parts, nil, query, below: nil, on: connection)
    }
    if let union {
      tested = union.read
      reasons.append(text(union, parts, query))
    }
    for index in parts.all.indices {
      let isSearched = index == searched || index == union?.part
      parts.all[index].filter = try parts.all[index].filter.settingStrategies {
        related throws(ServiceError) in
        try strategy(
          related, query.table, isSearched: isSearched, tested: tested, on: connection, &reasons)
      }
    }
    if let searched { path = .filter(parts.all[searched].filter) }
    if let union { path = .union(union.path(parts, schema)) }
    var chosen = parts.query(query)
    chosen.accessPath = path
    return AccessChoice(query: chosen, reasons: reasons, end: DataLooks.end)
  }

  private func text(_ part: QueryParts.Part, _ table: TableID) -> String {
    part.filter.description(in: schema, table: table)
  }

  // MARK: Related records

  private func strategy(
    _ related: RelatedFilter, _ near: TableID, isSearched: Bool, tested: Double,
    on connection: borrowing Connection, _ reasons: inout [String]
  ) throws(ServiceError) -> SemiJoinStrategy? {
    guard schema.hasStrategies(related, of: near) else { return nil }
    guard !isSearched, schema.isServed(related, of: near) else { return .materialized }
    let cost = try costOfCollecting(related, on: connection)
    let name = schema[related.table].name
    guard cost < tested * schema.testCost(of: related) else {
      reasons.append("for each record, one of \(name) is looked for")
      return .firstMatch
    }
    reasons.append("the records of \(name) are found first, once for the query")
    return .materialized
  }

  /// What it costs to find the related records first.
  func costOfCollecting(
    _ related: RelatedFilter, on connection: borrowing Connection
  ) throws(ServiceError) -> Double {
    if let count = try count(related.filter, related.table, on: connection),
      count <= DataLooks.limit
    {
      return Double(count) * AccessCosts.collected
    }
    let size = try size(of: related.table, on: connection)
    let isScanned = !related.filter.isSearchable(in: schema, related.table)
    return Double(size)
      * ((isScanned ? AccessCosts.scanned : 0)
        + AccessCosts.collected * (try share(of: related, on: connection)))
  }

  // MARK: A page

  /// Whether a page may be found by an index on a part of its filter, or in its order.
  private func isSearchedForPage(_ query: Query) -> Bool {
    guard query.limit != nil else { return false }
    // Where few match, to read all in their own order is faster than in that of an index.
    if query.walkedField(in: schema) != nil {
      return query.scope != .always || query.request != .always
    }
    // Most requests have no branches, which is told before any are made.
    return (query.scope.mayHaveBranches || query.request.mayHaveBranches)
      && query.canBeMerged(in: schema)
      && (query.scope.conjuncts + query.request.conjuncts).contains {
        $0.branches(in: schema, query.table) != nil
      }
  }

  /// What it costs to read so many records in the order and to test them.
  private func walkCost(
    _ tested: Double, by first: FieldID, _ parts: QueryParts, on connection: borrowing Connection
  ) throws(ServiceError) -> Double {
    let isByKey = schema[parts.table].primaryKey == [first]
    var cost = tested * (isByKey ? AccessCosts.passed : AccessCosts.walked)
    for related in parts.all.flatMap(\.filter.related) {
      cost +=
        schema.isServed(related, of: parts.table)
        ? tested * schema.testCost(of: related) : try costOfCollecting(related, on: connection)
    }
    return cost
  }

  /// What it costs to read all records in their own order; nil where that is the order of the page,
  /// or related records are looked for.
  private func scanCost(
    of query: Query, _ first: FieldID, _ costs: AccessCosts, _ seen: Seen, _ parts: QueryParts
  ) -> Double? {
    guard schema[query.table].primaryKey != [first], !parts.haveRelated else { return nil }
    return costs.size * AccessCosts.scannedAndTested
      + costs.matching(seen.all, of: seen.read) * AccessCosts.found
  }

  /// How many entries of indexes are read for each filter of a disjunction: more than match, where
  /// no index has all that it tests.
  func entries(
    _ filter: Filter, _ part: Int, _ seen: Seen, _ size: Double, _ table: TableID,
    _ connection: borrowing Connection
  ) throws(ServiceError) -> [Double] {
    let costs = AccessCosts(size: size, wanted: nil)
    let filters = filter.sought(in: schema, table)
    let matching = costs.matching(seen.matching[part], of: seen.read)
    return try filters.map { sought throws(ServiceError) in
      var fewest: Double?
      for filter in sought {
        var entries = matching
        if let count = try count(filter, table, on: connection), count <= DataLooks.limit {
          entries = Double(count)
        } else if let found = seen.sought[filter] {
          entries = max(Double(DataLooks.limit), costs.matching(found, of: seen.read))
        }
        fewest = min(entries, fewest ?? entries)
      }
      return fewest ?? matching
    }
  }

  /// The part by whose index the records are found at the least cost.
  private func cheapestSearch(
    _ parts: QueryParts, _ seen: Seen, _ costs: AccessCosts, _ query: Query,
    on connection: borrowing Connection
  ) throws(ServiceError) -> (part: Int, cost: Double)? {
    var best: (part: Int, cost: Double)?
    for (index, part) in parts.all.enumerated() where part.isSearchable {
      let entries = try self.entries(part.filter, index, seen, costs.size, query.table, connection)
      var cost =
        entries.reduce(0, +) * (part.hasRelated ? AccessCosts.foundByKey : AccessCosts.found)
        + Double(part.filter.seekCount) * AccessCosts.sought
      for related in part.filter.related {
        cost += try costOfCollecting(related, on: connection)
      }
      if cost < best?.cost ?? .infinity { best = (index, cost) }
    }
    return best
  }
}
