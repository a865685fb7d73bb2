package import AccessProfiles
import FilterSQL
import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization
import Workspaces

/// The statement of a ``RecordLookup``, which reads its fields and what its conditions need, and
/// nothing else.
package final class LookupStatement: Sendable {
  package let lookup: RecordLookup
  private let schema: Schema
  private let compiler: QueryCompiler
  private let permissions: ReadPermissions
  /// The fields without repetitions: several may be read from one column.
  private let projection: [FieldID]
  /// For each field of the look-up, its place in ``projection``.
  private let places: [Int]
  private let kept = Mutex<Kept?>(nil)

  /// A statement that serves everybody, at a time if it depends on it.
  private struct Kept {
    let clock: RequestClock?
    /// Nil if no record can match.
    let statement: CompiledStatement?
  }

  init(_ lookup: RecordLookup, _ schema: Schema, _ compiler: QueryCompiler) {
    self.lookup = lookup
    self.schema = schema
    self.compiler = compiler
    let tables = Set(lookup.reads.map(\.table))
    permissions = ReadPermissions(
      fields: lookup.reads, tables: tables, of: schema, functions: SQLiteEngine.functions)
    var projection: [FieldID] = []
    places = lookup.fields.map { field in
      if let known = projection.firstIndex(of: field) { return known }
      projection.append(field)
      return projection.count - 1
    }
    self.projection = projection
  }

  /// Whether its conditions depend on the time of the request, what it finds is written in the
  /// request's time zone, or a view that it reads asks for the time.
  var dependsOnClock: Bool {
    lookup.dependsOnClock || lookup.reads.contains { schema[$0.table].readsClock }
      || lookup.fields.contains { schema[lookup.table][$0].type?.isLocal ?? false }
  }

  /// Calls `body` with the records of a key, until it returns false.
  ///
  /// - Parameter passing: see ``RecordLookup/filter(for:passing:)``.
  func forEachRow(
    of key: Value, for context: ReferenceContext, passing: Bool = false,
    on connection: borrowing Connection,
    _ body: (borrowing LookupRow) throws(StoreError) -> Bool
  ) throws(ServiceError) {
    let field = schema[lookup.table][lookup.key]
    if field.keyConversion != nil {
      let filter = schema[lookup.table].equals(lookup.key, key)
      guard let sql = try compile(.all(self.filter(context, passing), filter)) else { return }
      _ = try run(sql, sql.sql.bindings, on: connection, body)
      return
    }
    for key in Self.forms(of: key, in: field) {
      guard let sql = try statement(for: context, passing) else { return }
      guard try run(sql, sql.sql.bindings(forKey: [key]), on: connection, body) else { return }
    }
  }

  /// Calls `body` with all records that match a further filter, until it returns false.
  func forEachRow(
    _ further: Filter, for context: ReferenceContext, passing: Bool,
    on connection: borrowing Connection,
    _ body: (borrowing LookupRow) throws(StoreError) -> Bool
  ) throws(ServiceError) {
    guard let sql = try compile(.all(filter(context, passing), further)) else { return }
    _ = try run(sql, sql.sql.bindings, on: connection, body)
  }

  /// - Returns: false if `body` stopped.
  private func run(
    _ compiled: CompiledStatement, _ bindings: [Value], on connection: borrowing Connection,
    _ body: (borrowing LookupRow) throws(StoreError) -> Bool
  ) throws(ServiceError) -> Bool {
    try serviceErrors { () throws(StoreError) in
      let statement = try connection.statement(compiled.key)
      try statement.bind(bindings)
      while let goesOn = try statement.next({ (row: borrowing Row) throws(StoreError) in
        try body(LookupRow(values: row.values(), places: places))
      }) {
        guard goesOn else { return false }
      }
      return true
    }
  }

  /// The values by which SQLite finds a key as it is meant: a number is the same id as its digits,
  /// and other texts are no numbers, whatever SQLite would make of them.
  private static func forms(of key: Value, in field: Field) -> [Value] {
    if case .uuid? = field.type { return [field.key(key)] }
    switch (field.affinity, key) {
    case (.blob, .integer(let number)): return [key, .text(String(number))]
    case (.integer, .text), (.real, .text), (.numeric, .text):
      if case .text = key.applying(field.affinity) { return [key] }
      return []
    case (.blob, _), (.text, _), (.integer, _), (.real, _), (.numeric, _): return [key]
    }
  }

  // MARK: Statements

  private func filter(_ context: ReferenceContext, _ passing: Bool) -> Filter {
    lookup.filter(for: context, passing: passing)
  }

  private func query(_ filter: Filter) -> Query {
    Query(table: lookup.table, scope: filter, projection: projection, order: [])
  }

  /// The statement of a filter alone; nil if no record can match.
  private func compile(_ filter: Filter) throws(ServiceError) -> CompiledStatement? {
    guard filter != .never else { return nil }
    return try serviceErrors { () throws(SQLCompilationError) in
      CompiledStatement(try compiler.select(query(filter)), as: permissions)
    }
  }

  /// The statement for the records of a key; nil if no record can match.
  private func statement(
    for context: ReferenceContext, _ passing: Bool
  ) throws(ServiceError) -> CompiledStatement? {
    let isKept = passing ? !lookup.isOfUserByPath : !lookup.isOfUser
    let clock = lookup.dependsOnClock ? context.clock : nil
    if isKept, let kept = kept.withLock({ $0 }), kept.clock == clock { return kept.statement }
    let filter = filter(context, passing)
    let compiled: CompiledStatement? =
      filter == .never
      ? nil
      : try serviceErrors { () throws(SQLCompilationError) in
        CompiledStatement(
          try compiler.select(query(filter), by: lookup.key), as: permissions)
      }
    if isKept { kept.withLock { $0 = Kept(clock: clock, statement: compiled) } }
    return compiled
  }

  /// SQLite's plan for a look-up, a line for each step; empty if no record can match.
  package func plan(
    at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> [String] {
    let context = ReferenceContext(user: User(id: .null), clock: clock)
    let field = schema[lookup.table][lookup.key]
    let compiled =
      field.keyConversion == nil
      ? try statement(for: context, true)
      : try compile(schema[lookup.table].equals(lookup.key, .blob(Array(repeating: 0, count: 16))))
    guard let sql = compiled?.sql else { return [] }
    return try serviceErrors { () throws(StoreError) in
      try connection.queryPlan(
        sql.text, bindings: field.keyConversion == nil ? sql.bindings(forKey: [1]) : sql.bindings)
    }
  }
}

/// The values of one record that was looked up, as they are stored.
package struct LookupRow: ~Copyable {
  let values: [Value]
  let places: [Int]

  /// The value of the n-th field of the look-up.
  subscript(index: Int) -> Value { values[places[index]] }
}

extension LookupStatement {
  /// Calls `body` with the document of a profile, whose bytes are there only for the call.
  func document<Result>(
    named name: String, for context: ReferenceContext, on connection: borrowing Connection,
    _ body: (FoundDocument) -> Result
  ) throws(ServiceError) -> Result {
    var found: Value?
    var isSeveral = false
    try forEachRow(of: Value.text(name).canonicalIdentifier, for: context, on: connection) {
      (row: borrowing LookupRow) throws(StoreError) in
      // Equal by the column's collation is not enough.
      guard row[0].identifierText.map({ Text($0) == Text(name) }) ?? false else { return true }
      isSeveral = found != nil
      found = row[1]
      return !isSeveral
    }
    if isSeveral { return body(.unusable(.several)) }
    switch found {
    case .none: return body(.missing)
    case .some(.text(let text)):
      return text.withBytes {
        body($0.count > DocumentFile.sizeLimit ? .unusable(.tooLarge) : .text($0))
      }
    case .some(.null), .some(.integer), .some(.real), .some(.blob):
      return body(.unusable(.notText))
    }
  }

  /// The names of all profiles, as far as there are not too many.
  package func names(
    at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> [String] {
    let nobody = ReferenceContext(user: User(id: .null), clock: clock)
    var names: Set<Text> = []
    try forEachRow(.always, for: nobody, passing: false, on: connection) {
      (row: borrowing LookupRow) throws(StoreError) in
      if let name = row[0].identifierText { names.insert(Text(name)) }
      return names.count < StoredProfiles.limit
    }
    return names.map(\.string).sorted()
  }
}
