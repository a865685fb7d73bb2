import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct WritingTests {
  private static let tables =
    TemporaryFolder.sample + """
      CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
      CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id) ON DELETE CASCADE,
        code TEXT REFERENCES parents (code) ON DELETE SET NULL);
      CREATE TABLE log (line TEXT);
      CREATE TRIGGER told AFTER INSERT ON tasks BEGIN INSERT INTO log SELECT NEW.secret; END;
      INSERT INTO parents VALUES (1, 'a'); INSERT INTO children VALUES (1, 1, 'a');
      """
  private static let reads = ReadPermissions(tables: ["tasks": ["id", "owner"], "parents": ["id"]])

  private func outcome(
    _ sql: String, _ change: WritePermissions.Change
  ) throws -> StoreError.Kind? {
    let connection = try Connection.memory(Self.tables)
    try connection.execute("PRAGMA foreign_keys = ON")
    return kind {
      _ = try connection.rows(
        sql, as: .writing(WritePermissions(change, reads: Self.reads)))
    }
  }

  @Test(
    arguments: [
      ("INSERT INTO tasks (title) VALUES ('x')", .insert(into: "tasks", columns: ["title"])),
      ("UPDATE tasks SET title = 'x' WHERE owner = 1", .update("tasks", columns: ["title"])),
      ("UPDATE tasks SET title = 'x', owner = 2", .update("tasks", columns: ["title", "owner"])),
      ("DELETE FROM tasks WHERE owner = 1", .delete(from: "tasks")),
      // Including whatever its foreign keys do.
      ("DELETE FROM parents WHERE id = 1", .delete(from: "parents")),
      ("INSERT INTO tasks DEFAULT VALUES", .insert(into: "tasks", columns: [])),
    ] as [(String, WritePermissions.Change)])
  func permitted(sql: String, change: WritePermissions.Change) throws {
    #expect(try outcome(sql, change) == nil)
  }

  @Test(
    arguments: [
      // Another table, another kind of change, another column.
      ("INSERT INTO log VALUES ('x')", .insert(into: "tasks", columns: ["title"])),
      ("DELETE FROM tasks", .insert(into: "tasks", columns: ["title"])),
      ("INSERT INTO tasks (title) VALUES ('x')", .delete(from: "tasks")),
      ("UPDATE tasks SET secret = 'x'", .update("tasks", columns: ["title"])),
      ("UPDATE tasks SET title = 'x', secret = 'x'", .update("tasks", columns: ["title"])),
      // Columns that may not be read, anywhere in a statement that writes.
      ("UPDATE tasks SET title = secret", .update("tasks", columns: ["title"])),
      ("UPDATE tasks SET title = 'x' WHERE secret = 's'", .update("tasks", columns: ["title"])),
      ("DELETE FROM tasks WHERE secret = 's'", .delete(from: "tasks")),
      (
        "DELETE FROM tasks WHERE id IN (SELECT rowid FROM log WHERE line = 's')",
        .delete(from: "tasks")
      ),
      ("UPDATE tasks SET title = 'x' RETURNING secret", .update("tasks", columns: ["title"])),
      (
        "INSERT INTO tasks (title) VALUES ('x') RETURNING secret",
        .insert(into: "tasks", columns: ["title"])
      ),
      (
        "INSERT INTO tasks (id, title) VALUES (1, 'x') ON CONFLICT DO UPDATE SET title = 'y'",
        .insert(into: "tasks", columns: ["id", "title"])
      ),
      ("PRAGMA foreign_keys = OFF", .delete(from: "tasks")), ("COMMIT", .delete(from: "tasks")),
      ("DROP TABLE tasks", .delete(from: "tasks")),
      ("ALTER TABLE tasks DROP COLUMN title", .update("tasks", columns: ["title"])),
      ("ATTACH 'x' AS y", .delete(from: "tasks")),
    ] as [(String, WritePermissions.Change)])
  func denied(sql: String, change: WritePermissions.Change) throws {
    #expect(try outcome(sql, change) == .denied)
  }

  private static let indexed = """
    CREATE TABLE notes(id INTEGER PRIMARY KEY, body TEXT, secret TEXT);
    CREATE VIRTUAL TABLE found USING fts5(body, content='notes', content_rowid='id');
    CREATE TRIGGER added AFTER INSERT ON notes BEGIN
      INSERT INTO found(rowid, body) VALUES (new.id, new.body); END;
    CREATE TRIGGER removed AFTER DELETE ON notes BEGIN
      INSERT INTO found(found, rowid, body) VALUES ('delete', old.id, old.body); END;
    CREATE TRIGGER changed AFTER UPDATE ON notes BEGIN
      INSERT INTO found(found, rowid, body) VALUES ('delete', old.id, old.body);
      INSERT INTO found(rowid, body) VALUES (new.id, new.body); END;
    CREATE TABLE old(id INTEGER PRIMARY KEY, body TEXT);
    CREATE VIRTUAL TABLE old_found USING fts4(body);
    CREATE TRIGGER old_added AFTER INSERT ON old BEGIN
      INSERT INTO old_found(docid, body) VALUES (new.id, new.body); END;
    CREATE TRIGGER old_removed AFTER DELETE ON old BEGIN
      DELETE FROM old_found WHERE docid = old.id; END;
    CREATE TRIGGER old_changed AFTER UPDATE ON old BEGIN
      UPDATE old_found SET body = new.body WHERE docid = old.id; END;
    CREATE TABLE places(id INTEGER PRIMARY KEY, x REAL);
    CREATE VIRTUAL TABLE area USING rtree(id, low, high);
    CREATE TRIGGER placed AFTER INSERT ON places BEGIN
      INSERT INTO area VALUES (new.id, new.x, new.x); END;
    CREATE TRIGGER moved AFTER UPDATE ON places BEGIN
      UPDATE area SET low = new.x, high = new.x WHERE id = old.id; END;
    CREATE TRIGGER unplaced AFTER DELETE ON places BEGIN DELETE FROM area WHERE id = old.id; END;
    """

  /// Full-text and R*Tree indexes that triggers keep. Their modules run statements of their own.
  @Test func virtualTablesAreWrittenByTriggers() throws {
    let folder = try TemporaryFolder()
    let path = try folder.database(Self.indexed)
    for (table, column) in [("notes", "body"), ("old", "body"), ("places", "x")] {
      // Each with a connection of its own, whose modules have not run before.
      func run(_ sql: String, _ change: WritePermissions.Change) throws {
        let connection = try Connection(.readWrite(path: path))
        let reads = ReadPermissions(tables: [Name(table): ["id"]])
        try connection.beginWriting()
        for _ in 0..<2 {
          _ = try connection.rows(
            sql, as: .writing(WritePermissions(change, reads: reads)))
        }
        try connection.commit()
      }
      let name = Name(table)
      try run(
        "INSERT INTO \(table)(\(column)) VALUES (1)",
        .insert(into: name, columns: [Name(column)]))
      try run(
        "UPDATE \(table) SET \(column) = 2 WHERE id = 1", .update(name, columns: [Name(column)]))
      try run("DELETE FROM \(table) WHERE id = 2", .delete(from: name))
    }
    let reader = try Connection(.readOnly(path: path))
    // The authorizer permits what a module does up to the first row.
    for (query, count) in [
      ("found WHERE found MATCH '2'", 1), ("found WHERE found MATCH '1'", 0),
      ("old_found WHERE body MATCH '2'", 1), ("area WHERE low >= 2", 1), ("area", 1),
    ] as [(String, Value)] {
      #expect(try reader.rows("SELECT count(*) FROM \(query)") == [[count]], "\(query)")
    }
  }

  /// A permission to change a table is none to change its index, or to read through it.
  @Test(
    arguments: [
      "INSERT INTO found(rowid, body) VALUES (1, 'x')", "DELETE FROM found",
      "UPDATE found_data SET block = NULL", "DELETE FROM found_config",
      "INSERT INTO notes(body) SELECT body FROM found",
      "INSERT INTO notes(body) SELECT secret FROM notes",
      "INSERT INTO notes(body) SELECT block FROM found_data", "PRAGMA data_version",
      "CREATE TABLE another(x)", "INSERT INTO sqlite_master(name) VALUES ('x')",
    ])
  func virtualTablesAreNotWrittenDirectly(sql: String) throws {
    let connection = try Connection.memory(Self.indexed)
    let change = WritePermissions(
      .insert(into: "notes", columns: ["body"]), reads: ReadPermissions(tables: ["notes": ["id"]]))
    // SQLite itself protects the tables of a virtual table.
    let refusals: [StoreError.Kind?] = [.denied, .schemaMismatch]
    #expect(refusals.contains(kind { _ = try connection.rows(sql, as: .writing(change)) }))
    _ = try connection.rows("INSERT INTO notes(body) VALUES ('x')", as: .writing(change))
    #expect(refusals.contains(kind { _ = try connection.rows(sql, as: .writing(change)) }))
  }

  @Test func aTriggerMayRecur() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE n(x); CREATE TABLE log(x);
      CREATE TRIGGER t AFTER INSERT ON n BEGIN
        INSERT INTO log WITH RECURSIVE c(x) AS (
          SELECT new.x UNION ALL SELECT x + 1 FROM c WHERE x < new.x + 2) SELECT x FROM c; END;
      """)
    let change = WritePermissions(
      .insert(into: "n", columns: ["x"]), reads: ReadPermissions(tables: [:]))
    _ = try connection.rows("INSERT INTO n VALUES (7)", as: .writing(change))
    #expect(try connection.rows("SELECT x FROM log") == [[7], [8], [9]])
  }

  @Test func readingPermissionsAllowNoWriting() throws {
    let connection = try Connection.memory(Self.tables)
    for sql in ["DELETE FROM tasks", "INSERT INTO tasks (title) VALUES ('x')"] {
      #expect(kind { _ = try connection.rows(sql, as: .reading(Self.reads)) } == .denied)
    }
  }

  @Test func aSavepointKeepsAllOrNothing() throws {
    let connection = try Connection.memory(Self.tables)
    try connection.beginWriting()
    func add(_ line: String, then fails: Bool) throws(StoreError) {
      try connection.withSavepoint(deferringForeignKeys: true, failing: { $0 }) {
        () throws(StoreError) in
        try connection.execute("INSERT INTO log VALUES ('\(line)')")
        if fails { throw StoreError(.internalError, "for the test") }
      }
    }
    try add("a", then: false)
    #expect(kind { try add("b", then: true) } == .internalError)
    try add("c", then: false)
    try connection.commit()
    #expect(try connection.rows("SELECT line FROM log") == [["a"], ["c"]])
    #expect(kind { try add("d", then: false) } == .internalError, "outside a transaction")
    #expect(kind { try connection.commit() } == .internalError)
    #expect(try connection.rows("SELECT count(*) FROM log") == [[2]])
  }

  @Test func anUncommittedTransactionIsRolledBack() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.database()
    let pool = try ConnectionPool(.readWrite(path: path), capacity: 1)
    do {
      let connection = try await pool.connection()
      try connection.beginWriting()
      try connection.execute("DELETE FROM tasks")
    }
    #expect(try Connection(.readOnly(path: path)).rows("SELECT count(*) FROM tasks") == [[3]])
    try await pool.withConnection { connection throws(StoreError) in
      try connection.beginWriting()
      try connection.execute("DELETE FROM tasks WHERE id = 1")
      try connection.commit()
    }
    #expect(try Connection(.readOnly(path: path)).rows("SELECT count(*) FROM tasks") == [[2]])
  }

  @Test(
    arguments: [
      ("CREATE TABLE t (a TEXT)", "rowid"), ("CREATE TABLE t (rowid TEXT)", "_rowid_"),
      ("CREATE TABLE t (RowID TEXT, _ROWID_ TEXT)", "oid"),
      ("CREATE TABLE t (rowid TEXT, _rowid_ TEXT, oid TEXT)", nil),
      ("CREATE TABLE t (id INTEGER PRIMARY KEY)", "rowid"),
      ("CREATE TABLE t (id TEXT PRIMARY KEY) WITHOUT ROWID", nil),
    ] as [(String, String?)])
  func rowNumbers(sql: String, name: String?) throws {
    let connection = try Connection.memory(sql)
    #expect(try connection.rowIDName(of: "T") == name)
    try connection.execute("DROP TABLE t; CREATE TABLE t (b TEXT)")
    #expect(try connection.rowIDName(of: "T") == "rowid", "looked up again for other tables")
  }

  @Test(
    arguments: [
      ("INSERT INTO t (a, b) VALUES (1, 2)", ["a", "b"]), ("INSERT INTO t (c) VALUES (1)", ["c"]),
      ("INSERT INTO t (n) VALUES (NULL)", ["n"]), ("INSERT INTO t (id) VALUES (1)", ["id"]),
      ("INSERT INTO t (k) VALUES (5)", []), ("INSERT INTO t (x) VALUES (1)", []),
      ("INSERT INTO t (\"a, t.b\") VALUES (1)", []), ("INSERT INTO other VALUES (1)", []),
      ("INSERT INTO strict VALUES ('x')", []),
    ] as [(String, [Name])])
  func aBrokenConstraintNamesItsColumns(sql: String, columns: [Name]) throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c UNIQUE, n NOT NULL DEFAULT 1, k CHECK (k < 5), x,
        "a, t.b" UNIQUE, UNIQUE (a, b));
      CREATE UNIQUE INDEX i ON t (x + 1);
      INSERT INTO t (id, a, b, c, x, "a, t.b") VALUES (1, 1, 2, 1, 1, 1);
      CREATE TABLE other (c UNIQUE); INSERT INTO other VALUES (1);
      CREATE TABLE strict (c INTEGER) STRICT;
      """)
    do throws(StoreError) {
      try connection.execute(sql)
      Issue.record("no constraint was broken")
    } catch {
      let names: [Name] = ["id", "a", "b", "c", "n", "k", "x", "a, t.b"]
      let found = error.constrainedColumns(of: "t", among: names)
      // Two columns, or one whose name looks like two: the message is ambiguous and not used.
      #expect(found == (columns == ["a", "b"] ? [] : columns))
      #expect(!error.description.contains("t."))
    }
  }
}
