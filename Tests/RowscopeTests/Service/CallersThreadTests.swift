import AccessProfiles
import Dispatch
import Documents
import Foundation
import RecordEngine
import RecordStore
import RowscopeModel
import Synchronization
import TestSupport
import Testing

@testable import Rowscope

/// What runs on the caller's thread and what on the service's, and that nobody can tell from the
/// answers.
@Suite struct CallersThreadTests {
  /// A single thread, like an event loop, that counts how often it gets a task: once at its
  /// beginning, and each time that the task comes back from elsewhere.
  private final class EventLoop: TaskExecutor {
    private let queue = DispatchQueue(label: "CallersThreadTests")
    private let count = Atomic(0)

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      count.add(1, ordering: .relaxed)
      queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// How often `body` came back to this thread, until its end.
    func returns(of body: @escaping @Sendable () async throws -> Void) async throws -> Int {
      let task = Task(executorPreference: self) {
        let before = self.count.load(ordering: .relaxed)
        try await body()
        return self.count.load(ordering: .relaxed) - before
      }
      return try await task.value
    }

    /// Whether `body` stayed on this thread from its beginning to its end.
    func keeps(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
      try await returns(of: body) == 0
    }

    /// Whether it stays there once it is known. A thread that had to wait, on a busy machine, makes
    /// a request count as long for some time.
    func keepsSoon(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
      for _ in 0..<200 where try await keeps(body) { return true }
      return false
    }
  }

  private static func tables(_ rows: Int) -> String {
    """
    CREATE TABLE t (id INTEGER PRIMARY KEY, owner INTEGER, note TEXT);
    \(filled(1, rows))
    """
  }

  private static func filled(_ first: Int, _ last: Int) -> String {
    """
    WITH RECURSIVE n(x) AS (SELECT \(first) UNION ALL SELECT x + 1 FROM n WHERE x < \(last))
    INSERT INTO t SELECT x, x % 3 + 6, 'note ' || (x * 7919 % 100003) FROM n;
    """
  }

  private static let profile = """
    {"tables_enabled": {"*": {"data": [{"field": "owner", "reference": "id_user"}]}}}
    """
  private let loop = EventLoop()

  private typealias Ask = @Sendable (RecordService) async throws -> String

  private static let sorted = ListRequest(table: "t", sort: [.descending("note")], size: 10)

  /// Questions of every kind, and their answers as texts.
  private static let questions: [(name: String, ask: Ask)] = [
    ("list", { "\(try await $0.list(sorted, as: .ana).items.map(\.values))" }),
    (
      "later page",
      { service in
        var request = sorted
        request.after = try await service.list(request, as: .ana).next
        let page = try await service.list(request, as: .ana)
        return "\(page.items.map(\.values)) \(page.next ?? "")"
      }
    ),
    (
      "list and count",
      { service in
        var request = sorted
        request.count = .exact
        let page = try await service.list(request, as: .ana)
        return "\(page.items.map(\.values)) \(String(describing: page.count))"
      }
    ),
    (
      "count",
      { service in
        "\(try await service.count(ListRequest(table: "t", search: "7"), as: .ana))"
      }
    ),
    ("record", { "\(try await $0.get([4], from: "t", as: .ana).values)" }),
    ("missing", { service in await error { _ = try await service.get([3], from: "t", as: .ana) } }),
    (
      "JSON",
      { String(decoding: await $0.answer(sorted, as: .ana).json, as: UTF8.self) }
    ),
    (
      "wrong",
      { service in
        await error {
          _ = try await service.list(ListRequest("{\"object_type\": \"x\"}"), as: .ana)
        }
      }
    ),
    (
      "stream",
      { service in
        var sum: Int64 = 0
        for try await record in service.stream(ListRequest(table: "t"), as: .ana) {
          sum = (sum &* 31) &+ (record["id"]?.integer ?? 0)
        }
        return "\(sum)"
      }
    ),
  ]

