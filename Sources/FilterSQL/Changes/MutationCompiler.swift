package import RecordFilter
package import RowscopeModel

/// What identifies the records of a table within one transaction.
package enum RecordIdentity: Sendable, Hashable {
  /// SQLite's row id, by a name that no column has.
  case rowID(name: String)
  /// The primary key, none of whose parts is ever NULL.
  case key([FieldID])
}

/// The records to change: those in scope that match the request's filter.
package struct MutationTarget: Sendable, Hashable {
  package var table: TableID
  /// The records that the user can reach and may change.
  package var scope: Filter
  package var request: Filter

  package init(table: TableID, scope: Filter, request: Filter) {
    self.table = table
    self.scope = scope
    self.request = request
  }

  package var isNever: Bool { scope == .never || request == .never }
}

/// Compiles changes of records into SQLite's SQL, for one schema.
///
/// ```
/// INSERT INTO "tasks" ("title", "owner") VALUES (?, ?)
/// UPDATE "tasks" SET "status" = ? WHERE ("tasks"."owner" = ?) AND ("tasks"."id" = ?)
/// DELETE FROM "tasks" WHERE ("tasks"."owner" = ?) AND ("tasks"."status" = ?)
/// ```
///
/// The conditions are those of a query. They are part of the statement that changes the records,
/// even for a single record. Every value is bound. There is no upsert, no `OR IGNORE` and no
/// `OR REPLACE`. There is no `RETURNING` either, as it would show columns that no query's
/// conditions were applied to.
///
/// A table that declares `ON CONFLICT` is changed by `INSERT OR ABORT` and `UPDATE OR ABORT`, which
/// override the declaration. Other tables are not, since these also override what their triggers
/// say.
package struct MutationCompiler: Sendable {
  let schema: Schema
  private let columns: ColumnNames

  /// Complexity: linear in the schema.
  package init(schema: Schema) { self.init(QueryCompiler(schema: schema)) }

  /// For the same schema as another compiler.
  package init(_ queries: QueryCompiler) {
    schema = queries.schema
    columns = queries.columns
  }

  /// Adds a record with these values. The database's defaults apply to all other columns.
  package func insert(
    into table: TableID, _ values: [(field: FieldID, value: Value)]
  ) -> SQLStatement {
    var writer = SQLWriter()
    begin("INSERT", " INTO ", table, &writer)
    guard !values.isEmpty else {
      writer.write(" DEFAULT VALUES")
      return writer.statement
    }
    writer.write(" (")
    for (index, value) in values.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(schema[table][value.field].name.string)
    }
    writer.write(") VALUES (")
    for (index, value) in values.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.bind(value.value)
    }
    writer.write(")")
    return writer.statement
  }

  /// Sets these values in the target's records.
  ///
  /// - Precondition: there is at least one value.
  package func update(
    _ target: MutationTarget, _ values: [(field: FieldID, value: Value)]
  ) throws(SQLCompilationError) -> SQLStatement {
    precondition(!values.isEmpty, "an update changes a column")
    var writer = SQLWriter()
    begin("UPDATE", " ", target.table, &writer)
    writer.write(" SET ")
    for (index, value) in values.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(schema[target.table][value.field].name.string)
      writer.write(" = ")
      writer.bind(value.value)
    }
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: target.table)
    try predicate.whereClause(target, &writer)
    return writer.statement
  }

  /// Sets fields of the record in scope with a primary key, which is bound when the statement is run
  /// as the fields' values are: ``SQLStatement/bindings(forKey:written:)``. Only for keys without
  /// NULL, which equals nothing.
  package func updateByKey(
    of table: TableID, in scope: Filter, setting fields: [FieldID]
  ) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    begin("UPDATE", " ", table, &writer)
    writer.write(" SET ")
    for (place, field) in fields.enumerated() {
      if place > 0 { writer.write(", ") }
      writer.identifier(schema[table][field].name.string)
      writer.write(" = ")
      writer.bind(.written(place))
    }
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: table)
    predicate.isOfOneRecord = true
    writer.write(" WHERE (")
    if scope != .always {
      try predicate.filter(scope, &writer)
      writer.write(") AND (")
    }
    try predicate.equalsKey(schema[table].primaryKey, &writer)
    writer.write(")")
    return writer.statement
  }

  /// The verb and table of a change that may break a constraint.
  func begin(
    _ verb: StaticString, _ preposition: StaticString, _ table: TableID, _ writer: inout SQLWriter
  ) {
    writer.write(verb)
    if schema[table].hasConflictClause { writer.write(" OR ABORT") }
    writer.write(preposition)
    writer.identifier(schema[table].name.string)
  }

  package func delete(_ target: MutationTarget) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("DELETE FROM ")
    writer.identifier(schema[target.table].name.string)
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: target.table)
    try predicate.whereClause(target, &writer)
    return writer.statement
  }

  /// The identities of the target's records, each followed by these fields, ordered by identity.
  package func identities(
    _ target: MutationTarget, _ identity: RecordIdentity, with fields: [FieldID]
  ) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: target.table)
    writer.write("SELECT ")
    predicate.identity(identity, &writer)
    for field in fields {
      writer.write(", ")
      predicate.projected(field, &writer)
    }
    writer.write(" FROM ")
    writer.identifier(schema[target.table].name.string)
    try predicate.whereClause(target, &writer)
    writer.write(" ORDER BY ")
    predicate.identity(identity, &writer)
    return writer.statement
  }

  /// These fields of the given records that belong to the target, and whether they match each of
  /// the tests as 1 or 0, ordered by identity.
  ///
  /// - Precondition: at least one record; at most ``keysPerStatement`` if the identity is a key.
  package func select(
    _ fields: [FieldID], _ tests: [Filter] = [], of target: MutationTarget,
    _ identity: RecordIdentity, among records: ArraySlice<[Value]>
  ) throws(SQLCompilationError) -> SQLStatement {
    var writer = SQLWriter()
    var predicate = PredicateCompiler(schema: schema, columns: columns, table: target.table)
    writer.write("SELECT ")
    if fields.isEmpty { writer.write("NULL") }
    try writer.list(fields) { writer, field throws(SQLCompilationError) in
      predicate.projected(field, &writer)
    }
    try predicate.tests(tests, isFirst: false, &writer)
    writer.write(" FROM ")
    writer.identifier(schema[target.table].name.string)
    try predicate.whereClause(target, &writer)
    writer.write(target.isAlways ? " WHERE (" : " AND (")
    predicate.isOne(of: records, identity, &writer)
    writer.write(") ORDER BY ")
    predicate.identity(identity, &writer)
    return writer.statement
  }

  /// The limit on the number of records that one statement names by key.
  package static let keysPerStatement = 50
}

