import AccessProfiles
import Documents
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@Suite struct SeatUsageTests {
  /// Each pair of seat and user type, and whether it uses up a seat.
  static let pairs: [(seat: String?, type: String?, rule: SeatUsage.Rule, counts: Bool)] = [
    (nil, nil, .neither, false), (nil, "admin", .paidUserType, true),
    (nil, "user", .paidUserType, true), (nil, "guest", .guest, false),
    ("member", nil, .unlimitedSeat, false), ("member", "admin", .unlimitedSeat, false),
    ("member", "user", .unlimitedSeat, false), ("member", "guest", .guest, false),
    ("no_code", nil, .limitedSeat, true), ("business", "admin", .limitedSeat, true),
    ("no_code", "user", .limitedSeat, true), ("no_code", "guest", .guest, false),
    ("developer", nil, .limitedSeat, true), ("low_code", "admin", .limitedSeat, true),
    ("developer", "Usuário", .limitedSeat, true), ("developer", "Convidado", .guest, false),
  ]

  @Test(arguments: pairs.indices)
  func `users that use up a seat`(index: Int) {
    let pair = Self.pairs[index]
    let usage = SeatUsage(of: [User(id: 1, seat: pair.seat, userType: pair.type)])
    #expect(usage.lines.map(\.rule) == [pair.rule])
    #expect(usage.count == (pair.counts ? 1 : 0))
  }

  private static let three = [
    User(id: 1, seat: "developer"), User(id: 2, seat: "member"), User(id: 3, userType: "user"),
    User(id: 4, userType: "guest"),
  ]

  @Test func `without a limit every user is accepted`() throws {
    let usage = SeatUsage(of: Self.three)
    #expect(usage.count == 2)
    #expect(usage.remaining == nil)
    #expect(!usage.isOverLimit)
    #expect(try usage.adding(User(id: 5, seat: "no_code")).count == 3)
  }

  @Test func `a user beyond the limit is refused with the count`() throws {
    let usage = SeatUsage(of: Self.three, limit: 3)
    #expect(usage.remaining == 1)
    let full = try usage.adding(User(id: 5, seat: "no_code"))
    #expect(full.count == 3)
    #expect(full.remaining == 0)
    let error = try #require(throws: WorkspaceError.self) {
      try full.adding(User(id: 6, seat: "developer"))
    }
    guard case .seatLimit(count: 3, limit: 3) = error.kind else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.hasPrefix("no seat is left: 3 of 3 are taken; "))
    // These use up no seat.
    #expect(try full.adding(User(id: 6, seat: "member", userType: "admin")).count == 3)
    #expect(try full.adding(User(id: 7, seat: "developer", userType: "guest")).count == 3)
  }

  @Test func `a user with an existing id is a change`() throws {
    let usage = SeatUsage(of: Self.three, limit: 2)
    #expect(throws: WorkspaceError.self) { try usage.adding(User(id: 2, seat: "no_code")) }
    let freed = try usage.adding(User(id: "1", seat: "member"))
    #expect(freed.count == 1)
    #expect(freed.lines.count == 4)
    #expect(try freed.adding(User(id: 2, seat: "no_code")).count == 2)
  }

  @Test func `a workspace over its limit may make changes that use no more seats`() throws {
    let usage = SeatUsage(of: Self.three, limit: 1)
    #expect(usage.isOverLimit)
    #expect(usage.remaining == 0)
    #expect(try usage.adding(User(id: 1, seat: "no_code")).count == 2)
    #expect(try usage.adding(User(id: 9, seat: "member")).count == 2)
    #expect(throws: WorkspaceError.self) { try usage.adding(User(id: 9, seat: "no_code")) }
  }

  @Test(
    arguments: [
      ("guest", "guest", true), ("guest", "user", false), ("guest", "admin", false),
      ("guest", nil, false), ("user", "guest", true), ("user", "admin", true),
      ("admin", "user", true), ("admin", "guest", true), (nil, "admin", true),
    ] as [(String?, String?, Bool)])
  func `a guest cannot become anything else`(from: String?, to: String?, isAllowed: Bool) throws {
    let usage = SeatUsage(of: [User(id: 1, userType: from)])
    let changed = User(id: 1, userType: to)
    if isAllowed {
      #expect(try usage.adding(changed).lines.map(\.user) == [changed])
    } else {
      let error = try #require(throws: WorkspaceError.self) { try usage.adding(changed) }
      #expect(error.description.hasPrefix("a guest cannot be made a user "))
    }
  }

  @Test func `an unknown seat is refused`() throws {
    let usage = SeatUsage(of: [])
    let seat = try #require(throws: WorkspaceError.self) {
      try usage.adding(User(id: 1, seat: "memebr"))
    }
    #expect(seat.description == "there is no seat \"memebr\"; did you mean \"member\"?")
    let type = try #require(throws: WorkspaceError.self) {
      try usage.adding(User(id: 1, userType: "x"))
    }
    #expect(
      type.description
        == "there is no user type \"x\"; the user types are \"admin\", \"user\", \"guest\"")
  }

  // MARK: The workspace

  private static func workspace(_ seats: String) throws(Diagnostics) -> WorkspaceDocument {
    try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: """
          {"database": "x",
           "seats": \(seats),
           "users": [{"id_user": 1, "seat": "developer"}, {"id_user": 2, "user_type": "admin"}]}
          """))
  }

  @Test(arguments: [("{\"limit\": 20}", 20), ("{\"limit\": 0}", 0), ("{}", nil)])
  func `the limit is read`(seats: String, limit: Int?) throws {
    #expect(try Self.workspace(seats).seatLimit?.value == limit)
  }

  @Test(arguments: [
    ("20", "wrong_type"), ("{\"limit\": -1}", "wrong_type"), ("{\"limit\": 1.5}", "wrong_type"),
    ("{\"limit\": \"many\"}", "wrong_type"), ("{\"limits\": 3}", "unknown_key"),
  ])
  func `an invalid limit is an error`(seats: String, code: String) throws {
    let error = try #require(throws: Diagnostics.self) { try Self.workspace(seats) }
    #expect(error.list.map(\.code.rawValue) == [code])
  }

  @Test(arguments: [("{\"limit\": 1}", 1), ("{\"limit\": 2}", 0), ("{}", 0)])
  func `a workspace over its limit does not pass a check`(seats: String, errors: Int) async throws {
    let document = try Self.workspace(seats)
    guard case .list(let users) = document.users else {
      Issue.record("no users")
      return
    }
    let database = try TemporaryDatabase("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    let service = try database.service("{}", workspace: document)
    let report = try await service.check(users: users)
    #expect(report.errorCount == errors)
    if errors > 0 {
      let found = try #require(report.users.first)
      #expect(found.list.map(\.message) == ["2 seats are taken, but the limit is 1"])
      #expect(found.source.position(of: found.list[0].range.lowerBound).line == 2)
    }
  }
}
