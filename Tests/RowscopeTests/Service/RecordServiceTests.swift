import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@Suite struct RecordServiceTests {
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT, secret TEXT);
    INSERT INTO clients VALUES (1, 'Ada', 'south', 's1'), (2, 'Bo', 'north', 's2'),
      (3, 'Cy', NULL, 's3');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, status TEXT,
      client INTEGER REFERENCES clients (id), secret TEXT,
      loud TEXT AS (upper(secret)), due TEXT);
    CREATE VIEW open_tasks AS SELECT id, title, secret || '!' AS shout FROM tasks;
    INSERT INTO tasks (id, title, owner, status, client, secret, due) VALUES
      (1, 'one', 7, 'Done', 1, 'a', '2026-11-20'), (2, 'two', 7, 'Doing', 2, 'b', NULL),
      (3, 'three', 7, NULL, 3, 'c', '2026-11-22T23:30:00-05:00'),
      (4, 'four', 8, 'Doing', 1, 'd', '2026-11-22'),
      (5, 'five 50%_', 7, 'Doing', NULL, 'e', '2026-11-23');
    """
  static let profile = """
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"},
        {"field": "status", "operator": "!=", "value": "Done"}],
      "fields_excluded": ["secret"], "fields_readonly": ["client"]},
     "clients": {"data": [{"field": "region", "operator": "!=", "value": "north"}],
       "fields_excluded": ["secret"]},
     "open_tasks": "*"}}
    """

  @Test func aUserSeesTheirRecordsAndFields() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile)
    let page = try await service.list(ListRequest(table: "TASKS"), as: .ana)
    #expect(page.column("id") == [2, 3, 5])
    let fields = try #require(page.items.first).shape.fields
    #expect(fields.map(\.name) == ["id", "title", "owner", "status", "client", "due"])
    #expect(fields.filter(\.isReadonly).map(\.name) == ["client"])
    let view = try await service.list(ListRequest(table: "open_tasks"), as: .ana)
    #expect(view.items.first?.shape.fields.map(\.name) == ["id", "title"])
  }

  /// Every clause, with a hidden field and with one that does not exist.
  static let clauses = [
    #""select": ["id", "NAME"]"#, #""sort": "NAME""#, #""sort": "id, NAME desc""#,
    #""filters": [{"field": "NAME", "value": 1}]"#,
    #""filters": [{"field": "name", "value": 1}, {"or": [{"not": {"field": "NAME", "operator": "is null"}}]}]"#,
    #""filters": [{"field": "NAME", "operator": "Contém", "value": "x"}], "operator": "OR""#,
    #""filters": [{"field": "client.NAME", "value": 1}]"#,
    #""filters": [{"field": "tasks.NAME", "value": 1}]"#,
    #""filters": [{"field": "\"NAME\"", "value": 1}]"#,
    #""filters": [{"field": "rowid", "value": 1}]"#,
    #""filters": [{"field": "NAME", "operator": ">", "value": 1}]"#,
    #""filters": [{"field": "NAME", "operator": "last days", "value": 3}]"#,
  ]

  @Test(arguments: clauses)
  func aHiddenFieldIsAFieldThatDoesNotExist(clause: String) async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile)
    func answer(_ name: String, in table: String) async -> String {
      let text = clause.split(separator: "NAME", omittingEmptySubsequences: false)
        .joined(separator: name)
      do throws(ServiceError) {
        let request = try ListRequest(json: Array(#"{"object_type": "\#(table)", \#(text)}"#.utf8))
        return "\(try await service.list(request, as: .ana).items.map(\.values))"
      } catch {
        return "\(error.code) \(error)".split(separator: name, omittingEmptySubsequences: false)
          .joined(separator: "NAME")
      }
    }
    for table in ["tasks"] {
      let nonsense = await answer("qwertz", in: table)
      #expect(nonsense.hasPrefix("unknown_field"))
      for name in ["secret", "loud", "SECRET"] {
        #expect(await answer(name, in: table) == nonsense, "\(name)")
      }
    }
  }

  @Test func aDeniedTableIsATableThatDoesNotExist() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["clients"]}"#)
    func error(_ name: String, _ user: User = .ana) async -> ServiceError? {
      do throws(ServiceError) {
        _ = try await service.list(ListRequest(table: name), as: user)
        return nil
      } catch {
        return error
      }
    }
    let denied = await error("clients")
    #expect(denied?.code == .unknownTable)
    #expect(denied?.description == #"unknown table "clients""#)
    #expect(await error("qwertzu")?.description == #"unknown table "qwertzu""#)
    #expect(await error("sqlite_schema")?.code == .unknownTable)
    #expect(await error("tasks", User(id: 7))?.description == #"unknown table "tasks""#)
  }

  @Test func searchOnlyReadsVisibleText() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile)
    func search(_ text: String) async throws -> [Value] {
      try await service.list(ListRequest(table: "tasks", search: text), as: .ana).column("id")
    }
    #expect(try await search("TWO") == [2])
    #expect(try await search("%_") == [5])
    #expect(try await search("e") == [3, 5])
    // Only hidden cells contain these.
    #expect(try await search("B") == [])
    #expect(try await search("!") == [])
  }

  /// Not even for a text: records without any text are listed too.
  @Test func anEmptySearchMatchesEverything() async throws {
    let service = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, NULL)"
    ).service(#"{"tables_enabled": {"t": "*"}}"#)
    let page = try await service.list(ListRequest(table: "t", search: ""), as: .ana)
    #expect(page.column("id") == [1, 2])
  }

  @Test func aRequestSeesRelatedRecordsInTheirScope() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile)
    func ids(_ filter: String) async throws -> [Value] {
      try await service.list(
        try ListRequest(#"{"object_type": "tasks", "filters": [\#(filter)]}"#), as: .ana
      ).column("id")
    }
    #expect(try await ids(#"{"field": "client.name", "operator": "is not null"}"#) == [2, 3, 5])
    #expect(try await ids(#"{"field": "client.name", "value": "Cy"}"#) == [3])
    // Bo is in the north, out of scope: as if the task had no client.
    #expect(try await ids(#"{"field": "client.name", "value": "Bo"}"#) == [])
    #expect(try await ids(#"{"not": {"field": "client.name", "value": "Bo"}}"#) == [2, 3, 5])
  }

  @Test func aRecordIsFoundByItsKey() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile)
    #expect(try await service.get([2], from: "tasks", as: .ana)["TITLE"] == "two")
    #expect(
      try await service.get(["2"], from: "tasks", select: ["title"], as: .ana).values == ["two"])
    for key in [1, 4, 99, .null] as [Value] {
      await #expect(throws: ServiceError(.notFound, #"no such record in table "tasks""#)) {
        try await service.get([key], from: "tasks", as: .ana)
      }
    }
  }

  @Test func daysAreReadAsTheyAreWritten() async throws {
    let service = try TemporaryDatabase(Self.tables).service(#"{"tables_enabled": {"*": "*"}}"#)
    func ids(_ filter: String) async throws -> [Value] {
      try await service.list(
        try ListRequest(#"{"object_type": "tasks", "filters": [{"field": "due", \#(filter)}]}"#),
        as: .ana
      ).column("id")
    }
    #expect(try await ids(#""operator": "last days", "value": 3"#) == [1, 4])
    #expect(try await ids(#""operator": "next days", "value": 2"#) == [3, 4, 5])
    #expect(try await ids(#""operator": "next days", "value": 0"#) == [])
    #expect(try await ids(#""operator": "<", "reference": "today""#) == [1])
  }

  @Test func theSchemaMayChangeUnderTheService() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile)
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 3)
    try database.execute("ALTER TABLE tasks ADD COLUMN extra TEXT DEFAULT 'x'")
    let page = try await service.list(ListRequest(table: "tasks"), as: .ana)
    #expect(page.items.first?["extra"] == "x")
    // The excluded column was renamed, so the table is denied until the profile names the new
    // column.
    try database.execute("ALTER TABLE tasks RENAME COLUMN secret TO mystery")
    await #expect(throws: ServiceError.self) {
      try await service.list(ListRequest(table: "tasks"), as: .ana)
    }
    do throws(ServiceError) {
      _ = try await service.list(ListRequest(table: "tasks"), as: .ana)
    } catch {
      #expect(error.code == .invalidProfile)
    }
    // So is a view that has nothing left to show.
    await #expect(throws: ServiceError(.unknownTable, #"unknown table "open_tasks""#)) {
      try await service.list(ListRequest(table: "open_tasks"), as: .ana)
    }
    let report = try await service.check()
    #expect(report.errorCount == 1)
  }

  @Test func manyTasksAtOnceAreEachAnsweredAsTheirUser() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<200 {
        group.addTask {
          let user = User(id: index % 2 == 0 ? 7 : 8, profile: "p")
          let owners = try await service.list(ListRequest(table: "tasks"), as: user).column("owner")
          #expect(owners == Array(repeating: user.id, count: index % 2 == 0 ? 4 : 1))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func aStreamGivesEverythingAndReturnsTheConnection() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO t SELECT i, i % 9 FROM n;
      """)
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#, connections: 1)
    for _ in 0..<3 {
      var ids: [Value] = []
      for try await record in service.stream(ListRequest(table: "t"), as: .ana) {
        ids += [record.values[0]]
      }
      #expect(ids == (1...20_000).map { .integer($0) })
    }
    for try await record in service.stream(ListRequest(table: "t", sort: [.init("a")]), as: .ana) {
      #expect(record.values == [9, 0])
      break
    }
    #expect(try await service.count(ListRequest(table: "t"), as: .ana) == 20_000)
  }

  @Test func aRequestEndsAtItsDeadline() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO t SELECT i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' FROM n;
      """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}}"#, limits: .init(timeout: .microseconds(300)))
    do throws(ServiceError) {
      _ = try await service.count(
        ListRequest(table: "t", search: "aaaaaaaaaaaaaaaaaaaaaaaaab"), as: .ana)
      Issue.record("the count was to be stopped")
    } catch {
      #expect(error.code == .deadlineExceeded)
    }
  }

  @Test func deepAndLongConditionsAreAnsweredOrRefused() async throws {
    let service = try TemporaryDatabase(Self.tables).service(#"{"tables_enabled": {"*": "*"}}"#)
    func nested(_ depth: Int) -> String {
      var text = #"{"field": "id", "value": 1}"#
      for level in 0..<depth {
        text =
          level % 2 == 0
          ? #"{"or": [{"field": "title", "operator": "like", "value": "q\#(level)"}, \#(text)]}"#
          : #"{"and": [{"field": "status", "operator": "!=", "value": "z\#(level)"}, \#(text)]}"#
      }
      return #"{"object_type": "tasks", "filters": [\#(text)]}"#
    }
    #expect(
      try await service.list(try ListRequest(nested(64)), as: .ana).column("id").contains(1))
    for depth in [65, 300, 10_000] {
      do throws(ServiceError) {
        _ = try await service.list(try ListRequest(json: Array(nested(depth).utf8)), as: .ana)
        Issue.record("\(depth) levels are more than the limit")
      } catch {
        #expect(["nesting_limit", "depth_limit"].contains(error.code.rawValue))
      }
    }
    let list = (0..<100_000).map(String.init).joined(separator: ",")
    let many = try ListRequest(
      #"{"object_type": "tasks", "filters": [{"field": "id", "operator": "in", "value": [\#(list)]}]}"#
    )
    #expect(try await service.list(many, as: .ana).items.count == 5)
    let ors = (0..<20_000).map { #"{"field": "id", "value": \#($0)}"# }.joined(separator: ",")
    let any = try ListRequest(#"{"object_type": "tasks", "filters": [{"or": [\#(ors)]}]}"#)
    #expect(try await service.list(any, as: .ana).items.count == 5)
  }

  /// SQLite applies a TEXT column's affinity to parameters, but not to the values of json_each.
  @Test(arguments: [2, 16, 17, 500])
  func aListOfAnyLengthComparesAlike(count: Int) async throws {
    let service = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER, b);
      INSERT INTO t VALUES (1, '5', 5, '5'), (2, 'x', 'x', 5), (3, '05', '05', 5.0),
        (4, NULL, NULL, NULL);
      """
    ).service(#"{"tables_enabled": {"*": "*"}}"#)
    func ids(_ field: String, _ value: String) async throws -> [Value] {
      let filler = (1000..<(1000 + count - 1)).map(String.init).joined(separator: ",")
      return try await service.list(
        try ListRequest(
          #"{"object_type": "t", "filters": [{"field": "\#(field)", "operator": "in", "value": [\#(value),\#(filler)]}]}"#
        ), as: .ana
      ).column("id")
    }
    #expect(try await ids("a", "5") == [1])
    #expect(try await ids("n", #""5""#) == [1, 3])
    #expect(try await ids("n", #""x""#) == [2])
    #expect(try await ids("b", "5") == [2, 3])
    #expect(try await ids("b", #""5""#) == [1])
  }

  /// SQLite accepts the largest query that is compiled.
  @Test func theLimitsAreWithinSQLites() async throws {
    func tests(_ count: Int, _ prefix: String) -> String {
      (0..<count).map {
        #"{"field": "title", "operator": "not like", "value": "\#(prefix)\#($0)"}"#
      }
      .joined(separator: ",")
    }
    func nested(_ depth: Int) -> String {
      (0..<depth).reduce(#"{"field": "id", "operator": ">", "value": 0}"#) { inner, level in
        #"{"\#(level % 2 == 0 ? "or" : "and")": [{"field": "client.name", "value": "q\#(level)"}, \#(inner), {"field": "title", "operator": "ends with", "value": "z\#(level)"}]}"#
      }
    }
    let service = try TemporaryDatabase(Self.tables).service(
      #"{"tables_enabled": {"clients": "*", "tasks": {"data": [\#(nested(64)), {"or": [\#(tests(2000, "p"))]}]}}}"#
    )
    let request = try ListRequest(
      #"{"object_type": "tasks", "filters": [\#(nested(64)), \#(tests(2000, "r"))]}"#)
    _ = try await service.list(request, as: .ana)
    let tooMany = try ListRequest(
      #"{"object_type": "tasks", "filters": [\#(tests(5000, "r"))]}"#)
    do throws(ServiceError) {
      _ = try await service.list(tooMany, as: .ana)
      Issue.record("more tests than the limit")
    } catch {
      #expect(error.code == .limitExceeded)
    }
  }
}
