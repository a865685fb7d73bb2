import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@Suite struct CreatingTests {
  @Test func aRecordIsReadAgainUnderTheProfile() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.create(
      ["title": "new", "owner": 7, "client": 1, "tags": ["b", "a", "b"], "watchers": [7, 3]],
      in: "TASKS", as: .ana)
    let record = try #require(written.record)
    #expect(
      record.shape.fields.map(\.name) == [
        "id", "title", "owner", "status", "priority", "client", "loud", "code", "done", "cost",
        "due", "at", "tags", "budget", "watchers",
      ])
    #expect(record["id"] == 5)
    #expect(record["status"] == "Open", "the database's default")
    #expect(record["loud"] == "NEW")
    #expect(record["tags"] == #"["b","a"]"#, "each member once, in one form")
    #expect(record["watchers"] == "[3,7]")
    #expect(try fixture.rows("SELECT secret FROM tasks WHERE id = 5") == [["hush"]])
    #expect(
      try fixture.rows("SELECT person, since FROM watchers WHERE task = 5 ORDER BY 1")
        == [[3, "now"], [7, "now"]])
  }

  @Test func onlyTheSelectedFieldsAreAnswered() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.create(
      ["title": "new", "owner": 7], in: "tasks", select: ["title", "id"], as: .ana)
    #expect(written.record?.values == ["new", 5])
  }

  @Test func aRecordOutOfScopeIsCreatedAndNotShownWhereTheGrantAllowsIt() async throws {
    let fixture = try WritingFixture(WritingFixture.tasks + #", "keep_in_scope": 0"#)
    let written = try await fixture.service.create(
      ["title": "for another", "owner": 8], in: "tasks", as: .ana)
    #expect(written.record == nil)
    #expect(try fixture.rows("SELECT title FROM tasks WHERE id = 5") == [["for another"]])
  }

  @Test(arguments: ["", #", "keep_in_scope": 1"#])
  func aRecordIsCreatedWithinTheScope(more: String) async throws {
    let fixture = try WritingFixture(WritingFixture.tasks + more)
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(
        ["title": "for another", "owner": 8, "watchers": [3]], in: "tasks")
    }
    #expect(error?.code == .outOfScope)
    #expect(
      error?.message == "the record would be out of the user's reach, so nothing was created")
    #expect(try fixture.everything() == before)
    let kept = try await fixture.service.create(
      ["title": "mine", "owner": 7], in: "tasks", as: .ana)
    #expect(kept.record?["title"] == "mine")
  }

  @Test func creatingNeedsTheRight() async throws {
    let fixture = try WritingFixture("")
    let error = await fixture.failure { writer throws(ServiceError) in
      // The right is checked before the names of fields.
      _ = try writer.create(["nonsense": 1], in: "tasks")
    }
    #expect(error?.code == .denied)
    #expect(error?.message == #"the user may not create records of table "tasks""#)
  }

  @Test(arguments: ["ledger", "unicorns"])
  func aTableOutOfReachDoesNotExist(table: String) async throws {
    let fixture = try WritingFixture(sql: "CREATE TABLE ledger (id INTEGER PRIMARY KEY);")
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create([:], in: table)
    }
    #expect(error?.description == #"unknown table "\#(table)""#)
  }

  @Test(arguments: ["secret", "token"])
  func aHiddenFieldIsAFieldThatDoesNotExist(field: String) async throws {
    let fixture = try WritingFixture()
    func answers(_ name: String) async -> [String] {
      let values = FieldValues([.init("title", "x"), .init(name, "x")])
      let expected = FieldValues([.init(name, "x")])
      return await [
        fixture.failure { writer throws(ServiceError) in
          _ = try writer.create(values, in: "tasks")
        },
        fixture.failure { writer throws(ServiceError) in
          _ = try writer.create(["title": "x"], in: "tasks", select: ["id", name])
        },
        fixture.failure { writer throws(ServiceError) in
          _ = try writer.update([1], in: "tasks", set: values)
        },
        fixture.failure { writer throws(ServiceError) in
          _ = try writer.update([1], in: "tasks", set: ["title": "x"], ifUnchanged: expected)
        },
        fixture.failure { writer throws(ServiceError) in
          _ = try writer.delete([1], from: "tasks", ifUnchanged: expected)
        },
        fixture.failure { writer throws(ServiceError) in
          let request = try ListRequest(
            json: Array(
              #"{"object_type": "tasks", "filters": [{"field": "\#(name)", "value": "x"}]}"#.utf8))
          _ = try writer.delete(RecordSelection(table: "tasks", filters: request.filters))
        },
      ].map {
        ($0?.description ?? "done").replacing(name, with: "NAME") + "\($0?.code.rawValue ?? "")"
      }
    }
    let hidden = await answers(field)
    #expect(hidden == (await answers("nonse")))
    #expect(hidden.allSatisfy { $0.hasPrefix(#"unknown field "NAME" in table "tasks""#) })
  }

  @Test(arguments: [
    ("priority", "readonly for the user"), ("loud", "computed by the database"),
  ])
  func readonlyFieldsAreNotWritten(field: String, words: String) async throws {
    let fixture = try WritingFixture()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.create(FieldValues([.init("title", "x"), .init(field, 1)]), in: "tasks")
      },
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: FieldValues([.init(field, 1)]))
      },
    ] {
      #expect(error?.code == .readonlyField)
      #expect(error?.message.contains(words) == true)
      #expect(error?.message.contains(field) == true)
    }
  }

  @Test func aKeyMayBeGiven() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.create(
      ["id": 40, "title": "x", "owner": 7], in: "tasks", as: .ana)
    #expect(written.record?["id"] == 40)
    let slot = try await fixture.service.create(
      ["room": "c", "day": "tue", "person": 7], in: "slots", as: .ana)
    #expect(slot.record?.values == ["tue", "c", 7])
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(["day": "wed"], in: "slots")
    }
    #expect(error?.message == #"the field "room" must have a value"#)
  }

  @Test func recordsWithoutAKeyAreWritten() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.create(["word": "z"], in: "plain", as: .ana)
    #expect(written.record?.values == ["z", .null])
    let selection = try RecordSelection(
      table: "plain",
      filters: ListRequest(
        #"{"object_type": "plain", "filters": [{"field": "word", "value": "x"}]}"#
      ).filters)
    let changed = try await fixture.service.update(selection, set: ["number": 5], as: .ana)
    #expect(changed.count == 2)
    #expect(changed.records.map(\.values) == [["x", 5], ["x", 5]])
    #expect(try await fixture.service.delete(selection, as: .ana).count == 2)
    #expect(try fixture.rows("SELECT word FROM plain ORDER BY 1") == [["y"], ["z"]])
  }

  @Test func aViewCannotBeWritten() async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(["title": "x"], in: "open_tasks")
    }
    #expect(error?.code == .unsupported)
  }

  @Test func aReadOnlyServiceWritesNothing() async throws {
    let database = try TemporaryDatabase(WritingFixture.tables)
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    await #expect {
      try await service.create(["title": "x"], in: "tasks", as: .ana)
    } throws: {
      ($0 as? ServiceError)?.code == .notWritable
    }
  }

  @Test func aFieldHasAtMostOneValue() async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(["title": "x", "TITLE": "y"], in: "tasks")
    }
    #expect(error?.message == #"the field "title" is given twice"#)
  }
}
