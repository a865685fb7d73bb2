import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// Tasks of clients with comments, projects with members, organisations, attributes, and documents in
/// a tree of folders, with the indexes that a service would have.
struct RelatedDatabase {
  let floor: FloorDatabase
  private let pool: ConnectionPool

  /// For each task five comments, and for each ten tasks a project of ten members.
  static func tables(rows: Int) -> String {
    """
    CREATE TABLE regions (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT,
      region INTEGER REFERENCES regions (id));
    CREATE TABLE organisations (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE administrators (organisation INTEGER REFERENCES organisations (id),
      person INTEGER REFERENCES people (id));
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT,
      organisation INTEGER REFERENCES organisations (id));
    CREATE TABLE projects (id INTEGER PRIMARY KEY, title TEXT);
    CREATE TABLE members (id INTEGER PRIMARY KEY, project INTEGER REFERENCES projects (id),
      person INTEGER REFERENCES people (id), role TEXT, ended TEXT);
    CREATE TABLE attributes (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id),
      name TEXT, value TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, due TEXT,
      client INTEGER REFERENCES clients (id), owner INTEGER REFERENCES people (id));
    CREATE TABLE comments (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id), text TEXT);
    CREATE TABLE folders (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES folders (id));
    CREATE TABLE documents (id INTEGER PRIMARY KEY, title TEXT,
      folder INTEGER REFERENCES folders (id));
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n;
    INSERT INTO regions SELECT i, 'region ' || i FROM n WHERE i <= 20;
    INSERT INTO people SELECT i, 'person ' || i FROM n WHERE i <= 1000;
    INSERT INTO clients SELECT i, 'client ' || i, 1 + i % 20 FROM n WHERE i <= 5000;
    INSERT INTO organisations SELECT i, 'organisation ' || i FROM n WHERE i <= 1000;
    INSERT INTO administrators SELECT 1 + i * 7 % 1000, 1 + i % 1000 FROM n WHERE i <= 2000;
    INSERT INTO accounts SELECT i, 'account ' || i, 1 + i * 31 % 1000 FROM n;
    INSERT INTO projects SELECT i, 'project ' || i FROM n WHERE i <= \(rows) / 10;
    INSERT INTO members SELECT i, 1 + i % (\(rows) / 10), 1 + i * 17 % 1000,
      CASE WHEN i % 3 = 0 THEN 'editor' ELSE 'viewer' END,
      CASE WHEN i % 5 = 0 THEN '2026-01-01' END FROM n;
    INSERT INTO tasks SELECT i, 'task ' || i, date('2026-01-01', (i % 365) || ' days'),
      1 + i * 13 % 5000, 1 + i * 7 % 1000 FROM n;
    INSERT INTO attributes SELECT i, i, CASE WHEN i % 2 THEN 'colour' ELSE 'size' END,
      'v' || (i % 500) FROM n;
    INSERT INTO folders SELECT i, nullif(i / 10, 0) FROM n WHERE i <= 10000;
    INSERT INTO documents SELECT i, 'document ' || i, 1 + i * 31 % 10000 FROM n;
    INSERT INTO comments SELECT 5 * n.i + k.i, 1 + (n.i * 29 + k.i * 31) % \(rows),
      'comment ' || n.i FROM n, (SELECT i FROM n WHERE i <= 5) k;
    """
  }

  static let indexes = [
    "members_person ON members (person)", "members_project ON members (project)",
    "administrators_person ON administrators (person)",
    "administrators_organisation ON administrators (organisation)",
    "accounts_organisation ON accounts (organisation)", "tasks_due ON tasks (due)",
    "tasks_owner ON tasks (owner)",
    "folders_parent ON folders (parent)", "documents_folder ON documents (folder)",
    "comments_task ON comments (task)",
    "attributes_task ON attributes (task)", "attributes_value ON attributes (name, value)",
  ]

  init(path: String) throws {
    pool = try ConnectionPool(.readOnly(path: path), capacity: 1)
    floor = try FloorDatabase(path: path)
  }

  private static let user = User(
    id: .integer(7), name: "Ana", profile: "p", attributes: ["folders": .list([55, 705])])

  /// - Parameter data: the rule for the records of one table; nil for all tables without rules.
  private func service(_ table: String, _ data: String?) throws -> RecordService {
    let rule = data.map { #"{"data": [\#($0)]}"# } ?? "\"*\""
    var catalog = ProfileCatalog()
    catalog["p"] = try Profile(
      document: SourceDocument(
        name: "p.json", text: #"{"tables_enabled": {"*": "*", "\#(table)": \#(rule)}}"#))
    let workspace = try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: #"""
          {"database": "x", "tables": {"folders": {"fields": {"parent":
            {"relation": {"table": "folders", "field": "id", "tree": true}}}}}}
          """#))
    return RecordService(pool: pool, profiles: catalog, workspace: workspace)
  }

  /// The number of records that a rule reaches, by a whole request.
  func count(of table: String, under data: String) throws -> () async throws -> Answer {
    let (service, user) = (try service(table, data), Self.user)
    return { Answer(records: try await service.count(ListRequest(table: table), as: user)) }
  }

  /// The answer to a request in JSON, of this many records.
  func answer(_ request: String, records: Int) throws -> () async throws -> Answer {
    let (service, user) = (try service("tasks", nil), Self.user)
    let bytes = Array(request.utf8)
    return {
      let answer = await service.answer(json: bytes, as: user)
      if let error = answer.error { throw error }
      return Answer(records: records)
    }
  }
}
