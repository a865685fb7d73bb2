import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import TimeZones
import Workspaces

/// The same records in SQLite, in columns of what they are seen as, and on a PostgreSQL server, in
/// columns of its own types.
struct PostgreSQLWorld {
  let service: RecordService
  let planner: QueryPlanner
  let client: PostgreSQLClient
  let user = User(id: 7, profile: "all")

  /// A column: its types, and the values that its cells draw from, besides null.
  struct Column {
    let name: String
    let sqlite: String
    let postgreSQL: String
    let values: [Value]
    var takesOrder = true
  }

  static let texts = HostileValues.texts.filter {
    $0.validString?.utf8.contains(0) == false
  }.map(Value.text)
  static let dates: [Value] = [
    "0001-01-01", "0004-02-29", "1969-12-31", "1970-01-01", "2024-02-29", "2025-12-31",
    "2026-01-01",
    "2026-11-30", "2026-12-01", "2026-12-02", "9999-12-31",
  ]
  static let moments: [Value] = [
    "0001-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00.000000Z",
    "2026-11-30T14:59:59.999999Z", "2026-11-30T15:00:00.000000Z", "2026-12-01T00:00:00.000000Z",
    "2026-12-01T12:30:00.500000Z", "2026-12-01T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z",
  ]
  static let uuids: [Value] = [
    "00000000-0000-0000-0000-000000000000", "5a000000-0000-4000-8000-000000000001",
    "9f000000-0000-4000-8000-00000000000a", "a0000000-0000-4000-8000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ]
  static let labels: [Value] = ["sad", "ok", "", "Ok", "happy", "it's"]

  private static func integers(_ bits: Int) -> [Value] {
    let limit = Int64.max >> (64 - Int64(bits))
    let hostile = HostileValues.integers.filter { (-limit - 1...limit).contains($0) }
    return (hostile + [limit, limit - 1, -limit, -limit - 1]).map(Value.integer)
  }

  static let columns = [
    Column(name: "n", sqlite: "SMALLINT", postgreSQL: "smallint", values: integers(16)),
    Column(name: "i", sqlite: "INTEGER", postgreSQL: "integer", values: integers(32)),
    Column(name: "b", sqlite: "BIGINT", postgreSQL: "bigint", values: integers(64)),
    Column(
      name: "x", sqlite: "REAL", postgreSQL: "double precision",
      // SQLite stores no negative zero.
      values: HostileValues.reals.filter { $0 != 0 || $0.sign == .plus }.map(Value.real)),
    Column(name: "t", sqlite: "TEXT", postgreSQL: "text", values: texts),
    Column(name: "v", sqlite: "TEXT", postgreSQL: "varchar(99) COLLATE \"C\"", values: texts),
    Column(name: "w", sqlite: "TEXT", postgreSQL: "text COLLATE folded", values: texts),
    Column(name: "s", sqlite: "TEXT NOT NULL", postgreSQL: "text NOT NULL", values: texts),
    Column(name: "d", sqlite: "TEXT", postgreSQL: "date", values: dates),
    Column(name: "f", sqlite: "NUMERIC", postgreSQL: "boolean", values: [0, 1]),
    Column(name: "u", sqlite: "TEXT", postgreSQL: "uuid", values: uuids),
    Column(name: "m", sqlite: "TEXT", postgreSQL: "\"Mood\"", values: labels),
    // Of declared types.
    Column(name: "day", sqlite: "TEXT", postgreSQL: "date", values: dates),
    Column(name: "at", sqlite: "TEXT", postgreSQL: "timestamptz", values: moments),
    Column(name: "ok", sqlite: "NUMERIC", postgreSQL: "boolean", values: [0, 1]),
    Column(name: "g", sqlite: "TEXT", postgreSQL: "uuid", values: uuids),
    Column(name: "num", sqlite: "REAL", postgreSQL: "double precision", values: [0.5, 1, 2, 1e20]),
    Column(name: "any case", sqlite: "TEXT", postgreSQL: "text", values: texts),
    Column(
      name: "p", sqlite: "INTEGER REFERENCES parents", postgreSQL: "integer REFERENCES parents",
      values: [1, 2, 3]),
  ]

  static let workspace = """
    {"database": "memory", "profiles": {}, "tables": {"it's \\"items\\"": {"fields": {
      "day": {"type": "date"}, "at": {"type": "datetime"}, "ok": {"type": "checkbox"},
      "g": {"type": "uuid"}, "num": {"type": "number"},
      "any case": {"type": "text", "ignores_case": true}}}}}
    """
  static let table = "it's \"items\""

  /// - Parameters:
  ///   - schema: a name for the schema of the tables.
  ///   - count: of records.
  init(
    _ server: PostgreSQLServer, schema: String, records count: Int,
    _ random: inout SeededGenerator
  ) throws {
    let client = try PostgreSQLClient(server)
    self.client = client
    let quoted = "\"it's \"\"items\"\"\""
    func definition(_ type: (Column) -> String, key: String) -> String {
      "CREATE TABLE \(quoted) (id \(key) PRIMARY KEY, "
        + Self.columns.map { "\"\($0.name)\" \(type($0))" }.joined(separator: ", ") + ")"
    }
    let parents = "(id INTEGER PRIMARY KEY, name text, hidden text)"
    let sqlite = try Connection(.inMemory)
    try sqlite.execute("CREATE TABLE parents \(parents); \(definition(\.sqlite, key: "INTEGER"));")
    try client.run(
      """
      CREATE SCHEMA \(schema); SET search_path TO \(schema);
      CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
      CREATE TYPE "Mood" AS ENUM ('sad', 'ok', '', 'Ok', 'happy', 'it''s');
      CREATE TABLE parents \(parents); \(definition(\.postgreSQL, key: "bigint"));
      CREATE INDEX ON \(quoted) (t); CREATE INDEX ON \(quoted) (b);
      CREATE VIEW seen AS SELECT id FROM parents
      """)
    try sqlite.execute("CREATE INDEX one ON \(quoted) (t); CREATE INDEX two ON \(quoted) (b)")
    func insert(_ table: String, _ names: [String], _ types: [String], _ row: [Value]) throws {
      let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
      let marks = names.map { _ in "?" }.joined(separator: ", ")
      let statement = try sqlite.statement(
        "INSERT INTO \(table) (\(list)) VALUES (\(marks))", as: .unrestricted)
      try statement.bind(row)
      _ = try statement.rows()
      let numbers = types.enumerated().map { "$\($0 + 1)::text::\($1)" }.joined(separator: ", ")
      _ = try client.rows("INSERT INTO \(table) (\(list)) VALUES (\(numbers))", row)
    }
    for (id, name) in ["é", "a", "B"].enumerated() {
      let row: [Value] = [.integer(Int64(id) + 1), .text(name), "x"]
      try insert("parents", ["id", "name", "hidden"], ["integer", "text", "text"], row)
    }
    let types = Self.columns.map { column in
      let isDouble = column.postgreSQL == "double precision"
      return isDouble ? column.postgreSQL : String(column.postgreSQL.prefix { $0 != " " })
    }
    try client.run("BEGIN")
    for id in 0..<count {
      let row = Self.columns.map { column -> Value in
        if !column.sqlite.hasSuffix("NOT NULL"), Int.random(in: 0..<6, using: &random) == 0 {
          return .null
        }
        return column.values.randomElement(using: &random) ?? .null
      }
      try insert(
        quoted, ["id"] + Self.columns.map(\.name), ["bigint"] + types, [.integer(Int64(id))] + row)
    }
    try client.run("COMMIT")

    var profiles = ProfileCatalog()
    profiles["all"] = try Profile(
      document: SourceDocument(
        name: "all",
        text: """
          {"tables_enabled": {"parents": {"fields_excluded": ["hidden"]}, "it's \\"items\\"": {}}}
          """))
    let document = try WorkspaceDocument(
      document: SourceDocument(name: "workspace", text: Self.workspace))
    let clock = RequestClock(now: 1_796_126_400, zone: .utc)
    service = RecordService(
      pool: try ConnectionPool(.image(sqlite.image()), capacity: 1), profiles: profiles,
      workspace: document, limits: .init(defaultSize: nil, maximumSize: nil), clock: { clock })
    planner = try Self.makePlanner(client, profiles, document, clock)
  }

  /// Compiles for the tables that a connection finds.
  static func makePlanner(
    _ client: PostgreSQLClient, _ profiles: ProfileCatalog, _ workspace: WorkspaceDocument,
    _ clock: RequestClock
  ) throws -> QueryPlanner {
    let answer = try client.rows(CatalogKind.postgresql.statement)
    let text = answer.first?.first?.text ?? ""
    let catalog = try Catalog(document: SourceDocument(name: "catalog", text: text))
    return try QueryPlanner(
      tablesOf: ConnectionPool(.image(catalog.image), capacity: 1), profiles: profiles,
      workspace: workspace, limits: .init(defaultSize: nil, maximumSize: nil),
      columns: catalog.columns, clock: { clock })
  }

  func page(_ request: ListRequest) throws(ServiceError) -> Page<Record> {
    var list = try planner.list(request, as: user)
    while let query = try list.next() { try list.take(try rows(query)) }
    return try list.page()
  }

  func count(_ request: ListRequest) throws(ServiceError) -> Int {
    guard let query = try planner.count(request, as: user) else { return 0 }
    return Int(try rows(query)[0][0].integer ?? -1)
  }

  /// The statements of a request, for a message.
  func text(of request: ListRequest) -> String {
    guard var list = try? planner.list(request, as: user), let query = try? list.next() else {
      return "no statement"
    }
    return "\(query.text) \(query.parameters.map(\.literal))"
  }

  private func rows(_ query: SQLQuery) throws(ServiceError) -> [[Value]] {
    do {
      return try client.rows(query.text, query.parameters)
    } catch {
      throw ServiceError(.database, "\(error): \(query.text) \(query.parameters)")
    }
  }
}
