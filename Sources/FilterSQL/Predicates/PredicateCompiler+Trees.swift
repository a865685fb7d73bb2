import RecordFilter
import RowscopeModel

/// Places in a tree.
extension PredicateCompiler {
  /// `near.folder IN (WITH RECURSIVE below(key) AS (…) SELECT key FROM below)`, from the top down:
  /// evaluated once for a query, it costs what the part of the tree costs. An index on the parent
  /// field serves each step. Of one record only, `EXISTS` of a way up is shorter.
  ///
  /// UNION leaves out what was met before, so that a cycle ends.
  mutating func under(
    _ tree: TreeFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let outer = scope
    defer { scope = outer }
    if isOfOneRecord, isServedUpwards(tree) {
      try above(tree, depth: depth, &writer)
    } else if isOfOwnTree(tree) {
      column(tree.parent.far, of: outer, &writer)
      writer.write(tree.isComplement ? " NOT IN (" : " IN (")
      try descendants(tree, depth: depth, &writer)
      writer.write(")")
    } else {
      try below(tree, depth: depth, &writer)
    }
  }

  private mutating func below(
    _ tree: TreeFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (outer, nodes) = (scope, schema[tree.table])
    let walk = Walk(name: walkName(), tree: tree)
    let isSet = tree.place.comparesInSets(schema[outer.table], nodes)
    let (first, next) = (alias(for: tree.table), alias(for: tree.table))
    let place = KeyComparison(tree.place, far: first, near: outer, schema)
    if isSet {
      // A record without a key stands nowhere.
      if tree.isComplement {
        writer.write("(")
        value(place.near, &writer)
        writer.write(" IS NULL OR ")
      }
      side(place.near, collates: true, &writer)
      writer.write(tree.isComplement ? " NOT IN (" : " IN (")
    } else {
      writer.write(tree.isComplement ? "NOT EXISTS (" : "EXISTS (")
    }
    let columns = walk.isByOneKey ? [tree.parent.far] : [tree.parent.far, tree.place.far]
    // Whether what was found leads further down, and whether a record may stand there.
    let flags = [("leads", tree.parentFilter), ("ends", tree.placeFilter)].filter {
      $0.1 != .always
    }
    beginWalk(walk, (walk.isByOneKey ? ["key"] : ["key", "place"]) + flags.map(\.0), &writer)
    select(columns, of: first, &writer)
    try select(flags.map(\.1), of: first, depth: depth, &writer)
    from(nodes, as: first, &writer)
    writer.write(" WHERE ")
    try condition(tree.start, of: first, depth: depth, &writer)
    writer.write(" UNION SELECT ")
    select(columns, of: next, &writer)
    try select(flags.map(\.1), of: next, depth: depth, &writer)
    try step(walk, to: next, depth: depth, &writer)
    writer.write(") SELECT ")
    let found = walk.isByOneKey ? "key" : "place"
    if isSet {
      walked(walk, found, place.far, &writer)
    } else {
      writer.write("1")
    }
    writer.write(" FROM ")
    writer.identifier(walk.name)
    var separator: StaticString = " WHERE "
    if !isSet {
      writer.write(separator)
      separator = " AND "
      walked(walk, found, place.far, &writer)
      collation(equality(tree.place, near: outer, first).collation, &writer)
      writer.write(" = ")
      side(place.near, collates: false, &writer)
    } else if nodes[tree.place.far].isNullable || place.far.conversion != nil {
      // A single NULL in the list would make NOT IN yield NULL for every record.
      writer.write(separator)
      separator = " AND "
      converting(place.far.conversion, &writer) { reference(found, of: walk, &$0) }
      writer.write(" IS NOT NULL")
    }
    if tree.placeFilter != .always {
      writer.write(separator)
      reference("ends", of: walk, &writer)
    }
    writer.write(isSet && tree.isComplement ? "))" : ")")
  }

  // MARK: In the table's own tree

  /// Whether the tested records are those of the tree, each of a key of its own, and the field is
  /// that of the parent. The way down then leads to them, and need not be looked up again.
  func isOfOwnTree(_ tree: TreeFilter) -> Bool {
    let nodes = schema[tree.table]
    let key = nodes[tree.parent.far]
    return tree.table == scope.table && tree.place == tree.parent
      && [tree.step, tree.child, tree.parentFilter, tree.placeFilter].allSatisfy { $0 == .always }
      && nodes.primaryKeyIsTotal && nodes.primaryKey == [tree.parent.far]
      && key.collation == .binary && !key.statesCollation
      && equality(tree.parent, near: scope, scope).isOfStoredValues
  }

