import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

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

  @Test func aPathIsNotSuggestedWhereItIsNoField() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"pay": {"fields_excluded": ["person.name"]}}}"#)
    #expect(
      profile.problems.map(\.hint) == [
        "only fields of the table itself can stand here, not those of a related one"
      ])
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
