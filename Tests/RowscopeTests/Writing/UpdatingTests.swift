import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@Suite struct UpdatingTests {
  @Test func aRecordIsChangedAndReadAgain() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["title": "uno", "watchers": [7, 9]], as: .ana)
    #expect(written.record?["title"] == "uno")
    #expect(written.record?["loud"] == "UNO")
    #expect(written.record?["watchers"] == "[7,9]")
    #expect(
      try fixture.rows("SELECT person, since FROM watchers WHERE task = 1 ORDER BY 1")
        == [[7, "now"], [9, "then"]], "a member that stays keeps its row")
    #expect(try fixture.rows("SELECT secret, owner FROM tasks WHERE id = 1") == [["a", 7]])
  }

  /// Out of scope: another user's task, a done one, and one that does not exist.
  @Test(arguments: [4, 3, 99])
  func recordsOutOfScopeAreNotFound(key: Int64) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([.integer(key)], in: "tasks", set: ["title": "x"])
      },
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update(
          [.integer(key)], in: "tasks", set: ["title": "x", "watchers": []],
          ifUnchanged: ["title": "four"])
      },
      fixture.failure { writer throws(ServiceError) in
        try writer.delete([.integer(key)], from: "tasks")
      },
    ] {
      #expect(error == ServiceError(.notFound, #"no such record in table "tasks""#))
    }
    #expect(try fixture.everything() == before)
  }

  @Test func manyAreChangedOnlyWithinTheScope() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.update(
      .everything(in: "tasks"), set: ["code": nil, "cost": 2], as: .ana)
    #expect(written.count == 2)
    #expect(written.records.map { $0["id"] } == [1, 2])
    #expect(written.records.map { $0["cost"] } == [2.0, 2.0])
    #expect(
      try fixture.rows("SELECT id FROM tasks WHERE code IS NOT NULL ORDER BY 1") == [[3], [4]])
  }

  @Test func aFilterNarrowsAndNeverWidens() async throws {
    let fixture = try WritingFixture()
    let filters = try ListRequest(
      #"""
      {"object_type": "tasks", "filters": [{"field": "id", "value": 1},
        {"field": "owner", "value": 8},
        {"or": [{"field": "id", "operator": ">", "value": 0}]}]}
      """#
    ).filters
    let selection = RecordSelection(table: "tasks", filters: filters, joining: .any)
    let written = try await fixture.service.update(selection, set: ["title": "x"], as: .ana)
    #expect(written.count == 2)
    #expect(try fixture.rows("SELECT id FROM tasks WHERE title = 'x' ORDER BY 1") == [[1], [2]])
    #expect(try await fixture.service.delete(selection, as: .ana).count == 2)
    #expect(try fixture.rows("SELECT id FROM tasks ORDER BY 1") == [[3], [4]])
  }

  @Test func aSearchSelectsToo() async throws {
    let fixture = try WritingFixture()
    let selection = RecordSelection(table: "tasks", filters: [], search: "TWO")
    let written = try await fixture.service.update(selection, set: ["code": "S"], as: .ana)
    #expect(written.records.map { $0["id"] } == [2])
  }

  @Test func updatingEverythingMustBeExplicit() async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.delete(RecordSelection(table: "tasks", filters: [], search: ""))
    }
    #expect(error?.code == .invalidRequest)
    #expect(try fixture.rows("SELECT count(*) FROM tasks") == [[4]])
  }

  @Test func noMatchingRecordIsAnAnswerToo() async throws {
    let fixture = try WritingFixture()
    let selection = RecordSelection(table: "tasks", filters: [], search: "no such text")
    #expect(try await fixture.service.update(selection, set: ["code": "S"], as: .ana).count == 0)
    #expect(try await fixture.service.delete(selection, as: .ana).count == 0)
  }

  @Test func aRecordThatLeavesTheScopeIsNotShown() async throws {
    let fixture = try WritingFixture()
    let one = try await fixture.service.update([1], in: "tasks", set: ["owner": 8], as: .ana)
    #expect(one.record == nil)
    #expect(try fixture.rows("SELECT owner FROM tasks WHERE id = 1") == [[8]])
    let many = try await fixture.service.update(
      .everything(in: "tasks"), set: ["status": "Done"], as: .ana)
    #expect(many.count == 1)
    #expect(many.records.isEmpty)
  }

  @Test func aGrantMayKeepRecordsInScope() async throws {
    let fixture = try WritingFixture(WritingFixture.tasks + #", "keep_in_scope": 1"#)
    let before = try fixture.everything()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: ["owner": 8, "watchers": []])
      },
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update(.everything(in: "tasks"), set: ["status": "Done"])
      },
    ] {
      #expect(error?.code == .outOfScope)
    }
    #expect(try fixture.everything() == before)
    let kept = try await fixture.service.update(
      .everything(in: "tasks"), set: ["status": "Waiting"], as: .ana)
    #expect(kept.count == 2)
  }

  @Test(arguments: [("can_edit", "edit"), ("can_delete", "delete")])
  func eachVerbNeedsItsRight(flag: String, verb: String) async throws {
    let fixture = try WritingFixture(
      #""can_create": 1, "can_edit": 1, "can_delete": 1"#.replacing(
        "\"\(flag)\": 1", with: "\"\(flag)\": 0"))
    let errors = await [
      "edit": fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: ["title": "x"])
      },
      "delete": fixture.failure { writer throws(ServiceError) in
        try writer.delete([2], from: "tasks")
      },
    ]
    for (each, error) in errors { #expect(error?.code == (each == verb ? .denied : nil)) }
  }

  // MARK: Keys

  @Test func aKeyMayBeChanged() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["id": "100", "title": "moved"], as: .ana)
    #expect(written.record?["id"] == 100)
    #expect(written.record?["watchers"] == "[3,9]", "its members have moved with it")
    // A booking refers to this one.
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update(["mon", "a"], in: "slots", set: ["room": "z"])
    }
    #expect(error?.code == .constraintFailed)
    try await fixture.service.delete([1], from: "bookings", as: .ana)
    let slot = try await fixture.service.update(
      ["mon", "a"], in: "slots", set: ["room": "z"], as: .ana)
    #expect(slot.record?.values == ["mon", "z", 7])
  }

  @Test func oneKeyForSeveralRecordsIsNotUnique() async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.update(.everything(in: "tasks"), set: ["id": 50])
    }
    #expect(error?.message == #"there is a record with this value of "id" already"#)
    #expect(try fixture.everything() == before)
  }

  // MARK: Unchanged

  @Test func aMetExpectationLetsTheUpdateThrough() async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["title": "uno"],
      ifUnchanged: [
        "title": "one", "priority": 1, "client": "1", "tags": ["red"], "watchers": [9, 3],
        "due": nil, "loud": "ONE",
      ], as: .ana)
    #expect(written.record?["title"] == "uno")
  }

  @Test(
    arguments: [
      ["title": "One"], ["code": "a1"], ["priority": 2], ["due": ""], ["tags": ["red", "blue"]],
      ["tags": nil], ["watchers": [3]], ["watchers": nil], ["title": nil], ["title": ["one"]],
      ["title": "one", "status": "Doing"], ["client": 1.5], ["title": 1],
    ] as [FieldValues])
  func anUnmetExpectationIsAConflict(expected: FieldValues) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: ["title": "uno"], ifUnchanged: expected)
      },
      fixture.failure { writer throws(ServiceError) in
        try writer.delete([1], from: "tasks", ifUnchanged: expected)
      },
    ] {
      #expect(error?.code == .conflict)
    }
    #expect(try fixture.everything() == before)
  }

  /// Eight tasks increment one number; each retries until the value it read is still there.
  @Test func noUpdateIsLost() async throws {
    let fixture = try WritingFixture("\"fields_readonly\": [\"id\"]")
    let service = fixture.service
    let (tasks, rounds) = (8, 25)
    try await service.update([2], in: "tasks", set: ["cost": 0], as: .ana)
    let conflicts = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<tasks {
        group.addTask {
          var conflicts = 0
          for _ in 0..<rounds {
            while true {
              do throws(ServiceError) {
                let seen = try await service.get([2], from: "tasks", as: .ana)["cost"] ?? .null
                guard case .real(let cost) = seen else { return -1 }
                await Task.yield()
                _ = try await service.update(
                  [2], in: "tasks", set: ["cost": .value(.real(cost + 1))],
                  ifUnchanged: ["cost": .value(seen)], as: .ana)
                break
              } catch {
                guard error.code == .conflict else { return -1 }
                conflicts += 1
              }
            }
          }
          return conflicts
        }
      }
      var sum = 0
      for await conflicts in group {
        #expect(conflicts >= 0)
        sum += conflicts
      }
      return sum
    }
    let stored = try await service.get([2], from: "tasks", as: .ana)
    #expect(stored["cost"] == .real(Double(tasks * rounds)))
    // Without conflicts the test shows nothing.
    #expect(conflicts > 0)
  }

  // MARK: Transactions

  @Test func aTransactionIsAllOrNothing() async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      _ = try writer.create(["title": "x", "owner": 7], in: "tasks")
      try writer.delete([2], from: "tasks")
      _ = try writer.update([99], in: "tasks", set: ["title": "x"])
    }
    #expect(error?.code == .notFound)
    #expect(try fixture.everything() == before)
  }

  @Test func aFailedOperationLeavesNothingBehind() async throws {
    let fixture = try WritingFixture()
    try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
      _ = try writer.update([2], in: "tasks", set: ["title": "kept"])
      do throws(ServiceError) {
        // The record is inserted before its second watcher turns out not to exist.
        _ = try writer.create(["title": "x", "owner": 7, "watchers": [3, 1000]], in: "tasks")
        Issue.record("there is no such person")
      } catch {
        #expect(error.code == .relatedNotFound)
      }
    }
    #expect(try fixture.rows("SELECT count(*) FROM tasks") == [[4]])
    #expect(try fixture.rows("SELECT count(*) FROM watchers") == [[3]])
    #expect(try fixture.rows("SELECT title FROM tasks WHERE id = 2") == [["kept"]])
  }

  @Test func aLockedDatabaseIsReported() async throws {
    try await OwnThread.run {
      let fixture = try WritingFixture(limits: .init(timeout: .milliseconds(200)))
      let other = try Connection(.readWrite(path: fixture.database.path))
      try other.beginWriting()
      let error = await fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([2], in: "tasks", set: ["title": "x"])
      }
      #expect(error?.code == .deadlineExceeded || error?.code == .database)
      other.rollback()
      let later = await fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([2], in: "tasks", set: ["title": "x"])
      }
      #expect(later == nil)
    }
  }
}
