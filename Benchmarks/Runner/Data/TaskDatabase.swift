import AccessProfiles
import CSQLite
import Documents
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel

/// One database as the contenders see it: through the service, through this package's cursor, and by hand.
final class TaskDatabase {
  let path: String
  let service: RecordService
  /// A service of one connection, which shares no work.
  let lone: RecordService
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
    lone = try Self.service(path, catalog, .none, connections: 1)
  }

  /// Another service for the same database.
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

  /// What a profile's user asks for: all records in sight and their visible fields.
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

  /// A statement that runs as a profile's statements run: under permissions, on a connection with all its guards.
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

  /// All records of a profile as a list of them is read: handed over by SQLite from within, under the same permissions and the
  /// function's.
  func handedOver(_ profile: String) throws -> TaskHandover {
    guard let entry = prepared[profile],
      let statement = try QueryCompiler(schema: schema).pushScan(query(profile))
    else { throw BenchmarkError("the records of \(profile) are not handed over") }
    let permissions = ReadPermissions(
      fields: entry.readableFields(), tables: entry.reachedTables, of: schema,
      functions: [Name(QueryCompiler.scanFunction)])
    return TaskHandover(
      key: StatementKey(statement.text, as: .reading(permissions)), bindings: statement.bindings,
      database: self)
  }

  func byHand(_ sql: String, _ bindings: [Value], as profile: String) throws -> TaskCursor {
    try cursor(SQLStatement(text: sql, bindings: bindings), as: profile)
  }

  fileprivate func forEachRow(
    of pushScan: TaskHandover, _ body: (borrowing Row) -> Bool
  ) throws {
    try connection.forEachRow(
      pushedBy: pushScan.key, pushScan.bindings, count: TaskQuestions.columns.count, body)
  }

  fileprivate func prepare(
    _ statement: SQLStatement, _ permissions: ReadPermissions
  ) throws -> Statement {
    let prepared = try connection.statement(statement.text, as: .reading(permissions))
    try prepared.bind(statement.bindings)
    return prepared
  }
}

/// A statement read through this package's borrowed rows.
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

/// Records that SQLite hands over.
struct TaskHandover {
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
