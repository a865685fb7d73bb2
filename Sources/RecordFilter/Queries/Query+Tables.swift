extension Query {
  /// All tables that a backend reads for the query: its own, those of its relations, and those of
  /// the links that it tests or shows.
  package func tables(in schema: Schema) -> Set<TableID> {
    var tables: Set<TableID> = [table]
    scope.collectTables(in: schema, table, into: &tables)
    request.collectTables(in: schema, table, into: &tables)
    for test in tests { test.collectTables(in: schema, table, into: &tables) }
    // The keys of an order are mostly those whose values are returned.
    let keys = keyValues.allSatisfy(order.contains) ? order : order + keyValues
    for path in keys.compactMap(\.path) {
      Filter.collectTables(of: path.steps, in: schema, from: table, into: &tables)
      path.condition.collectTables(in: schema, table, into: &tables)
    }
    for field in projection + order.filter({ $0.path?.steps.isEmpty ?? true }).map(\.field) {
      if case .link(let link) = schema[table][field].storage { tables.insert(link.table) }
    }
    return tables
  }
}

extension Filter {
  fileprivate static func collectTables(
    of steps: [FieldOperand.Step], in schema: Schema, from table: TableID,
    into tables: inout Set<TableID>
  ) {
    var near = table
    for step in steps {
      tables.insert(step.table)
      step.condition.collectTables(in: schema, near, into: &tables)
      step.filter.collectTables(in: schema, step.table, into: &tables)
      near = step.table
    }
  }

  fileprivate func collectTables(
    in schema: Schema, _ table: TableID, into tables: inout Set<TableID>
  ) {
    switch self {
    case .always, .never: break
    case .term(let term):
      if case .link(let link) = schema[table][term.field].storage { tables.insert(link.table) }
    case .related(let related):
      tables.insert(related.table)
      for pair in related.pairs {
        if case .link(let link) = schema[table][pair.near].storage { tables.insert(link.table) }
      }
      related.filter.collectTables(in: schema, related.table, into: &tables)
    case .under(let tree):
      tables.insert(tree.table)
      for filter in tree.filters { filter.collectTables(in: schema, tree.table, into: &tables) }
    case .comparison(let comparison):
      for side in [comparison.left, comparison.right] {
        Self.collectTables(of: side.steps, in: schema, from: table, into: &tables)
      }
    case .conjunction(let filters), .disjunction(let filters):
      for filter in filters { filter.collectTables(in: schema, table, into: &tables) }
    }
  }
}
