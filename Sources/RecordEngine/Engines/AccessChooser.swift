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
  private static let few = 10

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
        union = try cheapest(
          unions, parts, seen, query, below: min(cost, search?.cost ?? cost), on: connection)
        if union != nil {
          // Its records are a part of those that a walk reads.
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
    let parts = query.scope.conjuncts + query.request.conjuncts
    if query.walkedField(in: schema) != nil {
      return parts.contains { $0.isSearchable(in: schema, query.table) }
    }
    return query.canBeMerged(in: schema)
      && parts.contains { $0.branches(in: schema, query.table) != nil }
  }

  /// How many of the first records in the order match.
  struct Seen {
    let read: Int
    let all: Double
    /// Of each part.
    let matching: [Double]
    /// Whether related records were looked at instead.
    var isEstimated = false

    /// The mean of two looks at as many records.
    func mean(with other: Seen) -> Seen {
      guard read == other.read else { return self }
      return Seen(
        read: read, all: (all + other.all) / 2,
        matching: zip(matching, other.matching).map { ($0 + $1) / 2 })
    }

    var description: String {
      if all < 1, all > 0 { return "fewer than one in \(read) match" }
      return isEstimated
        ? "about \(Int(all)) in \(read) match"
        : "of the first \(read) records in the order, \(Int(all)) match"
    }
  }

  /// Looks at the first records in the order, until the page is full.
  private func look(
    at query: Query, _ parts: QueryParts, by path: Query.AccessPath,
    on connection: borrowing Connection
  ) throws(ServiceError) -> Seen? {
    if parts.all.contains(where: { $0.isUnserved(in: schema, query.table) }) {
      return try estimate(query, parts, on: connection)
    }
    var first = query.beginning
    first.accessPath = path
    first.projection = []
    first.keyValues = []
    first.tests = []
    let values = try snapshot.looks.values(of: DataLooks.Subject.first(first)) {
      () throws(ServiceError) in
      first.scope =
        path == .any ? .all(parts.all.map(\.filter).filter { $0.related.isEmpty }) : .always
      first.request = .always
      return try engine.firstMatches(first, parts.all.map(\.filter), on: connection)
    }
    guard values.count > 2, let read = values[0], let all = values[1], read > 0 else { return nil }
    let seen = Seen(
      read: read, all: Double(all), matching: values.dropFirst(2).map { Double($0 ?? 0) })
    // Few say little; where related records had to be read for it, these say as much.
    guard all < Self.few, parts.all.allSatisfy({ !$0.isSearchable || $0.hasRelated }),
      parts.haveRelated
    else { return seen }
    return seen.mean(with: try estimate(query, parts, on: connection))
  }

  /// What a look would show where no index finds the related records of one: for what the first of
  /// them show.
  private func estimate(
    _ query: Query, _ parts: QueryParts, on connection: borrowing Connection
  ) throws(ServiceError) -> Seen {
    let size = Double(try size(of: query.table, on: connection))
    let matching = try parts.all.map { part throws(ServiceError) in
      var share = 1.0
      for related in part.filter.related where !related.isComplement {
        let most = Double(try self.size(of: related.table, on: connection)) / max(size, 1)
        share *= min(1, try self.share(of: related, on: connection) * max(1, most))
      }
      return share * Double(DataLooks.limit)
    }
    let all = matching.reduce(1) { $0 * $1 / Double(DataLooks.limit) }
    return Seen(
      read: DataLooks.limit, all: all * Double(DataLooks.limit), matching: matching,
      isEstimated: true)
  }

  /// Which part of the related records match, for what some of them show.
  private func share(
    of related: RelatedFilter, on connection: borrowing Connection
  ) throws(ServiceError) -> Double {
    let table = schema[related.table]
    // A look at a view may read all that the view reads.
    guard ([related.table] + related.filter.relatedTables).allSatisfy({ schema[$0].kind == .table })
    else { return 0.5 }
    var some = Query(
      table: related.table, scope: .always, request: related.filter, projection: [], order: [])
    let (size, lowest) = try numbers(of: related.table, on: connection)
    let values = try snapshot.looks.values(of: DataLooks.Subject.first(some)) {
      () throws(ServiceError) in
      // Those that came one after another may have much in common.
      if let lowest, size > DataLooks.limit, table.primaryKey.count == 1,
        let key = table.primaryKey.first, table[key].affinity == .integer
      {
        let step = max(1, size / DataLooks.limit)
        some.scope = .equals(
          key, oneOf: (0..<DataLooks.limit).map { .integer(Int64(lowest &+ $0 &* step)) })
      }
      return try engine.firstMatches(some, [related.filter], on: connection)
    }
    let read = max(values[0] ?? 0, 1)
    let matching = max(Double(values[1] ?? 0), 0.3)
    // An index says that more match than a look reads.
    var least = 0.0
    if let count = try count(related.filter, related.table, on: connection),
      count > DataLooks.limit
    {
      least = Double(DataLooks.limit) / Double(max(size, DataLooks.limit))
    }
    return max(matching / Double(read), least)
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

  /// The part by whose index the records are found at the least cost.
  private func cheapestSearch(
    _ parts: QueryParts, _ seen: Seen, _ costs: AccessCosts, _ query: Query,
    on connection: borrowing Connection
  ) throws(ServiceError) -> (part: Int, cost: Double)? {
    var best: (part: Int, cost: Double)?
    for (index, part) in parts.all.enumerated() where part.isSearchable {
      var cost =
        costs.matching(seen.matching[index], of: seen.read) * AccessCosts.found
        + Double(part.filter.seekCount) * AccessCosts.sought
      for related in part.filter.related {
        cost += try costOfCollecting(related, on: connection)
      }
      if cost < best?.cost ?? .infinity { best = (index, cost) }
    }
    return best
  }

  // MARK: Looks

  /// How many records match a filter that an index can answer, up to one more than a look reads; nil
  /// if that is not known.
  func count(
    _ filter: Filter, _ table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    switch filter {
    case .term(let term):
      guard term.isSearchable(in: schema[table]) else { return nil }
      // To ask an index for each of so many values costs more than a look may.
      guard term.seekCount <= DataLooks.limit else { return DataLooks.limit + 1 }
      return try look(filter, table, on: connection)
    case .conjunction(let filters):
      var fewest: Int?
      for filter in filters {
        guard let count = try count(filter, table, on: connection) else { continue }
        fewest = min(count, fewest ?? count)
      }
      return fewest
    case .disjunction(let filters):
      var sum = 0
      for filter in filters {
        guard let count = try count(filter, table, on: connection) else { return nil }
        sum += count
      }
      return min(sum, DataLooks.limit + 1)
    case .related(var related):
      guard related.isSearchable(in: schema, of: table),
        let far = try count(related.filter, related.table, on: connection), far <= DataLooks.limit
      else { return nil }
      related.strategy = .materialized
      return try look(.related(related), table, on: connection)
    case .always, .never, .under, .comparison: return nil
    }
  }

  private func look(
    _ filter: Filter, _ table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    try snapshot.looks.values(of: DataLooks.Subject.matches(table, filter)) {
      () throws(ServiceError) in
      var query = Query(table: table, scope: filter, projection: [], order: [])
      query.accessPath = .filter(filter)
      return [try engine.count(query, upTo: DataLooks.limit + 1, on: connection)]
    }[0]
  }

  /// The number of a table's records, at most.
  func size(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    try numbers(of: table, on: connection).size
  }

  /// The same with the lowest row number, if there are such.
  private func numbers(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> (size: Int, lowest: Int?) {
    let values = try snapshot.looks.values(of: DataLooks.Subject.size(table)) {
      () throws(ServiceError) in
      guard schema[table].kind == .table else { return [1_000_000, nil] }
      if let rowID = try snapshot.rowIDName(of: table, on: connection) {
        let numbers = try engine.rowNumbers(of: table, by: rowID, on: connection)
        return [numbers.map { Int(clamping: $0.span) } ?? 0, numbers.map { Int($0.lowerBound) }]
      }
      // Without row numbers it is either small or as large as a large table.
      let query = Query(table: table, scope: .always, projection: [], order: [])
      let count = try engine.count(query, upTo: DataLooks.limit + 1, on: connection)
      return [count <= DataLooks.limit ? count : 1_000_000, nil]
    }
    return (values[0] ?? 0, values[1])
  }
}
