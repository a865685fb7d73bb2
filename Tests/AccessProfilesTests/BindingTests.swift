import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// The filter that a condition becomes, given a user and a time.
@Suite struct BindingTests {
  private static let tasks = TableID(0)
  private static let clients = TableID(1)
  private static let (id, text, code, tags) = (FieldID(0), FieldID(1), FieldID(2), FieldID(3))
  private static let (day, seconds, client) = (FieldID(4), FieldID(5), FieldID(6))
  private static func relation(_ name: Name, _ table: TableID, _ near: Int, _ far: Int) -> Relation
  {
    Relation(
      name: name, table: table, direction: .toParent,
      pairs: [ColumnPair(near: FieldID(near), far: FieldID(far))])
  }
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer), Field(name: "text", affinity: .text),
        Field(name: "code", affinity: .text, collation: .nocase),
        Field(name: "tags", affinity: .text, kind: .tags, storage: .jsonArray),
        Field(name: "day", affinity: .text, kind: .date(.iso)),
        Field(name: "seconds", affinity: .integer, kind: .date(.unix)),
        Field(name: "client_id", affinity: .integer),
      ], relations: [relation("client", clients, 6, 0)]),
    Table(
      name: "clients", fields: [Field(name: "id", affinity: .integer), Field(name: "region")],
      relations: [relation("area", TableID(2), 1, 0)]),
    Table(
      name: "areas", fields: [Field(name: "name"), Field(name: "size", affinity: .integer)]),
  ])
  /// 22 November 2026, 09:00:00 in UTC.
  private static let clock = RequestClock(now: 1_795_338_000)

  private func prepared(_ condition: String) throws -> PreparedProfile {
    let text = #"{"tables_enabled": {"tasks": {"data": [\#(condition)]}}}"#
    let profile = PreparedProfile(
      try Profile(document: SourceDocument(name: "p.json", text: text)), schema: Self.schema)
    #expect(profile.problems == [])
    return profile
  }

  private func filter(
    _ condition: String, _ attributes: [Text: User.Attribute] = [:]
  ) throws -> Filter {
    let context = ReferenceContext(
      user: User(id: 7, attributes: attributes), clock: Self.clock)
    return try #require(
      try prepared(condition).access(to: Self.tasks, for: context)
    ).rows.filter
  }

  private func test(
    _ field: String, _ symbol: String, _ value: String
  ) throws -> Filter {
    try filter(#"{"field": "\#(field)", "operator": "\#(symbol)", \#(value)}"#)
  }

  @Test func negationMovesToTheTests() throws {
    let a = #"{"field": "id", "value": 1}"#
    let b = #"{"field": "text", "value": "x"}"#
    let (one, other) = (Filter.test(Self.id, .equals(1)), Filter.test(Self.text, .equals("x")))
    #expect(try filter(#"{"and": [\#(a), \#(b)]}"#) == .all(one, other))
    #expect(try filter(#"{"or": [\#(a), \#(b)]}"#) == .any(one, other))
    #expect(
      try filter(#"{"not": {"and": [\#(a), \#(b)]}}"#) == .any(one.complement, other.complement))
    #expect(
      try filter(#"{"not": {"or": [\#(a), \#(b)]}}"#) == .all(one.complement, other.complement))
    #expect(try filter(#"{"not": {"not": \#(a)}}"#) == one)
  }

  @Test func aPathIsFollowedFromTheRecord() throws {
    let size = Filter.test(FieldID(1), .compares(.greater, 5))
    let area = Filter.related(
      table: TableID(2), pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))], where: size)
    let client = Filter.related(
      table: Self.clients, pairs: [ColumnPair(near: Self.client, far: FieldID(0))], where: area)
    #expect(try test("client.area.size", ">", #""value": 5"#) == client)
  }

  @Test(arguments: [
    ("like", TextPattern.Anchor.anywhere), ("starts with", .start), ("ends with", .end),
  ])
  func patternsFollowTheCollation(symbol: String, anchor: TextPattern.Anchor) throws {
    for (field, id, ignoresCase) in [("text", Self.text, false), ("code", Self.code, true)] {
      let pattern = Filter.test(
        id, .matches(TextPattern("Ab", anchor: anchor, ignoresCase: ignoresCase)))
      #expect(try test(field, symbol, #""value": "Ab""#) == pattern)
      #expect(try test(field, "not " + symbol, #""value": "Ab""#) == pattern.complement)
    }
  }

  @Test func nullInAList() throws {
    #expect(
      try test("tags", "in", #""value": ["a", null]"#)
        == .any(.test(Self.tags, .isNull), .test(Self.tags, .hasMember(["a"]))))
    #expect(
      try test("id", "in", #""value": [null, 3]"#)
        == .any(.test(Self.id, .isNull), .test(Self.id, .equals(3))))
    #expect(try test("tags", "==", #""value": null"#) == .test(Self.tags, .isNull))
    #expect(try test("tags", "in", #""value": []"#) == .never)
  }

  /// 2026-11-22, and the moment at which the clock stands.
  private static let today: Int64 = 20_779
  private static let year0 = Value.integer(-62_167_219_200)

  @Test func conditionsOnTheClock() throws {
    let reference = { (name: String) in #""reference": "\#(name)""# }
    func seconds(before second: Int64) -> Filter {
      .all(
        .test(Self.seconds, .compares(.greaterOrEqual, Self.year0)),
        .test(Self.seconds, .compares(.less, .integer(second))))
    }
    func days(before day: Int64) -> Filter {
      .test(
        Self.day, .converted(.value(.date(.iso)), .compares(.less, .integer(day))))
    }
    #expect(try test("seconds", "<", reference("now")) == seconds(before: 1_795_305_600))
    #expect(try test("seconds", "<", reference("today")) == seconds(before: 1_795_305_600))
    #expect(try test("day", "<", reference("now")) == days(before: Self.today))
    #expect(try test("day", "<", reference("today")) == days(before: Self.today))
  }

  @Test func days() throws {
    func within(_ count: Int64) -> Filter {
      .test(
        Self.day,
        .converted(
          .value(.date(.iso)),
          .isBetween(.integer(max(Self.today - count + 1, -719_528)), .integer(Self.today))))
    }
    #expect(try test("day", "last days", #""value": 7"#) == within(7))
    #expect(
      try test("seconds", "next days", #""value": 1"#)
        == .all(
          .test(Self.seconds, .compares(.greaterOrEqual, 1_795_305_600)),
          .test(Self.seconds, .compares(.less, 1_795_392_000))))
    #expect(try test("day", "last days", #""value": 0"#) == .never)
    let condition = #"{"field": "day", "operator": "last days", "reference": "attributes.days"}"#
    let limit = Int64(Condition.daysLimit)
    for days in [1, 7, limit] {
      #expect(
        try filter(condition, ["days": .scalar(.integer(days))])
          == within(days))
    }
    #expect(try filter(condition, ["days": .scalar(0)]) == .never)
    for value in [Value.integer(limit + 1), -1, 1.5, "7"] {
      #expect(throws: AccessError.self) { try filter(condition, ["days": .scalar(value)]) }
    }
    #expect(throws: AccessError.self) { try filter(condition, ["days": .list([7])]) }
  }

  @Test func aRangeHasTwoEnds() throws {
    let condition = #"{"field": "id", "operator": "between", "reference": "attributes.range"}"#
    #expect(
      try filter(condition, ["range": .list([1, 5])]) == .test(Self.id, .isBetween(1, 5)))
    for list in [[], [1], [1, 2, 3], [1, .null], [.null, 1]] as [[Value]] {
      #expect(throws: AccessError.self) { try filter(condition, ["range": .list(list)]) }
    }
  }

  /// Operators on many values ask for members; dates and order do not apply.
  @Test(
    arguments: [
      ("last days", "7", false), (">", "1", false), ("like", "\"a\"", false), ("==", "\"a\"", true),
      ("in", "[\"a\"]", true), ("is empty", nil, true), ("between", "[1, 2]", false),
    ] as [(String, String?, Bool)])
  func operatorsOnManyValues(symbol: String, value: String?, isApplicable: Bool) throws {
    let operand = value.map { #", "value": \#($0)"# } ?? ""
    let text =
      #"{"tables_enabled": {"tasks": {"data": [{"field": "tags", "operator": "\#(symbol)"\#(operand)}]}}}"#
    let profile = PreparedProfile(
      try Profile(document: SourceDocument(name: "p.json", text: text)), schema: Self.schema)
    #expect(profile.hasErrors == !isApplicable)
    if !isApplicable {
      let problem = try #require(profile.problems.first)
      #expect((problem.message + (problem.hint ?? "")).contains("many values"))
    }
  }

  // MARK: What changes as time passes

  private static let (fixed, clocked) = (
    #"{"field": "id", "value": 1}"#,
    #"{"field": "day", "operator": "<", "reference": "today"}"#
  )

  static let conditions: [(String, Bool)] = [
    (fixed, false), (clocked, true),
    (#"{"field": "seconds", "operator": "<", "reference": "now"}"#, true),
    (#"{"field": "day", "operator": "last days", "value": 7}"#, true),
    (#"{"field": "day", "operator": "next days", "value": 7}"#, true),
    (#"{"field": "day", "operator": "last days", "reference": "attributes.days"}"#, true),
    (#"{"field": "day", "operator": "next days", "reference": "attributes.days"}"#, true),
    (#"{"field": "id", "reference": "id_user"}"#, false),
    (#"{"field": "id", "operator": "in", "value": [1]}"#, false),
    (#"{"field": "id", "operator": "between", "value": [1, 2]}"#, false),
    (#"{"field": "id", "operator": "is null"}"#, false),
    (#"{"not": \#(clocked)}"#, true), (#"{"not": \#(fixed)}"#, false),
    (#"{"or": [\#(fixed), \#(clocked)]}"#, true), (#"{"and": [\#(clocked), \#(fixed)]}"#, true),
    (#"{"or": [\#(fixed), \#(fixed)]}"#, false), ("\(fixed), \(clocked)", true),
  ]

  @Test(arguments: conditions)
  func dependenceOnTheClock(condition: String, dependsOnClock: Bool) throws {
    let grant = try #require(try prepared(condition).validGrant(Self.tasks))
    #expect(grant.dependsOnClock == dependsOnClock)
  }
}