  /// `WITH RECURSIVE tree(key) AS (…) SELECT key FROM tree`: the keys of the records below those at
  /// which to begin, each once.
  mutating func descendants(
    _ tree: TreeFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let nodes = schema[tree.table]
    let walk = Walk(name: walkName(), tree: tree)
    let (start, first, next) = (
      alias(for: tree.table), alias(for: tree.table), alias(for: tree.table)
    )
    beginWalk(walk, ["key"], &writer)
    select([tree.parent.far], of: first, &writer)
    from(nodes, as: start, &writer)
    writer.write(" CROSS JOIN ")
    writer.identifier(nodes.name.string)
    writer.write(" AS ")
    writer.identifier(first.name)
    writer.write(" WHERE ")
    try condition(tree.start, of: start, depth: depth, &writer)
    writer.write(" AND ")
    join([tree.parent], far: start, near: first, &writer)
    writer.write(" UNION SELECT ")
    select([tree.parent.far], of: next, &writer)
    try step(walk, to: next, depth: depth, &writer)
    writer.write(") SELECT ")
    reference("key", of: walk, &writer)
    writer.write(" FROM ")
    writer.identifier(walk.name)
  }

  // MARK: Of one record

  /// Whether the filters together have a value for each field of the primary key.
  func namesOneRecord(_ filters: [Filter]) -> Bool {
    let key = schema[scope.table].primaryKey
    guard !key.isEmpty else { return false }
    let named = filters.flatMap(\.conjuncts).compactMap { filter -> FieldID? in
      guard case .term(let term) = filter, case .equals = term.test, !term.isComplement else {
        return nil
      }
      return term.field
    }
    return key.allSatisfy(named.contains)
  }

  /// Whether an index finds each step of the way up.
  private func isServedUpwards(_ tree: TreeFilter) -> Bool {
    let nodes = schema[tree.table]
    return tree.place.isServed(from: schema[scope.table], to: nodes)
      && tree.parent.isServed(from: nodes, to: nodes)
  }

  /// `EXISTS (WITH RECURSIVE above(parent, begins) AS (…) SELECT 1 FROM above WHERE begins)`
  private mutating func above(
    _ tree: TreeFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (outer, nodes) = (scope, schema[tree.table])
    let walk = Walk(name: walkName(), tree: tree)
    let (first, next) = (alias(for: tree.table), alias(for: tree.table))
    writer.write(tree.isComplement ? "NOT EXISTS (" : "EXISTS (")
    let flags: [(String, Filter)] =
      [("begins", tree.start)] + (tree.child == .always ? [] : [("leads", tree.child)])
    beginWalk(walk, ["parent"] + flags.map(\.0), &writer)
    select([tree.parent.near], of: first, &writer)
    try select(flags.map(\.1), of: first, depth: depth, &writer)
    from(nodes, as: first, &writer)
    writer.write(" WHERE ")
    join([tree.place], far: first, near: outer, &writer)
    try also([tree.step, tree.placeFilter], of: first, depth: depth, &writer)
    writer.write(" UNION SELECT ")
    select([tree.parent.near], of: next, &writer)
    try select(flags.map(\.1), of: next, depth: depth, &writer)
    from(walk, joining: nodes, as: next, &writer)
    writer.write(" WHERE ")
    if tree.child != .always {
      reference("leads", of: walk, &writer)
      writer.write(" AND ")
    }
    let key = KeyComparison(tree.parent, far: next, near: next, schema)
    side(key.far, collates: true, &writer)
    writer.write(" = ")
    walked(walk, "parent", key.near, &writer)
    try also([tree.step, tree.parentFilter], of: next, depth: depth, &writer)
    writer.write(") SELECT 1 FROM ")
    writer.identifier(walk.name)
    writer.write(" WHERE ")
    reference("begins", of: walk, &writer)
    writer.write(")")
  }

  // MARK: Parts

  /// A recursive query.
  private struct Walk {
    let name: String
    let tree: TreeFilter

    /// Whether records stand by the key by which the tree leads on.
    var isByOneKey: Bool { tree.place.far == tree.parent.far }
  }

