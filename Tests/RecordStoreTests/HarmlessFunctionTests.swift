import CSQLite
import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// What a schema may call, and what is said of the rest.
@Suite struct HarmlessFunctionTests {
  @Test func onlyHarmlessFunctionsAreLeft() throws {
    let connection = try Connection.memory("")
    let left = try connection.rows(
      """
      SELECT DISTINCT name FROM pragma_function_list
      WHERE NOT builtin AND flags & 0x200000 = 0 ORDER BY name
      """)
    // The others are this package's own, and SQLite lets no schema call them.
    #expect(
      left == [
        ["match"], ["rowscope_contains"], ["rowscope_has_member"], ["rowscope_scan"],
        ["rowscope_value"],
      ])
    // Built-in functions can only be replaced.
    for call in ["load_extension('x')", "load_extension('x', 'y')"] {
      #expect(kind { _ = try connection.rows("SELECT \(call)") } == .expressionFailed, "\(call)")
    }
    for call in ["fts3_tokenizer('x')", "rtreecheck('x')", "readfile('x')", "edit('x')"] {
      #expect(kind { _ = try connection.rows("SELECT \(call)") } == .schemaMismatch, "\(call)")
    }
    for table in ["dbstat", "sqlite_stmt", "sqlite_dbpage", "fsdir('.')", "fts3tokenize"] {
      #expect(
        kind { _ = try connection.rows("SELECT * FROM \(table)") } == .schemaMismatch, "\(table)")
    }
    #expect(try connection.rows("SELECT value FROM json_each('[7]')") == [[7]])
  }

  /// The schema of a project with JSON fields: a CHECK, a default, generated columns, an index and
  /// a trigger.
  @Test func aSchemaMayUseJSON() throws {
    let path = try TemporaryFolder.kept.database(
      """
      CREATE TABLE event(id INTEGER PRIMARY KEY, data TEXT NOT NULL CHECK (json_valid(data)),
        tags TEXT DEFAULT (json_array()), a AS (json_extract(data, '$.a')),
        b TEXT AS (data->>'$.b') STORED);
      CREATE INDEX by_c ON event(json_extract(data, '$.c')) WHERE json_valid(data);
      CREATE TABLE log(line TEXT);
      CREATE TRIGGER told AFTER UPDATE ON event BEGIN
        INSERT INTO log VALUES (json_object('was', old.data)); END;
      CREATE VIEW parts AS SELECT event.id, value FROM event, json_each(event.data);
      INSERT INTO event(data) VALUES ('{"a": 1, "b": "x"}');
      """, name: "json.sqlite")
    let reader = try Connection(.readOnly(path: path))
    let found = try reader.readSchema()
    #expect(found.notes.isEmpty)
    #expect(try reader.writeObstacles(of: found.schema).isEmpty)
    #expect(try reader.rows("SELECT a, b, tags FROM event") == [[1, "x", "[]"]])
    #expect(try reader.rows("SELECT value FROM parts ORDER BY 1") == [[1], ["x"]])
    let writer = try Connection(.readWrite(path: path))
    let change = WritePermissions(
      .update("event", columns: ["data"]), reads: ReadPermissions(tables: ["event": ["id"]]))
    _ = try writer.rows("UPDATE event SET data = '{\"a\": 2}' WHERE id = 1", as: .writing(change))
    #expect(try writer.rows("SELECT a FROM event") == [[2]])
    #expect(try writer.rows("SELECT line FROM log") == [[#"{"was":"{\"a\": 1, \"b\": \"x\"}"}"#]])
  }

  /// A file of an application that has a function `unknown`, which this process has not: it takes
  /// the place of `unicode` in the stored definitions.
  private static func fileWithUnknownFunction() throws -> String {
    let path = try TemporaryFolder.kept.database(
      """
      CREATE TABLE computed(id INTEGER PRIMARY KEY, x, y AS (unicode(x)), z AS (y + 1), w AS (x));
      CREATE TABLE partly(id INTEGER PRIMARY KEY, x, y);
      CREATE INDEX part ON partly(y) WHERE unicode(x);
      CREATE TABLE checked(id INTEGER PRIMARY KEY, x, y CHECK (unicode(y) > 0));
      CREATE TABLE defaults(id INTEGER PRIMARY KEY, x, y DEFAULT (unicode('a')));
      CREATE TABLE watched(id INTEGER PRIMARY KEY, x);
      CREATE TRIGGER told AFTER UPDATE ON watched BEGIN SELECT unicode(new.x); END;
      CREATE TABLE orphan(id INTEGER PRIMARY KEY, x REFERENCES nowhere(id));
      CREATE VIEW shown AS SELECT unicode(x) AS u FROM partly;
      CREATE TABLE fine(id INTEGER PRIMARY KEY, j CHECK (json_valid(j)));
      INSERT INTO computed(x) VALUES ('a'); INSERT INTO partly(x, y) VALUES ('a', 1);
      INSERT INTO checked(x, y) VALUES (1, 'a');
      """, name: "\(UUID().uuidString).sqlite")
    var bytes = try Data(contentsOf: URL(filePath: path))
    while let place = bytes.range(of: Data("unicode".utf8)) {
      bytes.replaceSubrange(place, with: Data("unknown".utf8))
    }
    try bytes.write(to: URL(filePath: path))
    return path
  }

  @Test func aMissingFunctionConcernsOnlyWhatCallsIt() throws {
    let reader = try Connection(.readOnly(path: try Self.fileWithUnknownFunction()))
    let found = try reader.readSchema()
    #expect(
      found.schema.tables.map(\.name) == [
        "computed", "partly", "checked", "defaults", "watched", "orphan", "fine",
      ])
    #expect(found.schema.table(named: "computed")?.fields.map(\.name) == ["id", "x", "w"])
    let left = found.notes.filter { if case .broken = $0.reason { true } else { false } }
    #expect(left.map(\.table) == ["computed", "computed", "shown"])
    #expect(left.map(\.field) == ["y", "z", nil])
    #expect(left.allSatisfy { $0.description.contains(#"needs the function "unknown""#) })

    let obstacles = try reader.writeObstacles(of: found.schema)
    let changes = obstacles.mapValues { $0.map(\.changes) }
    #expect(
      changes == [
        "computed": [[.create, .edit]], "partly": [[.create, .edit, .delete]],
        "checked": [[.create]], "defaults": [[.createWithDefaults]], "watched": [[.edit]],
        "orphan": [[.create, .edit, .delete]],
      ])
    for (table, found) in obstacles {
      let missing = table == "orphan" ? #"the table "nowhere""# : #"the function "unknown""#
      #expect(found.allSatisfy { $0.description.contains(missing) }, "\(table)")
    }
  }

  @Test(
    arguments: [
      ("INSERT INTO fine(j) VALUES ('{}')", .insert(into: "fine", columns: ["j"]), nil),
      (
        "INSERT INTO defaults(x, y) VALUES (1, 2)", .insert(into: "defaults", columns: ["x", "y"]),
        nil
      ),
      ("UPDATE checked SET x = 2", .update("checked", columns: ["x"]), nil),
      ("DELETE FROM computed", .delete(from: "computed"), nil),
      ("INSERT INTO defaults(x) VALUES (1)", .insert(into: "defaults", columns: ["x"]), "unknown"),
      ("UPDATE checked SET y = 'b'", .update("checked", columns: ["y"]), "unknown"),
      ("UPDATE watched SET x = 'b'", .update("watched", columns: ["x"]), "unknown"),
      ("DELETE FROM partly", .delete(from: "partly"), "unknown"),
      ("INSERT INTO orphan(x) VALUES (1)", .insert(into: "orphan", columns: ["x"]), "nowhere"),
    ] as [(String, WritePermissions.Change, String?)])
  func aChangeFailsOnlyWhereItCallsTheFunction(
    sql: String, change: WritePermissions.Change, missing: String?
  ) throws {
    let writer = try Connection(.readWrite(path: try Self.fileWithUnknownFunction()))
    let permissions = WritePermissions(change, reads: ReadPermissions(tables: [:]))
    var error: StoreError?
    do throws(StoreError) {
      _ = try writer.rows(sql, as: .writing(permissions))
    } catch let failure {
      error = failure
    }
    #expect(error.map { $0.kind == .expressionFailed } ?? (missing == nil), "\(sql)")
    #expect(error?.description.contains("\"\(missing ?? "")\"") ?? (missing == nil), "\(sql)")
    #expect(error?.description.contains("damaged") != true)
  }

  /// A file that was made to do harm: whatever calls something dangerous fails, and nothing else.
  @Test(arguments: [
    "CREATE TABLE evil(x CHECK (load_extension(x)))",
    "CREATE TABLE evil(x, y AS (load_extension(x)))",
    "CREATE TABLE evil(x); CREATE INDEX i ON evil(load_extension(x))",
    "CREATE TABLE evil(x DEFAULT (load_extension('x')), y)",
    "CREATE TABLE evil(x); CREATE TRIGGER t AFTER INSERT ON evil BEGIN SELECT load_extension('x'); END",
    "CREATE TABLE evil(x); CREATE VIEW v AS SELECT load_extension('x') AS y FROM fine",
  ])
  func aDangerousFunctionNeverRuns(sql: String) throws {
    let path = try TemporaryFolder.kept.database(
      "CREATE TABLE fine(x); INSERT INTO fine VALUES (1);" + sql, name: "\(UUID().uuidString)")
    let writer = try Connection(.readWrite(path: path))
    #expect(try writer.rows("INSERT INTO fine VALUES (2) RETURNING x") == [[2]])
    let evil =
      sql.contains("VIEW")
      ? "SELECT y FROM v"
      : sql.contains("DEFAULT")
        ? "INSERT INTO evil(y) VALUES (1)"
        : "INSERT INTO evil(x) VALUES (1)"
    var error: StoreError?
    do throws(StoreError) { _ = try writer.rows(evil) } catch let failure { error = failure }
    #expect(error?.kind == .expressionFailed, "\(sql)")
    #expect(error?.description.contains("that only a program may call") == true)
  }

  @Test func aNewerDefinitionIsNotCalledDamage() throws {
    let path = try TemporaryFolder.kept.database(
      "CREATE TABLE fine(x); CREATE TABLE future(x CHECK (x > 0));", name: "future.sqlite")
    var bytes = try Data(contentsOf: URL(filePath: path))
    let place = try #require(bytes.range(of: Data("(x > 0)".utf8)))
    bytes.replaceSubrange(place, with: Data("(x >!0)".utf8))
    try bytes.write(to: URL(filePath: path))
    var error: StoreError?
    do throws(StoreError) {
      _ = try Connection(.readWrite(path: path))
    } catch let failure {
      error = failure
    }
    #expect(error?.description.contains(#"cannot read the definition of "future""#) == true)
  }
}

extension TemporaryFolder {
  /// For files of tests that run at the same time.
  fileprivate static let kept: TemporaryFolder = {
    do { return try TemporaryFolder() } catch { preconditionFailure("\(error)") }
  }()
}
