import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import Synchronization
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// Both engines are asked and their answers compared. To provoke differences, the tables in memory
/// are loaded from another database than SQLite's.
@Suite("Engines compared")
struct ComparisonTests {
  private static func tables(_ rows: String) -> String {
    """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, amount REAL, hidden TEXT);
    INSERT INTO tasks VALUES \(rows);
    """
  }
  static let rows = "(1, 'one', 1.5, 'a'), (2, 'two', 2.0, 'b'), (3, 'three', NULL, 'c')"

  private func service(
    _ stored: String, held: String, verification: Verification? = nil
  ) throws -> (RecordService, [TemporaryDatabase]) {
    let database = try TemporaryDatabase(Self.tables(stored))
    let other = try TemporaryDatabase(Self.tables(held))
    let path = other.path
    let tables = ColumnCache(MemoryPolicy(tables: .all, use: .always)) {
      () throws(StoreError) -> sending Connection in try Connection(.readOnly(path: path))
    }
    let profile = #"{"tables_enabled": {"tasks": {"fields_excluded": ["hidden"]}}}"#
    let catalog = ProfileCatalog([
      "p": try Profile(document: .init(name: "p.json", text: profile))
    ])
    let service = RecordService(
      ServiceCore(
        source: .database(
          try ConnectionPool(.readOnly(path: database.path), capacity: 2), tables),
        profiles: catalog, workspace: nil, limits: .init(), verification: verification,
        clock: nil))
    return (service, [database, other])
  }

  private func difference(
    _ request: String, _ stored: String = rows, held: String
  ) async throws -> EngineDifference? {
    let (service, databases) = try service(stored, held: held)
    try await service.loadTables()
    let request = try ListRequest(request)
    defer { withExtendedLifetime(databases) {} }
    return try await service.withSession(as: .ana) { reader throws(ServiceError) in
      try reader.compareEngines(request)
    }
  }

  @Test func equalAnswersHaveNoDifference() async throws {
    #expect(try await difference(#"{"object_type": "tasks"}"#, held: Self.rows) == nil)
    // Differences in fields that the user does not see do not count.
    let hidden = Self.rows.replacing("'a'", with: "'z'")
    #expect(try await difference(#"{"object_type": "tasks"}"#, held: hidden) == nil)
  }

  @Test func aDifferenceIsFoundAndReduced() async throws {
    let found = try await difference(
      """
      {"object_type": "tasks", "sort": "title desc", "select": ["id", "amount", "title"],
       "filters": [{"or": [{"field": "amount", "operator": "<", "value": 9},
         {"field": "id", "value": 3}]},
                   {"field": "title", "operator": "is not null"}], "search": "o", "count": "exact"}
      """, held: Self.rows.replacing("1.5", with: "1.75"))
    let difference = try #require(found)
    #expect(difference.kind == .field("amount", record: 0))
    #expect(difference.sqlite == "1.5")
    #expect(difference.memory == "1.75")
    // Everything irrelevant has been removed.
    #expect(
      String(decoding: difference.request.json, as: UTF8.self)
        == #"{"object_type":"tasks","select":["amount"],"size":1}"#)
    #expect(!"\(difference)".contains("1.5"))
  }