  /// A name that no table has, since it would stand for that table.
  private mutating func walkName() -> String {
    var name: String
    repeat {
      walkCount += 1
      name = "\(QueryCompiler.walkPrefix)\(walkCount)"
    } while schema.tableID(named: name) != nil
    return name
  }

  private func beginWalk(_ walk: Walk, _ columns: [String], _ writer: inout SQLWriter) {
    writer.write("WITH RECURSIVE ")
    writer.identifier(walk.name)
    writer.write("(")
    for (index, column) in columns.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(column)
    }
    writer.write(") AS (SELECT ")
  }

  /// Columns, told apart by their bytes: what is equal in one column may differ in another. (And
  /// SQLite 3.40 fails on a set of '' and ' ' under RTRIM.)
  private func select(_ fields: [FieldID], of node: Scope, _ writer: inout SQLWriter) {
    for (index, field) in fields.enumerated() {
      if index > 0 { writer.write(", ") }
      column(field, of: node, &writer)
      if schema[node.table][field].collation != .binary { collation(.binary, &writer) }
    }
  }

  private func from(_ table: Table, as node: Scope, _ writer: inout SQLWriter) {
    writer.write(" FROM ")
    writer.identifier(table.name.string)
    writer.write(" AS ")
    writer.identifier(node.name)
  }

  /// CROSS JOIN keeps the order: one step from each record that was found.
  private func from(
    _ walk: Walk, joining table: Table, as node: Scope, _ writer: inout SQLWriter
  ) {
    writer.write(" FROM ")
    writer.identifier(walk.name)
    writer.write(" CROSS JOIN ")
    writer.identifier(table.name.string)
    writer.write(" AS ")
    writer.identifier(node.name)
  }

  /// ` FROM tree CROSS JOIN folders AS r2 WHERE tree.leads AND tree.key = r2.parent AND step`
  private mutating func step(
    _ walk: Walk, to next: Scope, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let tree = walk.tree
    from(walk, joining: schema[tree.table], as: next, &writer)
    writer.write(" WHERE ")
    if tree.parentFilter != .always {
      reference("leads", of: walk, &writer)
      writer.write(" AND ")
    }
    let parent = KeyComparison(tree.parent, far: next, near: next, schema)
    walked(walk, "key", parent.far, &writer)
    // A recursive query's columns have none.
    collation(equality(tree.parent, near: next, next).collation, &writer)
    writer.write(" = ")
    side(parent.near, collates: false, &writer)
    try also([tree.step, tree.child], of: next, depth: depth, &writer)
  }

  /// `, (filter)` for each.
  private mutating func select(
    _ filters: [Filter], of node: Scope, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    for filter in filters {
      writer.write(", (")
      try condition(filter, of: node, depth: depth, &writer)
      writer.write(")")
    }
  }

  /// ` AND filter` for each that says something.
  private mutating func also(
    _ filters: [Filter], of node: Scope, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    for filter in filters where filter != .always {
      writer.write(" AND ")
      try condition(filter, of: node, depth: depth, &writer)
    }
  }

  private func reference(_ column: String, of walk: Walk, _ writer: inout SQLWriter) {
    writer.identifier(walk.name)
    writer.write(".")
    writer.identifier(column)
  }

  /// A column's value that was found, in a comparison. It has the column's affinity.
  private func walked(
    _ walk: Walk, _ column: String, _ side: KeyComparison.Side, _ writer: inout SQLWriter
  ) {
    if side.stripsAffinity { writer.write("+") }
    converting(side.conversion, &writer) { reference(column, of: walk, &$0) }
  }

  private func equality(_ pair: ColumnPair, near: Scope, _ far: Scope) -> KeyEquality {
    KeyEquality(pair, from: schema[near.table], to: schema[far.table])
  }

  private mutating func condition(
    _ filter: Filter, of node: Scope, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    scope = node
    if case .disjunction = filter {
      writer.write("(")
      try self.filter(filter, depth: depth, &writer)
      writer.write(")")
    } else {
      try self.filter(filter, depth: depth, &writer)
    }
  }
}

extension QueryCompiler {
  /// With what the names of recursive queries begin. SQLite's authorizer takes them for the place of
  /// what they read.
  package static let walkPrefix = "rowscope_tree"
}
