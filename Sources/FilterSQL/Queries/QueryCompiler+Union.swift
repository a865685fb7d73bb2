package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// The name of the merged keys of a page, and a number if the table is called so.
  package static let mergePrefix = "rowscope_page"

  /// The records of a query as those of its branches, each read in the order of the page, merged
  /// and cut to the page.
  ///
  /// ```
  /// SELECT "tasks"."title" FROM (
  ///   SELECT "tasks"."due" AS "k1", "tasks"."id" AS "k2" FROM "tasks" WHERE "tasks"."owner" = ?
  ///   UNION SELECT "tasks"."due", "tasks"."id" FROM "tasks" WHERE "tasks"."team" = ?
  ///   ORDER BY 1, 2 LIMIT ?) AS "rowscope_page"
  /// CROSS JOIN "tasks" ON "tasks"."id" = "rowscope_page"."k2"
  /// ```
  ///
  /// SQLite runs a UNION with an ORDER BY as a merge of coroutines, each of which goes no further
  /// than the merge does. Records of several branches have equal keys, which are merged into one.
  /// Of more than two branches all but the last are joined by UNION ALL: SQLite compares each record
  /// with the one before it at every UNION that it passes.
  ///
  /// CROSS JOIN makes the merge the outer loop, so the records come in its order. SQLite up to 3.4x
  /// would sort them once more if the statement had an ORDER BY of its own.
  ///
  /// - Parameter branches: see ``Query/branches(of:in:)``.
  func select(
    _ query: Query, mergedFrom branches: [Query]
  ) throws(SQLCompilationError) -> SQLStatement {
    let table = schema[query.table]
    var writer = SQLWriter()
    var predicate = predicates(of: query.table)
    let page = table.name == Name(Self.mergePrefix) ? "\(Self.mergePrefix)_2" : Self.mergePrefix
    let limit = query.limit ?? .max
    var offset = 0
    if case .offset(let records) = query.start { offset = records }
    writer.write("SELECT ")
    try predicate.projection(of: query, &writer)
    writer.write(" FROM (")
    for (index, branch) in branches.enumerated() {
      // The last UNION drops the duplicates of all.
      if index > 0 { writer.write(index == branches.count - 1 ? " UNION " : " UNION ALL ") }
      // What is found and sorted is cut to the page before it is merged.
      var isSorted = false
      if case .filter = branch.accessPath { isSorted = true }
      if isSorted { writer.write("SELECT * FROM (") }
      try keys(of: branch, isNamed: index == 0, &predicate, &writer)
      guard isSorted else { continue }
      order(query, &writer)
      let (last, isBeyond) = limit.addingReportingOverflow(offset)
      writer.write(" LIMIT ")
      writer.bind(.integer(isBeyond ? -1 : Int64(last)))
      writer.write(")")
    }
    order(query, &writer)
    writer.write(" LIMIT ")
    writer.bind(.integer(Int64(limit)))
    if offset > 0 {
      writer.write(" OFFSET ")
      writer.bind(.integer(Int64(offset)))
    }
    writer.write(") AS ")
    writer.identifier(page)
    writer.write(" CROSS JOIN ")
    writer.identifier(table.name.string)
    writer.write(" ON ")
    var isFirst = true
    for (place, key) in query.order.enumerated() where table.primaryKey.contains(key.field) {
      guard key.path == nil, key.type == nil else { continue }
      if !isFirst { writer.write(" AND ") }
      isFirst = false
      predicate.reference(key.field, &writer)
      writer.write(" = ")
      writer.identifier(page)
      writer.write(".")
      writer.identifier("k\(place + 1)")
    }
    return try writer.statement(in: dialect)
  }

  /// The keys of a branch of a merge by themselves, as they are read there.
  package func keys(of branch: Query) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    var predicate = predicates(of: branch.table)
    try keys(of: branch, isNamed: false, &predicate, &writer)
    order(branch, &writer)
    return try writer.statement(in: dialect)
  }

  private func keys(
    of branch: Query, isNamed: Bool, _ predicate: inout PredicateCompiler, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    writer.write("SELECT ")
    for (place, key) in branch.order.enumerated() {
      if place > 0 { writer.write(", ") }
      if case .filter = branch.accessPath { writer.write("+") }
      try predicate.orderOperand(key, &writer)
      let field = key.declaration(in: schema[branch.table])
      if key.path == nil, key.type == nil, !field.statesCollation {
        switch field.collation {
        case .binary: break
        case .nocase: writer.write(" COLLATE NOCASE")
        case .rtrim: writer.write(" COLLATE RTRIM")
        }
      }
      guard isNamed else { continue }
      writer.write(" AS ")
      writer.identifier("k\(place + 1)")
    }
    writer.write(" FROM ")
    writer.identifier(schema[branch.table].name.string)
    try predicate.whereClause(branch, &writer)
  }

  /// `ORDER BY 1 DESC, 2`, by the places of the keys. A collation is stated by the keys themselves:
  /// stated here, it would make SQLite find all records first, and sort them.
  private func order(_ query: Query, _ writer: inout SQLWriter) {
    writer.write(" ORDER BY ")
    for (place, key) in query.order.enumerated() {
      if place > 0 { writer.write(", ") }
      writer.write(integer: place + 1)
      if key.direction == .descending { writer.write(" DESC") }
    }
  }
}
