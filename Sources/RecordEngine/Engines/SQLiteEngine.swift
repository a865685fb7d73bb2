package import AccessProfiles
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
  /// The permissions of statements over rowid ranges. The rowid is the key of tables with a single
  /// integer key; these statements do not return it.
  package let rangePermissions: ReadPermissions

  /// An engine for the users of one profile. Its statements cannot read what the profile's queries
  /// do not need.
  package init(_ profile: PreparedProfile) {
    schema = profile.schema
    compiler = QueryCompiler(schema: schema)
    func permissions(_ functions: Set<Name>, rowNumbers: Bool = false) -> ReadPermissions {
      ReadPermissions(
        fields: profile.readableFields(), tables: profile.reachedTables, of: profile.schema,
        functions: functions, rowNumbers: rowNumbers)
    }
    self.permissions = permissions(Self.functions)
    pushScanPermissions = permissions(
      Self.functions.union([Name(QueryCompiler.scanFunction)]))
    rangePermissions = permissions(Self.functions, rowNumbers: true)
  }

  /// The functions that compiled statements call.
  package static let functions: Set<Name> = [
    "char", "count", "glob", "ifnull", "instr", "json_array_length", "json_each",
    "json_group_array", "json_type", "json_valid", "julianday", "length", "lower", "substr",
    "typeof", "unixepoch",
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
    var remaining = query.limit
    for phase in query.phases(in: schema) {
      if remaining == 0 { return }
      var phase = phase
      phase.limit = remaining
      guard !phase.isNever else { continue }
      let compiled = try compile(phase)
      guard
        let count = try forEachRow(
          of: compiled, compiled.sql.bindings, on: connection, schemaVersion: schemaVersion, body)
      else { return }
      if let limit = remaining { remaining = max(0, limit - count) }
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
    var count = 0
    do throws(StoreError) {
      while let goesOn = try statement.next(body) {
        count += 1
        if !goesOn {
          if let schemaVersion { statement.recordSchemaVersion(schemaVersion) }
          return nil
        }
      }
      if let schemaVersion { statement.recordSchemaVersion(schemaVersion) }
    } catch {
      throw ServiceError(error)
    }
    return count
  }

  /// The number of records of a query, ignoring its page, up to `limit`.
  package func count(
    _ query: Query, upTo limit: Int? = nil, on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    guard !query.isNever else { return 0 }
    let statement = try sql(ofCounting: query, upTo: limit)
    let prepared = try self.statement(
      StatementKey(statement.text, as: .reading(permissions)), statement.bindings, on: connection)
    do throws(StoreError) {
      let count = try prepared.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
      return Int(count ?? 0)
    } catch {
      throw ServiceError(error)
    }
  }

  /// The statement that counts the records of a query in a rowid range.
  package func count(
    _ query: Query, in range: RowRange, by rowID: String
  ) throws(ServiceError) -> CompiledStatement {
    do throws(SQLCompilationError) {
      return CompiledStatement(
        try compiler.count(query, in: range, by: rowID), as: rangePermissions)
    } catch {
      throw ServiceError(error)
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
      do throws(StoreError) {
        return try statement.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
      } catch {
        throw ServiceError(error)
      }
    }
    guard let lowest = try number(.lowest), let highest = try number(.highest) else { return nil }
    return lowest...highest
  }

  /// The statement, prepared under the profile's permissions and with its values bound.
  package func statement(
    _ key: StatementKey, _ bindings: [Value], on connection: borrowing Connection
  ) throws(ServiceError) -> Statement {
    do throws(StoreError) {
      let prepared = try connection.statement(key)
      try prepared.bind(bindings)
      return prepared
    } catch {
      throw ServiceError(error)
    }
  }

  package func compile(_ query: Query) throws(ServiceError) -> CompiledStatement {
    CompiledStatement(try sql(of: query), as: permissions)
  }

  /// The statement for the record of a query with a key that is given when it is run.
  package func compileByKey(_ query: Query) throws(ServiceError) -> CompiledStatement {
    do throws(SQLCompilationError) {
      return CompiledStatement(try compiler.selectByKey(query), as: permissions)
    } catch {
      throw ServiceError(error)
    }
  }

  /// The push scan statement for all records of a query; nil if there is none.
  package func pushScan(of query: Query) throws(ServiceError) -> CompiledStatement? {
    do throws(SQLCompilationError) {
      return try compiler.pushScan(query).map { CompiledStatement($0, as: pushScanPermissions) }
    } catch {
      throw ServiceError(error)
    }
  }

  package func sql(
    ofCounting query: Query, upTo limit: Int? = nil
  ) throws(ServiceError) -> SQLStatement {
    do throws(SQLCompilationError) {
      return try compiler.count(query, upTo: limit)
    } catch {
      throw ServiceError(error)
    }
  }

  package func sql(of query: Query) throws(ServiceError) -> SQLStatement {
    do throws(SQLCompilationError) {
      return try compiler.select(query)
    } catch {
      throw ServiceError(error)
    }
  }
}

extension ServiceError {
  package init(_ error: SQLCompilationError) { self.init(.limitExceeded, error.description) }

  /// A database error in words fit for the client.
  package init(_ error: StoreError) {
    switch error.kind {
    case .deadlineExceeded:
      self.init(
        .deadlineExceeded, "the request took longer than its time limit",
        hint: "narrow it, or request fewer records", databaseMessage: error.description)
    case .cancelled:
      self.init(.cancelled, "the request was cancelled", databaseMessage: error.description)
    case .limitExceeded:
      self.init(
        .limitExceeded, "the request is too large for the database",
        databaseMessage: error.description)
    case .locked:
      self.init(
        .database, "the database is locked by another process", hint: "try again",
        databaseMessage: error.description)
    case .schemaChanged, .schemaMismatch, .denied:
      self.init(
        .database, "the database's tables changed while the request was answered",
        hint: "try again", databaseMessage: error.description)
    case .mismatchedRecord:
      self.init(.mismatchedRecord, error.description, databaseMessage: error.description)
    case .noSuchFile, .notADatabase, .corrupt, .readOnly, .diskFull, .cannotOpen, .outOfMemory,
      .ioError, .constraint, .unsupportedEncoding, .expressionFailed,
      .internalError:
      self.init(.database, "the database could not answer", databaseMessage: error.description)
    }
  }
}
