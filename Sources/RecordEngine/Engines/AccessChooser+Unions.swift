import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel

/// A part of a query's filter whose branches may be read by themselves: see ``UnionPath``.
struct UnionCandidate {
  /// The part.
  let part: Int
  /// Whether an index brings the records of a branch in the order of the page.
  let areInOrder: [Bool]
  /// How many records are read in the order until the page is full.
  var read = 0.0
  var cost = 0.0

  func path(_ parts: QueryParts, _ schema: Schema) -> UnionPath {
    let filter = parts.all[part].filter
    let branches = filter.branches(in: schema, parts.table) ?? []
    return UnionPath(
      of: filter, zip(branches, areInOrder).map { UnionPath.Branch($0, isInOrder: $1) })
  }
}

extension AccessChooser {
  /// Whether an index brings what matches in the order of the page, but for the order of records
  /// that agree in its first keys.
  func bringsOrder(_ plan: QueryPlan, _ query: Query) -> Bool {
    guard !plan.scans, !plan.sortsAll else { return false }
    if !plan.sorts { return true }
    // By a range of the first key it reads what lies between, whatever matches.
    let columns = (query.scope.conjuncts + query.request.conjuncts).flatMap {
      $0.searchedFields(in: schema, query.table)
    }
    let others = columns.filter { $0 != query.order.first?.field }
    return plan.searches(schema[query.table], by: others)
  }

  /// The parts of a page's filter of which an index finds each branch, some of them in the order of
  /// the page.
  func unions(
    _ parts: QueryParts, _ query: Query, on connection: borrowing Connection
  ) throws(ServiceError) -> [UnionCandidate] {
    // Where a page is read in phases, one of them has the values.
    let page =
      query.beginning.phases(in: schema).first { $0.order.count == query.order.count } ?? query
    guard page.canBeMerged(in: schema) else { return [] }
    var candidates: [UnionCandidate] = []
    for index in parts.all.indices where parts.all[index].isSearchable {
      var found = parts
      found.all[index].filter = try found.all[index].filter.settingStrategies {
        schema.hasStrategies($0, of: query.table) ? .materialized : nil
      }
      guard let branches = found.all[index].filter.branches(in: schema, query.table) else {
        continue
      }
      let path = UnionPath(
        of: found.all[index].filter, branches.map { UnionPath.Branch($0, isInOrder: true) })
      let areInOrder = try found.query(page).branches(of: path, in: schema)?.enumerated().map {
        index, query throws(ServiceError) in
        try isInOrder(query, by: branches[index], on: connection)
      }
      // SQLite finds the values of a list by one index itself.
      guard let areInOrder,
        areInOrder.contains(true) || found.all[index].filter.disjuncts.count > 1
      else { continue }
      candidates.append(UnionCandidate(part: index, areInOrder: areInOrder))
    }
    return candidates
  }

  /// Whether an index for a branch brings its records in the order.
  private func isInOrder(
    _ query: Query, by branch: Filter, on connection: borrowing Connection
  ) throws(ServiceError) -> Bool {
    let statement = try serviceErrors { () throws(SQLCompilationError) in
      try engine.compiler.keys(of: query)
    }
    let plan = try snapshot.plans.plan(of: statement, on: connection)
    let fields = branch.conjuncts.flatMap { $0.searchedFields(in: schema, query.table) }
    return !plan.scans && !plan.sortsAll && plan.searches(schema[query.table], by: fields)
  }

  /// The union of the least cost, if that is less than another way's.
  func cheapest(
    _ unions: [UnionCandidate], _ parts: QueryParts, _ seen: Seen?, _ query: Query,
    below other: Double?, on connection: borrowing Connection
  ) throws(ServiceError) -> UnionCandidate? {
    var best: UnionCandidate?
    for union in unions {
      let costed = try self.costed(union, parts, seen, query, on: connection)
      if costed.cost < best?.cost ?? .infinity { best = costed }
    }
    guard let best, best.cost < (other ?? .infinity) * AccessCosts.certain else { return nil }
    return best
  }

  private func costed(
    _ union: UnionCandidate, _ parts: QueryParts, _ seen: Seen?, _ query: Query,
    on connection: borrowing Connection
  ) throws(ServiceError) -> UnionCandidate {
    var union = union
    let size = Double(try self.size(of: query.table, on: connection))
    let wanted = Double(query.limit ?? 0)
    let branches = try entries(union, parts, seen, size, query.table, on: connection)
    let isAll = parts.all.count == 1 && branches.allSatisfy(\.isAll)
    var matching = branches.reduce(0) { $0 + $1.count } * (isAll ? 1 : AccessCosts.unknownShare)
    if let seen {
      matching = AccessCosts(size: size, wanted: nil).matching(seen.all, of: seen.read)
    }
    // A page reaches so far in the order.
    let reach = min(1, wanted / max(matching, 1))
    for (branch, isInOrder) in zip(branches, union.areInOrder) {
      union.cost += AccessCosts.branched
      for related in branch.filter.related {
        union.cost += try costOfCollecting(related, on: connection)
      }
      if isInOrder {
        union.read += branch.count * reach
      } else {
        union.cost += branch.count * AccessCosts.foundAlone
      }
    }
    union.cost +=
      union.read * (AccessCosts.walked + AccessCosts.merged * Double(branches.count))
      + wanted * AccessCosts.passed
    return union
  }

  /// How many entries of its index each branch has, as far as that is known.
  private func entries(
    _ union: UnionCandidate, _ parts: QueryParts, _ seen: Seen?, _ size: Double, _ table: TableID,
    on connection: borrowing Connection
  ) throws(ServiceError) -> [(filter: Filter, count: Double, isAll: Bool)] {
    let filter = parts.all[union.part].filter
    let groups = filter.groupedBranches(in: schema, table) ?? []
    let estimates = try seen.map { seen throws(ServiceError) in
      try entries(filter, union.part, seen, size, table, connection)
    }
    var branches: [(filter: Filter, count: Double, isAll: Bool)] = []
    for (index, group) in groups.enumerated() {
      // Where nothing says how many they are.
      let estimate = estimates?[index] ?? size / 10
      for branch in group {
        let count = try self.count(branch, table, on: connection)
        let known = count.flatMap { $0 <= DataLooks.limit ? Double($0) : nil }
        branches.append(
          (
            branch, known ?? max(Double(DataLooks.limit), estimate / Double(group.count)),
            branch.conjuncts.count == 1
          ))
      }
    }
    return branches
  }

  /// What was chosen, and why.
  func text(_ union: UnionCandidate, _ parts: QueryParts, _ query: Query) -> String {
    func text(_ filter: Filter) -> String { filter.description(in: schema, table: query.table) }
    let filter = parts.all[union.part].filter
    let branches = filter.branches(in: schema, query.table) ?? []
    let order = query.order.first.map { schema[query.table][$0.field].name.string } ?? ""
    let sorted = zip(branches, union.areInOrder).filter { !$1 }.map { text($0.0) }
    return
      "the \(branches.count) branches of \(text(filter)) are read by an index each, and merged "
      + "in the order of \(order) until the page is full"
      + (sorted.isEmpty
        ? "" : "; what matches \(sorted.joined(separator: ", or ")) is sorted first")
  }
}