  @Test(arguments: [
    ("(1, 'one', 1.5, 'a')", EngineDifference.Kind.end(record: 1)),
    (rows + ", (4, 'four', 1, 'd')", .end(record: 3)),
    (rows.replacing("2.0, 'b'", with: "-0.0, 'b'"), .field("amount", record: 1)),
  ])
  func everyKindIsReported(held: String, kind: EngineDifference.Kind) async throws {
    let found = try await difference(#"{"object_type": "tasks"}"#, held: held)
    // The smallest page that shows it may be a different one.
    #expect(found != nil)
    switch (kind, found?.kind) {
    case (.end, .end), (.end, .hasMore), (.field, .field): break
    default: Issue.record("\(String(describing: found))")
    }
  }

  @Test func countsAndSingleRecordsAreComparedToo() async throws {
    let (service, databases) = try service(
      Self.rows, held: "(1, 'one', 1.5, 'a'), (2, 'zwei', 2, '')")
    try await service.loadTables()
    try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let count = try reader.compareEnginesCounting(ListRequest(table: "tasks"))
      #expect(count?.kind == .count)
      #expect(count?.sqlite == "3" && count?.memory == "2")
      #expect(try reader.compareEngines([1], from: "tasks") == nil)
      #expect(try reader.compareEngines([2], from: "tasks")?.kind == .field("title", record: 0))
      #expect(try reader.compareEngines([3], from: "tasks")?.kind == .end(record: 0))
    }
    withExtendedLifetime(databases) {}
  }

  // MARK: Verification

  private final class Findings: Sendable {
    private let list = Mutex<[Verification.Finding]>([])
    func add(_ finding: Verification.Finding) { list.withLock { $0.append(finding) } }
    var all: [Verification.Finding] { list.withLock { $0 } }

    func first() async throws -> Verification.Finding? {
      for _ in 0..<500 {
        if let finding = all.first { return finding }
        try await Task.sleep(for: .milliseconds(10))
      }
      return nil
    }
  }

  @Test(arguments: [
    (rows, true), (rows.replacing("'two'", with: "'deux'"), false),
  ])
  func aSampledAnswerIsVerifiedBesideTheRequest(held: String, isSame: Bool) async throws {
    let findings = Findings()
    let (service, databases) = try service(
      Self.rows, held: held, verification: Verification(share: 1) { findings.add($0) })
    try await service.loadTables()
    _ = try await service.list(ListRequest(table: "tasks"), as: .ana)
    let finding = try #require(await findings.first())
    switch finding {
    case .same: #expect(isSame)
    case .difference(let difference):
      #expect(!isSame)
      #expect(difference.sqlite == "\"two\"" && difference.memory == "\"deux\"")
    case .notCompared(let error): Issue.record(error)
    }
    withExtendedLifetime(databases) {}
  }

  /// Everything that a stream gives is verified, not just a page.
  @Test func aStreamIsVerifiedToItsEnd() async throws {
    let findings = Findings()
    let many = (1...300).map { "(\($0), 'n', 1, '')" }.joined(separator: ",")
    let (service, databases) = try service(
      many, held: many.replacing("(299, 'n'", with: "(299, 'm'"),
      verification: Verification(share: 1) { findings.add($0) })
    try await service.loadTables()
    var count = 0
    for try await _ in service.stream(ListRequest(table: "tasks"), as: .ana) { count += 1 }
    #expect(count == 300)
    guard case .difference(let difference) = try #require(await findings.first()) else {
      Issue.record("\(findings.all)")
      return
    }
    #expect(difference.kind == .field("title", record: 298))
    withExtendedLifetime(databases) {}
  }

  @Test func withoutAMemoryPolicyTablesAreLoadedForVerification() async throws {
    let findings = Findings()
    let database = try TemporaryDatabase(Self.tables(Self.rows))
    defer { withExtendedLifetime(database) {} }
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(document: .init(name: "p", text: #"{"tables_enabled": {"*": "*"}}"#))
      ]), verification: Verification(share: 1) { findings.add($0) })
    _ = try await service.count(ListRequest(table: "tasks"), as: .ana)
    guard case .same = try #require(await findings.first()) else {
      Issue.record("\(findings.all)")
      return
    }
  }

  @Test(arguments: [(0.0, 0), (0.1, 100), (0.25, 250), (1.0, 1000), (7.0, 1000)])
  func theShareIsKept(share: Double, expected: Int) {
    let verifier = Verifier(Verification(share: share) { _ in })
    #expect((0..<1000).count { _ in verifier.isChosen() } == expected)
  }
}
