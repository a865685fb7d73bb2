import RowscopeModel
import Testing

@testable import RecordEngine

@Suite struct PlanCacheKeyTests {
  /// Users that each differ from `User(id: 7)` in one property, for every property.
  static let users: [String: User] = [
    "id": User(id: 8), "name": User(id: 7, name: ""), "email": User(id: 7, email: "a@b"),
    "profiles": User(id: 7, profiles: ["p"]), "narrowedBy": User(id: 7).narrowed(by: "p"),
    "seat": User(id: 7, seat: "member"),
    "userType": User(id: 7, userType: "guest"), "teams": User(id: 7, teams: [1]),
    "attributes": User(id: 7, attributes: ["a": .scalar(1)]),
    "invitations": User(id: 7, invitations: [Invitation(table: "t")]),
    "timeZone": User(id: 7, timeZone: "UTC"),
  ]

  /// The same for `ListRequest(table: "t")`. The pages of a list share a key.
  static let requests: [String: (ListRequest, isOfTheKey: Bool)] = [
    "table": (ListRequest(table: "T"), true), "select": (ListRequest(table: "t", select: []), true),
    "filters": (ListRequest(table: "t", filters: filters("==", 1)), true),
    "joining": (ListRequest(table: "t", filters: [], joining: .any), true),
    "search": (ListRequest(table: "t", search: ""), true),
    "sort": (ListRequest(table: "t", sort: [.init("a")]), true),
    "size": (ListRequest(table: "t", size: 1), true),
    "page": (ListRequest(table: "t", page: 2), false),
    "after": (ListRequest(table: "t", after: "x"), false),
    "count": (ListRequest(table: "t", count: .exact), true),
    "may": (ListRequest(table: "t", may: true), true),
    "scope": (ListRequest(table: "t", scope: true), true),
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
    // A user is looked up before a key is made.
    let properties = Mirror(reflecting: user).children.compactMap(\.label)
    #expect(Set(properties).subtracting(["isToBeLookedUp"]) == Set(Self.users.keys))
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
}