extension MutationTarget {
  fileprivate var isAlways: Bool { scope == .always && request == .always }
}

extension PredicateCompiler {
  /// ` WHERE (scope) AND (request)`, or nothing if both are always true.
  mutating func whereClause(
    _ target: MutationTarget, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var isFirst = true
    isOfOneRecord = namesOneRecord([target.scope, target.request])
    for part in [target.scope, target.request] where part != .always {
      writer.write(isFirst ? " WHERE (" : " AND (")
      isFirst = false
      try filter(part, &writer)
      writer.write(")")
    }
  }

  /// The columns of an identity, separated by commas.
  fileprivate func identity(_ identity: RecordIdentity, _ writer: inout SQLWriter) {
    switch identity {
    case .rowID(let name): rowID(name, &writer)
    case .key(let fields):
      for (index, field) in fields.enumerated() {
        if index > 0 { writer.write(", ") }
        column(field, &writer)
      }
    }
  }

  private func rowID(_ name: String, _ writer: inout SQLWriter) {
    writer.identifier(scope.name)
    writer.write(".")
    writer.identifier(name)
  }

  fileprivate func isOne(
    of records: ArraySlice<[Value]>, _ identity: RecordIdentity, _ writer: inout SQLWriter
  ) {
    switch identity {
    case .rowID(let name):
      rowID(name, &writer)
      writer.write(" IN ")
      writer.bind(list: records.map { $0[0] }, in: .integer)
    case .key(let fields):
      precondition(records.count <= MutationCompiler.keysPerStatement)
      for (index, record) in records.enumerated() {
        if index > 0 { writer.write(" OR ") }
        for (place, field) in fields.enumerated() {
          if place > 0 { writer.write(" AND ") }
          comparand(field, &writer)
          writer.write(" = ")
          writer.bind(record[place])
        }
      }
    }
  }
}
