import RecordFilter
import RowscopeModel

/// Writes the predicate of one query for PostgreSQL.
struct PostgreSQLPredicate {
  let schema: Schema
  let columns: PostgreSQLColumns
  /// The table that the predicate currently applies to, and its name in the statement.
  var scope: Scope
  private var aliasCount = 0
  private var testCount = 0
  private let mainName: Name

  struct Scope {
    let table: TableID
    let name: String
  }

  init(schema: Schema, columns: PostgreSQLColumns, table: TableID) {
    self.schema = schema
    self.columns = columns
    mainName = schema[table].name
    scope = Scope(table: table, name: mainName.string)
  }

  func field(_ id: FieldID) -> Field { schema[scope.table][id] }

  func type(of id: FieldID) -> PostgreSQLType {
    columns.type(of: field(id), in: schema[scope.table])
  }

  /// The error for what has no exact form.
  ///
  /// - Parameter what: what it is, in words that name no field: a rule may be about a hidden one.
  func refusal(_ what: String, of id: FieldID? = nil) -> SQLCompilationError {
    let table = schema[scope.table]
    return SQLCompilationError(
      kind: .noExactForm(
        .init(
          what: what, table: table.name.string, field: id.map { table[$0].name.string },
          type: id.map { Self.ownName(ofType: table[$0].declaredType) })))
  }

  /// The server's name of a type: a catalog's tables have a word more, where SQLite would take
  /// another affinity from it.
  private static func ownName(ofType name: String) -> String {
    for word in [" blob", " text"] where name.hasByteSuffix(word) {
      return String(decoding: name.utf8.dropLast(word.utf8.count), as: UTF8.self)
    }
    return name
  }

  // MARK: Filters

  mutating func filter(
    _ filter: Filter, depth: Int = 0, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard depth <= QueryCompiler.nestingLimit else {
      throw SQLCompilationError(kind: .nestedTooDeep(limit: QueryCompiler.nestingLimit))
    }
    switch filter {
    case .always: writer.write("TRUE")
    case .never: writer.write("FALSE")
    case .term(let term):
      try countTest()
      try self.term(term, &writer)
    case .related(let related):
      try countTest()
      try self.related(related, depth: depth + 1, &writer)
    case .under: throw refusal("a condition on a place in a tree")
    case .comparison(let comparison):
      try countTest()
      try self.comparison(comparison, &writer)
    case .conjunction(let filters):
      try group(filters, " AND ", depth: depth + 1, &writer)
    case .disjunction(let filters):
      try group(filters, " OR ", depth: depth + 1, &writer)
    }
  }

  private mutating func countTest() throws(SQLCompilationError) {
    testCount += 1
    guard testCount <= QueryCompiler.testLimit else {
      throw SQLCompilationError(kind: .tooManyTests(limit: QueryCompiler.testLimit))
    }
  }

  private mutating func group(
    _ filters: [Filter], _ separator: StaticString, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    try writer.list(filters, separator: separator) { writer, part throws(SQLCompilationError) in
      switch part {
      case .conjunction, .disjunction:
        writer.write("(")
        try filter(part, depth: depth, &writer)
        writer.write(")")
      case .always, .never, .term, .related, .under, .comparison:
        try filter(part, depth: depth, &writer)
      }
    }
  }

  // MARK: Related records

  /// `EXISTS (SELECT 1 FROM "public"."far" AS "r1" WHERE "r1"."key" = near.key AND …)`.
  private mutating func related(
    _ related: RelatedFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard related.memberType == nil else {
      throw refusal("a relation from members", of: related.pairs.first?.near)
    }
    let near = scope
    defer { scope = near }
    repeat { aliasCount += 1 } while Name("r\(aliasCount)") == mainName
    let far = Scope(table: related.table, name: "r\(aliasCount)")
    writer.write(related.isComplement ? "NOT EXISTS (SELECT 1 FROM " : "EXISTS (SELECT 1 FROM ")
    writer.identifier(columns.schema)
    writer.write(".")
    writer.identifier(schema[related.table].name.string)
    writer.write(" AS ")
    writer.identifier(far.name)
    writer.write(" WHERE ")
    try writer.list(related.pairs, separator: " AND ") { writer, pair throws(SQLCompilationError) in
      try join(pair, near: near, far: far, &writer)
    }
    if related.filter != .always {
      scope = far
      writer.write(" AND (")
      try filter(related.filter, depth: depth, &writer)
      writer.write(")")
    }
    writer.write(")")
  }

  /// `far.key = near.key`, for columns of types whose values are equal where those of SQLite are.
  private mutating func join(
    _ pair: ColumnPair, near: Scope, far: Scope, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (nearTable, farTable) = (schema[near.table], schema[far.table])
    let nearType = columns.type(of: nearTable[pair.near], in: nearTable)
    let farType = columns.type(of: farTable[pair.far], in: farTable)
    guard let form = nearType.equality(with: farType) else {
      throw refusal("a relation between columns of different types", of: pair.near)
    }
    let equality = KeyEquality(pair, from: nearTable, to: farTable)
    let collation = form == .text ? equality.collation : .binary
    let states = form == .text && !nearType.sharesCollation(with: farType)
    scope = far
    value(pair.far, collation, states: states, &writer)
    writer.write(" = ")
    scope = near
    value(pair.near, collation, states: states, &writer)
  }

  // MARK: Two fields

  /// `(left < right)` → `(left < right) IS NOT TRUE`.
  private mutating func comparison(
    _ comparison: FieldComparison, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (left, right) = (comparison.left, comparison.right)
    guard left.steps.isEmpty, right.steps.isEmpty else {
      throw refusal("a comparison with a field of a related record")
    }
    let (leftType, rightType) = (type(of: left.field), type(of: right.field))
    guard let form = leftType.equality(with: rightType), form != .enumeration,
      try compares(left, leftType), try compares(right, rightType)
    else { throw refusal("a comparison of two fields of these types", of: left.field) }
    let collation =
      form == .text
      ? comparison.left.comparedField(in: schema, of: scope.table).collation : .binary
    writer.write("(")
    value(left.field, collation, states: form == .text, &writer)
    writer.write(" ")
    writer.write(Array(comparison.relation.symbol.utf8))
    writer.write(" ")
    value(right.field, collation, states: form == .text, &writer)
    writer.write(comparison.isComplement ? ") IS NOT TRUE" : ")")
  }

  /// Whether a side's own values are those that are compared.
  private func compares(
    _ operand: FieldOperand, _ type: PostgreSQLType
  ) throws(SQLCompilationError) -> Bool {
    guard let conversion = operand.conversion else {
      // As it is seen, a moment is a text; and it is compared as one.
      return type != .timestamp
    }
    return type.reading(after: conversion) != nil
      || type == .boolean && conversion == .value(.checkbox)
  }
}

extension PostgreSQLType {
  enum EqualityForm { case plain, text, enumeration }

  /// How two columns compare exactly; nil where they do not.
  func equality(with other: PostgreSQLType) -> EqualityForm? {
    switch (self, other) {
    case (.integer, .integer), (.double, .double), (.boolean, .boolean), (.date, .date),
      (.timestamp, .timestamp), (.uuid, .uuid):
      .plain
    case (.text, .text): .text
    case (.enumeration(let one), .enumeration(let other)): one == other ? .enumeration : nil
    default: nil
    }
  }

  /// Whether two columns of text compare without a collation of their own.
  func sharesCollation(with other: PostgreSQLType) -> Bool {
    guard case .text(let one) = self, case .text(let other) = other else { return false }
    return one.isDeterministic && other.isDeterministic && one.collation == other.collation
  }
}
