import AccessProfiles
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// `presets`: what a grant sets on the records that a user creates.
@Suite struct PresetTests {
  private func fixture(
    _ presets: String, _ more: String = "", sql: String = ""
  ) throws -> WritingFixture {
    try WritingFixture("\"can_create\": 1, \"presets\": {\(presets)}\(more)", sql: sql)
  }

  private func create(
    _ values: FieldValues, _ fixture: WritingFixture, as user: User = .ana
  ) async -> ServiceError? {
    await fixture.failure(
      { writer throws(ServiceError) in _ = try writer.create(values, in: "tasks") }, as: user)
  }

  private func stored(_ fields: String, _ fixture: WritingFixture) throws -> [Value] {
    try fixture.rows("SELECT \(fields) FROM tasks ORDER BY id DESC LIMIT 1")[0]
  }

  static let values: [(preset: String, field: String, stored: Value)] = [
    (#""owner": {"reference": "id_user"}"#, "owner", 7),
    (#""OWNER": {"value": "9"}"#, "owner", 9), (#""status": {"value": "New"}"#, "status", "New"),
    (#""status": {"value": null}"#, "status", .null),
    (#""done": {"value": true}"#, "done", 1),
    (#""due": {"reference": "today"}"#, "due", "2026-11-22"),
    (#""at": {"reference": "now"}"#, "at", 1_795_338_000),
    (#""tags": {"value": ["new", "web"]}"#, "tags", #"["new","web"]"#),
    (#""tags": {"reference": "name"}"#, "tags", #"["Ana"]"#),
    (#""tags": {"reference": "attributes.regions"}"#, "tags", #"["north","south"]"#),
    (#""budget": {"reference": "attributes.limit"}"#, "budget", 500),
  ]

  private static let ana: User = {
    var user = User.ana
    user.name = "Ana"
    user.attributes = ["regions": .list(["north", "south"]), "limit": .scalar(500)]
    return user
  }()

  @Test(arguments: values)
  func aFieldIsSetWhereTheRequestGivesNone(
    preset: String, field: String, stored: Value
  ) async throws {
    for more in [
      "", ", \"fields_readonly\": [\"\(field)\"]", ", \"fields_excluded\": [\"\(field)\"]",
    ] {
      let fixture = try fixture(preset, more)
      #expect(await create(["title": "x"], fixture, as: Self.ana) == nil)
      #expect(try self.stored(field, fixture) == [stored])
    }
  }

  /// By the declared type: another spelling of the same value is the same.
  @Test(
    arguments: [
      (
        #""owner": {"reference": "id_user"}"#, "owner", ["7", 7, .value(.real(7))],
        [8, nil, "x", [7]]
      ),
      (#""done": {"value": 1}"#, "done", [true, "true", 1], [false, nil, 2]),
      (#""due": {"reference": "today"}"#, "due", ["2026-11-22"], ["2026-11-23", nil]),
      (
        #""at": {"value": 1795338000}"#, "at", [1_795_338_000, "2026-11-22T09:00:00Z"],
        [1_795_338_001]
      ),
      (#""tags": {"value": ["a", "b"]}"#, "tags", [["b", "a"], "a,b"], [["a"], nil, []]),
      (#""status": {"value": "New"}"#, "status", ["New"], ["new", nil]),
      (#""watchers": {"value": [3]}"#, "watchers", [[3], ["3"]], [[3, 7], [], nil]),
    ] as [(String, String, [FieldValue], [FieldValue])])
  func onlyTheSameValueIsAccepted(
    preset: String, field: String, same: [FieldValue], others: [FieldValue]
  ) async throws {
    for more in ["", ", \"fields_readonly\": [\"\(field)\"]"] {
      let fixture = try fixture(preset, more)
      let before = try fixture.everything()
      for value in others {
        let error = await create(FieldValues([.init("title", "x"), .init(field, value)]), fixture)
        #expect(error?.code == .readonlyField)
        #expect(
          error?.message == "the profile sets the field \"\(field)\", and to another value",
          "\(value)")
      }
      #expect(try fixture.everything() == before)
      for value in same {
        let error = await create(FieldValues([.init("title", "x"), .init(field, value)]), fixture)
        #expect(error == nil, "\(value)")
      }
    }
  }

  @Test func anExcludedFieldStaysUnknown() async throws {
    let fixture = try fixture(#""secret": {"value": "s"}"#, #", "fields_excluded": ["secret"]"#)
    for value in ["s", "t"] as [FieldValue] {
      let error = await create(["title": "x", "secret": value], fixture)
      #expect(error?.description.hasPrefix(#"unknown field "secret" in table "tasks""#) == true)
    }
    let made = try await fixture.service.create(["title": "x"], in: "tasks", as: .ana)
    #expect(made.record?["secret"] == nil)
    #expect(try stored("secret", fixture) == ["s"])
    // An update is not concerned.
    try await fixture.service.update([1], in: "tasks", set: ["title": "y"], as: .ana)
    #expect(try fixture.rows("SELECT secret FROM tasks WHERE id = 1") == [["a"]])
  }

  @Test(arguments: [
    #""owner": {"reference": "attributes.boss"}"#, #""done": {"reference": "name"}"#,
    #""owner": {"reference": "attributes.regions"}"#,
  ])
  func aReferenceWithoutAFittingValueDeniesCreating(preset: String) async throws {
    let fixture = try fixture(preset)
    for values in [["title": "x"], ["title": "x", "owner": 7]] as [FieldValues] {
      let error = await create(values, fixture, as: Self.ana)
      #expect(error?.code == .denied)
      #expect(error?.message == #"the user may not create records of table "tasks""#)
    }
    #expect(try fixture.rows("SELECT count(*) FROM tasks") == [[4]])
    let report = try await fixture.service.access(of: Self.ana, to: "tasks").tables.first
    let denial = report?.rights.first { $0.name == "create" }?.denial
    #expect(denial?.key == "presets")
    #expect(denial?.description.contains("the user has no value for") == true)
    // Other acts go on.
    try await fixture.service.update([1], in: "tasks", set: ["title": "y"], as: Self.ana)
  }

  /// A column of numbers would take 007 for 7, who is somebody else.
  @Test func anIdThatTheColumnCannotHoldDeniesCreating() async throws {
    let fixture = try fixture(#""owner": {"reference": "id_user"}"#)
    let error = await create(["title": "x"], fixture, as: User(id: "007", profile: "p"))
    #expect(error?.code == .denied)
  }

  /// Client 2 is out of sight: the profile's author may refer to it, the user may not.
  @Test func aRelationOutOfSightMayBeSet() async throws {
    let fixture = try fixture(#""client": {"value": 2}, "watchers": {"value": [9]}"#)
    #expect(await create(["title": "x"], fixture) == nil)
    #expect(
      try stored("client, (SELECT person FROM watchers WHERE task = tasks.id)", fixture) == [2, 9])
    let plain = try WritingFixture(#""can_create": 1"#)
    #expect(await create(["title": "x", "client": 2], plain)?.code == .relatedNotFound)
    // What is not there is refused by the database.
    let missing = try self.fixture(#""client": {"value": 99}"#)
    #expect(await create(["title": "x"], missing)?.code == .constraintFailed)
  }

  @Test func aPresetRecordIsWithinTheScope() async throws {
    let scope = #", "data": [{"field": "owner", "reference": "id_user"}]"#
    let own = try fixture(#""owner": {"reference": "id_user"}"#, scope)
    #expect(await create(["title": "x"], own) == nil)
    let others = try fixture(#""owner": {"value": 8}"#, scope)
    #expect(await create(["title": "x"], others)?.code == .outOfScope)
  }

  @Test func aGuestOwnsWhatTheyCreate() async throws {
    let fixture = try fixture(#""owner": {"value": 8}, "status": {"value": "New"}"#)
    let guest = User(
      id: 5, profile: "p", userType: "guest",
      invitations: [Invitation(table: "tasks", mode: .submit)])
    #expect(await create(["title": "x"], fixture, as: guest) == nil)
    #expect(try stored("owner, status", fixture) == [5, "New"])
  }

  /// An invitation to submit does not need its own records to be within the profile's reach by it.
  @Test func aGuestsSubmissionIsHeldToTheProfileAlone() async throws {
    let fixture = try WritingFixture(
      #""can_create": 1, "data": [{"field": "status", "value": "New"}]"#)
    let guest = User(
      id: 5, profile: "p", userType: "guest",
      invitations: [Invitation(table: "tasks", mode: .submit)])
    #expect(await create(["title": "x", "status": "New"], fixture, as: guest) == nil)
    #expect(await create(["title": "x"], fixture, as: guest)?.code == .outOfScope)
  }

  @Test func accessShowsThePresets() async throws {
    let fixture = try fixture(
      #""owner": {"reference": "id_user"}, "watchers": {"value": [3]}, "due": {"reference": "today"}"#
    )
    let report = try await fixture.service.access(of: .ana, to: "tasks").tables.first
    #expect(report?.presets.map(\.field) == ["owner", "watchers", "due"])
    #expect(report?.presets.map(\.value) == [7, "[3]", "2026-11-22"])
  }
}
