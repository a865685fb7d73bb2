import AccessProfiles
import CSQLite
import Documents
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel

/// One database in the forms used by the contenders: the service, this package's cursor, and SQL by
/// hand.
final class TaskDatabase {
  let path: String
  let service: RecordService
  /// A service with a single connection, which does not split work.
  let singleConnection: RecordService
  let schema: Schema
  let floor: FloorDatabase
  private let connection: Connection
  private var prepared: [String: PreparedProfile] = [:]
  private let catalog: ProfileCatalog

  init(path: String) throws {
    self.path = path
    connection = try Connection(.readOnly(path: path))
    schema = try connection.readSchema().schema
    floor = try FloorDatabase(path: path)
    var catalog = ProfileCatalog()
    for (name, text) in TaskQuestions.profiles {
      let profile = try Profile(document: SourceDocument(name: "\(name).json", text: text))
      catalog[name] = profile
      prepared[name] = PreparedProfile(profile, schema: schema)
    }
    self.catalog = catalog
    service = try Self.service(path, catalog, .none)
    singleConnection = try Self.service(path, catalog, .none, connections: 1)
  }

  /// Another service on the same database.
  func service(memory: MemoryPolicy) throws -> RecordService {
    try Self.service(path, catalog, memory)
  }

  private static func service(
    _ path: String, _ catalog: ProfileCatalog, _ memory: MemoryPolicy, connections: Int = 4
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: connections), profiles: catalog,
      limits: RecordService.Limits(defaultSize: nil, maximumSize: nil), memory: memory)
  }

  /// A query for all visible records of a profile's user, with their visible fields.
  func query(_ profile: String, projection: [String]? = nil) throws -> Query {
    guard let entry = prepared[profile], let table = schema.tableID(named: "tasks") else {
      throw BenchmarkError("there is no profile \(profile)")
    }
    let context = ReferenceContext(
      user: TaskQuestions.user(profile), clock: RequestClock(now: 1_795_338_000))
    guard let access = try entry.access(to: table, for: context) else {
      throw BenchmarkError("the profile \(profile) does not reach the tasks")
    }
    let fields = projection?.compactMap { schema[table].fieldID(named: $0) }
    return Query(
      table: table, scope: access.rows.filter, projection: fields ?? access.visibleFields,
      order: [])
  }

  /// A statement that runs like a profile's own: under its permissions, on a fully guarded
  /// connection.
  func cursor(_ statement: SQLStatement, as profile: String) throws -> TaskCursor {
    guard let entry = prepared[profile] else { throw BenchmarkError("no profile \(profile)") }
    let permissions = ReadPermissions(
      fields: entry.readableFields(), tables: entry.reachedTables, of: schema,
      functions: ["count", "glob", "instr", "json_each", "typeof"])
    return TaskCursor(statement: statement, permissions: permissions, database: self)
  }

  func compiled(_ profile: String) throws -> TaskCursor {
    try cursor(QueryCompiler(schema: schema).select(query(profile)), as: profile)
  }

  func compiledCount(_ profile: String) throws -> TaskCursor {
    try cursor(QueryCompiler(schema: schema).count(query(profile)), as: profile)
  }

  /// A push scan of all records of a profile, as the service reads a list, under the same
  /// permissions plus the scan function.
  func pushScan(_ profile: String) throws -> TaskPushScan {
    guard let entry = prepared[profile],
      let statement = try QueryCompiler(schema: schema).pushScan(query(profile))
    else { throw BenchmarkError("no push scan is possible for the profile \(profile)") }
    let permissions = ReadPermissions(
      fields: entry.readableFields(), tables: entry.reachedTables, of: schema,
      functions: [Name(QueryCompiler.scanFunction)])
    return TaskPushScan(
      key: StatementKey(statement.text, as: .reading(permissions)), bindings: statement.bindings,
      database: self)
  }

  func byHand(_ sql: String, _ bindings: [Value], as profile: String) throws -> TaskCursor {
    try cursor(SQLStatement(text: sql, bindings: bindings), as: profile)
  }

  fileprivate func forEachRow(
    of scan: TaskPushScan, _ body: (borrowing Row) -> Bool
  ) throws {
    try connection.forEachRow(
      pushedBy: scan.key, scan.bindings, count: TaskQuestions.columns.count, body)
  }

  fileprivate func prepare(
    _ statement: SQLStatement, _ permissions: ReadPermissions
  ) throws -> Statement {
    let prepared = try connection.statement(statement.text, as: .reading(permissions))
    try prepared.bind(statement.bindings)
    return prepared
  }
}

/// Reads a statement through this package's borrowed rows.
struct TaskCursor {
  let statement: SQLStatement
  let permissions: ReadPermissions
  let database: TaskDatabase

  func read() throws -> Answer {
    var records = 0
    var checksum: UInt64 = 0
    let prepared = try database.prepare(statement, permissions)
    try prepared.forEachRow { (row: borrowing Row) throws(StoreError) in
      records += 1
      row.add(to: &checksum)
    }
    return Answer(records: records, checksum: checksum)
  }

  func count() throws -> Answer {
    let prepared = try database.prepare(statement, permissions)
    let count = try prepared.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
    return Answer(records: Int(count ?? -1))
  }
}

/// Reads records by a push scan.
struct TaskPushScan {
  let key: StatementKey
  let bindings: [Value]
  let database: TaskDatabase

  func read() throws -> Answer {
    var records = 0
    var checksum: UInt64 = 0
    try database.forEachRow(of: self) { (row: borrowing Row) in
      records += 1
      row.add(to: &checksum)
      return true
    }
    return Answer(records: records, checksum: checksum)
  }
}

extension Row {
  @inline(__always)
  fileprivate borrowing func add(to checksum: inout UInt64) {
    for cell in cells {
      switch cell.type {
      case SQLITE_INTEGER, SQLITE_FLOAT: checksum &+= UInt64(bitPattern: cell.bits)
      case SQLITE_TEXT:
        checksum &+= UInt64(cell.count)
        if cell.count > 0 { checksum &+= UInt64(cell.bytes[0]) }
      default: break
      }
    }
  }
}
