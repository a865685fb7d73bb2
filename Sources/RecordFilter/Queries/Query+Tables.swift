extension Query {
  /// All tables that a backend reads for the query: its own, those of its relations, and those of
  /// the links that it tests or shows.
  package func tables(in schema: Schema) -> Set<TableID> {
    var tables: Set<TableID> = [table]
    scope.collectTables(in: schema, table, into: &tables)
    request.collectTables(in: schema, table, into: &tables)
    for step in order.compactMap(\.path).flatMap(\.steps) {
      tables.insert(step.table)
      step.filter.collectTables(in: schema, step.table, into: &tables)
    }
    for field in projection + order.filter({ $0.path == nil }).map(\.field) {
      if case .link(let link) = schema[table][field].storage { tables.insert(link.table) }
    }
    return tables
  }
}

extension Filter {
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
      tree.start.collectTables(in: schema, tree.table, into: &tables)
      tree.step.collectTables(in: schema, tree.table, into: &tables)
    case .comparison(let comparison):
      for step in comparison.left.steps + comparison.right.steps {
        tables.insert(step.table)
        step.filter.collectTables(in: schema, step.table, into: &tables)
      }
    case .conjunction(let filters), .disjunction(let filters):
      for filter in filters { filter.collectTables(in: schema, table, into: &tables) }
    }
  }
}
