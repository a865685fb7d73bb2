import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Statements for a driver of the service's own. That their answers are right is in the corpus;
/// here is how they are asked for, and what they do not give.
@Suite struct QueryPlannerTests {
  private static let tables = """
    CREATE TABLE regions (code INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO regions VALUES (1, 'south'), (2, 'north');
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, secret TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, tags TEXT, due TEXT,
      hours REAL, client INTEGER REFERENCES clients (id));
    INSERT INTO clients VALUES (1, 'Ada', 'x'), (2, 'Bo', 'y');
    INSERT INTO tasks VALUES (1, 'a', 7, '["p"]', NULL, 2.0, 1), (2, 'B', 7, '["q", "p"]',
      '2026-11-01 10:00:00', 0.5, 2), (3, 'c', 8, NULL, NULL, NULL, 1), (4, 'd', 7, '[]',
      '2026-11-02 10:00:00', 1.0, NULL);
    """
  private static let profile = """
    {"tables_enabled": {
      "tasks": {"data": [{"field": "owner", "reference": "id_user"}], "can_delete": 0,
                "edit_data": [{"field": "title", "operator": "!=", "value": "d"}]},
      "clients": {"fields_excluded": ["secret"]},
      "regions": {"fields_excluded": ["code"]}}}
    """
  private static let workspace = """
    {"database": "h.db", "profiles": {"p": "p.json"}, "users": "users.json",
     "tables": {"tasks": {"fields": {"tags": {"type": "tags"}, "due": {"type": "datetime"}}}}}
    """
  private static let ana = User(id: 7, profile: "p")

  private let folder: TemporaryFolder
  private let driver: SQLiteOracle

  init() throws {
    folder = try TemporaryFolder([
      "workspace.json": Self.workspace, "p.json": Self.profile,
      "users.json": #"[{"id_user": 7, "name": "Ana", "profile": "p"}]"#,
    ])
    try Connection(.create(path: folder.path("h.db"))).execute(Self.tables)
    driver = try SQLiteOracle(Self.tables)
  }

  private func planner() throws -> QueryPlanner {
    try QueryPlanner(workspace: .load(path: folder.path))
  }

  private func page(_ request: ListRequest, as user: User = ana) throws -> Page<Record> {
    var list = try planner().list(request, as: user)
    while let query = try list.next() { try list.take(driver.rows(query.text, query.parameters)) }
    return try list.page()
  }

  /// The values of a page's records and of those related to them.
  private func shown(_ page: Page<Record>) -> [String] {
    page.items.map { record in
      let related = record.fields.map { field in
        (record.related(field.name).map { "\($0.values)" } ?? "")
          + (record.relatedList(field.name).map { "\(shown($0)) \($0.hasMore)" } ?? "")
      }
      return "\(record.values) \(related)"
    }
  }

  private func failure(_ body: () throws -> Void) -> ServiceError? {
    do {
      try body()
      return nil
    } catch {
      return error as? ServiceError
    }
  }

  @Test func aPageIsTheServicesOwn() async throws {
    let service = try RecordService(workspace: .load(path: folder.path))
    for request in [
      ListRequest(table: "tasks", sort: [.descending("title")], size: 2, may: true),
      ListRequest(table: "tasks", where: "tags" == "p", search: "A"),
      ListRequest(
        table: "tasks", select: ["id", "client.name", "hours"], sort: [.ascending("client.name")],
        size: 2),
      ListRequest(
        table: "clients",
        select: ["name", .list("tasks", select: ["title"], sort: [.descending("id")], size: 1)]),
    ] {
      var request = request
      var pages = 0
      while pages < 5 {
        let expected = try await service.list(request, as: Self.ana)
        let page = try page(request)
        #expect(shown(page) == shown(expected) && page.next == expected.next, "\(request)")
        #expect(page.may == expected.may && page.hasMore == expected.hasMore)
        pages += 1
        guard let next = expected.next else { break }
        request.after = next
      }
      let count = try planner().count(request, as: .inWorkspace("Ana"))
      let counted = try count.map { try driver.value($0.text, $0.parameters).integer ?? -1 } ?? 0
      #expect(Int(counted) == (try await service.count(request, as: Self.ana)))
    }
  }

