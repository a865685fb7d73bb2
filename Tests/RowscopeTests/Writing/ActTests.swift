import AccessProfiles
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// `edit_data` and `delete_data`: which of the records that a user sees they may change.
@Suite struct ActTests {
  /// Ana (7) sees her tasks and Bia's (8), edits her own, and deletes her own that are done.
  private static let acts = """
    "data": [{"field": "owner", "operator": "in", "value": [7, 8]}],
    "edit_data": [{"field": "owner", "reference": "id_user"}],
    "delete_data": [{"field": "owner", "reference": "id_user"}, {"field": "status", "value": "Done"}],
    "fields_excluded": ["secret", "token"], "can_create": 1, "can_delete": 1
    """

  private func update(
    _ key: Value, _ fixture: WritingFixture, _ values: FieldValues = ["title": "x"],
    as user: User = .ana
  ) async -> ServiceError? {
    await fixture.failure(
      { writer throws(ServiceError) in
        _ = try writer.update([key], in: "tasks", set: values)
      }, as: user)
  }

  private func delete(
    _ key: Value, _ fixture: WritingFixture, as user: User = .ana
  ) async -> ServiceError? {
    await fixture.failure(
      { writer throws(ServiceError) in try writer.delete([key], from: "tasks") }, as: user)
  }

  @Test func aSeenRecordThatMayNotBeChangedIsDenied() async throws {
    let fixture = try WritingFixture(Self.acts)
    let before = try fixture.everything()
    let edit = await update(4, fixture)
    #expect(edit?.code == .denied)
    #expect(edit?.message == #"the user may see but not edit this record of table "tasks""#)
    let delete = await delete(1, fixture)
    #expect(delete?.code == .denied)
    #expect(delete?.message == #"the user may see but not delete this record of table "tasks""#)
    #expect(await update(99, fixture)?.code == .notFound)
    #expect(try fixture.everything() == before)
    #expect(await update(1, fixture) == nil)
    #expect(await self.delete(3, fixture) == nil)
  }

  @Test func ofManyThoseThatMayBeChangedAre() async throws {
    let fixture = try WritingFixture(Self.acts)
    let changed = try await fixture.service.update(
      .everything(in: "tasks"), set: ["due": "2026-11-22"], as: .ana)
    #expect(changed.count == 3 && changed.records.map { $0["id"] } == [1, 2, 3])
    let deleted = try await fixture.service.delete(.everything(in: "tasks"), as: .ana)
    #expect(deleted == DeletedRecords(count: 1, kept: 0))
    #expect(try fixture.rows("SELECT id FROM tasks ORDER BY id") == [[1], [2], [4]])
  }

  /// The condition is asked before the change, and `keep_in_scope` after it.
  @Test func aChangeMayEndTheRightToChange() async throws {
    let fixture = try WritingFixture(Self.acts)
    let given = try await fixture.service.update([1], in: "tasks", set: ["owner": 8], as: .ana)
    #expect(given.record?["owner"] == 8)
    #expect(await update(1, fixture)?.code == .denied)
    // Nobody is made the owner by the change that needs one to be.
    #expect(await update(4, fixture, ["owner": 7])?.code == .denied)
  }

  @Test(arguments: [
    #"[{"field": "owner", "reference": "attributes.boss"}]"#,
    #"[{"not": {"field": "owner", "reference": "attributes.boss"}}]"#,
  ])
  func anUnknownReferenceDeniesTheAct(conditions: String) async throws {
    let fixture = try WritingFixture(
      "\"can_delete\": 1, \"edit_data\": \(conditions), \"delete_data\": \(conditions)")
    #expect(await update(1, fixture)?.code == .denied)
    #expect(await delete(1, fixture)?.code == .denied)
    #expect(await update(99, fixture)?.code == .notFound)
    #expect(try await fixture.service.get([1], from: "tasks", as: .ana)["id"] == 1)
    var ana = User.ana
    ana.attributes = ["boss": .scalar(7)]
    let known = await update(conditions.contains("not") ? 4 : 1, fixture, as: ana)
    #expect(known == nil)
  }

