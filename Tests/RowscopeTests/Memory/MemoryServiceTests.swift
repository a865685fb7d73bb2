import AccessProfiles
import Documents
import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// A service that also holds tables in memory.
@Suite("Tables held in memory")
struct MemoryServiceTests {
  static let profile = """
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}],
      "fields_excluded": ["secret"]}, "clients": "*"}}
    """
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO clients VALUES (1, 'Ada'), (2, 'Bo');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, status TEXT,
      client INTEGER REFERENCES clients (id), secret TEXT);
    INSERT INTO tasks VALUES (1, 'one', 7, 'Done', 1, 'a'), (2, 'two', 7, 'Doing', 2, 'b'),
      (3, 'three', 8, 'Doing', 1, 'c'), (4, 'four', 7, NULL, NULL, 'd');
    """

  private func service(
    _ database: TemporaryDatabase, _ memory: MemoryPolicy, connections: Int = 2
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: connections),
      profiles: ProfileCatalog([
        "p": try Profile(document: .init(name: "p.json", text: Self.profile))
      ]),
      memory: memory, clock: { RequestClock(now: 1_795_338_000) })
  }

  private func engine(
    _ service: RecordService, _ table: String = "tasks"
  ) async throws -> (QueryEngine?, String) {
    let explanation = try await service.explain(ListRequest(table: table), as: .ana)
    return (explanation.engine, explanation.engineReason)
  }

  /// Waits until the tables that a request asked for are loaded.
  private func answersFromMemory(_ service: RecordService) async throws -> Bool {
    for _ in 0..<500 {
      if try await engine(service).0 == .memory { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  // MARK: Which engine

  /// The rows of such a view depend on the query plan and so on the filter, but columns would hold
  /// the rows chosen without it.
  @Test func aNondeterministicViewIsLeftToSQLite() async throws {
    let database = try TemporaryDatabase(
      Self.tables + "CREATE VIEW v AS SELECT id, title, status FROM tasks GROUP BY status;")
    defer { withExtendedLifetime(database) {} }
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog([
        "p": try Profile(document: .init(name: "p", text: #"{"tables_enabled": {"*": "*"}}"#))
      ]), memory: MemoryPolicy(tables: .all, use: .always))
    let view = try await engine(service, "v")
    #expect(view.0 == .sqlite && view.1.contains("the rows of v are not determined"))
    #expect(try await engine(service).0 == .memory)
    // SQLite may show either of two records here, and so the one that matches the filter: there is
    // no single answer to compare with.
    let request = try ListRequest(
      #"{"object_type": "v", "filters": [{"field": "id", "value": 2}], "count": "exact"}"#)
    let difference = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      try reader.compareEngines(request)
    }
    #expect(difference == nil)
  }

  @Test func aQueryWithoutAnIndexIsAnsweredFromMemoryOnceLoaded() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    let first = try await engine(service)
    #expect(first.0 == .sqlite)
    #expect(first.1.contains("tasks is not in memory yet"))
    #expect(try await answersFromMemory(service))
    let page = try await service.list(ListRequest(table: "tasks"), as: .ana)
    #expect(page.column("id") == [1, 2, 4])
    let report = try await service.memoryReport()
    #expect(report.tables.first { $0.name == "tasks" }?.rowCount == 4)
    #expect(report.byteCount > 0)
  }

  @Test func anIndexIsPreferredToMemory() async throws {
    let database = try TemporaryDatabase(Self.tables + "CREATE INDEX owners ON tasks (owner);")
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    try await service.loadTables()
    #expect(try await engine(service) == (.sqlite, "an index serves the query"))
    let request = try ListRequest(
      #"{"object_type": "tasks", "filters": [{"field": "status", "value": "x"}]}"#)
    #expect(try await service.explain(request, as: .ana).engine == .sqlite)
    #expect(try await engine(service, "clients").0 == .sqlite)
  }

  @Test func onlyChosenTablesAreHeld() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(
      database, MemoryPolicy(tables: .named(["TASKS", "tusks"])))
    let report = try await service.loadTables()
    #expect(report.tables.map(\.name) == ["tasks"])
    #expect(report.unknownNames == ["tusks"])
    #expect(try await engine(service).0 == .memory)
    // A relation leads to a table that is not held.
    let request = try ListRequest(
      #"{"object_type": "tasks", "filters": [{"field": "client.name", "value": "Ada"}]}"#)
    let explanation = try await service.explain(request, as: .ana)
    #expect(explanation.engine == .sqlite)
    #expect(explanation.engineReason.contains("clients is not held in memory"))
  }

  @Test func aTableThatDoesNotFitIsLeftToSQLite() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(
      database, MemoryPolicy(tables: .named(["tasks"]), byteLimit: 8))
    let report = try await service.loadTables()
    #expect(report.tables.first?.problem?.contains("the limit is 8 bytes") == true)
    let (engine, reason) = try await engine(service)
    #expect(engine == .sqlite)
    #expect(reason.contains("the limit is 8 bytes"))
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 3)
  }

  @Test func requiredMemoryIsAnErrorWhereTheTableDoesNotFit() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(
      database,
      MemoryPolicy(tables: .all, use: .always, byteLimit: 8))
    let error = await #expect(throws: ServiceError.self) {
      try await service.list(ListRequest(table: "tasks"), as: .ana)
    }
    #expect(error?.code == .limitExceeded)
  }

  // MARK: Current

  /// A commit by another connection is in the next answer of either engine.
  @Test(arguments: ["DELETE", "WAL"], [MemoryPolicy.Use.whereNoIndexServes, .always])
  func noAnswerIsStale(mode: String, use: MemoryPolicy.Use) async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = \(mode);" + Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all, use: use))
    try await service.loadTables()
    for id in 10..<40 {
      #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == id - 7)
      try database.execute("INSERT INTO tasks (id, owner) VALUES (\(id), 7)")
      if id % 7 == 0 { try await service.loadTables() }
    }
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 33)
  }

  @Test func aChangeDropsTheTablesAndTheyAreLoadedAgain() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    try await service.loadTables()
    #expect(try await engine(service).0 == .memory)
    try database.execute("UPDATE tasks SET title = 'changed' WHERE id = 1")
    let (engine, reason) = try await engine(service)
    #expect(engine == .sqlite)
    #expect(reason.contains("has changed since"))
    #expect(try await answersFromMemory(service))
    let page = try await service.list(ListRequest(table: "tasks", size: 1), as: .ana)
    #expect(page.column("title") == ["changed"])
  }

  /// A read transaction that began before a change must not be answered from tables loaded after
  /// it.
  @Test func newerTablesDoNotAnswerAnOlderTransaction() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    try await service.loadTables()
    let early = try await service.core().reader(as: .ana)
    try database.execute("INSERT INTO tasks (id, owner) VALUES (10, 7)")
    // Another request finds the held tables outdated and has them loaded again.
    #expect(try await answersFromMemory(service))
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 4)
    #expect(try early.count(ListRequest(table: "tasks")) == 3)
    #expect(try early.explain(ListRequest(table: "tasks")).engine == .sqlite)
  }

  /// Nor may one that began while they were being loaded, since its snapshot is unknown.
  @Test func aTransactionThatBeganWithoutTablesDoesNotUseThem() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    let early = try await service.core().reader(as: .ana)
    try database.execute("INSERT INTO tasks (id, owner) VALUES (10, 7)")
    try await service.loadTables()
    #expect(try early.count(ListRequest(table: "tasks")) == 3)
    #expect(try early.explain(ListRequest(table: "tasks")).engine == .sqlite)
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 4)
  }

  @Test func aSchemaChangeIsSeen() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all))
    try await service.loadTables()
    try database.execute("ALTER TABLE tasks ADD COLUMN extra TEXT DEFAULT 'x'")
    let page = try await service.list(ListRequest(table: "tasks", size: 1), as: .ana)
    #expect(page.column("extra") == ["x"])
    #expect(try await answersFromMemory(service))
    let again = try await service.list(ListRequest(table: "tasks", size: 1), as: .ana)
    #expect(again.column("extra") == ["x"])
  }

  /// Many connections, some of proven and some of unknown snapshots, beside a writer.
  @Test func readersAndAWriterAtOnce() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Self.tables)
    defer { withExtendedLifetime(database) {} }
    let service = try service(database, MemoryPolicy(tables: .all), connections: 4)
    try await service.loadTables()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var last = 0
          for _ in 0..<200 {
            // A session sees one snapshot, whatever the engine, and a later one never sees less.
            let (count, page) = try await service.withSession(as: .ana) {
              reader throws(ServiceError) in
              (
                try reader.count(ListRequest(table: "tasks")),
                try reader.list(ListRequest(table: "tasks", sort: [.init("title")], size: 500))
              )
            }
            #expect(count == page.items.count)
            #expect(count >= last)
            last = count
          }
        }
      }
      group.addTask {
        for id in 100..<150 {
          try database.execute("INSERT INTO tasks (id, owner) VALUES (\(id), 7)")
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await group.waitForAll()
    }
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == 53)
  }

  // MARK: The same answers

  @Test func everyWayOfReadingGivesTheSame() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let plain = try service(database, .none)
    let held = try service(database, MemoryPolicy(tables: .all, use: .always))
    for text in [
      #"{"object_type": "tasks", "sort": "status desc, title", "size": 2, "count": "exact"}"#,
      #"{"object_type": "tasks", "filters": [{"field": "client.name", "value": "Ada"}]}"#,
      #"{"object_type": "tasks", "search": "O", "select": ["title"], "count": "bounded"}"#,
      #"{"object_type": "tasks", "filters": [{"field": "secret", "value": 1}]}"#,
    ] {
      let request = Array(text.utf8)
      #expect(
        await plain.answer(json: request, as: .ana).json
          == held.answer(json: request, as: .ana).json)
    }
    let key: [Value] = [2]
    #expect(
      try await plain.get(key, from: "tasks", as: .ana).values
        == held.get(key, from: "tasks", as: .ana).values)
    await #expect(throws: ServiceError.self) {
      try await held.get([3], from: "tasks", as: .ana)
    }
    var titles: [Value?] = []
    for try await record in held.stream(ListRequest(table: "tasks"), as: .ana) {
      titles.append(record["title"])
    }
    #expect(titles == ["one", "two", "four"])
    struct Task: Decodable, Sendable, Equatable {
      let id: Int
      let status: String?
    }
    let request = ListRequest(table: "tasks", sort: [.init("id", isDescending: true)], size: 2)
    let tasks = try await held.list(request, as: .ana, decoding: Task.self)
    #expect(tasks.items == [Task(id: 4, status: nil), Task(id: 2, status: "Doing")])
    // A cursor of one engine works with the other.
    let rest = try await plain.list(
      ListRequest(
        table: "tasks", sort: [.init("id", isDescending: true)], size: 2, after: tasks.next),
      as: .ana)
    #expect(rest.column("id") == [1])
  }

  @Test func aDeadlineHoldsInMemoryToo() async throws {
    let database = try TemporaryDatabase(Self.tables)
    defer { withExtendedLifetime(database) {} }
    let plain = try service(database, MemoryPolicy(tables: .all, use: .always))
    try await plain.withSession(as: .ana) { reader throws(ServiceError) in
      let list = try reader.prepare(ListRequest(table: "tasks"))
      guard
        case .memory(let tables, _) = try reader.decision(list.resolved.query, list.table, .list)
      else {
        Issue.record("memory was to answer")
        return
      }
      do throws(MemoryError) {
        _ = try MemoryEngine(tables: tables) { false }.count(list.resolved.query)
        Issue.record("the count was to be interrupted")
      } catch {
        #expect(error.kind == .interrupted)
        #expect(ServiceError(error).code == .deadlineExceeded)
      }
    }
  }
}

extension ServiceCore {
  /// A session with its own transaction, which has begun.
  func reader(as user: User) async throws(ServiceError) -> ReadSession {
    var begun: ReadSession?
    try await withOwnSession(as: user) { session throws(ServiceError) in
      begun = consume session
    }
    guard let session = begun.take() else { preconditionFailure("it has begun") }
    return session
  }
}
