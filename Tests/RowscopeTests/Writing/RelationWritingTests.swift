import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Testing

@Suite struct RelationWritingTests {
  /// Client 2 is hidden from Ana, and 99 does not exist.
  @Test(arguments: [2, 99])
  func aRelationMayLeadToWhatTheUserSees(client: Int64) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        try writer.create(
          ["title": "x", "client": .value(.integer(client))], in: "tasks")
      },
      fixture.failure { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["client": .value(.integer(client))])
      },
    ] {
      #expect(
        error
          == ServiceError(
            .relatedNotFound, #"the field "client" refers to a record that does not exist"#))
    }
    #expect(try fixture.everything() == before)
  }

  @Test func existingReferencesMayStay() async throws {
    let fixture = try WritingFixture()
    // A form sends back everything that it showed.
    let written = try await fixture.service.update(
      [2], in: "tasks", set: ["client": 2, "title": "still"], as: .ana)
    #expect(written.record?["title"] == "still")
    let many = await fixture.failure { writer throws(ServiceError) in
      try writer.update(.everything(in: "tasks"), set: ["client": 2])
    }
    #expect(many?.code == .relatedNotFound)
  }

  /// Person 9 is dismissed and hidden from Ana; 1000 does not exist.
  @Test(arguments: [9, 1000])
  func aMemberMustBeVisibleToTheUser(person: Int64) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update([2], in: "tasks", set: ["watchers": [3, .integer(person)]])
    }
    #expect(error?.message == #"the field "watchers" refers to a record that does not exist"#)
    #expect(try fixture.everything() == before)
  }

  /// Fields of many values with a relation: an array, a text with separators and a link. Person 9
  /// is hidden from Ana, 1000 does not exist.
  @Test(arguments: ["tags", "code", "watchers"])
  func aNewMemberNamesARecordThatTheUserSees(field: String) async throws {
    let relation = #""relation": {"table": "people", "field": "id"}"#
    let workspace = WritingFixture.workspace
      .replacing(
        #""tags": {"type": "tags"}"#,
        with:
          #""tags": {"type": "tags", \#(relation)}, "code": {"type": "multi", "separator": ",", \#(relation)}"#
      )
      .replacing(#""member": "person"}}"#, with: #""member": "person"}, \#(relation)}"#)
      .replacing(#"{"person": {"relation": {"table": "people", "field": "id"}}}"#, with: "{}")
    let fixture = try WritingFixture(
      sql: """
        UPDATE tasks SET tags = '[9]', code = '9' WHERE id = 2;
        INSERT INTO watchers (task, person) VALUES (2, 9);
        """, workspace: workspace)
    func write(_ members: [Value]) async -> ServiceError? {
      await fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([2], in: "tasks", set: FieldValues([.init(field, .members(members))]))
      }
    }
    func person(_ id: Int64) -> Value { field == "code" ? .text(Text("\(id)")) : .integer(id) }
    for others in [[1000], [3, 1000], [8]] as [[Int64]] {
      let error = await write(others.map(person))
      #expect(
        error?.message == "the field \"\(field)\" refers to a record that does not exist")
    }
    #expect(await write([person(3), person(7)]) == nil)
    // A form sends back what it showed; what is no longer there is guessed.
    #expect(await write([person(9)])?.code == .relatedNotFound)
    let same = try WritingFixture(
      sql:
        "UPDATE tasks SET tags = '[9]', code = '9' WHERE id = 2; INSERT INTO watchers (task, person) VALUES (2, 9);",
      workspace: workspace)
    let kept = await same.failure { writer throws(ServiceError) in
      _ = try writer.update(
        [2], in: "tasks", set: FieldValues([.init(field, .members([person(9), person(3)]))]))
    }
    #expect(kept == nil)
  }

  /// The owner is found by a path: a guest does not give away what the path begins with.
  @Test func aGuestDoesNotGiveAwayByAPath() async throws {
    let fixture = try WritingFixture(
      #""can_create": 1"#, others: #""clients": "*""#,
      sql:
        "ALTER TABLE clients ADD COLUMN manager INTEGER; UPDATE clients SET manager = 5 WHERE id = 1;",
      workspace: """
        {"database": "x", "tables": {"tasks": {"owner_field": "client.manager"}}}
        """)
    let guest = User(
      id: 5, profile: "p", userType: "guest", invitations: [Invitation(table: "tasks")])
    let seen = try await fixture.service.list(ListRequest(table: "tasks"), as: guest)
    #expect(seen.items.map { $0["id"] } == [1, 4])
    func update(_ values: FieldValues) async -> ServiceError? {
      await fixture.failure(
        { writer throws(ServiceError) in _ = try writer.update([1], in: "tasks", set: values) },
        as: guest)
    }
    #expect(await update(["title": "x"]) == nil)
    #expect(await update(["client": 2])?.message == "a guest cannot change the owner of a record")
    #expect(
      try await fixture.service.outline("tasks", as: guest).first?.ownerField == "client.manager")
  }

  @Test(arguments: ["{}", #"{"fields_excluded": ["id"]}"#])
  func hiddenTablesAndKeysCannotBeReferredTo(grant: String) async throws {
    var others = WritingFixture.others.replacing(
      #""clients": {"data": [{"field": "region", "value": "south"}], "fields_excluded": ["vat"], "can_create": 1},"#,
      with: grant == "{}" ? "" : "\"clients\": \(grant),")
    others = others.replacing("\n", with: " ")
    let fixture = try WritingFixture(others: others)
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update([1], in: "tasks", set: ["client": 2])
    }
    #expect(error?.code == .relatedNotFound)
    let none = try await fixture.service.update([1], in: "tasks", set: ["client": nil], as: .ana)
    #expect(none.record?["client"] == .null)
  }

  /// Slot (mon, b) belongs to another user; (fri, z) does not exist.
  @Test(arguments: [["day": "mon", "room": "b"], ["day": "fri", "room": "z"]] as [FieldValues])
  func aKeyOfSeveralColumnsMayLeadToWhatTheUserSees(slot: FieldValues) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    for error in await [
      fixture.failure { writer throws(ServiceError) in try writer.create(slot, in: "bookings") },
      fixture.failure { writer throws(ServiceError) in
        try writer.update([1], in: "bookings", set: slot)
      },
    ] {
      #expect(error?.code == .relatedNotFound)
      #expect(error?.message == #""day" and "room" refer to a record that does not exist"#)
    }
    #expect(try fixture.everything() == before)
    let written = try await fixture.service.create(
      ["day": "mon", "room": "a"], in: "bookings", as: .ana)
    #expect(written.record?["room"] == "a")
    let half = try await fixture.service.create(
      ["day": "sun", "note": "no room yet"], in: "bookings", as: .ana)
    #expect(half.record?["day"] == "sun")
    // Unchanged.
    let kept = try await fixture.service.update(
      [2], in: "bookings", set: ["day": "mon", "note": "kept"], as: .ana)
    #expect(kept.record?["note"] == "kept")
  }

  /// SQLite lets a primary key hold NULL. Such a record has no members, and must leave no link
  /// rows.
  @Test func aRecordWithoutAKeyGetsNoMembers() async throws {
    let fixture = try WritingFixture(
      others: WritingFixture.others + #", "loose": {"*": "*"}, "marks": {"*": "*"}"#,
      sql:
        "CREATE TABLE loose (id TEXT PRIMARY KEY, note TEXT); CREATE TABLE marks (loose TEXT, mark TEXT);",
      workspace: WritingFixture.workspace.replacing(
        #"{"database": "x", "tables": {"#,
        with:
          #"{"database": "x", "tables": {"loose": {"fields": {"marks": {"type": "multi", "link": {"table": "marks", "record": "loose", "member": "mark"}}}}, "#
      ))
    let created = try await fixture.service.create(
      ["note": "x", "marks": ["a"]], in: "loose", as: .ana)
    #expect(created.record?["marks"] == "[]")
    let kept = try await fixture.service.create(
      ["id": "k", "marks": ["a"]], in: "loose", as: .ana)
    #expect(kept.record?["marks"] == #"["a"]"#)
    #expect(try fixture.rows("SELECT loose, mark FROM marks") == [["k", "a"]])
  }

  @Test func deletingARecordDeletesItsMembers() async throws {
    let fixture = try WritingFixture()
    try await fixture.service.delete([1], from: "tasks", as: .ana)
    #expect(try fixture.rows("SELECT id FROM tasks") == [[2], [3], [4]])
    #expect(try fixture.rows("SELECT task, person FROM watchers") == [[4, 3]])
  }

  /// The scope depends on the watchers, so it is decided before they are deleted.
  @Test func aScopeMayDependOnMembers() async throws {
    let fixture = try WritingFixture(
      #""data": [{"field": "watchers", "operator": "==", "value": 9}], "can_delete": 1"#)
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["title": "x", "watchers": [3]], as: .ana)
    #expect(written.record == nil)
    let found = try WritingFixture(
      #""data": [{"field": "watchers", "operator": "==", "value": 9}], "can_delete": 1"#)
    #expect(try await found.service.delete(.everything(in: "tasks"), as: .ana).count == 1)
    #expect(try found.rows("SELECT task FROM watchers") == [[4]])
  }

  @Test func foreignKeysAreLeftToTheDatabase() async throws {
    let fixture = try WritingFixture(
      others: WritingFixture.others.replacing(
        #""clients": {"#, with: #""clients": {"can_delete": 1, "#),
      sql: """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id) ON DELETE CASCADE);
        INSERT INTO notes VALUES (1, 1), (2, 4);
        """)
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.delete([1], from: "clients")
    }
    #expect(error?.code == .constraintFailed)
    #expect(try fixture.rows("SELECT count(*) FROM clients") == [[2]])
    try await fixture.service.delete([1], from: "tasks", as: .ana)
    #expect(try fixture.rows("SELECT id FROM notes") == [[2]])
  }

  // MARK: Guests

  private func guest(_ mode: Invitation.Mode) -> User {
    User(
      id: 70, profile: "p", userType: "guest",
      invitations: [Invitation(table: "tasks", mode: mode)])
  }

  private func invited() throws -> WritingFixture {
    try WritingFixture(
      #""can_create": 1, "can_edit": 1, "fields_excluded": ["secret", "token"]"#)
  }

  @Test func aGuestWhoSubmitsSeesNothing() async throws {
    let fixture = try invited()
    let written = try await fixture.service.create(
      ["title": "theirs"], in: "tasks", as: guest(.submit))
    #expect(written.record == nil)
    #expect(try fixture.rows("SELECT title, owner FROM tasks WHERE id = 5") == [["theirs", 70]])
    #expect(
      try await fixture.service.list(ListRequest(table: "tasks"), as: guest(.submit)).items.isEmpty)
    let error = await fixture.failure(
      { writer throws(ServiceError) in try writer.update([5], in: "tasks", set: ["title": "x"]) },
      as: guest(.submit))
    #expect(error?.code == .denied)
  }

  @Test(arguments: Invitation.Mode.allCases)
  func aGuestIsNotTakenForTheNumberThatTheirIDLooksLike(mode: Invitation.Mode) async throws {
    let fixture = try invited()
    var guest = guest(mode)
    guest.id = "070"
    let error = await fixture.failure(
      { writer throws(ServiceError) in try writer.create(["title": "x"], in: "tasks") }, as: guest)
    #expect(error?.code == .unsupported)
    #expect(try fixture.rows("SELECT count(*) FROM tasks WHERE owner = 70") == [[0]])
  }

  @Test func aGuestWhoMayViewSeesTheirOwn() async throws {
    let fixture = try invited()
    let written = try await fixture.service.create(
      ["title": "theirs", "owner": 70], in: "tasks", as: guest(.submitAndView))
    #expect(written.record?["owner"] == 70)
    let error = await fixture.failure(
      { writer throws(ServiceError) in try writer.update([5], in: "tasks", set: ["title": "x"]) },
      as: guest(.submitAndView))
    #expect(error?.code == .denied)
  }

  @Test func aGuestWhoMayEditEditsTheirOwn() async throws {
    let fixture = try invited()
    let guest = guest(.submitAndEdit)
    try await fixture.service.create(["title": "theirs"], in: "tasks", as: guest)
    let written = try await fixture.service.update(
      [5], in: "tasks", set: ["title": "better"], as: guest)
    #expect(written.record?["title"] == "better")
    for (key, values, code) in [
      (1, ["title": "x"], .notFound), (5, ["owner": 7], .denied),
    ] as [(Value, FieldValues, ServiceError.Code)] {
      let error = await fixture.failure(
        { writer throws(ServiceError) in try writer.update([key], in: "tasks", set: values) },
        as: guest)
      #expect(error?.code == code)
    }
  }

  @Test(arguments: [["title": "x", "owner": 7], ["title": "x", "owner": nil]] as [FieldValues])
  func aGuestCannotSubmitForAnother(values: FieldValues) async throws {
    let fixture = try invited()
    let error = await fixture.failure(
      { writer throws(ServiceError) in try writer.create(values, in: "tasks") }, as: guest(.submit))
    #expect(error?.code == .denied)
    #expect(try fixture.rows("SELECT count(*) FROM tasks") == [[4]])
  }
}
