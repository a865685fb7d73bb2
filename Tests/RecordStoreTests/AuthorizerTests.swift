import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct AuthorizerTests {
  static let ddl =
    TemporaryFolder.sample + """
      CREATE VIEW mine AS SELECT id, title FROM tasks WHERE secret IS NOT NULL;
      CREATE VIEW outer_view AS SELECT title FROM mine;
      CREATE VIEW with_cte AS WITH q AS (SELECT upper(secret) AS s FROM tasks) SELECT s FROM q;
      CREATE VIEW counts AS SELECT count(*) AS n FROM tasks;
      CREATE VIEW constants AS SELECT 1 AS one FROM tasks;
      CREATE TABLE texts(body TEXT, "rowid" TEXT);
      CREATE TABLE folders(id INTEGER PRIMARY KEY, parent INTEGER);
      INSERT INTO folders VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
      CREATE VIEW below AS WITH RECURSIVE down(id) AS (
        SELECT 1 UNION SELECT folders.id FROM down JOIN folders ON folders.parent = down.id)
        SELECT id FROM down;
      CREATE TABLE made(id INTEGER PRIMARY KEY, at TEXT DEFAULT (datetime('now')),
        code TEXT DEFAULT (lower(hex(randomblob(4)))) NOT NULL);
      INSERT INTO made(id) VALUES (1);
      CREATE VIEW made_late AS SELECT id, at FROM made WHERE code IS NOT NULL;
      """

  static let visible = ReadPermissions(
    tables: ["tasks": ["id", "title", "owner"]], functions: ["count", "like"])

  func outcome(_ sql: String, _ permissions: ReadPermissions) throws -> StoreError.Kind? {
    try outcome(sql, permissions, on: Connection.memory(Self.ddl))
  }

  private func outcome(
    _ sql: String, _ permissions: ReadPermissions, on connection: borrowing Connection
  ) throws -> StoreError.Kind? {
    do throws(StoreError) {
      _ = try connection.rows(sql, as: .reading(permissions))
      return nil
    } catch {
      return error.kind
    }
  }

  @Test(arguments: [
    "SELECT id, title, owner FROM tasks", "SELECT count(*) FROM tasks", "SELECT 1 FROM tasks",
    "SELECT rowid FROM tasks", "SELECT TITLE FROM TASKS WHERE title LIKE 'x'",
    "SELECT id FROM tasks ORDER BY owner, id LIMIT 1", "SELECT a.id FROM tasks a WHERE a.owner = 1",
    "SELECT id FROM tasks WHERE EXISTS (SELECT 1 FROM tasks t WHERE t.owner = tasks.owner)",
    // The walk of a tree.
    "WITH RECURSIVE rowscope_tree1(k) AS (SELECT id FROM tasks UNION SELECT t.id FROM "
      + "rowscope_tree1 CROSS JOIN tasks t WHERE t.owner = k) SELECT k FROM rowscope_tree1",
  ])
  func permitted(_ sql: String) throws {
    #expect(try outcome(sql, Self.visible) == nil)
  }

  @Test(arguments: [
    "SELECT secret FROM tasks", "SELECT * FROM tasks", "SELECT id FROM tasks WHERE secret = 'x'",
    "SELECT id FROM tasks ORDER BY secret", "SELECT id FROM tasks ORDER BY lower(title)",
    "SELECT count(secret) FROM tasks", "SELECT id FROM tasks GROUP BY secret",
    "SELECT x.secret FROM (SELECT secret FROM tasks) x",
    "SELECT id FROM tasks t WHERE t.Secret > 1",
    "SELECT id FROM tasks WHERE id IN (SELECT length(secret) FROM tasks)",
    "WITH tasks_ AS (SELECT secret FROM tasks) SELECT * FROM tasks_",
    "WITH tasks AS (SELECT secret FROM main.tasks) SELECT * FROM tasks",
    "SELECT title FROM mine", "SELECT count(*) FROM mine",
    "SELECT n FROM counts", "SELECT name FROM sqlite_schema", "SELECT body FROM texts",
    "SELECT name FROM pragma_table_info('tasks')", "EXPLAIN SELECT secret FROM tasks",
    "INSERT INTO tasks(title) VALUES ('x')", "UPDATE tasks SET title = 'x'", "DELETE FROM tasks",
    "DELETE FROM tasks RETURNING id", "PRAGMA table_list", "BEGIN", "ATTACH 'x' AS y",
    "CREATE TEMP TABLE x AS SELECT id FROM tasks", "SELECT value FROM json_each('[1]')",
    "SELECT load_extension('x')",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3) SELECT x FROM c",
    "WITH RECURSIVE rowscope_tree1(k) AS (SELECT id FROM tasks UNION SELECT t.secret FROM "
      + "rowscope_tree1 CROSS JOIN tasks t WHERE t.owner = k) SELECT k FROM rowscope_tree1",
  ])
  func denied(_ sql: String) throws {
    #expect(try outcome(sql, Self.visible) == .denied)
  }

  @Test func viewsAreReadThroughTheirBodies() throws {
    let mine = ReadPermissions(tables: ["mine": ["title"]], functions: ["count"])
    #expect(try outcome("SELECT title FROM mine", mine) == nil)
    #expect(try outcome("SELECT count(*) FROM mine", mine) == nil)
    #expect(try outcome("SELECT id FROM mine", mine) == .denied)
    #expect(try outcome("SELECT title FROM mine WHERE id = 1", mine) == .denied)
    #expect(try outcome("SELECT title FROM tasks", mine) == .denied)
    #expect(try outcome("SELECT secret FROM tasks", mine) == .denied)
    #expect(try outcome("SELECT title FROM outer_view", mine) == .denied)
    for (view, column) in [
      ("outer_view", "title"), ("with_cte", "s"), ("counts", "n"), ("constants", "one"),
    ] {
      let permissions = ReadPermissions(tables: [Name(view): [Name(column)]])
      #expect(try outcome("SELECT \(column) FROM \(view)", permissions) == nil)
      #expect(try outcome("SELECT secret FROM tasks", permissions) == .denied)
      #expect(try outcome("SELECT upper(title) FROM mine", permissions) == .denied)
    }
  }

  @Test(arguments: [
    "SELECT id FROM below", "SELECT count(*) FROM below",
    "SELECT id FROM below ORDER BY id LIMIT 1",
    "SELECT id FROM folders WHERE EXISTS (SELECT 1 FROM below WHERE below.id = folders.id)",
  ])
  func aRecursiveView(sql: String) throws {
    let both = ReadPermissions(
      tables: ["below": ["id"], "folders": ["id"]], functions: ["count"])
    #expect(try outcome(sql, both) == nil)
    #expect(try outcome(sql, ReadPermissions(tables: ["folders": ["id"]])) == .denied)
  }

  /// From SQLite 3.54 on, reading a column calls the function of its default.
  @Test(arguments: [
    "SELECT id, at FROM made", "SELECT at FROM made WHERE id = 1 ORDER BY at LIMIT 1",
    "SELECT 1 FROM tasks WHERE EXISTS (SELECT 1 FROM made WHERE made.id = tasks.id AND at > '2')",
    "SELECT at FROM made_late", "SELECT id FROM made_late ORDER BY at LIMIT 1",
    "SELECT count(*) FROM made_late WHERE at > '2'",
  ])
  func aColumnWithADefault(sql: String) throws {
    let some = ReadPermissions(
      tables: ["made": ["id", "at"], "made_late": ["id", "at"], "tasks": ["id"]],
      functions: ["count"])
    #expect(try outcome(sql, some) == nil)
    #expect(try outcome("SELECT code FROM made", some) == .denied)
  }

  /// A view that reads only row ids: SQLite reports its table under the view's name, or under none
  /// where the view is the only table.
  @Test(arguments: ["SELECT i FROM ids", "SELECT ids.i FROM ids ORDER BY ids.i LIMIT 5"])
  func aViewOfRowIDs(sql: String) throws {
    let connection = try Connection.memory(
      Self.ddl + "CREATE VIEW ids AS SELECT id AS i FROM tasks LIMIT 2;")
    let permissions = ReadPermissions(tables: ["ids": ["i"]])
    #expect(try connection.rows(sql, as: .reading(permissions)).count == 2)
  }

  @Test func aNameTakenFromAView() throws {
    // A common table expression may have a view's name, and may read no more for that.
    let mine = ReadPermissions(tables: ["mine": ["title"]])
    #expect(
      try outcome("WITH mine AS (SELECT owner FROM tasks) SELECT * FROM mine", mine) == .denied)
  }

  @Test func aViewThatIsRecreated() throws {
    let connection = try Connection.memory(Self.ddl)
    let permissions = Authority.reading(ReadPermissions(tables: ["mine": ["title"]]))
    #expect(try connection.rows("SELECT title FROM mine", as: permissions).count == 2)
    try connection.execute(
      "DROP VIEW mine; CREATE VIEW mine AS SELECT title FROM tasks WHERE owner = 1")
    // SQLite compiles the cached statement again and refuses it; the next one is compiled from
    // scratch.
    #expect(kind { _ = try connection.rows("SELECT title FROM mine", as: permissions) } == .denied)
    #expect(try connection.rows("SELECT title FROM mine", as: permissions) == [["a"], ["c"]])
    try connection.execute(
      "DROP VIEW mine; CREATE VIEW mine AS SELECT secret AS title FROM tasks")
    #expect(try connection.rows("SELECT title, 1 FROM mine", as: permissions).count == 3)
  }

  @Test func aStatementIsNeverSharedBetweenPermissions() throws {
    let connection = try Connection.memory(Self.ddl)
    let sql = "SELECT secret FROM tasks"
    let all = ReadPermissions(tables: ["tasks": ["secret"]])
    #expect(try connection.rows(sql, as: .unrestricted).count == 3)
    #expect(try connection.rows(sql, as: .reading(all)).count == 3)
    #expect(kind { _ = try connection.rows(sql, as: .reading(Self.visible)) } == .denied)
    #expect(try connection.rows(sql, as: .reading(all)).count == 3)
  }

  @Test func equalPermissionsShareAStatement() throws {
    let first = ReadPermissions(tables: ["Tasks": ["ID", "title"], "x": []], functions: ["LOWER"])
    let second = ReadPermissions(
      tables: ["x": [], "tasks": ["title", "id"]], functions: ["lower"])
    #expect(first == second)
    #expect(first.hashValue == second.hashValue)
    #expect(first != ReadPermissions(tables: ["tasks": ["title", "id"]], functions: ["lower"]))
  }

  @Test func permissionsByNumbersAreThoseByNames() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE plain (id INTEGER PRIMARY KEY, title TEXT, secret TEXT);
      CREATE TABLE numbered (rowid TEXT, secret TEXT);
      CREATE VIEW shown AS SELECT title, secret FROM plain;
      INSERT INTO plain VALUES (1, 'a', 'b');
      INSERT INTO numbered VALUES ('c', 'd');
      """)
    let schema = try connection.readSchema().schema
    let numbers = ColumnNumbers(of: schema)
    func fields(_ table: String, _ names: [String]) throws -> [FieldReference] {
      let id = try #require(schema.tableID(named: table))
      return try names.map { FieldReference(id, try #require(schema[id].fieldID(named: $0))) }
    }
    let visible =
      try fields("plain", ["id", "title"]) + fields("numbered", ["rowid"])
      + fields("shown", ["title"])
    let functions: FunctionPermissions = ["count", "json_each"]
    let byNumber = ReadPermissions(fields: visible, of: schema, numbers, functions: functions)
    let byName = ReadPermissions(fields: visible, of: schema, functions: functions)
    #expect(byNumber == byName)
    #expect(byNumber.hashValue == byName.hashValue)
    #expect(
      byNumber
        != ReadPermissions(fields: visible.dropLast(), of: schema, numbers, functions: functions))
    #expect(byNumber != byNumber.calling(["count"]))

    for (sql, isPermitted) in [
      ("SELECT title FROM plain", true), ("SELECT secret FROM plain", false),
      ("SELECT TITLE FROM PLAIN WHERE id = 1", true), ("SELECT rowid FROM numbered", true),
      ("SELECT secret FROM numbered", false),
      ("SELECT title FROM shown", true), ("SELECT secret FROM shown", false),
      ("SELECT count(*) FROM numbered", true), ("SELECT max(id) FROM plain", false),
      ("SELECT value FROM json_each('[1]')", true), ("SELECT name FROM sqlite_schema", false),
    ] {
      for permissions in [byNumber, byName] {
        #expect((try outcome(sql, permissions, on: connection) == nil) == isPermitted, "\(sql)")
      }
    }
  }

  @Test func rowNumbersAreReadOnlyOfTheTablesThatAreNamed() throws {
    let connection = try Connection.memory("CREATE TABLE a (x); CREATE TABLE b (x)")
    let schema = try connection.readSchema().schema
    let permissions = ReadPermissions(
      fields: [], tables: [TableID(0), TableID(1)], of: schema, ColumnNumbers(of: schema),
      rowNumbersOf: [TableID(0)])
    #expect(try outcome("SELECT rowid FROM a", permissions, on: connection) == nil)
    #expect(try outcome("SELECT rowid FROM b", permissions, on: connection) == .denied)
    #expect(try outcome("SELECT 1 FROM b", permissions, on: connection) == nil)
  }

  @Test func theAuthorizerIsAskedAgainAfterASchemaChange() throws {
    let connection = try Connection.memory(Self.ddl)
    let sql = "SELECT id, title FROM tasks WHERE id IN (SELECT value FROM json_each(?))"
    let permissions = ReadPermissions(
      tables: ["tasks": ["id", "title"], "json_each": ["value"]], functions: [])
    let authority = Authority.reading(permissions)
    #expect(try connection.rows(sql, ["[1]"], as: authority).count == 1)
    try connection.execute("CREATE TABLE another(x)")
    #expect(try connection.rows(sql, ["[1,2]"], as: authority).count == 2)
    try connection.execute("DROP TABLE tasks; CREATE TABLE tasks(id INTEGER PRIMARY KEY, other)")
    #expect(kind { _ = try connection.rows(sql, ["[1]"], as: authority) } == .schemaMismatch)
    // The same column name in a view of the same name is a different column.
    try connection.execute(
      "DROP TABLE tasks; CREATE VIEW tasks AS SELECT 1 AS id, body AS title FROM texts")
    #expect(kind { _ = try connection.rows(sql, ["[1]"], as: authority) } == nil)
  }

  @Test func interleavedStatementsKeepTheirOwnPermissions() throws {
    let connection = try Connection.memory(Self.ddl)
    let titles = try connection.statement(
      "SELECT title FROM tasks", as: .reading(ReadPermissions(tables: ["tasks": ["title"]])))
    let secrets = try connection.statement(
      "SELECT secret FROM tasks", as: .reading(ReadPermissions(tables: ["tasks": ["secret"]])))
    try connection.execute("CREATE TABLE another(x)")
    #expect(try titles.step())
    #expect(try secrets.step())
    #expect(try titles.step())
    #expect(try secrets.rows().count == 2)
  }
}
