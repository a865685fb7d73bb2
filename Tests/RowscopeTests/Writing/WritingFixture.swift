import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

/// A small helpdesk to write to.
struct WritingFixture {
  let database: TemporaryDatabase
  let service: RecordService

  static let tables = """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, dismissed INTEGER DEFAULT 0);
    INSERT INTO people VALUES (3, 'Bia', 0), (7, 'Ana', 0), (9, 'Eva', 1);
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, region TEXT, vat TEXT);
    INSERT INTO clients VALUES (1, 'Ada', 'south', 'V1'), (2, 'Bo', 'north', 'V2');
    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner INTEGER, status TEXT DEFAULT 'Open',
      priority INTEGER CHECK (priority < 10), client INTEGER REFERENCES clients (id),
      secret TEXT DEFAULT 'hush', loud TEXT AS (upper(title)), code TEXT UNIQUE COLLATE NOCASE,
      done BOOLEAN, cost REAL, due TEXT, at INTEGER, tags TEXT, token TEXT UNIQUE, budget NUMERIC);
    INSERT INTO tasks (id, title, owner, status, priority, client, secret, code, tags, token) VALUES
      (1, 'one', 7, 'Open', 1, 1, 'a', 'A1', '["red"]', 't1'),
      (2, 'two', 7, 'Doing', 2, 2, 'b', 'A2', NULL, 't2'),
      (3, 'three', 7, 'Done', 3, NULL, 'c', 'A3', '[]', 't3'),
      (4, 'four', 8, 'Open', 4, 1, 'd', 'A4', NULL, 't4');
    CREATE TABLE watchers (
      task INTEGER NOT NULL REFERENCES tasks (id), person INTEGER NOT NULL, since TEXT DEFAULT 'now',
      PRIMARY KEY (task, person));
    INSERT INTO watchers (task, person, since) VALUES (1, 3, 'then'), (1, 9, 'then'),
      (4, 3, 'then');
    CREATE TABLE slots (day TEXT, room TEXT, person INTEGER, PRIMARY KEY (day, room)) WITHOUT ROWID;
    INSERT INTO slots VALUES ('mon', 'a', 7), ('mon', 'b', 8);
    CREATE TABLE bookings (
      id INTEGER PRIMARY KEY, day TEXT, room TEXT, note TEXT, FOREIGN KEY (day, room) REFERENCES slots (day, room));
    INSERT INTO bookings VALUES (1, 'mon', 'a', 'first'), (2, 'mon', 'b', 'second');
    CREATE TABLE plain (word TEXT, number INTEGER);
    INSERT INTO plain VALUES ('x', 1), ('x', 1), ('y', 2);
    CREATE TABLE exact (id INTEGER PRIMARY KEY, word TEXT, number INTEGER, data BLOB) STRICT;
    CREATE VIEW open_tasks AS SELECT id, title FROM tasks;
    """

  static let workspace = """
    {"database": "x", "tables": {
      "tasks": {"owner_field": "owner", "fields": {
        "owner": {"type": "user"}, "done": {"type": "checkbox"}, "cost": {"type": "currency"},
        "due": {"type": "date"}, "at": {"type": "datetime", "encoding": "unix"},
          "tags": {"type": "tags"},
        "watchers": {"type": "users", "link": {"table": "watchers", "record": "task",
          "member": "person"}}}},
      "watchers": {"fields": {"person": {"relation": {"table": "people", "field": "id"}}}}}}
    """

  /// Ana's own tasks that are not done; the secret and the token are hidden.
  static let tasks = """
    "data": [{"field": "owner", "reference": "id_user"},
      {"field": "status", "operator": "!=", "value": "Done"}],
    "fields_excluded": ["secret", "token"], "fields_readonly": ["priority"],
      "can_create": 1, "can_delete": 1
    """
  static let others = """
    "clients": {"data": [{"field": "region", "value": "south"}], "fields_excluded": ["vat"],
      "can_create": 1},
    "people": {"data": [{"field": "dismissed", "value": 0}]}, "watchers": "*",
    "slots": {"data": [{"field": "person", "reference": "id_user"}], "can_create": 1},
    "bookings": {"*": "*"}, "plain": {"*": "*"}, "exact": {"*": "*"}, "open_tasks": {"*": "*"}
    """

  init(
    _ tasks: String = Self.tasks, others: String = Self.others, sql: String = "",
    workspace: String = Self.workspace, limits: RecordService.Limits = .init()
  ) throws {
    database = try TemporaryDatabase(Self.tables + sql)
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog([
        "p": try Profile(
          document: .init(
            name: "p.json", text: "{\"tables_enabled\": {\"tasks\": {\(tasks)}, \(others)}}"))
      ]),
      workspace: try WorkspaceDocument(
        document: .init(name: "workspace.json", text: workspace)),
      limits: limits, clock: { RequestClock(now: 1_795_338_000, utcOffset: -10_800) },
      writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
  }

  /// The error of a change as the user sees it, or nil.
  func failure(
    _ body: (borrowing RecordWriter) throws(ServiceError) -> Void, as user: User = .ana
  ) async -> ServiceError? {
    do throws(ServiceError) {
      try await service.write(as: user, body)
      return nil
    } catch {
      return error
    }
  }

  /// The stored rows, by SQL.
  func rows(_ sql: String) throws -> [[Value]] {
    try Connection(.readOnly(path: database.path)).temporaryStatement(sql, as: .unrestricted).rows()
  }

  /// Everything that a test could change.
  func everything() throws -> [[Value]] {
    try ["people", "clients", "tasks", "watchers", "slots", "bookings", "plain", "exact"].flatMap {
      try rows("SELECT '\($0)', * FROM \($0) ORDER BY 2, 3")
    }
  }
}

extension Record {
  /// The fields with their values.
  var pairs: [String: Value] {
    Dictionary(uniqueKeysWithValues: zip(shape.fields.map(\.name), values))
  }
}
