@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// A helpdesk with something hidden in every possible way, twice: the copies differ in everything
/// that Bia must not see, and in nothing else.
enum Desk {
  /// Bia's tasks that are not done, clients outside the north, and the reminders that she takes
  /// part in.
  static let profile = """
    {"tables_enabled": {
       "tasks": {"data": [{"field": "owner", "reference": "id_user"},
         {"field": "status", "operator": "!=", "value": "Done"}],
         "fields_excluded": ["request_date", "note"]},
       "clients": {"data": [{"field": "region", "operator": "!=", "value": "north"}],
         "fields_excluded": ["tax_id"]},
       "reminders": {"data": [{"field": "participants", "value": 3}], "fields_excluded": ["id"]},
       "titles": "*", "payables": "*"},
     "tables_disabled": ["payables"]}
    """

  static let everything = #"{"tables_enabled": {"*": "*"}}"#

  static let workspace = """
    {"database": "desk.sqlite", "tables": {
       "tasks": {"owner_field": "owner", "team_field": "team", "fields": {
         "client": {"relation": {"table": "clients", "field": "name"}},
           "amount": {"type": "currency"},
         "request_date": {"type": "date"}, "due_date": {"type": "date"},
         "watchers": {"type": "users", "link": {"table": "task_watchers", "record": "task",
           "member": "user"}}}},
       "clients": {"fields": {"tags": {"type": "tags"}, "since": {"type": "date"}}},
       "reminders": {"fields": {"participants": {"type": "users"},
         "remind_at": {"type": "datetime", "encoding": "unix"},
         "done": {"type": "checkbox"}}}}}
    """

  static let bia = User(
    id: 3, name: "Bia", email: "bia@example.org", profile: "p", teams: [1, 2],
    attributes: ["region": .scalar("south"), "regions": .list(["south", "west"])])

  /// Sees everything.
  static let auditor = User(id: 9, profile: "everything")

  /// Every hidden cell begins with it, and no visible one. No cursor can hold a tilde.
  static let hiddenMark = "z~q"

  /// - Parameter copy: 0 or 1.
  static func sql(_ copy: Int) -> String {
    let hidden = "'\(hiddenMark)\(copy)' || id || hex(zeroblob(\(copy * 40)))"
    return """
      CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT, city TEXT COLLATE NOCASE, tax_id TEXT, since TEXT, tags TEXT);
      INSERT INTO clients (id, name, region, city, since, tags) VALUES
        (1, 'Ada', 'south', 'Pelotas', '2020-02-29', '["vip","café"]'),
        (2, 'Bo', NULL, 'bagé', NULL, '[]'),
        (3, 'Çelik', 'west', '', '2021-01-01', 'no array'),
        (4, 'dia', 'South', 'PELOTAS', '1999-12-31', NULL);
      INSERT INTO clients (id, name, region) VALUES (\(9 - copy), 'Nord', 'north');
      UPDATE clients SET tax_id = \(hidden);
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, team INTEGER, status TEXT COLLATE NOCASE,
        priority INTEGER, client TEXT, amount REAL, request_date TEXT, due_date TEXT, note TEXT, mixed,
        loud TEXT AS (upper(note)), short TEXT AS (substr(title, 1, 2)) STORED);
      INSERT INTO tasks (id, title, owner, team, status, priority, client, amount, due_date, mixed) VALUES
        (1, 'Printer prints blank', 3, 1, 'To do', 5, 'Ada', 12.5, '2026-11-20', 1),
        (2, 'Toner is out', 3, 1, 'Doing', 4, 'Bo', -0.25, NULL, '1'),
        (3, 'toner again', 3, 2, 'Waiting', NULL, 'nobody', 1e300, '2026-11-22T23:30:00-05:00', 1.5),
        (4, '', 3, NULL, NULL, 1, NULL, NULL, '2026-11-22', NULL),
        (5, NULL, 3, 2, 'Blocked', 3, 'Çelik', 0.0, 'not a date', x'00ff31'),
        (6, '50% of "a_b" \\ ''x''', 3, 2, 'doing', 3, 'dia', 3, '2026-11-23', 9007199254740993),
        (7, 'Ünïcode ☕', 3, 1, '', -9223372036854775808, 'Nord', 5e-324, '2025-01-01', 9007199254740992.0),
        (11, 'hidden done', 3, 1, 'Done', 9, 'Ada', 7, '2026-11-20', NULL);
      INSERT INTO tasks (id, title, owner, status, priority, client) VALUES
        (8, 'z~q of another', 4, 'To do', \(copy), 'Ada'),
        (\(20 + copy), 'z~q nobody''s', NULL, 'Doing', 2, 'Bo');
      \(copy == 0 ? "" : "INSERT INTO tasks (id, title, owner, status) SELECT id + 100, 'z~q' || title, 5, 'Doing' FROM tasks;")
      UPDATE tasks SET note = \(hidden), request_date = '\(copy)' || id;
      CREATE INDEX tasks_by_note ON tasks (note);
      CREATE INDEX tasks_by_owner ON tasks (owner, due_date);
      CREATE TABLE task_watchers (task INTEGER, user INTEGER, PRIMARY KEY (task, user)) WITHOUT ROWID;
      INSERT INTO task_watchers VALUES (1, 3), (1, 7), (2, 7), (5, 3), (8, \(copy));
      CREATE TABLE reminders (id INTEGER PRIMARY KEY, title TEXT, remind_at INTEGER, participants TEXT, done INTEGER);
      INSERT INTO reminders VALUES
        (\(1 + copy * 7), 'call', 1795338000, '[3,7]', 0), (2, 'call', 1795300000, '[3]', 1),
        (\(5 - copy * 2), 'write', NULL, '[3]', 0),
        (4, 'z~q not hers', 1795338000, '[\(7 + copy)]', 0),
        (\(6 + copy * 4), 'write', NULL, '[3]', 0);
      CREATE TABLE payables (id INTEGER PRIMARY KEY, supplier TEXT);
      INSERT INTO payables VALUES (1, 'z~q\(copy)');
      \(view);
      """
  }

  /// Shows a hidden field under its own name, so that name is hidden here too.
  static let view =
    "CREATE VIEW titles AS SELECT id, short, due_date, loud FROM tasks WHERE id IN (1, 2, 7)"

  static func image(_ copy: Int) throws -> DatabaseImage {
    let connection = try Connection(.inMemory)
    try connection.execute(sql(copy))
    return try connection.image()
  }

  static func service(_ copy: Int, memory: MemoryPolicy = .none) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.image(try image(copy)), capacity: 1),
      profiles: try ProfileCatalog(texts: ["p": profile, "everything": everything]),
      workspace: try WorkspaceDocument(text: workspace),
      memory: memory, clock: { .fixed })
  }
}
