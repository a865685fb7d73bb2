import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Hidden values in other places: generated columns, views, copies, and reads that SQLite does not
/// report.
@Suite struct DerivedTests {
  /// The fields that an answer shows, of a table that may not exist.
  private func fields(_ service: RecordService, _ table: String) async throws -> [String] {
    try await service.withSession(as: .ana) { reader throws(ServiceError) in
      try reader.prepare(ListRequest(table: table)).shape.fields.map(\.name)
    }
  }

  /// Column definitions; those that derive from `s` in any way are hidden with it.
  @Test(
    .watches(.derivedField),
    arguments: [
      "g AS (s)", "g AS (upper(s))", "g AS (\"s\" || 1) STORED", "g AS ([s])", "g AS (`S`)",
      "g AS (CASE WHEN a > 1 THEN s END)", "h AS (s), g AS (h)",
      "g AS (h || a), h AS (i), i AS (s)",
      "g INT GENERATED ALWAYS AS (length(/* a */ s)) VIRTUAL", "g AS (coalesce(a, -- x\n s))",
      "g AS (a IN (s, 1))",
      "g CHECK (a > 0) AS (s)",
    ])
  func aGeneratedColumnIsHiddenWithItsSources(definition: String) async throws {
    let database = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a, s, \(definition), f AS (a)); INSERT INTO t (a, s) VALUES (2, 'x');"
    )
    let service = try database.service(#"{"tables_enabled": {"t": {"fields_excluded": ["S"]}}}"#)
    #expect(try await fields(service, "t") == ["id", "a", "f"])
    #expect(
      await service.ask(#"{"object_type": "t"}"#)
        == #"{"data":{"items":[{"id":1,"a":2,"f":2}],"has_more":false}}"#)
  }

  /// Views whose every column gives away something of `s`, if only by which records there are or
  /// where a LIMIT cuts.
  static let revealingViews = [
    "SELECT s AS x FROM t", "SELECT upper(s) || a AS x FROM t", "SELECT a AS x FROM t WHERE s > 1",
    "SELECT a AS x FROM t ORDER BY s LIMIT 1", "SELECT a AS x FROM t GROUP BY s",
    "SELECT max(s) AS m, a AS x FROM t",
    "SELECT count(s) AS x FROM t", "SELECT a AS x FROM t GROUP BY a HAVING max(s) > 1",
    "SELECT a AS x FROM t WHERE EXISTS (SELECT 1 FROM t AS o WHERE o.s > t.a)",
    "SELECT (SELECT max(s) FROM t) AS x",
    "SELECT row_number() OVER (ORDER BY s) AS x FROM t",
    "WITH q AS (SELECT s FROM t) SELECT s AS x FROM q",
    "SELECT x FROM (SELECT s AS x FROM t)", "SELECT a AS x FROM t UNION SELECT s FROM t",
    "SELECT a AS x FROM t EXCEPT SELECT s FROM t", "SELECT t.a AS x FROM t JOIN u ON u.b = t.s",
    "SELECT DISTINCT s AS x FROM t", "SELECT DISTINCT a AS x, s FROM t", "SELECT g AS x FROM t",
    "SELECT * FROM (SELECT s FROM t) AS x",
    "SELECT t.a AS x FROM t JOIN u USING (s)", "SELECT a AS x FROM t NATURAL JOIN u",
    "SELECT x FROM inner_view",
    "SELECT b AS x FROM u WHERE b IN (SELECT s FROM t)", "VALUES ((SELECT s FROM t))",
    "SELECT a AS x FROM t LIMIT (SELECT s FROM t)",
    "SELECT a AS s2, s AS a2 FROM t ORDER BY 2 LIMIT 1",
    "SELECT a AS x FROM t WHERE a = (SELECT count(*) FROM t WHERE s = 1)",
    "SELECT group_concat(s) AS x FROM t",
  ]

  @Test(.watches(.derivedField, .joinBySameName), arguments: revealingViews)
  func aViewIsHiddenWithWhatItDerivesFrom(body: String) async throws {
    let tables = """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a, s, g AS (s + 1));
      CREATE TABLE u (b, s);
      CREATE VIEW inner_view AS SELECT s AS x FROM t;
      CREATE VIEW v AS \(body);
      """
    let database = try TemporaryDatabase(
      tables + "INSERT INTO t (a, s) VALUES (1, 5), (2, 1); INSERT INTO u VALUES (5, 1);")
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["s"]}, "u": "*", "v": "*"}}"#)
    // The view does not exist at all, so its number of records says nothing either.
    let unknown = #"{"data":{"message":"unknown table \"v\"","code":"unknown_table"}}"#
    let answer = await service.ask(#"{"object_type": "v", "count": "exact"}"#)
    #expect(answer == unknown)
    for field in ["x", "m", "s2", "a2", "s", "nothing"] {
      #expect(await service.ask(#"{"object_type": "v", "sort": "\#(field)"}"#) == unknown)
    }
    // Disabling the table hides the same.
    let disabled = try database.service(
      #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["t"]}"#)
    #expect(await disabled.ask(#"{"object_type": "v"}"#) == unknown)
  }

  /// A view of every record of one table, unchanged, gives away no more by a column than that
  /// column holds.
  @Test(.watches(.derivedField)) func aPlainViewIsHiddenColumnByColumn() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a, s);
      CREATE VIEW v AS SELECT id, a AS x, upper(s) AS y, s FROM t;
      INSERT INTO t (a, s) VALUES (1, 5);
      """)
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["s"]}, "v": "*"}}"#)
    #expect(try await fields(service, "v") == ["id", "x"])
    for field in ["y", "s"] {
      let answer = await service.ask(#"{"object_type": "v", "sort": "\#(field)"}"#)
      #expect(answer.contains("unknown_field"), "\(answer)")
    }
  }

  /// Views for which SQLite chooses the records or values. The choice depends on the indexes, and
  /// one of these orders records by a hidden column.
  static let nondeterministicViews = [
    "SELECT id, a FROM t GROUP BY a", "SELECT id, max(a) AS m FROM t", "SELECT id FROM t LIMIT 1",
    "SELECT id FROM t ORDER BY a LIMIT 1", "SELECT group_concat(id) AS x FROM t WHERE a = 1",
    "SELECT (SELECT id FROM t WHERE a = 1) AS x", "SELECT DISTINCT b FROM t",
    "SELECT row_number() OVER (ORDER BY a) AS n, id FROM t",
  ]

  @Test(.watches(.derivedField, .impliedOrder), arguments: nondeterministicViews)
  func aNondeterministicViewNeedsAccessToAllItReads(body: String) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b, s);
      CREATE INDEX by_secret ON t (a, s, id, b);
      CREATE VIEW v AS \(body);
      INSERT INTO t (a, b, s) VALUES (1, 'x', 9), (1, 'y', 1), (1, 'z', 5);
      """)
    let request = #"{"object_type": "v", "count": "exact"}"#
    for partial in [
      #""t": {"fields_excluded": ["s"]}"#, #""t": {"data": [{"field": "id", "value": 1}]}"#,
      #""u": "*""#,
    ] {
      let service = try database.service(#"{"tables_enabled": {\#(partial), "v": "*"}}"#)
      #expect(
        await service.ask(request).contains(#""code":"unknown_table""#), "\(partial)")
    }
    let service = try database.service(#"{"tables_enabled": {"t": "*", "v": "*"}}"#)
    let answer = await service.ask(request)
    #expect(answer.contains(#""items":[{"#), "\(answer)")
    // A user type leaves out records as a profile does.
    var user = User.ana
    for type in ["user", "guest"] {
      user.userType = type
      #expect(
        await service.ask(request, as: user)
          == #"{"data":{"items":[],"has_more":false,"count":{"value":0,"exact":true}}}"#)
    }
  }

  /// A table that a trigger fills is a table of its own; virtual tables and their shadow tables do
  /// not exist at all.
  @Test(.watches(.derivedField)) func virtualTablesAndTheirShadowsDoNotExist() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, s TEXT);
      CREATE TABLE log (id INTEGER PRIMARY KEY, copy TEXT);
      CREATE TRIGGER copies AFTER INSERT ON t BEGIN INSERT INTO log (copy) VALUES (new.s); END;
      CREATE VIRTUAL TABLE words USING fts5(s, content = 't', content_rowid = 'id');
      CREATE VIRTUAL TABLE own USING fts5(body);
      CREATE VIEW over AS SELECT s FROM words;
      INSERT INTO t VALUES (1, 'a', 'secret word'); INSERT INTO own VALUES ('secret word');
      INSERT INTO words (words) VALUES ('rebuild');
      """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*", "t": {"fields_excluded": ["s"]}}, "tables_disabled": ["log"]}"#
    )
    for table in [
      "words", "own", "over", "log", "words_data", "words_idx", "words_docsize", "words_config",
      "own_content",
      "own_data", "fts5vocab",
    ] {
      let error = await serviceError { try await service.list(ListRequest(table: table), as: .ana) }
      #expect(error?.code == .unknownTable, "\(table)")
    }
  }

  /// Why statements never use NATURAL and USING: SQLite does not report the columns that these
  /// compare.
  @Test(.watches(.joinBySameName)) func sqliteDoesNotReportColumnsJoinedByName() throws {
    let connection = try Connection(.inMemory)
    try connection.execute("CREATE TABLE t (a, s); CREATE TABLE u (b, s);")
    let permitted = Authority.reading(ReadPermissions(tables: ["t": ["a"], "u": ["b"]]))
    for join in ["t NATURAL JOIN u", "t JOIN u USING (s)"] {
      _ = try connection.statement("SELECT a, b FROM \(join)", as: permitted)
    }
    #expect(throws: StoreError.self) {
      _ = try connection.statement("SELECT a, b FROM t JOIN u ON t.s = u.s", as: permitted)
    }
  }

  @Test(.watches(.joinBySameName)) func noStatementJoinsByName() async throws {
    let service = try Helpdesk.database().service(#"{"tables_enabled": {"*": "*"}}"#)
    for filter in [
      #"{"field": "client.name", "value": "Ada"}"#,
      #"{"not": {"field": "client.tasks.title", "value": "x"}}"#,
      #"{"or": [{"field": "client.region", "operator": "is null"}, {"field": "id", "value": 1}]}"#,
    ] {
      let text = #"{"object_type": "tasks", "filters": [\#(filter)], "sort": "due desc"}"#
      let explanation = try await service.explain(
        try ListRequest(json: Array(text.utf8)), as: .ana)
      #expect(!explanation.statements.isEmpty)
      for statement in explanation.statements {
        #expect(!statement.sql.contains("NATURAL") && !statement.sql.contains("USING"))
        #expect(!statement.sql.contains("*"))
      }
    }
  }
}
