import AccessProfiles
import Documents
import FilterMemory
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// Tables in memory that follow what the service itself writes.
@Suite("Tables in memory follow the service's own writes")
struct FollowedWritesTests {
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, open INTEGER);
    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY, title TEXT, amount REAL, status TEXT,
      client INTEGER REFERENCES clients (id) ON DELETE CASCADE ON UPDATE CASCADE,
      note TEXT GENERATED ALWAYS AS (title || '!') VIRTUAL);
    CREATE TABLE codes (code TEXT PRIMARY KEY NOT NULL, used INTEGER, mixed);
    CREATE TABLE slots (slot INTEGER UNIQUE ON CONFLICT REPLACE, task INTEGER);
    CREATE TABLE links (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE VIEW doing AS SELECT id, title FROM tasks WHERE status = 'Doing';
    CREATE TRIGGER counted AFTER INSERT ON tasks BEGIN
      UPDATE clients SET open = open + 1 WHERE id = new.client;
      INSERT OR REPLACE INTO codes
        VALUES (coalesce(new.status, '') || new.id % 5, new.id, new.amount);
    END;
    CREATE TRIGGER emptied AFTER UPDATE OF open ON clients WHEN new.open > 6 BEGIN
      DELETE FROM slots;
    END;
    INSERT INTO clients VALUES (1, 'Ada', 0), (2, 'bo', 0), (3, 'BO', 0);
    INSERT INTO tasks (id, title, amount, status, client) VALUES
      (1, 'one', 1.5, 'Done', 1), (2, 'two', NULL, 'Doing', 2), (4, 'four', -0.0, NULL, NULL);
    """

  private static func request(select: [FieldSelection]? = nil) -> ListRequest {
    ListRequest(table: "tasks", select: select, where: "amount" != 77)
  }

  private struct Setting {
    let database: TemporaryDatabase
    let writing: ConnectionPool
    let service: RecordService

    init(_ sql: String = FollowedWritesTests.tables, mode: String = "WAL") throws {
      database = try TemporaryDatabase("PRAGMA journal_mode = \(mode);" + sql)
      writing = try ConnectionPool(.readWrite(path: database.path), capacity: 1)
      service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 3),
        profiles: ProfileCatalog([
          "p": try Profile(
            document: .init(
              name: "p",
              text: """
                {"tables_enabled": {"*": {"can_create": true, "can_edit": true, "can_delete": true}}}
                """))
        ]), memory: MemoryPolicy(tables: .all), writing: .pool(writing))
    }

    /// What answers a question that no index serves.
    func engine() async throws -> QueryEngine? {
      try await service.explain(FollowedWritesTests.request(), as: .ana).engine
    }

    /// Whether columns answer, at once or, on a busy machine, once their share of the time allows
    /// to bring them up to date.
    func answersFromMemory() async throws -> Bool {
      for _ in 0..<500 {
        if try await engine() == .memory { return true }
        try await Task.sleep(for: .milliseconds(10))
      }
      return false
    }

    /// Whether columns answer for these tables, soon.
    func holds(_ names: Set<String>) async throws -> Bool {
      for _ in 0..<500 {
        if try await comparedTables().isSuperset(of: names) { return true }
        try await Task.sleep(for: .milliseconds(10))
      }
      return false
    }

    /// Writes as the service does.
    func write(_ sql: String) async throws {
      try await service.write(as: .ana) { writer throws(ServiceError) in
        try serviceErrors { () throws(StoreError) in try writer.connection.execute(sql) }
      }
    }

    /// The names of the tables that columns may answer for, each of which is compared with SQLite.
    func comparedTables() async throws -> Set<String> {
      try await service.withSession(as: .ana) { reader throws(ServiceError) in
        var names: Set<String> = []
        let snapshot = reader.snapshot
        guard let memory = reader.memory else { return names }
        for index in snapshot.schema.tables.indices {
          let id = TableID(index)
          try reader.onDatabase { connection throws(ServiceError) in
            let found = try serviceErrors { () throws(StoreError) in
              try memory.availability(of: [id], snapshot, on: connection)
            }
            guard case .available(let tables) = found else { return }
            do {
              let held = try tables.table(id)
              let stored = try TableLoader(schema: snapshot.schema).load(id, on: connection)
              names.insert(held.table.name.string)
              #expect(rows(held) == rows(stored), "\(held.table.name)")
            } catch {
              Issue.record(error)
            }
          }
        }
        return names
      }
    }

    private func rows(_ table: ColumnTable) -> [[Value]] {
      let fields = table.table.fieldIndices
      return (0..<table.rowCount).map { row in fields.map { table.value($0, row: row) } }
    }
  }

  @Test(arguments: ["DELETE", "WAL"])
  func theNextRequestIsAnsweredFromMemory(mode: String) async throws {
    let setting = try Setting(mode: mode)
    let service = setting.service
    try await service.loadTables()
    #expect(try await setting.answersFromMemory())
    let request = Self.request(select: ["id", "title", "note"])

    try await service.create(["title": "five", "client": 1], in: "tasks", as: .ana)
    #expect(try await setting.answersFromMemory())
    #expect(try await service.list(request, as: .ana).column("note").last == "five!")
    // A trigger has changed another table.
    let clients = ListRequest(table: "clients", select: ["open"], where: "open" >= 0)
    #expect(try await service.explain(clients, as: .ana).engine == .memory)
    #expect(try await service.list(clients, as: .ana).column("open") == [2, 1, 0])

    try await service.update([2], in: "tasks", set: ["title": "zwei"], as: .ana)
    #expect(try await setting.answersFromMemory())
    #expect(try await service.list(request, as: .ana).column("title")[1] == "zwei")

    // A foreign key takes the tasks along.
    try await service.delete([1], from: "clients", as: .ana)
    #expect(try await setting.answersFromMemory())
    #expect(try await service.list(request, as: .ana).column("id") == [2, 4])
    #expect(
      try await setting.holds(["tasks", "clients", "codes", "slots", "links"]))
  }

  @Test func whatIsNotCommittedIsNotAnswered() async throws {
    let setting = try Setting()
    try await setting.service.loadTables()
    await #expect(throws: ServiceError.self) {
      try await setting.service.write(as: .ana) { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["title": "never"])
        throw ServiceError(.conflict, "undone")
      }
    }
    #expect(try await setting.answersFromMemory())
    try await setting.write("UPDATE tasks SET status = 'Doing' WHERE id = 4")
    #expect(try await setting.answersFromMemory())
    #expect(try await setting.comparedTables().contains("tasks"))
    let page = try await setting.service.list(Self.request(), as: .ana)
    #expect(page.column("title").first == "one")
  }

  /// What another connection has written is not in the log, so that nothing is proven.
  @Test(arguments: [true, false])
  func aWriteByOthersIsNotPassedOver(isFirst: Bool) async throws {
    let setting = try Setting()
    try await setting.service.loadTables()
    let foreign = "INSERT INTO tasks (id, title) VALUES (77, 'foreign')"
    if isFirst { try setting.database.execute(foreign) }
    try await setting.write("UPDATE tasks SET title = 'own' WHERE id = 1")
    if !isFirst { try setting.database.execute(foreign) }
    #expect(try await setting.engine() == .sqlite)
    let titles = try await setting.service.list(Self.request(), as: .ana).column("title")
    #expect(titles.first == "own" && titles.last == "foreign")
  }

  @Test func anOlderTransactionIsNotAnsweredFromNewerColumns() async throws {
    let setting = try Setting()
    try await setting.service.loadTables()
    let early = try await setting.service.core().reader(as: .ana)
    try await setting.write("INSERT INTO tasks (id, title) VALUES (10, 'late')")
    // Another request brings the columns up to date.
    #expect(try await setting.answersFromMemory())
    #expect(try early.count(Self.request()) == 3)
    #expect(try early.explain(Self.request()).engine == .sqlite)
    #expect(try await setting.service.count(Self.request(), as: .ana) == 4)
  }

  /// The one who brings the columns up to date may have begun before the write.
  @Test func aTransactionFromBeforeTheWriteDoesNotUseWhatItBringsUpToDate() async throws {
    let setting = try Setting()
    try await setting.service.loadTables()
    let early = try await setting.service.core().reader(as: .ana)
    try await setting.write("INSERT INTO tasks (id, title) VALUES (10, 'late')")
    #expect(try early.count(Self.request()) == 3)
    #expect(try early.explain(Self.request()).engine == .sqlite)
    #expect(try await setting.answersFromMemory())
  }

  /// Tables without row ids, views, and many rows at once. Each comparison is with SQLite.
  @Test func whatCannotBeFollowedIsLoadedAnew() async throws {
    let setting = try Setting()
    try await setting.service.loadTables()
    let all: Set = ["clients", "tasks", "codes", "slots", "links", "doing"]
    for sql in [
      "UPDATE tasks SET title = 'x'", "INSERT INTO links VALUES (1, 2)",
      """
      INSERT INTO slots WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      SELECT i, i FROM n
      """,
    ] {
      #expect(try await setting.holds(all))
      try await setting.write(sql)
    }
    #expect(try await setting.holds(all))
  }

  /// Statements of all kinds, by the service and by others, in transactions that end well or not.
  @Test(arguments: ["DELETE", "WAL"], 0..<Extent.count(few: 2, all: 12))
  func randomHistories(mode: String, seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let setting = try Setting(mode: mode)
    var followed = 0
    var own = 0
    try await setting.service.loadTables()
    for _ in 0..<120 {
      let statements = (0...Int.random(in: 0...2, using: &random)).map { _ in
        Self.statement(&random)
      }
      let sql = statements.joined(separator: "; ")
      var isOwn = false
      switch Int.random(in: 0..<20, using: &random) {
      case 0: try? setting.database.execute(sql)
      case 1:
        try? await setting.service.write(as: .ana) { writer throws(ServiceError) in
          try serviceErrors { () throws(StoreError) in try writer.connection.execute(sql) }
          throw ServiceError(.conflict, "undone")
        }
      case 2:
        try? await setting.write("SAVEPOINT s; \(sql); ROLLBACK TO s; RELEASE s")
      default:
        isOwn = true
        // Some statements fail for a constraint, and the transaction with them.
        try? await setting.write(sql)
      }
      var names = try await setting.comparedTables()
      // Columns are brought up to date in a share of the time, which this history does not leave.
      for _ in 0..<5 where isOwn && !names.contains("tasks") {
        try await Task.sleep(for: .milliseconds(20))
        names = try await setting.comparedTables()
      }
      if isOwn {
        own += 1
        if names.contains("tasks") { followed += 1 }
      }
      if !names.contains("tasks") || Int.random(in: 0..<15, using: &random) == 0 {
        try await setting.service.loadTables()
      }
    }
    #expect(followed * 2 > own, "only \(followed) of \(own) writes were followed")
  }

  private static func statement(_ random: inout SeededGenerator) -> String {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let (id, client) = (number(1...12), number(1...4))
    let text = ["NULL", "'a'", "'B'", "'b'", "'long é text'", "''", "'\(id)'"][number(0...6)]
    let value = ["NULL", "1", "-7", "300", "70000", "5000000000", "0.5", "-0.0"][number(0...7)]
    let any = [text, value, "x'00ff'", "x''"][number(0...3)]
    switch number(0...15) {
    case 0...2:
      return
        "INSERT INTO tasks (title, amount, status, client) VALUES (\(text), \(value), \(text), \(client))"
    case 3: return "INSERT INTO tasks (id, title) VALUES (\(number(-3...60)), \(text))"
    case 4: return "UPDATE tasks SET title = \(text), amount = \(value) WHERE id = \(id)"
    case 5: return "UPDATE tasks SET status = \(text) WHERE id % 3 = \(id % 3)"
    case 6: return "UPDATE tasks SET id = id + \(number(-20...20)) WHERE id = \(id)"
    case 7: return "DELETE FROM tasks WHERE id = \(id)"
    case 8: return "DELETE FROM tasks WHERE \(number(0...5)) = 0"
    case 9: return "INSERT OR IGNORE INTO clients VALUES (\(client), \(text), \(number(0...9)))"
    case 10: return "UPDATE clients SET id = \(number(1...6)) WHERE id = \(client)"
    case 11: return "DELETE FROM clients WHERE id = \(client)"
    case 12: return "INSERT OR REPLACE INTO codes VALUES (\(text), \(id), \(any))"
    case 13: return "UPDATE codes SET mixed = \(any), code = code || 'x' WHERE used = \(id)"
    case 14: return "INSERT INTO slots VALUES (\(number(1...5)), \(id))"
    default: return ["DELETE FROM slots", "DELETE FROM codes", "DELETE FROM tasks"][number(0...2)]
    }
  }

  /// Readers compare both engines within one transaction each, while the service writes.
  @Test(arguments: ["DELETE", "WAL"])
  func readersBesideAWriterAgree(mode: String) async throws {
    let setting = try Setting(mode: mode)
    try await setting.service.loadTables()
    let request = try ListRequest(
      #"{"object_type": "tasks", "filters": [{"field": "status", "value": "Doing"}]}"#)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<60 {
            let difference = try await setting.service.withSession(as: .ana) {
              reader throws(ServiceError) in try reader.compareEngines(request)
            }
            #expect(difference == nil)
          }
        }
      }
      group.addTask {
        for number in 0..<60 {
          try await setting.write(
            """
            INSERT INTO tasks (title, status) VALUES ('t\(number)', 'Doing');
            UPDATE tasks SET status = 'Done' WHERE id = (SELECT min(id) FROM tasks
              WHERE status = 'Doing')
            """)
        }
      }
      try await group.waitForAll()
    }
    // On a busy machine the columns may have been given up meanwhile.
    try await setting.service.loadTables()
    #expect(try await setting.answersFromMemory())
    #expect(try await setting.comparedTables().contains("tasks"))
  }
}
