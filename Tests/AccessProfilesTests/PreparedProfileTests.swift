import RecordFilter
import RowscopeModel
import Testing
import TimeZones

@testable import AccessProfiles
@testable import Documents

/// A schema with a view, a generated column and a two-way relation.
private enum Fixture {
  static let people = TableID(0)
  static let pay = TableID(1)
  static let directory = TableID(2)

  static let schema = Schema(tables: [
    Table(
      name: "people",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "name", affinity: .text),
        Field(name: "team", affinity: .integer),
        Field(name: "salary", affinity: .real),
        Field(
          name: "monthly", affinity: .real, storage: .generatedColumn,
          origins: [FieldReference(people, FieldID(3))]),
        Field(name: "tags", affinity: .text, kind: .tags, storage: .jsonArray),
        Field(name: "born", affinity: .text, kind: .date(.iso)),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(
          name: "pay", table: pay, direction: .toChildren,
          pairs: [ColumnPair(near: FieldID(0), far: FieldID(1))])
      ], ownerField: FieldID(0), teamField: FieldID(2)),
    Table(
      name: "pay",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "person", affinity: .integer), Field(name: "amount", affinity: .real),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(
          name: "person", table: people, direction: .toParent,
          pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))])
      ]),
    Table(
      name: "directory", kind: .view,
      fields: [
        Field(name: "who", affinity: .text, origins: [FieldReference(people, FieldID(1))]),
        Field(
          name: "earns", affinity: .real,
          origins: [FieldReference(people, FieldID(4)), FieldReference(people, FieldID(3))]),
      ]),
  ])

  static func prepared(_ text: String) throws -> PreparedProfile {
    PreparedProfile(
      try Profile(document: SourceDocument(name: "profile.json", text: text)), schema: schema)
  }

  static func context(_ user: User = User(id: 7)) -> ReferenceContext {
    ReferenceContext(user: user, clock: RequestClock(now: 1_795_338_000))
  }

  /// The filter for one condition on people.
  static func rows(_ condition: String, _ user: User = User(id: 7)) throws -> RowAccess {
    let profile = try prepared(#"{"tables_enabled": {"people": {"data": [\#(condition)]}}}"#)
    #expect(profile.problems == [])
    return try #require(try profile.access(to: people, for: context(user))).rows
  }
}

@Suite struct FieldAccessTests {
  @Test func whatDerivesFromAnExcludedFieldIsExcluded() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"*": "*", "people": {"fields_excluded": ["SALARY"]}}}"#)
    let people = try #require(try profile.access(to: Fixture.people, for: Fixture.context()))
    #expect(
      people.fields == [
        .editable, .editable, .editable, .hidden, .hidden, .editable, .editable,
      ])
    let view = try #require(try profile.access(to: Fixture.directory, for: Fixture.context()))
    #expect(view.fields == [.readonly, .hidden])
  }

  /// Not even its number of records is known.
  @Test func aViewWithoutVisibleFieldsIsDenied() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["People"]}"#)
    #expect(try profile.access(to: Fixture.people, for: Fixture.context()) == nil)
    #expect(try profile.access(to: Fixture.directory, for: Fixture.context()) == nil)
    #expect(profile.problems.map(\.code) == [.nothingVisible])
    #expect(!profile.hasErrors)
  }

  @Test func generatedColumnsAreNeverWritten() throws {
    let profile = try Fixture.prepared(#"{"tables_enabled": {"people": "*"}}"#)
    let access = try #require(try profile.access(to: Fixture.people, for: Fixture.context()))
    #expect(access.fields[4] == .readonly)
    // Only developer seats have developer fields.
    #expect(access.rights == Rights.all.subtracting(.manageDeveloperFields))
  }

  @Test func excludedBeatsReadonly() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"fields_excluded": ["name"], "fields_readonly": ["name", "team"]}}}"#
    )
    let access = try #require(try profile.access(to: Fixture.people, for: Fixture.context()))
    #expect(access.fields[1] == .hidden)
    #expect(access.fields[2] == .readonly)
  }

  static let faulty = [
    #"{"tables_enabled": {"people": {"fields_excluded": ["salry"]}}}"#,
    #"{"tables_enabled": {"people": {"fields_readonly": ["salry"]}}}"#,
    #"{"tables_enabled": {"people": {"data": [{"field": "ownr", "value": 1}]}}}"#,
    #"{"tables_enabled": {"people": {"data": [{"field": "tags", "operator": ">", "value": 1}]}}}"#,
    #"{"tables_enabled": {"people": {"data": [{"field": "salary", "operator": "last days", "value": 1}]}}}"#,
    #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["peopel"]}"#,
  ]

  @Test(arguments: faulty)
  func aGrantWithAMistakeReachesNothing(text: String) throws {
    let profile = try Fixture.prepared(text)
    #expect(profile.hasErrors)
    #expect(throws: AccessError(kind: .invalidProfile, table: Fixture.people)) {
      try profile.access(to: Fixture.people, for: Fixture.context())
    }
  }

  @Test func aMistakeInOneGrantLeavesTheOthers() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"fields_excluded": ["salry"]}, "pay": "*", "directory": "*"}}"#
    )
    #expect(profile.problems.map(\.hint) == [#"did you mean "salary"?"#])
    #expect(try profile.access(to: Fixture.pay, for: Fixture.context())?.rows == .all)
    // The fields to exclude from people are unknown, so a view may show none of them.
    #expect(try profile.access(to: Fixture.directory, for: Fixture.context()) == nil)
  }

  @Test(
    arguments: [
      ("person.nme", "person.name"), ("persn.name", "person.name"), ("people.name", "person.name"),
      ("PEOPLE.nme", "person.name"), ("people.pay.amont", "person.pay.amount"),
      ("person.qqqqqq", nil), ("qqqqqq.name", nil),
    ] as [(String, String?)])
  func aPathIsSuggestedStepByStep(path: String, meant: String?) throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"pay": {"data": [{"field": "\#(path)", "value": 1}]}}}"#)
    #expect(profile.problems.map(\.hint) == [meant.map { "did you mean \"\($0)\"?" }])
  }
}