  /// A value of another shape denies the act, and not the table.
  @Test func aMismatchedReferenceDeniesTheAct() async throws {
    let fixture = try WritingFixture(
      #""edit_data": [{"field": "owner", "reference": "attributes.boss"}]"#)
    var ana = User.ana
    ana.attributes = ["boss": .list([7, 8])]
    #expect(await update(1, fixture, as: ana)?.code == .invalidProfile)
    #expect(try await fixture.service.get([1], from: "tasks", as: ana)["id"] == 1)
  }

  @Test(arguments: ["edit_data", "delete_data"])
  func aMistakeDeniesTheTable(key: String) async throws {
    let fixture = try WritingFixture("\"\(key)\": [{\"field\": \"ownr\", \"value\": 7}]")
    #expect(await update(1, fixture)?.code == .invalidProfile)
    await #expect {
      try await fixture.service.get([1], from: "tasks", as: .ana)
    } throws: {
      ($0 as? ServiceError)?.code == .invalidProfile
    }
  }

  /// It may be asked of what is hidden, over relations, and of members.
  @Test(
    arguments: [
      (#"{"field": "secret", "value": "a"}"#, [1]),
      (#"{"field": "client.vat", "value": "V2"}"#, [2]),
      (#"{"field": "watchers", "value": 9}"#, [1]),
      (#"{"field": "bookings_of", "operator": "is null"}"#, nil),
      (#"{"field": "priority", "operator": ">", "other_field": "client"}"#, [4]),
    ] as [(String, [Int64]?)])
  func whatTheConditionsMayUse(condition: String, keys: [Int64]?) async throws {
    let fixture = try WritingFixture(
      "\"edit_data\": [\(condition)], \"fields_excluded\": [\"secret\", \"token\"]")
    for key in 1...4 as ClosedRange<Int64> {
      let expected: ServiceError.Code? =
        keys.map { $0.contains(key) ? nil : .denied } ?? .invalidProfile
      #expect(await update(.integer(key), fixture)?.code == expected)
    }
  }

  /// A record without a whole key has no members: that they are not stored tells of the null.
  @Test(arguments: [("", ServiceError.Code?.none), ("NOT NULL", .none), ("hide", .readonlyField)])
  func membersDoNotTellOfAHiddenNull(kind: String, code: ServiceError.Code?) async throws {
    let sql = """
      CREATE TABLE jobs (id INTEGER, team INTEGER \(kind == "NOT NULL" ? kind : ""), title TEXT,
        PRIMARY KEY (id, team));
      INSERT INTO jobs VALUES (1, 7, 'a');
      CREATE TABLE jobbers (job INTEGER, team INTEGER, person INTEGER);
      """
    let excluded = kind.isEmpty ? "" : #""fields_excluded": ["team"]"#
    let fixture = try WritingFixture(
      others: "\"jobs\": {\(excluded)}", sql: sql,
      workspace: """
        {"database": "x", "tables": {"jobs": {"fields": {"people": {"type": "multi", "link":
          {"table": "jobbers", "record": ["job", "team"], "member": "person"}}}}}}
        """)
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.update(.everything(in: "jobs"), set: ["people": [3]])
    }
    #expect(error?.code == code)
    let report = try await fixture.service.access(of: .ana, to: "jobs").tables.first
    let people = report?.fields.first { $0.name == "people" }
    #expect(people?.access == (code == nil ? .editable : .readonly))
    #expect((people?.reason?.description.contains("hidden field is null") == true) == (code != nil))
  }

  // MARK: Records in hand

  @Test func recordsInHandKnowTheActs() async throws {
    let fixture = try WritingFixture(Self.acts)
    let access = try await fixture.service.recordAccess(to: "tasks", as: .ana)
    let mine: [String: Value] = ["owner": 7, "status": "Open"]
    #expect(access.allows(mine) && access.allows(mine, to: .edit))
    #expect(!access.allows(mine, to: .delete))
    #expect(access.allows(["owner": 7, "status": "Done"], to: .delete))
    #expect(access.decision(on: ["owner": 7], to: .delete) == .undecidable(.missingField("status")))
    let others: [String: Value] = ["owner": 8, "status": "Done"]
    #expect(access.allows(others))
    #expect(
      RecordAct.allCases.map { access.decision(on: others, to: $0) }
        == [.allowed, .denied, .denied])
    for act in RecordAct.allCases {
      #expect(!access.allows(["owner": 9, "status": "Done"], to: act))
    }
    for key in 1...4 as ClosedRange<Int64> {
      let record = try await fixture.service.get([.integer(key)], from: "tasks", as: .ana)
      #expect(access.allows(record, to: .edit) == (await update(.integer(key), fixture) == nil))
      #expect(access.allows(record, to: .delete) == (await delete(.integer(key), fixture) == nil))
    }
  }

  @Test func withoutTheRightNoRecordIsAllowed() async throws {
    let fixture = try WritingFixture(#""can_edit": 0"#)
    let access = try await fixture.service.recordAccess(to: "tasks", as: .ana)
    let record: [String: Value] = ["owner": 7]
    #expect(RecordAct.allCases.map { access.allows(record, to: $0) } == [true, false, false])
    let view = try await fixture.service.recordAccess(to: "open_tasks", as: .ana)
    #expect(RecordAct.allCases.map { view.allows(record, to: $0) } == [true, false, false])
  }

  @Test func theClockDecidesActsToo() async throws {
    let fixture = try WritingFixture(
      #""edit_data": [{"field": "due", "operator": ">=", "reference": "today"}]"#)
    let access = try await fixture.service.recordAccess(to: "tasks", as: .ana)
    #expect(access.dependsOnClock)
    let record: [String: Value] = ["due": "2026-11-22"]
    #expect(access.allows(record, to: .edit))
    let later = try access.renewed(at: RequestClock(now: access.clock.now + 2 * 86_400))
    #expect(later.allows(record) && !later.allows(record, to: .edit))
  }

  // MARK: Reports

  @Test func accessSaysWhatMayBeChanged() async throws {
    let fixture = try WritingFixture(Self.acts)
    let report = try #require(
      try await fixture.service.access(of: .ana, to: "tasks").tables.first)
    #expect(report.rows == "owner in [7, 8]")
    #expect(report.editableRows == "owner == 7")
    #expect(report.deletableRows == #"owner == 7 and status == "Done""#)
    let all = try await fixture.service.access(of: .ana, to: "bookings").tables.first
    #expect(all?.editableRows == nil && all?.deletableRows == nil)
  }

  @Test func accessSaysWhichReferenceIsMissing() async throws {
    let fixture = try WritingFixture(
      #""edit_data": [{"field": "owner", "reference": "attributes.boss"}]"#)
    let report = try #require(
      try await fixture.service.access(of: .ana, to: "tasks").tables.first)
    let edit = try #require(report.rights.first { $0.name == "edit" })
    #expect(edit.denial?.key == "edit_data")
    #expect(
      edit.denial?.description == #"profile p, line 1: the user has no value for "attributes.boss""#
    )
    // A user who may neither create nor edit writes no field.
    let title = try #require(report.fields.first { $0.name == "title" })
    #expect(title.access == .readonly && title.reason == edit.denial)
  }

  @Test(arguments: [
    (#""can_edit": 0"#, FieldAccess.readonly), (#""can_edit": 0, "can_create": 1"#, .editable),
    ("", .editable),
  ])
  func aFieldIsEditableWhereARightWritesIt(grant: String, level: FieldAccess) async throws {
    let fixture = try WritingFixture(grant)
    let report = try #require(
      try await fixture.service.access(of: .ana, to: "tasks").tables.first)
    let title = try #require(report.fields.first { $0.name == "title" })
    #expect(title.access == level)
    #expect((title.reason != nil) == (level == .readonly))
    let explained = try await fixture.service.explain(ListRequest(table: "tasks"), as: .ana)
    #expect(explained.fields.first { $0.name == "title" }?.access == level.rawValue)
    let page = try await fixture.service.list(ListRequest(table: "tasks"), as: .ana)
    let field = page.items.first?.shape.fields.first { $0.name == "title" }
    #expect(field?.isReadonly == (level == .readonly))
    let outline = try await fixture.service.outline("tasks", as: .ana).first
    #expect(
      outline?.fields.first { $0.name == "title" }?.isReadonly == (level == .readonly))
  }

  @Test func explainShowsTheScopesOfActs() async throws {
    let fixture = try WritingFixture(Self.acts)
    let explained = try await fixture.service.explain(ListRequest(table: "tasks"), as: .ana)
    #expect(explained.scope == "owner in [7, 8]")
    #expect(explained.editScope == "owner == 7")
    #expect(explained.deleteScope == #"owner == 7 and status == "Done""#)
    let plain = try await fixture.service.explain(ListRequest(table: "bookings"), as: .ana)
    #expect(plain.editScope == nil && plain.deleteScope == nil)
  }
}
