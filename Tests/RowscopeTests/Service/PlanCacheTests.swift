import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What the plan cache must not mix up, through the whole service.
@Suite struct PlanCacheTests {
  private static let tables = """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner TEXT, due TEXT);
    INSERT INTO tasks VALUES (1, '\u{E9}', '2026-11-20'), (2, 'e\u{301}', '2026-11-21'),
      (3, 'x', '2026-11-22');
    """

  /// Two users whose names are equal to Swift, but not to SQLite.
  @Test func canonicallyEqualTextsAreDifferentUsers() async throws {
    let service = try TemporaryDatabase(Self.tables).service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "name"}]}}}"#)
    for _ in 0..<2 {
      for (name, id) in [("\u{E9}", Value.integer(1)), ("e\u{301}", 2)] {
        let user = User(id: 7, name: name, profile: "p")
        #expect(try await service.list(ListRequest(table: "tasks"), as: user).column("id") == [id])
      }
    }
  }

  @Test func aRuleOnDaysIsEvaluatedEachTime() async throws {
    let service = try TemporaryDatabase(Self.tables).service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "due", "operator": "last days", "value": 1}]}}}"#
    )
    for (now, id) in [(1_795_219_200, 2), (1_795_305_600, 3)] as [(Int64, Int64)] {
      let found = try await service.withSession(as: .ana, at: RequestClock(now: now)) {
        reader throws(ServiceError) in
        try reader.list(ListRequest(table: "tasks")).items.map { $0.values[0] }
      }
      #expect(found == [.integer(id)])
    }
  }

  @Test func recordsAreFoundByTheRequestedKey() async throws {
    let service = try TemporaryDatabase(Self.tables).service(#"{"tables_enabled": {"tasks": "*"}}"#)
    for id in [1, 2, 3, 2] as [Value] {
      #expect(try await service.get([id], from: "tasks", as: .ana)["id"] == id)
    }
    await #expect(throws: ServiceError.self) {
      try await service.get([4], from: "tasks", as: .ana)
    }
  }

  @Test func aReplacedProfileApplies() async throws {
    let service = try TemporaryDatabase(Self.tables).service(#"{"tables_enabled": {"tasks": "*"}}"#)
    let request = ListRequest(table: "tasks")
    #expect(try await service.list(request, as: .ana).items.count == 3)
    let narrow = try Profile(
      document: .init(
        name: "p.json",
        text: #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "value": 3}]}}}"#))
    service.replaceProfiles(ProfileCatalog(["p": narrow]))
    #expect(try await service.list(request, as: .ana).column("id") == [3])
  }

  /// The tables are read by a first request, which takes a while. It does not bring back the
  /// profiles that it began with.
  @Test func aProfileThatIsReplacedMeanwhileStaysReplaced() async throws {
    let many = (0..<200).map { "CREATE TABLE other\($0) (id INTEGER PRIMARY KEY, a, b, c, d);" }
    let database = try TemporaryDatabase(Self.tables + many.joined())
    let narrow = try Profile(
      document: .init(
        name: "p.json",
        text: #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "value": 3}]}}}"#))
    let request = ListRequest(table: "tasks")
    for round in 0..<20 {
      let service = try database.service(#"{"tables_enabled": {"tasks": "*"}}"#)
      let first = Task(executorPreference: OwnThread()) {
        try await service.list(request, as: .ana)
      }
      try await OwnThread.run {
        try await Task.sleep(for: .milliseconds(round))
        service.replaceProfiles(ProfileCatalog(["p": narrow]))
      }
      _ = try await first.value
      #expect(try await service.list(request, as: .ana).column("id") == [3], "\(round) ms")
    }
  }
}
