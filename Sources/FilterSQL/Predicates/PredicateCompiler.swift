import RecordFilter
import RowscopeModel

/// Writes the predicate of one query.
///
/// The filter becomes an expression of AND and OR that fits SQLite's limits. Its parser's stack
/// overflows at some thirty nested parentheses that are each preceded by something, and an
/// expression may be at most 1,000 operators deep. So long chains are split into balanced groups.
/// In a deeply nested tree the deepest branch is written first, where an open parenthesis takes one
/// stack entry instead of three.
struct PredicateCompiler {
  let schema: Schema
  let dialect: SQLDialect
  private let columns: ColumnNames
  /// The table that the predicate currently applies to, and its name in the statement.
  var scope: Scope
  private var aliasCount = 0
  private var testCount = 0
  /// The number of recursive queries.
  var walkCount = 0
  /// Whether the predicate is of the record of one key.
  var isOfOneRecord = false
  /// Which tests may be answered by an index.
  var indexUse = IndexUse.all
  private let mainName: Name

  /// A table in a FROM clause.
  struct Scope {
    let table: TableID
    let name: String
    /// Whether the name is an alias rather than the table's own name.
    var isAlias = false
  }

  init(
    schema: Schema, columns: ColumnNames, table: TableID, in dialect: SQLDialect = .sqlite
  ) {
    self.schema = schema
    self.dialect = dialect
    self.columns = columns
    mainName = schema[table].name
    scope = Scope(table: table, name: mainName.string)
  }

  // MARK: Names

  /// What a query returns of each record.
  mutating func projection(
    of query: Query, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let isEmpty = query.projection.isEmpty
    if isEmpty, query.tests.isEmpty { writer.write("NULL") }
    try writer.list(query.projection) { writer, field throws(SQLCompilationError) in
      projected(field, &writer)
    }
    for key in query.keyValues {
      writer.write(", ")
      try stored(key, &writer)
    }
    try tests(query.tests, isFirst: isEmpty && query.keyValues.isEmpty, &writer)
  }

  /// `CASE WHEN … THEN 1 ELSE 0 END` for each test of a query. (With `IS TRUE` in its place, a
  /// column of the name `true` would be compared.)
  mutating func tests(
    _ tests: [Filter], isFirst: Bool, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var isFirst = isFirst
    for test in tests {
      writer.write(isFirst ? "CASE WHEN " : ", CASE WHEN ")
      isFirst = false
      try filter(test, &writer)
      writer.write(" THEN 1 ELSE 0 END")
    }
  }

  /// A column as it is shown in an answer.
  mutating func projected(_ field: FieldID, _ writer: inout SQLWriter) {
    let declared = schema[scope.table][field]
    if case .link(let link) = declared.storage {
      members(of: link, &writer)
    } else if isGeneratedReal(declared) {
      // Up to version 3.53, SQLite's sorter makes 2 of a generated 2.0.
      writer.write("CASE typeof(")
      reference(field, &writer)
      writer.write(") WHEN 'real' THEN CAST(")
      reference(field, &writer)
      writer.write(" AS REAL) ELSE ")
      reference(field, &writer)
      writer.write(" END")
    } else {
      reference(field, &writer)
    }
  }

  /// Whether it shows or derives from a generated column that holds reals.
  private func isGeneratedReal(_ field: Field) -> Bool {
    func isOne(_ field: Field) -> Bool {
      field.storage == .generatedColumn && field.affinity == .real
    }
    if schema[scope.table].kind == .table { return isOne(field) }
    return field.origins.contains { isOne(schema[$0.table][$0.field]) }
  }

  /// A column as it is tested: with the value that is shown.
  ///
  /// `(SELECT "v"."c")` for a field that SQLite converts, see ``Table/convertedFields``: SQLite
  /// does not move a test with a subquery into the view.
  func column(_ field: FieldID, of scope: Scope? = nil, _ writer: inout SQLWriter) {
    let isConverted = schema[(scope ?? self.scope).table].convertedFields.contains(field)
    if isConverted { writer.write("(SELECT ") }
    reference(field, of: scope, &writer)
    if isConverted { writer.write(")") }
  }

  func reference(_ field: FieldID, of scope: Scope? = nil, _ writer: inout SQLWriter) {
    let scope = scope ?? self.scope
    guard scope.isAlias else {
      writer.write(columns.column(field, of: scope.table))
      return
    }
    writer.identifier(scope.name)
    writer.write(".")
    writer.identifier(schema[scope.table][field].name.string)
  }

  /// A column as it is compared and ordered. A view's column states its collation here, as its
  /// expression's collation is not in the schema.
  ///
  /// A view's column of unknown affinity gets a unary plus, which removes any affinity that its
  /// expression may have.
  func comparand(_ field: FieldID, of scope: Scope? = nil, _ writer: inout SQLWriter) {
    let table = schema[(scope ?? self.scope).table]
    if avoidsIndex(on: field, of: scope) { writer.write("+") }
    uncollated(field, of: scope, &writer)
    if table.kind == .view || table[field].statesCollation {
      collation(table[field].collation, &writer)
    }
  }

  /// A column as it is compared, for a comparison that states a collation itself.
  func uncollated(_ field: FieldID, of scope: Scope? = nil, _ writer: inout SQLWriter) {
    let table = schema[(scope ?? self.scope).table]
    if table.kind == .view, table[field].affinity == .blob { writer.write("+") }
    column(field, of: scope, &writer)
  }

  func collation(_ collation: Collation, _ writer: inout SQLWriter) {
    switch collation {
    case .binary: writer.write(" COLLATE BINARY")
    case .nocase: writer.write(" COLLATE NOCASE")
    case .rtrim: writer.write(" COLLATE RTRIM")
    }
  }

