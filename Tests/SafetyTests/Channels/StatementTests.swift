import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// The statements that SQLite is given, and what they are allowed to read.
@Suite struct StatementTests {
  @Test(
    .watches(.catalogue),
    arguments: [
      "sqlite_schema", "sqlite_master", "SQLITE_SCHEMA", "sqlite_temp_schema", "sqlite_temp_master",
      "sqlite_stat1",
      "sqlite_sequence", "pragma_table_info", "pragma_table_info('tasks')", "pragma_database_list",
      "dbstat", "json_each",
      "json_tree", "main.tasks", "temp.tasks", "main.sqlite_schema", "sqlite_dbpage", "bytecode",
      "fsdir",
    ])
  func theCatalogueIsNotATable(name: String) async throws {
    let database = try TemporaryDatabase(
      Helpdesk.tables
        + "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE INDEX i ON tasks (owner); ANALYZE;"
    )
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    let unknown = await service.ask(#"{"object_type": "qwertz"}"#)
    #expect(
      await service.ask(#"{"object_type": \#(json(name))}"#)
        == unknown.replacing("qwertz", with: name))
  }

  /// The second guard: whatever the statement, SQLite itself refuses what a request may not read.
  @Test(
    .watches(.catalogue, .ignoredRead),
    arguments: [
      "SELECT secret FROM tasks", "SELECT id, secret FROM tasks", "SELECT loud FROM tasks",
      "SELECT * FROM tasks",
      "SELECT id FROM tasks WHERE secret IS NULL", "SELECT id FROM tasks ORDER BY secret",
      "SELECT (SELECT secret FROM tasks)",
      "SELECT 1 FROM tasks AS a JOIN tasks AS b ON a.secret = b.secret",
      "SELECT name FROM sqlite_schema", "SELECT sql FROM sqlite_master",
      "SELECT * FROM pragma_table_info('tasks')",
      "SELECT * FROM payables", "EXPLAIN SELECT secret FROM tasks",
      "EXPLAIN QUERY PLAN SELECT secret FROM tasks",
      "PRAGMA table_info(tasks)", "SELECT id FROM tasks UNION SELECT secret FROM tasks",
      "SELECT sqlite_version()",
      "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "ATTACH '/tmp/x' AS x",
      "SELECT abs(id) FROM tasks",
      "DELETE FROM tasks", "UPDATE tasks SET title = secret",
      "CREATE TEMP TABLE x AS SELECT id FROM tasks",
      "INSERT INTO tasks (title) VALUES ('x') RETURNING secret", "SELECT count(secret) FROM tasks",
    ])
  func aStatementThatReadsMoreIsRefusedWhole(sql: String) throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Helpdesk.tables)
    let permissions = ReadPermissions(
      tables: ["tasks": ["id", "title"]], functions: ["count", "json_each"])
    // Never rows with NULL in place of what was refused.
    var rows: [[Value]]?
    do throws(StoreError) {
      rows = try connection.statement(sql, as: .reading(permissions)).rows()
    } catch {
      #expect([.denied, .schemaMismatch].contains(error.kind), "\(error)")
    }
    #expect(rows == nil)
    #expect(
      try connection.statement("SELECT id, title FROM tasks", as: .reading(permissions)).rows()
        .count == 5)
  }

  // MARK: Shared statements

  /// The same text with different fields: one user's statement is not run for another.
  @Test(.watches(.sharedStatement)) func statementsAreCachedByWhatTheyMayRead() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Helpdesk.tables)
    let sql = "SELECT id FROM tasks WHERE secret > 'b'"
    let all = Authority.reading(ReadPermissions(tables: ["tasks": ["id", "secret"]]))
    let less = Authority.reading(ReadPermissions(tables: ["tasks": ["id"]]))
    for _ in 0..<3 {
      #expect(try connection.statement(sql, as: all).rows().count == 3)
      #expect(throws: StoreError.self) { _ = try connection.statement(sql, as: less) }
    }
    // After a schema change SQLite prepares it again by itself, and asks the authorizer again.
    try connection.execute("ALTER TABLE tasks ADD COLUMN more")
    #expect(try connection.statement(sql, as: all).rows().count == 3)
    #expect(throws: StoreError.self) { _ = try connection.statement(sql, as: less) }
  }

  /// Users of the same and of other profiles, in turn on one connection: each sees their own
  /// records.
  @Test(.watches(.sharedStatement, .planAcrossRoles)) func eachUserIsAnsweredWithTheirOwnValues()
    async throws
  {
    let own =
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#
    let service = try Helpdesk.database().service(
      [
        "own": own, "same": own, "all": #"{"tables_enabled": {"tasks": "*"}}"#,
        "less":
          #"{"tables_enabled": {"tasks": {"fields_excluded": ["title"], "data": [{"field": "owner", "reference": "id_user"}]}}}"#,
      ], connections: 1)
    let expected: [(User, [Value])] = [
      (User(id: 7, profile: "own"), [1, 2, 3, 5]), (User(id: 8, profile: "own"), [4]),
      (User(id: 8, profile: "same"), [4]), (User(id: 9, profile: "own"), []),
      (User(id: "7", profile: "own"), [1, 2, 3, 5]),
      (User(id: 1, profile: "all"), [1, 2, 3, 4, 5]),
      (User(id: 8, profile: "less"), [4]), (User(id: .null, profile: "own"), []), (User(id: 1), []),
      (User(id: 1, profile: "none"), []),
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      guard let (user, ids) = expected.randomElement(using: &random) else { return }
      let found = try? await service.ids("", as: user)
      #expect((found ?? []) == ids, "\(user)")
      let titles = await service.ask(#"{"object_type": "tasks", "select": ["title"]}"#, as: user)
      #expect(
        titles.contains(#""items""#)
          == (user.profiles.first.map { ["own", "same", "all"].contains($0) } ?? false))
    }
  }

  /// The user changes while the profile, the request and the statement stay the same.
  @Test(.watches(.planAcrossRoles)) func attributesAndTeamsAreTheCurrentOnes() async throws {
    let service = try Helpdesk.database().service(
      [
        "p":
          #"{"tables_enabled": {"tasks": {"data": [{"field": "status", "operator": "in", "reference": "attributes.states"}]}}}"#
      ],
      connections: 1)
    var user = User.ana
    for (states, ids) in [
      (["Done"], [1]), (["Doing"], [2, 4, 5]), ([], []), (["Done", "Doing"], [1, 2, 4, 5]),
      (["Done"], [1]),
    ] as [([Value], [Value])] {
      user.attributes["states"] = .list(states)
      #expect(try await service.ids("", as: user) == ids)
    }
    user.attributes = [:]
    #expect(try await service.ids("", as: user) == [])
  }

  /// A replaced profile is no longer used, nor are its statements.
  @Test(.watches(.planAcrossRoles, .sharedStatement)) func aReplacedProfileIsUnused() async throws {
    let service = try Helpdesk.database().service(#"{"tables_enabled": {"tasks": "*"}}"#)
    #expect(await service.ask(#"{"object_type": "tasks"}"#).contains("secret"))
    service.replaceProfiles(try ProfileCatalog(texts: ["p": Helpdesk.profile]))
    #expect(!(await service.ask(#"{"object_type": "tasks"}"#)).contains("secret"))
    #expect(
      await service.ask(#"{"object_type": "tasks", "select": ["secret"]}"#).contains(
        "unknown_field"))
    #expect(try await service.ids("") == [2, 3, 5])
    service.replaceProfiles(ProfileCatalog())
    #expect(!(await service.ask(#"{"object_type": "tasks"}"#)).contains("items"))
  }

  /// Profiles whose names differ only in their bytes are two profiles.
  @Test(.watches(.planAcrossRoles, .existence)) func profilesAreFoundByTheBytesOfTheirNames()
    async throws
  {
    var catalog = ProfileCatalog()
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    for (name, text) in [
      (composed, #"{"tables_enabled": {"tasks": "*"}}"#), (decomposed, Helpdesk.profile),
    ] {
      catalog[name] = try Profile(document: SourceDocument(name: "p", text: text))
    }
    let service = try Helpdesk.database().service([:])
    service.replaceProfiles(catalog)
    for _ in 0..<2 {
      #expect(try await service.ids("", as: User(id: 7, profile: composed)).count == 5)
      #expect(try await service.ids("", as: User(id: 7, profile: decomposed)).count == 3)
    }
  }
}
