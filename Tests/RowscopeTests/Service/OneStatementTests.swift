import AccessProfiles
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// Requests answered by one statement without a transaction, and what makes them take the long way.
@Suite struct OneStatementTests {
  private static let tables = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, shown TEXT, secret TEXT, owner INTEGER);
    INSERT INTO t VALUES (1, 'a', 'x', 7), (2, 'b', 'y', 7), (3, 'c', 'z', 8);
    CREATE TABLE pair (x TEXT, y, owner INTEGER, note TEXT, PRIMARY KEY (y, x));
    INSERT INTO pair VALUES ('p', 1, 7, 'one'), ('p', NULL, 7, 'none'), ('q', 'r', 7, 'text'),
      ('q', 1, 8, 'other');
    """
  private static let profile = """
    {"tables_enabled": {"t": {"data": [{"field": "owner", "reference": "id_user"}],
      "fields_excluded": ["secret"]},
      "pair": {"data": [{"field": "owner", "reference": "id_user"}]}}}
    """
  private static let request = ListRequest(table: "t")

  private func quick(_ service: RecordService) async throws -> [Value]? {
    try await service.core().listByOneStatement(Self.request, as: .ana)?.column("shown")
  }

  @Test func aRepeatedRequestIsAnsweredByOneStatement() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile, connections: 1)
    #expect(try await quick(service) == nil)
    #expect(try await service.list(Self.request, as: .ana).column("shown") == ["a", "b"])
    #expect(try await quick(service) == ["a", "b"])
    // Changed records are seen, and do not need the long way.
    try database.execute("INSERT INTO t VALUES (4, 'd', 'w', 7); DELETE FROM t WHERE id = 1")
    #expect(try await quick(service) == ["b", "d"])
    // The next page is a second statement, and a count another.
    var other = Self.request
    other.page = 2
    #expect(try await service.core().listByOneStatement(other, as: .ana) == nil)
    other = Self.request
    other.count = .exact
    #expect(try await service.core().listByOneStatement(other, as: .ana) == nil)
    #expect(try await service.list(other, as: .ana).count?.value == 2)
    // Another user's request is a different one.
    let other7 = User(id: 8, name: "Ana", profile: "p")
    #expect(try await service.core().listByOneStatement(Self.request, as: other7) == nil)
  }

  @Test func pagesAreThoseOfTheLongWay() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile, connections: 1)
    var request = Self.request
    request.size = 1
    let long = try await service.list(request, as: .ana)
    let quick = try #require(try await service.core().listByOneStatement(request, as: .ana))
    #expect(quick.column("id") == long.column("id"))
    #expect(quick.hasMore && long.hasMore)
    #expect(quick.next != nil && quick.next == long.next)
    request.after = quick.next
    #expect(try await service.list(request, as: .ana).column("id") == [2])
  }

  /// A page after a cursor needs several statements. The first, for the records with the cursor's
  /// first key, may fill it.
  @Test func aLaterPageMayNeedOneStatement() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, due TEXT, owner INTEGER);
      CREATE INDEX i ON t (due);
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40)
      INSERT INTO t SELECT x, 'day ' || (x / 10), 7 FROM n;
      """)
    let everything = #"{"tables_enabled": {"*": "*"}}"#
    let service = try database.service(everything, connections: 1)
    let alone = try database.service(everything, connections: 1)
    var request = ListRequest(table: "t", sort: [.init("due")], size: 3)
    var ids: [Value] = []
    var quick = 0
    while true {
      let page = try await service.list(request, as: .ana)
      // Again, now that each statement has been run.
      if let again = try await service.core().listByOneStatement(request, as: .ana) {
        #expect(again.column("id") == page.column("id"))
        #expect(again.next == page.next && again.hasMore == page.hasMore)
        quick += 1
      }
      #expect(try await alone.list(request, as: .ana).column("id") == page.column("id"))
      ids += page.column("id")
      guard page.hasMore else { break }
      request.after = page.next
    }
    #expect(ids == (1...40).map { .integer($0) })
    #expect((2...10).contains(quick))
    // An invalid cursor is refused as usual.
    request.after = "nonsense"
    #expect(try await service.core().listByOneStatement(request, as: .ana) == nil)
    let error = await #expect(throws: ServiceError.self) {
      try await service.list(request, as: .ana)
    }
    #expect(error?.code == .invalidCursor)
  }

  /// A user's scope is cached for that user alone: each gets their own records.
  @Test func cachedScopesAreNotShared() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile, connections: 1)
    let ben = User(id: 8, name: "Ben", profile: "p")
    for (size, field) in [(1, "id"), (2, "shown"), (3, "id")] {
      let request = ListRequest(table: "t", select: [FieldSelection(field)], size: size)
      let (ana, other) = (
        try await service.list(request, as: .ana), try await service.list(request, as: ben)
      )
      #expect(ana.items.count == min(size, 2))
      #expect(other.column(field) == [field == "id" ? 3 : "c"])
    }
  }

  /// The names of hidden and visible columns are swapped: not a row is read with the old plan.
  @Test(
    arguments: [
      "ALTER TABLE t RENAME COLUMN shown TO x; ALTER TABLE t RENAME COLUMN secret TO shown; ALTER TABLE t RENAME COLUMN x TO secret",
      "ALTER TABLE t RENAME COLUMN secret TO open", "ALTER TABLE t RENAME COLUMN owner TO holder",
      "DROP TABLE t", "CREATE INDEX i ON t (owner)", "ALTER TABLE t ADD COLUMN more",
      "DROP TABLE t; CREATE VIEW t AS SELECT 1 AS id, 'v' AS shown, 's' AS secret, 7 AS owner",
    ]) func changedTablesGoTheLongWay(sql: String) async throws
  {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile, connections: 1)
    for _ in 0..<2 { _ = try await service.list(Self.request, as: .ana) }
    _ = try await service.get([1], from: "t", as: .ana)
    #expect(try await quick(service) != nil)
    #expect(
      try await service.core().getByOneStatement([1], from: "t", select: nil, as: .ana) != nil)
    try database.execute(sql)
    #expect(try await quick(service) == nil)
    #expect(
      try await service.core().getByOneStatement([1], from: "t", select: nil, as: .ana) == nil)
    // From now on it answers as a newly opened service does.
    let fresh = try database.service(Self.profile, connections: 1)
    for _ in 0..<3 {
      let answers = [service, fresh].map { service in
        Task { () -> [[Value]]? in
          try? await service.list(Self.request, as: .ana).items.map(\.values)
        }
      }
      #expect(await answers[0].value == answers[1].value)
    }
  }

  @Test func aRecordIsFoundByEachKindOfKey() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile, connections: 1)
    for _ in 0..<3 {
      for (y, x, note) in [
        (1, "p", "one"), (.null, "p", "none"), ("r", "q", "text"), (1.0, "p", "one"),
      ]
        as [(Value, Value, Value)]
      {
        #expect(try await service.get([y, x], from: "pair", as: .ana)["note"] == note)
      }
      // Somebody else's record, one without an owner, and a key with its parts swapped.
      for key in [[1, "q"], [2, "p"], ["p", 1]] as [[Value]] {
        await #expect(throws: ServiceError.self) {
          try await service.get(key, from: "pair", as: .ana)
        }
      }
      await #expect(throws: ServiceError.self) {
        try await service.get([1], from: "pair", as: .ana)
      }
    }
    #expect(
      try await service.core().getByOneStatement([1, "p"], from: "pair", select: nil, as: .ana)
        != nil)
    #expect(
      try await service.core().getByOneStatement([.null, "p"], from: "pair", select: nil, as: .ana)
        == nil)
  }

  @Test func replacedProfilesAreNotCached() async throws {
    let service = try TemporaryDatabase(Self.tables).service(Self.profile, connections: 1)
    _ = try await service.list(Self.request, as: .ana)
    #expect(try await quick(service) != nil)
    service.replaceProfiles(ProfileCatalog())
    #expect(try await quick(service) == nil)
    await #expect(throws: ServiceError.self) { try await service.list(Self.request, as: .ana) }
  }

  @Test func aDeadlineHoldsForOneStatementToo() async throws {
    let limits = RecordService.Limits(timeout: .zero)
    let service = try TemporaryDatabase(Self.tables).service(
      Self.profile, limits: limits, connections: 1)
    for _ in 0..<2 {
      await #expect(throws: ServiceError.self) { try await service.list(Self.request, as: .ana) }
    }
  }
}