@Suite struct ProfileCheckTests {
  @Test func mistakesOfTheDocumentAndAgainstTheSchemaAreReportedTogether() {
    let document = SourceDocument(
      name: "p.json",
      text: """
        {
          "manage_user": 1,
          "create_table": "yes",
          "tables_enabled": {
            "people": {
              "data": [
                {"field": "nmae", "value": "x"},
                {"field": "name", "operator": "contians", "value": "x"},
                {"field": "name", "operator": "between", "value": [1]},
                {"field": "team", "reference": "id_usr"},
                {"field": "tags", "operator": ">", "value": 1}
              ],
              "fields_exclude": ["salary"],
              "fields_readonly": ["slary"],
              "can_edit": 2
            },
            "poeple": "*"
          },
          "tables_disabled": ["paay"]
        }
        """)
    let list = ProfileCheck.diagnostics(of: document, schema: Fixture.schema).list
    #expect(
      list.map { "\(document.position(of: $0.range.lowerBound).line) \($0.code)" } == [
        "2 unknown_key", "3 bad_flag", "7 unknown_field", "8 unknown_operator", "9 wrong_operand",
        "10 unknown_reference", "11 operator_not_applicable", "13 unknown_key", "14 unknown_field",
        "15 bad_flag", "17 unknown_table", "19 unknown_table",
      ])
  }
}

