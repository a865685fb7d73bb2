import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

@Suite struct RequestMemoTests {
  /// Users that each differ from `User(id: 7)` in one property, for every property.
  static let users: [String: User] = [
    "id": User(id: 8), "name": User(id: 7, name: ""), "email": User(id: 7, email: "a@b"),
    "profile": User(id: 7, profile: "p"), "seat": User(id: 7, seat: "member"),
    "userType": User(id: 7, userType: "guest"), "teams": User(id: 7, teams: [1]),
    "attributes": User(id: 7, attributes: ["a": .scalar(1)]),
    "invitations": User(id: 7, invitations: [Invitation(table: "t")]),
  ]

  /// The same for `ListRequest(table: "t")`. The pages of a list share a key.
  static let requests: [String: (ListRequest, isOfTheKey: Bool)] = [
    "table": (ListRequest(table: "T"), true), "select": (ListRequest(table: "t", select: []), true),
    "filters": (ListRequest(table: "t", filters: filters("==", 1)), true),
    "joining": (ListRequest(table: "t", joining: .any), true),
    "search": (ListRequest(table: "t", search: ""), true),
    "sort": (ListRequest(table: "t", sort: [.init("a")]), true),
    "size": (ListRequest(table: "t", size: 1), true),
    "page": (ListRequest(table: "t", page: 2), false),
    "after": (ListRequest(table: "t", after: "x"), false),
    "count": (ListRequest(table: "t", count: .exact), true),
  ]

  static func filters(_ symbol: String, _ value: Int) -> [Condition] {
    let json =
      #"{"object_type":"t","filters":[{"field":"a","operator":"\#(symbol)","value":\#(value)}]}"#
    return (try? ListRequest(json: Array(json.utf8)).filters) ?? []
  }

  /// Fails when a property is added, as a reminder that the key must include it.
  @Test func theKeyIncludesEveryProperty() {
    let user = User(id: 7)
    let request = ListRequest(table: "t")
    #expect(Set(Mirror(reflecting: user).children.compactMap(\.label)) == Set(Self.users.keys))
    #expect(
      Set(Mirror(reflecting: request).children.compactMap(\.label)) == Set(Self.requests.keys))
    var keys = [
      PlanCache.Key(request, anySize: false, as: user),
      PlanCache.Key(request, anySize: true, as: user),
      PlanCache.Key(table: "t", select: nil, as: user),
      PlanCache.Key(table: "t", select: ["a"], as: user),
    ]
    for other in Self.users.values {
      keys.append(PlanCache.Key(request, anySize: false, as: other))
      keys.append(PlanCache.Key(table: "t", select: nil, as: other))
    }
    for (other, isOfTheKey) in Self.requests.values {
      let key = PlanCache.Key(other, anySize: false, as: user)
      if isOfTheKey { keys.append(key) } else { #expect(key == keys[0]) }
    }
    #expect(Set(keys).count == keys.count)
    #expect(!keys.contains(nil))
    #expect(
      PlanCache.Key(request, anySize: false, as: User(id: 7))
        == PlanCache.Key(request, anySize: false, as: user))
  }

  @Test func longRequestsAndRelativeDaysAreNotCached() {
    let user = User(id: 7)
    let long = ListRequest(table: "t", search: String(repeating: "x", count: 5_000))
    #expect(PlanCache.Key(long, anySize: false, as: user) == nil)
    let days = ListRequest(table: "t", filters: Self.filters("last days", 7))
    #expect(days.filters.count == 1)
    #expect(PlanCache.Key(days, anySize: false, as: user) == nil)
  }

  private static let tables = """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner TEXT, due TEXT);
    INSERT INTO tasks VALUES (1, '\u{E9}', '2026-11-20'), (2, 'e\u{301}', '2026-11-21'), (3, 'x', '2026-11-22');
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
}
