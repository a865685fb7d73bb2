import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What users with several profiles write: a field by each profile that reaches the record, lets it
/// be edited, shows the field and has it not readonly.
@Suite struct SeveralProfilesWritingTests {
  typealias Fixture = SeveralProfilesTests.Fixture

  @Test func aFieldIsWrittenByAProfileThatReachesTheRecord() async throws {
    let fixture = try Fixture()
    func update(_ id: Value, _ values: FieldValues) async -> ServiceError.Code? {
      await fixture.failure { writer throws(ServiceError) in
        try writer.update([id], in: "tasks", set: values)
      }
    }
    #expect(await update(1, ["title": "mine", "salary": 5]) == nil)
    // Everybody's tasks may be edited, but for their titles.
    #expect(await update(3, ["parent": 1]) == nil)
    #expect(await update(3, ["title": "x"]) == .readonlyField)
    #expect(await update(3, ["parent": 1, "salary": 5]) == .readonlyField)
    #expect(await update(9, ["title": "x"]) == .notFound)
    let stored = try Connection(.readOnly(path: fixture.database.path)).temporaryStatement(
      "SELECT title, salary FROM tasks WHERE id IN (1, 3)", as: .unrestricted
    ).rows()
    #expect(stored == [["mine", 5], ["other rich", 800]])
  }

  @Test func anUnseenCellHasChanged() async throws {
    let fixture = try Fixture()
    for value in [800, nil] as [FieldValue] {
      let code = await fixture.failure { writer throws(ServiceError) in
        try writer.update(
          [3], in: "tasks", set: ["parent": 1], ifUnchanged: ["salary": value])
      }
      #expect(code == .conflict)
    }
  }

  @Test func whatIsWrittenIsReadBackAsItsUserSeesIt() async throws {
    let fixture = try Fixture()
    try await fixture.service.write(as: SeveralProfilesTests.user) { writer throws(ServiceError) in
      let written = try writer.update([3], in: "tasks", set: ["parent": 1]).record
      #expect(written?.outcome(of: "salary") == .hidden)
      #expect(written?["parent"] == 1)
      let created = try writer.create(["title": "new", "salary": 3], in: "tasks").record
      #expect(created?["owner"] == 7)
      #expect(created?["salary"] == 3)
    }
    let other = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(["title": "new", "owner": 8], in: "tasks")
    }
    #expect(other == .readonlyField)
  }

  /// Presets of the first profile that allows the creation.
  @Test func presetsAreTriedInTheOrderOfTheProfiles() async throws {
    func create(_ profiles: [String], _ values: FieldValues) async throws -> [Value?]? {
      let fixture = try Fixture([
        "a": """
        {"tables_enabled": {"tasks": {"can_create": 1, "fields_excluded": ["salary"],
          "presets": {"owner": {"value": 7}, "note": {"value": "a"}}}}}
        """,
        "b": """
        {"tables_enabled": {"tasks": {"can_create": 1, "fields_readonly": ["title"],
          "presets": {"owner": {"value": 8}}}}}
        """,
      ])
      var record: Record?
      let code = await fixture.failure(as: User(id: 7, profiles: profiles)) {
        writer throws(ServiceError) in
        record = try writer.create(values, in: "tasks").record
      }
      return code == nil ? [record?["owner"], record?["note"]] : nil
    }
    #expect(try await create(["a", "b"], ["parent": 1]) == [7, "a"])
    #expect(try await create(["b", "a"], ["parent": 1]) == [8, nil].map { $0 ?? .null })
    // The one sets another owner.
    #expect(try await create(["a", "b"], ["owner": 8]) == [8, .null])
    #expect(try await create(["b", "a"], ["owner": 7]) == [7, "a"])
    #expect(try await create(["a", "b"], ["owner": 9]) == nil)
    #expect(try await create(["a", "b"], ["salary": 1, "owner": 8]) == [8, .null])
    // The one does not show the salary, the other gives it with its own owner alone.
    #expect(try await create(["a", "b"], ["title": "x", "salary": 1]) == nil)
    #expect(try await create(["a"], ["title": "x", "salary": 1]) == nil)
    #expect(try await create(["b"], ["title": "x", "salary": 1]) == nil)
  }

  /// A profile that lets records leave its reach lets only its own leave.
  @Test func aRecordStaysInReachWhereItsProfileSaysSo() async throws {
    let fixture = try Fixture([
      "kept": """
      {"tables_enabled": {"tasks": {"keep_in_scope": 1,
        "data": [{"field": "owner", "value": 7}]}}}
      """,
      "free": #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "value": 8}]}}}"#,
    ])
    func give(_ id: Value, to owner: FieldValue) async -> ServiceError.Code? {
      await fixture.failure(as: User(id: 7, profiles: ["kept", "free"])) {
        writer throws(ServiceError) in
        try writer.update([id], in: "tasks", set: ["owner": owner])
      }
    }
    #expect(await give(1, to: 9) == .outOfScope)
    // Within the reach of a profile that gives the right.
    #expect(await give(1, to: 8) == nil)
    #expect(await give(3, to: 9) == nil)
  }
}