  /// A service whose users may create records.
  private static func writable(_ database: TemporaryDatabase) throws -> RecordService {
    let profile = #"{"tables_enabled": {"*": {"can_create": true}}}"#
    return RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p", text: profile))]),
      writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
  }

  private static func error(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "no error"
    } catch { return "\(error)" }
  }

  /// A table grows until requests that were short are long, with a few steps more each time. Each
  /// is stopped on the caller's thread at some time, and answered all the same.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all)])
  func answersAreTheSameWhereverTheyAreMade(memory: MemoryPolicy) async throws {
    let database = try TemporaryDatabase(Self.tables(30))
    let service = try database.service(Self.profile, memory: memory)
    var rows = 30
    while rows < 6_000 {
      for _ in 0..<Extent.count(few: 3, all: 10) {
        for (name, ask) in Self.questions {
          let answer = try await ask(service)
          let fresh = try database.service(Self.profile, connections: 1)
          let expected = try await ask(fresh)
          #expect(answer == expected, "\(name), \(rows) records")
        }
        if memory.tables != .none { try await service.loadTables() }
      }
      let next = rows + rows / 2
      try database.execute(Self.filled(rows + 1, next))
      rows = next
    }
  }

  @Test func shortRequestsStayOnTheCallersThreadOnceTheyAreKnown() async throws {
    let service = try TemporaryDatabase(Self.tables(100)).service(Self.profile)
    for (name, ask) in Self.questions where !["missing", "wrong", "stream"].contains(name) {
      #expect(try await loop.keepsSoon { _ = try await ask(service) }, "\(name)")
    }
    // What is read as one, and what is not known to be short, does not.
    let kept = try await loop.keeps {
      _ = try await service.read(as: .ana) { reader throws(ServiceError) in
        try reader.get([4], from: "t")
      }
    }
    #expect(!kept)
  }

  /// What the caller's thread cannot do at once is done elsewhere as a whole: a busy thread comes to
  /// a request twice and no more.
  @Test func aRequestChangesThreadsOnce() async throws {
    for (name, ask) in Self.questions where !["later page", "wrong", "stream"].contains(name) {
      let database = try TemporaryDatabase(Self.tables(10_000))
      let service = try database.service(Self.profile, connections: 2)
      // The tables are to be read, and then, while a connection is in use, another is to be opened.
      let first = try await loop.returns { _ = try await ask(service) }
      #expect(first == 1, "\(name)")
      var held = service.stream(ListRequest(table: "t"), as: .ana).makeAsyncIterator()
      _ = try await held.next()
      let second = try await loop.returns { _ = try await ask(service) }
      #expect(second == 1, "\(name), with a connection to be opened")
      withExtendedLifetime(held) {}
    }
    let database = try TemporaryDatabase(Self.tables(10))
    let service = try Self.writable(database)
    for _ in 0..<3 {
      let returns = try await loop.returns {
        _ = try await service.create(["note": "new"], in: "t", as: .ana)
      }
      #expect(returns == 1)
    }
  }

  @Test func longRequestsDoNot() async throws {
    let database = try TemporaryDatabase(Self.tables(100))
    let service = try database.service(Self.profile)
    let list = { @Sendable in _ = try await service.list(Self.sorted, as: .ana) }
    #expect(try await loop.keepsSoon(list))
    try database.execute(Self.filled(101, 20_000))
    // First it is stopped, then it is known.
    for _ in 0..<20 { #expect(!(try await loop.keeps(list))) }
    try database.execute("DELETE FROM t WHERE id > 100")
    #expect(try await loop.keepsSoon(list))
  }

  /// SQLite counts a whole table in one instruction, in which it cannot be stopped.
  @Test func countsOfWholeTablesAndViewsNeverDo() async throws {
    let database = try TemporaryDatabase(
      Self.tables(10) + "CREATE VIEW v AS SELECT id, (SELECT count(*) FROM t) AS n FROM t;")
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    for table in ["t", "v"] {
      for _ in 0..<20 {
        let kept = try await loop.keeps {
          _ = try await service.count(ListRequest(table: table), as: .ana)
        }
        #expect(!kept)
      }
    }
    let kept = try await loop.keeps {
      _ = try await service.list(ListRequest(table: "v"), as: .ana)
    }
    #expect(!kept)
  }

  @Test func searchesInMemoryDependOnTheirSize() async throws {
    for (rows, isKept) in [(1_000, true), (200_000, false)] {
      var tables = MemoryTables()
      try tables.add(
        "t", columns: [("id", .integer), ("note", .text)], primaryKey: ["id"],
        rows: (0..<rows).map { [.integer(Int64($0)), .text(Text("note \($0)"))] })
      var profiles = Profiles()
      try profiles.add("p", json: #"{"tables_enabled": {"*": "*"}}"#.utf8)
      let service = try RecordService(tables: tables, profiles: profiles)
      let count = { @Sendable in
        let count = try await service.count(ListRequest(table: "t", search: "9"), as: .ana)
        #expect(count > 100)
      }
      if isKept {
        #expect(try await loop.keepsSoon(count))
      } else {
        for _ in 0..<20 { #expect(!(try await loop.keeps(count))) }
      }
    }
  }

  /// A task of the same thread runs while the service works. Were it blocked, the other task could
  /// never end the first.
  @Test func aLongSearchDoesNotBlockTheCallersThread() async throws {
    let database = try TemporaryDatabase(
      Self.tables(10) + """
        CREATE VIEW endless AS
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT x AS id, 7 AS owner FROM n WHERE x < 0;
        """)
    let service = try database.service(Self.profile)
    let asks: [Ask] = [
      { "\(try await $0.list(ListRequest(table: "endless"), as: .ana).items.count)" },
      { "\(try await $0.count(ListRequest(table: "endless"), as: .ana))" },
      { service in
        try await service.read(as: .ana) { reader throws(ServiceError) in
          "\(try reader.count(ListRequest(table: "endless")))"
        }
      },
      { service in
        for try await _ in service.stream(ListRequest(table: "endless"), as: .ana) {}
        return ""
      },
    ]
    for ask in asks {
      let task = Task(executorPreference: loop) { try await ask(service) }
      let canceller = Task(executorPreference: loop) {
        // Once the search has begun, if it is to be one.
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
      }
      let error = await #expect(throws: ServiceError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      try await canceller.value
    }
  }

  /// Where another process holds the lock, the request waits for it elsewhere.
  @Test func aLockDoesNotBlockTheCallersThread() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = DELETE;" + Self.tables(10))
    let service = try Self.writable(database)
    let asks: [Ask] = [
      { "\(try await $0.get([4], from: "t", as: .ana).values)" },
      { "\(try await $0.count(ListRequest(table: "t", search: "1"), as: .ana))" },
      { "\(try await $0.create(["note": "new"], in: "t", as: .ana).record?["note"]?.text ?? "")" },
    ]
    for ask in asks {
      for _ in 0..<3 { _ = try await ask(service) }
      let other = try Connection(.readWrite(path: database.path))
      try other.execute("BEGIN EXCLUSIVE")
      let task = Task(executorPreference: loop) { try await ask(service) }
      // Begun after the request, and done before it.
      try await Task(executorPreference: loop) { try other.execute("COMMIT") }.value
      _ = try await task.value
    }
  }

  /// What is written is written once, and the body of a reading runs once.
  @Test func bodiesRunOnce() async throws {
    let database = try TemporaryDatabase(Self.tables(5_000))
    let service = try Self.writable(database)
    for _ in 0..<5 {
      var runs = 0
      try await service.write(as: .ana) { writer throws(ServiceError) in
        runs += 1
        try writer.create(["note": "new"], in: "t")
      }
      try await service.read(as: .ana) { reader throws(ServiceError) in
        runs += 1
        _ = try reader.list(Self.sorted)
      }
      #expect(runs == 2)
    }
    #expect(try database.rows("SELECT count(*) FROM t WHERE note = 'new'") == [[5]])
  }
}