@Suite struct PresetCheckTests {
  @Test(
    arguments: [
      (#""team": {"value": 3}"#, nil), (#""salary": {"value": 1.5}"#, nil),
      (#""born": {"reference": "today"}"#, nil), (#""tags": {"reference": "teams"}"#, nil),
      (#""name": {"reference": "attributes.x"}"#, nil), (#""name": {"value": null}"#, nil),
      (#""tem": {"value": 3}"#, "unknown_field"),
      (#""team": {"value": "three"}"#, "bad_preset"), (#""team": {"value": [3]}"#, "bad_preset"),
      (#""id": {"value": null}"#, "bad_preset"), (#""monthly": {"value": 1}"#, "bad_preset"),
      (#""born": {"reference": "now"}"#, "bad_preset"),
      (#""team": {"reference": "teams"}"#, "bad_preset"),
      (#""born": {"value": "tomorrow"}"#, "bad_preset"), (#""tags": {"value": 3}"#, "bad_preset"),
    ] as [(String, String?)])
  func aPresetThatItsFieldNeverTakesDeniesTheTable(preset: String, code: String?) throws {
    let profile = try Fixture.prepared(
      "{\"tables_enabled\": {\"people\": {\"can_create\": 1, \"presets\": {\(preset)}}}}")
    #expect(profile.problems.map(\.code.rawValue) == [code].compactMap(\.self))
    #expect((profile.validGrant(Fixture.people) == nil) == (code != nil))
  }
}

@Suite struct ConditionBindingTests {
  @Test func allRowsWhereThereIsNoCondition() throws {
    let profile = try Fixture.prepared(#"{"tables_enabled": {"people": {}}}"#)
    #expect(try profile.access(to: Fixture.people, for: Fixture.context())?.rows == .all)
  }

  static let known: [(String, Filter)] = [
    (#"{"field": "id", "reference": "id_user"}"#, .test(FieldID(0), .equals(7))),
    (
      #"{"field": "id", "operator": "!=", "reference": "id_user"}"#,
      Filter.test(FieldID(0), .equals(7)).complement
    ),
    (#"{"field": "name", "value": null}"#, .test(FieldID(1), .isNull)),
    (
      #"{"field": "team", "operator": "in", "value": [1, null, 1]}"#,
      .any(.test(FieldID(2), .isNull), .test(FieldID(2), .equals(1)))
    ),
    (#"{"field": "tags", "value": "vip"}"#, .test(FieldID(5), .hasMember(["vip"]))),
    (
      #"{"not": {"or": [{"field": "id", "value": 1}, {"not": {"field": "team", "value": 2}}]}}"#,
      .all(Filter.test(FieldID(0), .equals(1)).complement, .test(FieldID(2), .equals(2)))
    ),
    (
      #"{"field": "pay.amount", "operator": "!=", "value": 5}"#,
      Filter.related(
        table: TableID(1), pairs: [ColumnPair(near: FieldID(0), far: FieldID(1), key: .near)],
        where: .test(FieldID(2), .equals(5))
      ).complement
    ),
  ]

  @Test(arguments: known)
  func conditionsBecomeFilters(condition: String, filter: Filter) throws {
    #expect(try Fixture.rows(condition) == RowAccess(filter))
  }

  static let unknown = [
    #"{"field": "name", "reference": "name"}"#,
    #"{"not": {"field": "name", "reference": "name"}}"#,
    #"{"field": "name", "operator": "!=", "reference": "name"}"#,
    #"{"field": "name", "operator": "not in", "reference": "attributes.none"}"#,
    #"{"not": {"not": {"field": "team", "reference": "attributes.empty"}}}"#,
    #"{"and": [{"field": "id", "value": 1}, {"not": {"field": "name", "reference": "email"}}]}"#,
    #"{"not": {"or": [{"field": "id", "value": 1}, {"field": "name", "reference": "email"}]}}"#,
    #"{"not": {"field": "pay.amount", "reference": "attributes.none"}}"#,
  ]

  @Test(arguments: unknown)
  func anUnknownReferenceDeniesUnderBothPolarities(condition: String) throws {
    let user = User(id: 7, attributes: ["empty": .scalar(.null)])
    #expect(try Fixture.rows(condition, user) == .none)
  }

  @Test func aDisjunctionWithAnUnknownPartIsItsOtherPart() throws {
    let condition =
      #"{"or": [{"field": "id", "value": 1}, {"not": {"field": "name", "reference": "name"}}]}"#
    #expect(try Fixture.rows(condition) == RowAccess(.test(FieldID(0), .equals(1))))
  }

  @Test func anEmptyListIsAValue() throws {
    #expect(
      try Fixture.rows(#"{"field": "team", "operator": "in", "reference": "teams"}"#) == .none)
    #expect(
      try Fixture.rows(#"{"field": "team", "operator": "not in", "reference": "teams"}"#) == .all)
  }

  @Test func equalToTeamsIsOneOfThem() throws {
    #expect(
      try Fixture.rows(#"{"field": "team", "reference": "teams"}"#, User(id: 7, teams: [1, 2]))
        == RowAccess(.test(FieldID(2), .isOneOf([1, 2]))))
  }

  @Test func aPathOverNoRelationGetsItsDeclaration() throws {
    let schema = Schema(tables: [
      Table(
        name: "tasks",
        fields: [
          Field(name: "id", affinity: .integer), Field(name: "client_id", affinity: .integer),
          Field(name: "note", affinity: .text),
        ], primaryKey: [FieldID(0)]),
      Table(
        name: "clients",
        fields: [Field(name: "id", affinity: .integer), Field(name: "region", affinity: .text)],
        primaryKey: [FieldID(0)]),
    ])
    func hint(_ field: String) throws -> String? {
      let text = #"{"tables_enabled": {"tasks": {"data": [{"field": "\#(field)", "value": 1}]}}}"#
      let profile = PreparedProfile(
        try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema)
      return profile.problems.first?.hint
    }
    #expect(
      try hint("client_id.region")
        == "\"client_id\" is no relation yet; if it is one, declare it in the workspace: "
        + #""client_id": {"relation": {"table": "clients", "field": "id"}}"#)
    #expect(try hint("note.x")?.hasSuffix(#"{"table": "TABLE", "field": "FIELD"}}"#) == true)
    #expect(try hint("clientt_id") == #"did you mean "client_id"?"#)
    // A request sees no hint about the workspace.
    let scope = FieldScope(schema: schema, fields: { _ in nil }, rows: { _ in .never })
    #expect(scope.hint(for: "client_id.region", in: TableID(0)) == nil)
  }

  /// Each list of conditions, and what `check` would write in place of it; nil where two negations
  /// speak of all records, so that `some` would show more.
  static let severalRelated: [(conditions: String, some: String?)] = [
    (
      #"{"field": "pay.id", "value": 1}, {"field": "pay.amount", "operator": ">", "value": 5}"#,
      #"{"field":"pay","operator":"some","where":[{"field":"id","operator":"==","value":1},"#
        + #"{"field":"amount","operator":">","value":5}]}"#
    ),
    (
      #"{"field": "pay.id", "value": 1}, {"and": [{"field": "pay.amount", "operator": "is null"}]}"#,
      #"{"field":"pay","operator":"some","where":[{"field":"id","operator":"==","value":1},"#
        + #"{"field":"amount","operator":"is null"}]}"#
    ),
    (
      #"{"field": "pay.id", "operator": "!=", "value": 1}, "#
        + #"{"field": "pay.amount", "operator": "!=", "value": 5}"#, nil
    ),
    (
      #"{"field": "pay.id", "value": 1}, {"field": "pay.amount", "operator": "is not null"}"#, nil
    ),
    (
      #"{"not": {"and": [{"field": "pay.id", "value": 1}, {"field": "pay.amount", "value": 5}]}}"#,
      nil
    ),
    (#"{"field": "pay.id", "value": 1}, {"field": "name", "value": "x"}"#, nil),
    (
      #"{"field": "pay", "operator": "some", "where": [{"field": "id", "value": 1}, "#
        + #"{"field": "amount", "value": 5}]}"#, nil
    ),
  ]

  @Test(arguments: severalRelated)
  func twoConditionsByOnePathAreReported(conditions: String, some: String?) throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"data": [\#(conditions)]}}}"#)
    let warnings = profile.problems.filter { $0.code == .severalRelated }
    #expect(warnings.count == (some == nil ? 0 : 1))
    if let some { #expect(warnings.first?.hint?.hasSuffix(some) == true) }
    #expect(!profile.hasErrors)
  }

  @Test func attributesAreNamedByTheirBytes() throws {
    let user = User(id: 7, attributes: ["r\u{E9}gion": .scalar(1)])
    func rows(_ name: String) throws -> RowAccess {
      try Fixture.rows(#"{"field": "team", "reference": "attributes.\#(name)"}"#, user)
    }
    #expect(try rows("r\u{E9}gion") == RowAccess(.test(FieldID(2), .equals(1))))
    #expect(try rows("re\u{301}gion") == .none)
  }

  @Test func anAttributeOfTheWrongShapeIsAnError() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"data": [{"field": "team", "reference": "attributes.a"}]}}}"#
    )
    let user = User(id: 7, attributes: ["a": .list([1, 2])])
    #expect(throws: AccessError.self) {
      try profile.access(to: Fixture.people, for: Fixture.context(user))
    }
  }

  @Test func daysIncludeToday() throws {
    // 2026-11-22T09:00:00Z
    guard
      case .some(.term(let term)) = try Fixture.rows(
        #"{"field": "born", "operator": "last days", "value": 7}"#),
      case .converted(_, .isBetween(let first, let last)) = term.test
    else {
      Issue.record("a range of days was expected")
      return
    }
    #expect(first == .integer(20_773))
    #expect(last == .integer(20_779))
  }
}

@Suite struct UserTypeLimitTests {
  @Test func aUserReachesOwnAndTeamRecords() throws {
    let user = User(id: 7, userType: "user", teams: [2])
    let profile = try Fixture.prepared(#"{"tables_enabled": {"*": "*"}}"#)
    #expect(
      try profile.access(to: Fixture.people, for: Fixture.context(user))?.rows
        == RowAccess(.any(.test(FieldID(0), .equals(7)), .test(FieldID(2), .equals(2)))))
    // Nothing in pay names an owner.
    #expect(try profile.access(to: Fixture.pay, for: Fixture.context(user))?.rows == RowAccess.none)
  }

  @Test func anAdminReachesAllAndAGuestNothing() throws {
    let profile = try Fixture.prepared(#"{"tables_enabled": {"*": "*"}}"#)
    func rows(_ type: String) throws -> RowAccess? {
      try profile.access(
        to: Fixture.people, for: Fixture.context(User(id: 7, userType: type)))?.rows
    }
    #expect(try rows("admin") == .all)
    #expect(try rows("Convidado") == RowAccess.none)
    #expect(throws: AccessError.self) { try rows("gest") }
  }
}

@Suite struct FieldScopeTests {
  @Test func aRequestFollowsAPathOnlyWhereEveryFieldOfItIsVisible() throws {
    func scope(_ pay: String) throws -> FieldScope {
      try Fixture.prepared(#"{"tables_enabled": {"people": "*", "pay": \#(pay)}}"#)
        .requestScope(for: Fixture.context())
    }
    #expect(try scope(#""*""#).field(named: "pay.amount", in: Fixture.people) != nil)
    #expect(try scope(#""*""#).field(named: "PAY.Person.Name", in: Fixture.people) != nil)
    let hidden = try scope(#"{"fields_excluded": ["amount"]}"#)
    #expect(hidden.field(named: "pay.amount", in: Fixture.people) == nil)
    #expect(hidden.field(named: "pay.id", in: Fixture.people) != nil)
    let keyHidden = try scope(#"{"fields_excluded": ["person"]}"#)
    #expect(keyHidden.field(named: "pay.amount", in: Fixture.people) == nil)
    let denied = try Fixture.prepared(#"{"tables_enabled": {"people": "*"}}"#)
      .requestScope(for: Fixture.context())
    #expect(denied.field(named: "pay.amount", in: Fixture.people) == nil)
    #expect(denied.suggestion(for: "pay.amont", in: Fixture.people) == nil)
  }

  @Test func aRequestSeesRelatedRecordsInTheirOwnScope() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": "*", "pay": {"data": [{"field": "amount", "operator": "<", "value": 9}]}}}"#
    )
    let test = ConditionTest(
      field: Located("pay.id", at: 0..<0), operator: Located(.equal, at: 0..<0),
      operand: Located(.value(1), at: 0..<0))
    let filter = try profile.requestScope(for: Fixture.context()).filter(
      [Condition(.test(test), at: 0..<0)], on: Fixture.people, context: Fixture.context())
    #expect(
      filter
        == .related(
          table: Fixture.pay, pairs: [ColumnPair(near: FieldID(0), far: FieldID(1), key: .near)],
          where: .all(
            .test(FieldID(2), .compares(.less, 9)), .test(FieldID(0), .equals(1)))))
  }

  @Test func hostileNamesAreAnsweredQuickly() throws {
    let scope = FieldScope(everythingIn: Fixture.schema)
    for name in [
      String(repeating: "pay.person.", count: 50_000), String(repeating: ".", count: 100_000), "",
      "pay.", ".amount", "pay.person.pay.person.pay.person.pay.person.pay.amount",
    ] {
      #expect(scope.field(named: name, in: Fixture.people) == nil)
      _ = scope.suggestion(for: name, in: Fixture.people)
    }
  }
}

@Suite struct CivilDateTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01"), (20_779, "2026-11-22"), (-719_528, "0000-01-01"),
    (2_932_896, "9999-12-31"), (11_016, "2000-02-29"), (-1, "1969-12-31"), (.max, "9999-12-31"),
  ])
  func daysHaveDates(days: Int64, text: String) {
    #expect(CivilDate(daysSinceEpoch: days).text == text)
  }

  @Test func theDayDependsOnTheTimeZone() {
    let clock = RequestClock(now: 1_795_305_600 - 1, utcOffset: 3_600)
    #expect(clock.nowText == "2026-11-21T23:59:59Z")
    #expect(clock.today.text == "2026-11-22")
  }
}
