import Rowscope
import TestSupport
import Testing

/// Conditions that a program builds, through the public face alone. Each has a partner in the text
/// of the command line, and both must count the same records.
@Suite struct ConditionBuildingTests {
  static let pairs: [(built: Condition, text: String)] = [
    ("priority" == 5, "priority = 5"),
    ("status" != "Done", "status != Done"),
    ("priority" >= 4, "priority >= 4"),
    ("priority" > 4, "priority > 4"),
    ("priority" <= 2, "priority <= 2"),
    ("priority" < 2, "priority < 2"),
    (.field("status").isOne(of: ["Open", "Doing"]), "status in Open, Doing"),
    (.field("status").isNone(of: ["Open", "Doing"]), "status not in Open, Doing"),
    (.field("priority").isBetween(2, and: 4), "priority between 2 and 4"),
    (.field("title").contains("toner"), "title like toner"),
    (.field("title").starts(with: "M"), "title starts with M"),
    (.field("title").ends(with: "k"), "title ends with k"),
    (.field("note").isNull, "note is null"),
    (.field("note").isNotNull, "note is not null"),
    (.field("watchers").isEmpty, "watchers is empty"),
    (.field("watchers").isNotEmpty, "watchers is not empty"),
    (.field("due_date").isInLast(days: 90), "due_date last days 90"),
    (.field("due_date").isInNext(days: 90), "due_date next days 90"),
    ("client.region" == "south", "client.region = south"),
    (!("status" == "Open"), "status != Open"),
    (
      "priority" >= 4 && ("status" == "Done" || "team" != 1),
      "priority >= 4 and (status = Done or team != 1)"
    ),
    (
      .field("comments").some("author" == 2 && "internal" == 1),
      "some comments (author = 2 and internal = 1)"
    ),
    (.field("comments").none("internal" == 1), "none comments (internal = 1)"),
    (.field("reminders").every("done" == 1), "not some reminders (not done = 1)"),
    ("due_date" >= .other("request_date"), "due_date >= `request_date`"),
    ("due_date" == .other("request_date"), "due_date = `request_date`"),
    ("team" != .other("owner.team"), "team != `owner.team`"),
    (.field("owner").isUnder(2), "owner is under 2"),
    (.field("owner").isNotUnder(2), "owner is not under 2"),
    (.field("owner").isUnder(anyOf: [2, 6]), "owner is under 2, 6"),
    (.field("owner").isNotUnder(anyOf: [2, 6]), "owner is not under [2, 6]"),
    ("due_date" < .other("request_date"), "due_date < `request_date`"),
    ("due_date" <= .other("request_date"), "due_date <= `request_date`"),
    ("due_date" > .other("request_date"), "due_date > `request_date`"),
  ]

  private let helena = User(id: 1, name: "Helena Prado", profile: "auditor", userType: "admin")

  private func count(_ condition: Condition?) async throws -> Int {
    let service = try RecordService(workspace: .load(path: Checkout.sampleData))
    return try await service.count(ListRequest(table: "tasks", where: condition), as: helena)
  }

  @Test(arguments: pairs.indices)
  func eachSaysWhatItsTextSays(index: Int) async throws {
    let (built, text) = Self.pairs[index]
    #expect(try await count(built) == count(Condition(text)), "\(text)")
  }

  @Test func groupsJoinAndNegate() async throws {
    let all = try await count(nil)
    let open: Condition = "status" == "Open"
    let urgent: Condition = "priority" >= 4
    let both = try await count(open && urgent)
    let either = try await count(open || urgent)
    #expect(both < either && either < all)
    #expect(try await count(open) + count(urgent) == both + either)
    #expect(try await count(!(open && urgent)) == all - both)
    #expect(try await count(.all([])) == all)
    #expect(try await count(.any([])) == 0)
  }

  @Test func aLongChainIsNotDeep() async throws {
    let chain = (0..<200).map { Condition.Field("id") == Value.integer($0) }
      .reduce(Condition.any([])) { $0 || $1 }
    #expect(try await count(chain) > 0)
  }

  @Test(
    arguments: [
      "priority" >= .null, "priority" == .blob([1]), .field("priority").isOne(of: [.blob([1])]),
      .field("priority").isBetween(.null, and: 4), .field("due_date").isInLast(days: -1),
    ] as [Condition])
  func anOperandThatDoesNotFitIsAnError(condition: Condition) async throws {
    let error = await #expect(throws: ServiceError.self) { try await count(condition) }
    #expect(error?.code == .invalidValue)
  }

  @Test func aTextThatIsNoConditionSaysWhy() throws {
    let error = #expect(throws: ServiceError.self) { try Condition("priority => 3") }
    #expect(error?.code == .invalidRequest)
    #expect(error?.hint == "did you mean `>=`?")
  }

  @Test func valuesHaveTypedAccessors() {
    #expect(Value.text("a").text == "a" && Value.integer(1).text == nil)
    #expect(Value.integer(7).integer == 7 && Value.real(7).integer == nil)
    #expect(Value.integer(7).real == 7 && Value.real(0.5).real == 0.5 && Value.null.real == nil)
    #expect(Value.integer(1).bool == true && Value.integer(0).bool == false)
    #expect(Value.integer(2).bool == nil && Value.text("1").bool == nil)
    #expect(Value.blob([1]).blob == [1] && Value.text("a").blob == nil)
  }

  @Test func profilesAndWorkspacesSayWhatIsWrong() throws {
    var profiles = Profiles()
    let error = #expect(throws: OpeningError.self) {
      try profiles.add("p", json: #"{"tables_enabld": {}}"#.utf8)
    }
    let problem = try #require(error?.problems.first)
    #expect(problem.code == "unknown_key" && problem.line == 1 && problem.column == 2)
    #expect(problem.isError && problem.document == "p")
    #expect(profiles.names == [])
    let workspace = try Workspace.load(path: Checkout.sampleData)
    #expect(try workspace.user(named: "Bia").id == 3)
    #expect(throws: OpeningError.self) { try workspace.user(named: "Nobody Known") }
    #expect(throws: OpeningError.self) { try Workspace.load(path: "/nonexistent") }
    let limit = try #require(workspace.seatLimit)
    #expect(workspace.seatCount < limit)
    #expect(throws: OpeningError.self) {
      try workspace.checkSeat(for: User(id: 900, name: "New", seat: "no such seat"))
    }
  }
}
