import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

/// Statements for PostgreSQL, run by a server of the tests' own, where its columns can hold what the
/// cases' columns hold.
struct CorpusPostgreSQL {
  private let client: PostgreSQLClient
  private var databases = CorpusDatabase()
  /// The catalogs of databases; nil for those that PostgreSQL cannot hold.
  private var catalogs: [String: Database?] = [:]

  private struct Database {
    let schema: String
    let catalog: Catalog
  }

  init(_ server: PostgreSQLServer) throws { client = try PostgreSQLClient(server) }

  /// Nil where PostgreSQL cannot hold the case's records.
  mutating func answer(_ corpusCase: CorpusCase) async throws -> (CorpusAnswer, error: String)? {
    guard let database = try database(for: corpusCase) else { return nil }
    let catalog = database.catalog
    try client.run("SET search_path TO \(database.schema)")
    let planner: QueryPlanner
    do {
      planner = try CorpusSetting.planner(
        corpusCase, tablesOf: ConnectionPool(.image(catalog.image), capacity: 1),
        columns: catalog.columns)
    } catch let error where error is OpeningError || error is Diagnostics {
      return (.failure("invalid_workspace"), error: "\(error)")
    }
    let user = try CorpusSetting.user(corpusCase)
    do throws(ServiceError) {
      let records = try CorpusRecords(of: corpusCase, planner, user) {
        query throws(ServiceError) in
        do {
          return try client.rows(query.text, query.parameters)
        } catch {
          throw ServiceError(.database, "\(error): \(query.text)")
        }
      }
      return (.records(records), error: "")
    } catch {
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
  }

  private mutating func database(for corpusCase: CorpusCase) throws -> Database? {
    if let known = catalogs[corpusCase.databaseText] { return known }
    let tables = try Self.tables(databases.pool(for: corpusCase))
    var made: Database?
    if let tables {
      let schema = "corpus\(catalogs.count)"
      try client.run("CREATE SCHEMA \(schema); SET search_path TO \(schema)")
      for statement in tables.statements { try client.run(statement) }
      for (statement, row) in tables.rows { _ = try client.rows(statement, row) }
      let answer = try client.rows(CatalogKind.postgresql.statement)
      let document = SourceDocument(name: "catalog", text: answer.first?.first?.text ?? "")
      made = Database(schema: schema, catalog: try Catalog(document: document))
    }
    catalogs[corpusCase.databaseText] = .some(made)
    return made
  }

  /// The tables of a database for PostgreSQL; nil if a column or a value has no type there.
  private static func tables(
    _ pool: ConnectionPool
  ) throws -> (statements: [String], rows: [(String, [Value])])? {
    let connection = try pool.openSeparateConnection()
    func rows(_ sql: String, _ values: [Value] = []) throws -> [[Value]] {
      let statement = try connection.statement(sql, as: .unrestricted)
      try statement.bind(values)
      return try statement.rows()
    }
    var statements: [String] = []
    var keys: [String] = []
    var records: [(String, [Value])] = []
    for table in try rows(
      "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
    {
      guard let name = table[0].text, table[1] == "table" else { return nil }
      let sql = table[2].text?.uppercased() ?? ""
      // Nullable keys, and collations, are not PostgreSQL's.
      if sql.contains("COLLATE") || sql.contains("VIRTUAL TABLE") { return nil }
      let columns = try rows("SELECT * FROM pragma_table_xinfo(?)", [.text(name)])
      var parts: [String] = []
      var types: [String] = []
      var key: [(Int64, String)] = []
      for column in columns {
        guard let column = Column(column), column.isPlain else { return nil }
        let found = try rows(
          "SELECT DISTINCT typeof(\(column.name)) FROM \(name.quotedAsIdentifier)")
        guard let type = column.type(holding: found.compactMap(\.[0].text)) else { return nil }
        types.append(type)
        parts.append(column.name + " " + type + (column.isRequired ? " NOT NULL" : ""))
        if column.keyPlace > 0 { key.append((column.keyPlace, column.name)) }
      }
      if !key.isEmpty {
        let names = key.sorted { $0.0 < $1.0 }.map(\.1)
        for name in names {
          let hasNull = try rows(
            "SELECT 1 FROM \(table[0].text?.quotedAsIdentifier ?? "") WHERE \(name) IS NULL LIMIT 1"
          )
          if !hasNull.isEmpty { return nil }
        }
        parts.append("PRIMARY KEY (\(names.joined(separator: ", ")))")
      }
      statements.append(
        "CREATE TABLE \(name.quotedAsIdentifier) (\(parts.joined(separator: ", ")))")
      let marks = types.enumerated().map { "$\($0 + 1)::text::\($1)" }.joined(separator: ", ")
      for row in try rows("SELECT * FROM \(name.quotedAsIdentifier)") {
        let texts = row.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.allSatisfy({ $0.validString?.utf8.contains(0) == false }) else { return nil }
        records.append(("INSERT INTO \(name.quotedAsIdentifier) VALUES (\(marks))", row))
      }
      for row in try rows("SELECT * FROM pragma_foreign_key_list(?)", [.text(name)]) {
        // A catalog of the same relations, whatever the records are: some lead nowhere.
        guard row[1] == 0, let far = row[2].text, let near = row[3].text, let to = row[4].text
        else { return nil }
        keys.append(
          "ALTER TABLE \(name.quotedAsIdentifier) ADD FOREIGN KEY (\(near.quotedAsIdentifier)) "
            + "REFERENCES \(far.quotedAsIdentifier) (\(to.quotedAsIdentifier)) NOT VALID")
      }
    }
    return (statements, records.map { ($0.0, $0.1) } + keys.map { ($0, []) })
  }

  private struct Column {
    let name: String
    let declared: String
    let isRequired: Bool
    let keyPlace: Int64
    let isPlain: Bool

    init?(_ row: [Value]) {
      guard let name = row[1].text, let declared = row[2].text else { return nil }
      self.name = name.quotedAsIdentifier
      self.declared = declared.uppercased()
      (isRequired, keyPlace) = (row[3] == 1 || row[5] != 0, row[5].integer ?? 0)
      isPlain = row[6] == 0
    }

    /// The type whose values are seen as those of the column; nil if there is none.
    func type(holding classes: [String]) -> String? {
      let held = Set(classes).subtracting(["null"])
      switch declared {
      case "INTEGER", "INT", "BIGINT": return held.isSubset(of: ["integer"]) ? "bigint" : nil
      case "REAL", "DOUBLE": return held.isSubset(of: ["real"]) ? "double precision" : nil
      case "TEXT": return held.isSubset(of: ["text"]) ? "text" : nil
      default: return nil
      }
    }
  }
}
