import AccessProfiles
package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// Runs queries in SQLite.
package struct SQLiteEngine {
  package let schema: Schema
  package let compiler: QueryCompiler
  package let permissions: ReadPermissions
  /// The permissions of push scan statements, which pass their records to a function.
  package let pushScanPermissions: ReadPermissions
  /// The same for queries that also tell what the user may do with the records: see
  /// ``Query/tests``.
  private let testPermissions: ReadPermissions
  private let testScanPermissions: ReadPermissions
  /// The permissions of statements over rowid ranges. The rowid is the key of tables with a single
  /// integer key; these statements do not return it.
  package let rangePermissions: ReadPermissions

  /// An engine for the users of these profiles. Its statements cannot read what the profiles'
  /// queries do not need.
  ///
  /// - Parameters:
  ///   - compiler: for the profiles' schema.
  ///   - numbers: of the profiles' schema.
  init(_ profiles: ProfileUnion, _ compiler: QueryCompiler, _ numbers: ColumnNumbers) {
    schema = profiles.schema
    self.compiler = compiler
    let (seen, tested) = (
      profiles.readableFields(), profiles.readableFields(for: .tellingActs)
    )
    let tables = profiles.reachedTables
    func permissions(
      _ fields: Set<FieldReference>, rowNumbersOf numbered: [TableID] = []
    ) -> ReadPermissions {
      ReadPermissions(
        fields: fields, tables: tables, of: profiles.schema, numbers, functions: Self.functions,
        rowNumbersOf: numbered)
    }
    self.permissions = permissions(seen)
    pushScanPermissions = self.permissions.calling(Self.scanFunctions)
    testPermissions = seen == tested ? self.permissions : permissions(tested)
    testScanPermissions = testPermissions.calling(Self.scanFunctions)
    rangePermissions = permissions(seen, rowNumbersOf: tables)
  }

  /// The functions that compiled statements call.
  package static let functions = FunctionPermissions(functionNames)
  private static let scanFunctions = FunctionPermissions(
    functionNames + [Name(QueryCompiler.scanFunction)])
  private static let functionNames: [Name] = [
    "char", "count", "ifnull", "instr", "json_array_length", "json_each",
    "json_group_array", "json_type", "json_valid", "likelihood", "lower", "substr", "typeof",
    Name(QueryCompiler.conversionFunction), Name(QueryCompiler.memberFunction),
    Name(QueryCompiler.searchFunction),
  ]

  /// Calls `body` with the records of a query, in order, until it returns false. A query that
  /// cannot match is not run.
  ///
  /// - Parameter schemaVersion: the schema version of the transaction.
  package func forEachRow(
    of query: Query, on connection: borrowing Connection, schemaVersion: Int64,
    _ body: (borrowing Row) throws(StoreError) -> Bool
  ) throws(ServiceError) {
    guard !query.isNever else { return }
    var phases = PhaseSequence(of: query, in: schema)
    while let phase = phases.next() {
      let compiled = try compile(phase)
      guard
        let count = try forEachRow(
          of: compiled, compiled.sql.bindings, on: connection, schemaVersion: schemaVersion, body)
      else { return }
      try phases.ended(phase, count: count) { phase, limit throws(ServiceError) in
        try self.count(phase, upTo: limit, on: connection)
      }
    }
  }

  /// Calls `body` with the records of one statement until it returns false.
  ///
  /// - Parameter schemaVersion: the schema version of the transaction, if known.
  /// - Returns: the number of records; nil if `body` stopped early.
  package func forEachRow(
    of compiled: CompiledStatement, _ bindings: [Value], on connection: borrowing Connection,
    schemaVersion: Int64? = nil, _ body: (borrowing Row) throws(StoreError) -> Bool
  ) throws(ServiceError) -> Int? {
    let statement = try self.statement(compiled.key, bindings, on: connection)
    return try serviceErrors { () throws(StoreError) in
      var count: Int? = 0
      while let goesOn = try statement.next(body) {
        guard goesOn else {
          count = nil
          break
        }
        count? += 1
      }
      if let schemaVersion { statement.recordSchemaVersion(schemaVersion) }
      return count
    }
  }

  /// The number of records of a query, ignoring its page, up to `limit`.
  package func count(
    _ query: Query, upTo limit: Int? = nil, on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    guard !query.isNever else { return 0 }
    return try count(
      by: CompiledStatement(try sql(ofCounting: query, upTo: limit), as: permissions),
      on: connection)
  }

  /// The number that a statement counts.
  func count(
    by statement: CompiledStatement, on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    let prepared = try self.statement(statement.key, statement.sql.bindings, on: connection)
    return try serviceErrors { () throws(StoreError) in
      let count = try prepared.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
      return Int(count ?? 0)
    }
  }

  /// The walk that counts a query's records; nil where there is none, or where SQLite takes another
  /// way.
  ///
  /// - Parameter plan: returns SQLite's plan for a statement.
  func walk(
    counting query: Query, _ plan: (SQLStatement) throws(ServiceError) -> QueryPlan
  ) throws(ServiceError) -> CountingWalk? {
    guard let free = compiler.countByWalk(query) else { return nil }
    let table = schema[query.table]
    guard let index = try plan(free.statement).indexWalked(by: free.field, of: table),
      let walk = compiler.countByWalk(query, index: index),
      try plan(walk.statement).indexWalked(by: free.field, of: table) == index
    else { return nil }
    return CountingWalk(
      statement: CompiledStatement(walk.statement, as: permissions), walk: walk.walk)
  }

  /// Reads the first records of a query's scope in its order, until its limit of them match all
  /// filters.
  ///
  /// - Parameter others: filters that are counted and need not match.
  /// - Returns: how many were read, how many of these match all, and how many match each.
  func firstMatches(
    _ query: Query, _ filters: [Filter], besides others: [Filter] = [],
    on connection: borrowing Connection
  ) throws(ServiceError) -> [Int?] {
    let wanted = query.limit ?? DataLooks.limit
    var first = query
    first.limit = DataLooks.limit
    first.request = .always
    first.tests = filters + others
    var (read, all) = (0, 0)
    var matching = [Int](repeating: 0, count: first.tests.count)
    let compiled = try compile(first)
    _ = try forEachRow(of: compiled, compiled.sql.bindings, on: connection) {
      (row: borrowing Row) throws(StoreError) in
      read += 1
      var matchesAll = true
      for index in matching.indices {
        if row.integer(index) == 1 {
          matching[index] += 1
        } else if index < filters.count {
          matchesAll = false
        }
      }
      if matchesAll { all += 1 }
      return all < wanted
    }
    return [read, all] + matching
  }

  /// The statement that counts the records of a query in a rowid range.
  package func count(
    _ query: Query, in range: RowRange, by rowID: String
  ) throws(ServiceError) -> CompiledStatement {
    try serviceErrors { () throws(SQLCompilationError) in
      CompiledStatement(
        try compiler.count(query, in: range, by: rowID), as: rangePermissions)
    }
  }

  /// The lowest and highest rowid of a table; nil if it is empty.
  package func rowNumbers(
    of table: TableID, by rowID: String, on connection: borrowing Connection
  ) throws(ServiceError) -> ClosedRange<Int64>? {
    func number(_ end: RowNumberEnd) throws(ServiceError) -> Int64? {
      let sql = compiler.rowNumber(end, by: rowID, of: table)
      let statement = try self.statement(
        StatementKey(sql.text, as: .reading(rangePermissions)), sql.bindings, on: connection)
      return try serviceErrors { () throws(StoreError) in
        try statement.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
      }
    }
    // In a damaged file they may be out of order.
    guard let lowest = try number(.lowest), let highest = try number(.highest), lowest <= highest
    else { return nil }
    return lowest...highest
  }

  /// The statement, prepared under the profile's permissions and with its values bound.
  package func statement(
    _ key: StatementKey, _ bindings: [Value], on connection: borrowing Connection
  ) throws(ServiceError) -> Statement {
    try serviceErrors { () throws(StoreError) in
      let prepared = try connection.statement(key)
      try prepared.bind(bindings)
      return prepared
    }
  }

  private func permissions(for query: Query) -> ReadPermissions {
    query.tests.isEmpty ? permissions : testPermissions
  }

  package func compile(_ query: Query) throws(ServiceError) -> CompiledStatement {
    CompiledStatement(try sql(of: query), as: permissions(for: query))
  }

  /// The statement for the record of a query with a key that is given when it is run.
  package func compileByKey(_ query: Query) throws(ServiceError) -> CompiledStatement {
    try serviceErrors { () throws(SQLCompilationError) in
      CompiledStatement(try compiler.selectByKey(query), as: permissions(for: query))
    }
  }

  /// The statement for the related records of a query that have some keys, which are given when it
  /// is run.
  func compileRelated(
    _ query: Query, by key: FieldID, first limit: RelatedLimit?
  ) throws(ServiceError) -> CompiledStatement {
    try serviceErrors { () throws(SQLCompilationError) in
      CompiledStatement(
        try compiler.selectRelated(query, by: key, first: limit),
        as: limit == nil ? permissions : rangePermissions)
    }
  }

  /// The push scan statement for all records of a query; nil if there is none.
  package func pushScan(of query: Query) throws(ServiceError) -> CompiledStatement? {
    try serviceErrors { () throws(SQLCompilationError) in
      try compiler.pushScan(query).map {
        CompiledStatement($0, as: query.tests.isEmpty ? pushScanPermissions : testScanPermissions)
      }
    }
  }

  package func sql(
    ofCounting query: Query, upTo limit: Int? = nil
  ) throws(ServiceError) -> SQLStatement {
    try serviceErrors { () throws(SQLCompilationError) in
      try compiler.count(query, upTo: limit)
    }
  }

  package func sql(of query: Query) throws(ServiceError) -> SQLStatement {
    try serviceErrors { () throws(SQLCompilationError) in try compiler.select(query) }
  }
}
