import AccessProfiles
package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// Runs changes of records in SQLite.
///
/// SQLite's authorizer limits its statements: they can read what the profile's queries may read and
/// the primary keys, and change only the given columns. It refuses everything else, whatever the
/// statement says.
package struct MutationEngine {
  package let compiler: MutationCompiler
  package let schema: Schema
  let queries: QueryCompiler
  let reads: ReadPermissions
  /// Every way by which the records' own columns refer to others.
  package let references: [Relation]

  /// - Parameters:
  ///   - queries: for the profiles' schema.
  ///   - numbers: of the profiles' schema.
  init(
    _ profiles: ProfileUnion, _ queries: QueryCompiler, _ numbers: ColumnNumbers, table: TableID
  ) {
    let schema = profiles.schema
    self.schema = schema
    self.queries = queries
    references = schema.references(of: table)
    compiler = MutationCompiler(queries)
    var fields = profiles.readableFields(for: .changing)
    func insert(_ columns: some Sequence<FieldID>, of table: TableID) {
      for column in columns { fields.insert(FieldReference(table, column)) }
    }
    insert(schema[table].primaryKey, of: table)
    for link in schema[table].links {
      insert(link.pairs.map(\.near), of: table)
      insert(link.pairs.map(\.far) + [link.member], of: link.table)
    }
    // The row id, for tables without a column for it.
    reads = ReadPermissions(
      fields: fields, tables: profiles.reachedTables, of: schema, numbers,
      functions: SQLiteEngine.functions, rowNumbersOf: [table])
  }

  /// Runs a statement that changes records.
  ///
  /// - Returns: the number of rows that the statement itself changed.
  package func run(
    _ statement: SQLStatement, _ change: WritePermissions.Change,
    on connection: borrowing Connection
  ) throws(StoreError) -> Int {
    let prepared = try connection.statement(
      statement.text, as: .writing(WritePermissions(change, reads: reads)))
    try prepared.bind(statement.bindings)
    _ = try prepared.step()
    return connection.changeCount
  }

  /// All rows of a statement that reads.
  package func rows(
    _ statement: SQLStatement, on connection: borrowing Connection
  ) throws(ServiceError) -> [[Value]] {
    try serviceErrors { () throws(StoreError) in
      let prepared = try connection.statement(statement.text, as: .reading(reads))
      try prepared.bind(statement.bindings)
      return try prepared.rows()
    }
  }

  /// Whether a record of the table matches both filters.
  package func hasRecord(
    _ target: MutationTarget, on connection: borrowing Connection
  ) throws(ServiceError) -> Bool {
    guard !target.isNever else { return false }
    let query = Query(
      table: target.table, scope: target.scope, request: target.request, projection: [], order: [])
    let statement = try serviceErrors { () throws(SQLCompilationError) in
      try queries.count(query, upTo: 1)
    }
    return try rows(statement, on: connection) != [[0]]
  }

  /// The least stored value of a field among the records that match both filters; nil if none does.
  package func firstValue(
    of field: FieldID, in target: MutationTarget, on connection: borrowing Connection
  ) throws(ServiceError) -> Value? {
    guard !target.isNever else { return nil }
    let query = Query(
      table: target.table, scope: target.scope, request: target.request, projection: [field],
      order: [OrderKey(field), OrderKey(field, isExact: true)], limit: 1)
    let statement = try serviceErrors { () throws(SQLCompilationError) in
      try queries.select(query)
    }
    return try rows(statement, on: connection).first?.first
  }
}

extension Table {
  /// The many-valued fields whose members are in another table.
  package var links: [Link] {
    fields.compactMap { field in
      if case .link(let link) = field.storage { link } else { nil }
    }
  }
}
