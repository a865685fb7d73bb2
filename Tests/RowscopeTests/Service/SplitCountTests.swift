import AccessProfiles
import FilterSQL
import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import Synchronization
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// A log shared by the tasks of a test.
private final class Notes: Sendable {
  let isDone = Atomic(false)
  let sharedCounts = Atomic(0)
}

/// Counts that two connections share.
@Suite struct SplitCountTests {
  private static let rows = 150_000
  private static let profile = """
    {"tables_enabled": {"*": {"data": [{"field": "owner", "reference": "id_user"}]}}}
    """

  private static func filled(_ table: String, _ columns: String = "id, owner, note") -> String {
    """
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < \(rows))
    INSERT INTO \(table) (\(columns)) SELECT x, x % 3 + 6, 'note ' || x FROM n;
    """
  }

  private static let tables =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, owner INTEGER, note TEXT);" + filled("t")

  /// How a request's count would be split; nil where it would not.
  private func split(
    _ service: RecordService, _ request: ListRequest
  ) async throws -> SplitCount? {
    try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let (table, resolved) = try reader.resolve(request)
      return try reader.onDatabase { connection throws(ServiceError) in
        try reader.splitCount(of: resolved.query, table, on: connection)
      }
    }
  }

  /// The count by two connections; nil where it was not shared.
  private func shared(_ service: RecordService, _ request: ListRequest) async throws -> Int? {
    try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let (table, resolved) = try reader.resolve(request)
      return try reader.onDatabase { connection throws(ServiceError) in
        try reader.splitCount(resolved.query, table, on: connection)
      }
    }
  }

  @Test func twoConnectionsCountAsOneDoes() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile)
    let alone = try database.service(Self.profile, connections: 1)
    for filter in [
      #"{"field": "owner", "operator": "!=", "value": 1}"#,
      #"{"or": [{"field": "note", "operator": "contains", "value": "9"}, {"field": "id", "operator": "<", "value": 1000}]}"#,
      #"{"field": "note", "value": "note 1"}"#, #"{"field": "note", "value": "note 149998"}"#,
    ] {
      let request = try ListRequest(#"{"object_type": "t", "filters": [\#(filter)]}"#)
      let count = try await alone.count(request, as: .ana)
      #expect(try await service.count(request, as: .ana) == count)
      // The count is split, whether or not a thread joins in.
      #expect(try await shared(service, request) == count)
      #expect(try await shared(alone, request) == nil)
    }
    let page = try await service.list(
      ListRequest(table: "t", size: 1, count: .exact), as: .ana)
    #expect(page.count == RecordCount(value: Self.rows / 3, isExact: true))
  }

  @Test func tablesWithoutSuitableNumbersAreCountedByOne() async throws {
    let small = Self.tables.replacing("\(Self.rows)", with: "500")
    let others = """
      CREATE INDEX i ON t (owner);
      CREATE TABLE w (id INTEGER PRIMARY KEY, owner INTEGER, note TEXT) WITHOUT ROWID;
      CREATE TABLE taken (rowid TEXT, oid TEXT, _rowid_ TEXT, owner INTEGER);
      CREATE TABLE empty (id INTEGER PRIMARY KEY, owner INTEGER);
      CREATE VIEW v AS SELECT id, owner FROM w;
      CREATE TABLE s (id INTEGER PRIMARY KEY, owner INTEGER, note TEXT);
      INSERT INTO s VALUES (1, 7, 'a');
      """
    let database = try TemporaryDatabase(
      Self.tables + others + Self.filled("w") + Self.filled("taken", "rowid, owner, oid"))
    let service = try database.service(Self.profile)
    for table in ["t", "w", "taken", "empty", "v", "s"] {
      #expect(try await split(service, ListRequest(table: table)) == nil, "\(table)")
    }
    #expect(try await service.count(ListRequest(table: "taken"), as: .ana) == Self.rows / 3)
    let few = try TemporaryDatabase(small).service(Self.profile)
    #expect(try await split(few, ListRequest(table: "t")) == nil)
  }

  /// Row numbers at both ends of their range, far apart and close together; columns named like the
  /// row number.
  @Test func rowNumbersMayBeAnything() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (rowid TEXT, owner INTEGER, note TEXT);
      \(Self.filled("t", "rowid, owner, note"))
      UPDATE t SET _rowid_ = -9223372036854775808 WHERE _rowid_ = 1;
      UPDATE t SET _rowid_ = 9223372036854775807 WHERE _rowid_ = 4;
      """)
    let service = try database.service(Self.profile)
    let request = ListRequest(table: "t")
    let split = try #require(try await split(service, request))
    #expect(split.numbers == .min ... .max)
    #expect(split.closed.sql.text.contains(#""t"."_rowid_" BETWEEN"#))
    #expect(try await shared(service, request) == Self.rows / 3)
  }

  /// A hidden key does not prevent splitting, and the plan does not show it.
  @Test func aHiddenKeyIsUsedAndNotShown() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(
      """
      {"tables_enabled": {"t": {"data": [{"field": "owner", "reference": "id_user"}],
        "fields_excluded": ["id"]}}}
      """)
    #expect(try await shared(service, ListRequest(table: "t")) == Self.rows / 3)
    await #expect(throws: ServiceError.self) {
      try await service.count(
        ListRequest(#"{"object_type": "t", "filters": [{"field": "id", "value": 1}]}"#), as: .ana)
    }
  }

  @Test func theExplanationIsWhatIsDone() async throws {
    let database = try TemporaryDatabase(Self.tables)
    func advice(_ counting: ListRequest.Counting, connections: Int = 2) async throws -> [String] {
      let service = try database.service(Self.profile, connections: connections)
      let request = ListRequest(table: "t", count: counting)
      return try await service.explain(request, as: .ana).advice.filter {
        $0.contains("two connections")
      }
    }
    #expect(try await advice(.exact).count == 1)
    #expect(try await advice(.none).isEmpty)
    #expect(try await advice(.exact, connections: 1).isEmpty)
  }

  // MARK: Beside others

  /// The first and the last record swap places again and again, one of them visible and one not: a
  /// count across two snapshots would be one too high or too low.
  @Test(arguments: ["WAL", "DELETE"])
  func everyCountIsOfOneSnapshot(journal: String) async throws {
    let database = try TemporaryDatabase(
      "PRAGMA journal_mode = \(journal);" + Self.tables
        + "UPDATE t SET owner = 9 WHERE id = \(Self.rows)")
    let service = try database.service(Self.profile, connections: 4)
    let expected = Self.rows / 3
    let notes = Notes()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: OwnThread()) {
        // With a rollback journal the writer has to wait until all readers are done.
        let writer = try Connection(
          .readWrite(path: database.path), configuration: .init(busyTimeout: .seconds(60)))
        while !notes.isDone.load(ordering: .relaxed) {
          try writer.execute("UPDATE t SET owner = 16 - owner WHERE id IN (1, \(Self.rows))")
          try await Task.sleep(for: .milliseconds(Int.random(in: 0...3)))
        }
      }
      for _ in 0..<4 {
        group.addTask(executorPreference: OwnThread()) {
          for _ in 0..<25 {
            if let count = try await shared(service, ListRequest(table: "t")) {
              #expect(count == expected)
              notes.sharedCounts.add(1, ordering: .relaxed)
            }
            #expect(try await service.count(ListRequest(table: "t"), as: .ana) == expected)
          }
        }
      }
      for _ in 0..<4 { try await group.next() }
      notes.isDone.store(true, ordering: .relaxed)
      try await group.waitForAll()
    }
    // With a rollback journal every count that found a free connection may be shared.
    if journal == "DELETE" { #expect(notes.sharedCounts.load(ordering: .relaxed) > 0) }
  }

  /// With a rollback journal a commit keeps new readers out and waits for the present ones. The
  /// counting reader is one of these, so a helper that waited for the commit would wait for the
  /// count that waits for the helper.
  @Test(arguments: [false, true])
  func aHelperNeverWaitsForACommit(isHelperOpen: Bool) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let patient = Connection.Configuration(busyTimeout: .seconds(60))
    let service = try database.service(Self.profile, configuration: patient)
    let request = ListRequest(table: "t")
    if isHelperOpen { #expect(try await shared(service, request) == Self.rows / 3) }
    let path = database.path
    let writing = Thread {
      try? Connection(.readWrite(path: path), configuration: patient)
        .execute("UPDATE t SET owner = 9 WHERE id = 1")
    }
    let (count, duration) = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let (table, resolved) = try reader.resolve(request)
      return try reader.onDatabase { connection throws(ServiceError) in
        // Takes the lock that the commit waits for.
        _ = try reader.splitCount(of: resolved.query, table, on: connection)
        writing.start()
        while !Self.isBeingCommitted(path) { Thread.sleep(forTimeInterval: 0.001) }
        let start = ContinuousClock.now
        let count = try reader.splitCount(resolved.query, table, on: connection)
        return (count, start.duration(to: .now))
      }
    }
    #expect(count == nil)
    #expect(duration < .seconds(30), "\(duration)")
    while !writing.isFinished { try await Task.sleep(for: .milliseconds(1)) }
    #expect(try await shared(service, request) == Self.rows / 3 - 1)
  }

  /// Whether a writer has the lock that keeps new readers out.
  private static func isBeingCommitted(_ path: String) -> Bool {
    do throws(StoreError) {
      _ = try Connection(.readOnly(path: path), configuration: .init(busyTimeout: .zero))
      return false
    } catch {
      return error.kind == .locked
    }
  }

  @Test func aDeadlineEndsBothAndReturnsTheConnections() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let limited = try database.service(
      Self.profile, limits: .init(timeout: .milliseconds(1)))
    let request = try ListRequest(
      #"{"object_type": "t", "filters": [{"field": "note", "operator": "contains", "value": "x"}]}"#
    )
    for _ in 0..<20 {
      await #expect(throws: ServiceError.self) {
        while true { _ = try await limited.count(request, as: .ana) }
      }
    }
    guard case .database(let pool, _) = try await limited.core().source else { return }
    // Both can be leased again.
    let one = try pool.connectionIfAvailable()
    let areLent = try one != nil && pool.connectionIfAvailable() != nil
    #expect(areLent)
    _ = consume one
  }

  @Test func aCancelledCountEnds() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile)
    let task = Task {
      while true { _ = try await service.count(ListRequest(table: "t"), as: .ana) }
    }
    cancelSoon(task)
    let error = await #expect(throws: ServiceError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(try await service.count(ListRequest(table: "t"), as: .ana) == Self.rows / 3)
  }
}