  @Test func valuesAndOwnFunctionsAreNotInTheText() throws {
    let request = ListRequest(
      table: "tasks", where: "title" == "it's" || "tags" == "p", search: "note")
    var list = try planner().list(request, as: Self.ana)
    let first = try list.next()
    let query = try #require(first)
    #expect(!query.text.contains("rowscope") && !query.text.contains("it's"))
    #expect(query.parameters.contains("it's"))
    #expect(query.text.utf8.count { $0 == UInt8(ascii: "?") } == query.parameters.count)
  }

  @Test func whatPlainSQLiteCannotDecideIsRefused() throws {
    for request in [
      ListRequest(table: "tasks", where: .field("due").isInLast(days: 3)),
      ListRequest(table: "tasks", sort: [.ascending("due")]),
    ] {
      let error = failure { _ = try page(request) }
      #expect(error?.code == .unsupported)
    }
    #expect(try page(ListRequest(table: "tasks", select: ["due"])).items.count == 3)
  }

  @Test func aRecordByItsKey() throws {
    func record(_ key: Value, of table: String = "tasks") throws -> Record {
      var list = try planner().get([key], from: table, as: Self.ana)
      while let query = try list.next() {
        try list.take(driver.rows(query.text, query.parameters))
      }
      return try list.record()
    }
    #expect(try record(2)["title"] == "B")
    #expect(failure { _ = try record(3) }?.code == .notFound)
    #expect(failure { _ = try record(9) }?.code == .notFound)
    #expect(failure { _ = try record(1, of: "secrets") }?.code == .unknownTable)
  }

  @Test func rowsMustBeThoseOfTheStatement() throws {
    var list = try planner().list(ListRequest(table: "tasks"), as: Self.ana)
    do {
      try list.take([])
      Issue.record("no statement was given out")
    } catch {
      #expect(error.code == .invalidRequest)
    }
    let first = try list.next()
    let query = try #require(first)
    do {
      _ = try list.next()
      Issue.record("the rows are missing")
    } catch {
      #expect(error.code == .invalidRequest)
    }
    do {
      try list.take([[1, "a"]])
      Issue.record("a row is too short")
    } catch {
      #expect(error.code == .invalidRequest && error.message.contains("a row has 2 values"))
    }
    do {
      _ = try list.page()
      Issue.record("the page is not complete")
    } catch {
      #expect(error.code == .invalidRequest)
    }
    try list.take(driver.rows(query.text, query.parameters))
    #expect(try list.next() == nil)
    #expect(try list.page().items.count == 3)
  }

  @Test func theRecordsOfAChange() throws {
    func ids(_ act: RecordAct, as user: User = Self.ana) throws -> [[Value]] {
      let scope = try planner().predicate(for: act, in: "tasks", as: user)
      return try driver.rows(
        "SELECT id FROM tasks WHERE (\(scope.text)) ORDER BY id", scope.parameters)
    }
    #expect(try ids(.see) == [[1], [2], [4]])
    #expect(try ids(.edit) == [[1], [2]])
    #expect(try ids(.delete) == [])
    #expect(try ids(.see, as: User(id: .null, profile: "p")) == [])
    #expect(try planner().predicate(for: .delete, in: "tasks", as: Self.ana).text == "0")
    #expect(try planner().predicate(for: .see, in: "clients", as: Self.ana).text == "1")
  }

  /// The key of `regions` is hidden, and only the library's cursors need it.
  @Test func statementsForOtherProgramsShowNoHiddenKey() throws {
    let request = ListRequest(table: "regions", size: 1)
    let (fields, statements) = try planner().statements(request, as: Self.ana)
    #expect(fields == ["name"] && statements.count == 1)
    #expect(try driver.rows(statements[0].text, statements[0].parameters) == [["north"]])
    let related = ListRequest(table: "tasks", select: ["client.name"])
    #expect(failure { _ = try planner().statements(related, as: Self.ana) }?.code == .unsupported)
  }

  @Test func usersAndProfilesInTheDatabaseAreRefused() throws {
    let stored = try TemporaryFolder([
      "workspace.json": """
      {"database": "h.db", "users": {"table": "clients", "id_user": "id", "profile": "name"},
       "profiles": {"p": "p.json"}}
      """, "p.json": Self.profile,
    ])
    try Connection(.create(path: stored.path("h.db"))).execute(Self.tables)
    let planner = try QueryPlanner(workspace: .load(path: stored.path))
    let request = ListRequest(table: "tasks")
    #expect(failure { _ = try planner.list(request, as: .inWorkspace(1)) }?.code == .unsupported)
    #expect(failure { _ = try planner.list(request, as: Self.ana) } == nil)
  }
}