  /// An alias for another table of the statement. It never equals the name in the outermost FROM
  /// clause.
  mutating func alias(for table: TableID) -> Scope {
    repeat { aliasCount += 1 } while Name("r\(aliasCount)") == mainName
    return Scope(table: table, name: "r\(aliasCount)", isAlias: true)
  }

  /// A key of ORDER BY. An exact key may take two terms, to order values that compare as equal.
  mutating func order(
    _ key: OrderKey, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let field = key.declaration(in: schema[scope.table])
    func direct(_ writer: inout SQLWriter) {
      if key.direction == .descending { writer.write(" DESC") }
    }
    func own(
      _ writer: inout SQLWriter, _ value: (inout PredicateCompiler, inout SQLWriter) -> Void
    ) throws(SQLCompilationError) {
      if let path = key.path { try shown(by: path, value, &writer) } else { value(&self, &writer) }
    }
    if let path = key.path, path.isTruth {
      try shown(by: path, { $1.write("1") }, &writer)
    } else if case .link(let link) = field.storage {
      try own(&writer) { $0.members(of: link, &$1) }
    } else if key.isExact {
      try own(&writer) { $0.column(key.field, &$1) }
      writer.write(" COLLATE BINARY")
      if field.affinity != .text {
        direct(&writer)
        writer.write(", ")
        try own(&writer) {
          $1.write("typeof(")
          $0.column(key.field, &$1)
          $1.write(")")
        }
      }
    } else {
      try orderOperand(key, &writer)
    }
    direct(&writer)
  }

  // MARK: Clauses

  /// ` WHERE (scope) AND (request) AND (key) AND after the cursor`, or nothing if all of them are
  /// always true.
  ///
  /// - Parameter key: the fields of a key whose values are bound when the statement is run.
  mutating func whereClause(
    _ query: Query, key: [FieldID] = [], _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let parts = [query.scope, query.request].filter { $0 != .always }
    var cursor: [Value]?
    if case .after(let values) = query.start { cursor = values }
    let groupCount = parts.count + (key.isEmpty ? 0 : 1)
    guard groupCount > 0 || cursor != nil else { return }
    writer.write(" WHERE ")
    isOfOneRecord = !key.isEmpty || namesOneRecord(parts)
    let isAlone = groupCount == 1 && cursor == nil
    var isFirst = true
    func open(_ writer: inout SQLWriter) {
      if !isFirst { writer.write(" AND ") }
      isFirst = false
      if !isAlone { writer.write("(") }
    }
    func close(_ writer: inout SQLWriter) {
      if !isAlone { writer.write(")") }
    }
    indexUse = IndexUse(query.accessPath)
    for part in parts {
      open(&writer)
      try filter(part, &writer)
      close(&writer)
    }
    if case .order = query.accessPath { indexUse = .all }
    defer { indexUse = .all }
    if !key.isEmpty {
      open(&writer)
      try equalsKey(key, &writer)
      close(&writer)
    }
    if let cursor {
      if !isFirst { writer.write(" AND ") }
      let present = Set(parts.flatMap(\.fieldsWithValue))
      try after(cursor, order: query.order, present: present, &writer)
    }
  }

  /// `id = ? AND …`, for a key whose values are bound when the statement is run.
  mutating func equalsKey(
    _ fields: [FieldID], _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    for (part, field) in fields.enumerated() {
      try countTest()
      if part > 0 { writer.write(" AND ") }
      comparand(field, &writer)
      writer.write(" = ")
      writer.bind(.key(part))
    }
  }

  /// A filter, without parentheses around a term or a conjunction.
  mutating func filter(
    _ filter: Filter, depth: Int = 0, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard depth <= QueryCompiler.nestingLimit else {
      throw SQLCompilationError(kind: .nestedTooDeep(limit: QueryCompiler.nestingLimit))
    }
    if case .only(let chosen) = indexUse, chosen == filter {
      indexUse = .all
      try self.filter(filter, depth: depth, &writer)
      indexUse = .only(chosen)
      return
    }
    switch filter {
    case .always: writer.write("1")
    case .never: writer.write("0")
    case .term(let term):
      try countTest()
      try self.term(term, &writer)
    case .related(let related):
      try countTest()
      try self.related(related, depth: depth + 1, &writer)
    case .under(let tree):
      try countTest()
      try self.under(tree, depth: depth + 1, &writer)
    case .comparison(let comparison):
      try countTest()
      // A plus would change how two columns compare.
      let use = indexUse
      indexUse = .all
      try self.comparison(comparison, depth: depth + 1, &writer)
      indexUse = use
    case .conjunction(let filters):
      try group(filters, " AND ", depth: depth + 1, &writer)
    case .disjunction(let filters):
      try group(filters, " OR ", depth: depth + 1, &writer)
    }
  }

  mutating func countTest() throws(SQLCompilationError) {
    testCount += 1
    guard testCount <= QueryCompiler.testLimit else {
      throw SQLCompilationError(kind: .tooManyTests(limit: QueryCompiler.testLimit))
    }
  }
}

extension Filter {
  /// Fields that are known not to be null in records that match the filter.
  fileprivate var fieldsWithValue: [FieldID] {
    conjuncts.compactMap { filter in
      guard case .term(let term) = filter else { return nil }
      switch term.test {
      case .isNull, .isEmpty: return term.isComplement ? term.field : nil
      case .equals, .compares, .isOneOf, .isBetween, .matches, .hasMember, .converted:
        return term.isComplement ? nil : term.field
      }
    }
  }
}
