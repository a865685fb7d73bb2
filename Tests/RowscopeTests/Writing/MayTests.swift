import AccessProfiles
import Documents
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// What a list says its user may do with each record: what an attempt would tell.
@Suite struct MayTests {
  private static let acts = """
    "data": [{"field": "owner", "operator": "in", "value": [7, 8]}],
    "edit_data": [{"field": "owner", "reference": "id_user"}], "can_delete": 1,
    "delete_data": [{"field": "status", "value": "Done"}]
    """
  private static let expected: [[RecordAct]] = [[.edit], [.edit], [.edit, .delete], []]

  /// Changes nothing.
  private func attempt(
    _ act: RecordAct, _ key: Value, _ fixture: WritingFixture, as user: User
  ) async throws -> Bool {
    let error = await fixture.failure(
      { writer throws(ServiceError) in
        if act == .edit {
          try writer.update([key], in: "tasks", set: ["note": "x"])
        } else {
          try writer.delete([key], from: "tasks")
        }
        throw ServiceError(.cancelled, "undone")
      }, as: user)
    let code = try #require(error?.code)
    #expect([.cancelled, .denied, .invalidProfile].contains(code))
    return code == .cancelled
  }

  @Test(arguments: [
    "", acts, #""can_edit": 0"#, #""can_delete": 1"#, #""*": "*""#,
    #""*": "*", "fields_readonly": ["title"], "edit_data": [{"field": "id", "value": 2}]"#,
    #""can_delete": 1, "edit_data": [{"field": "owner", "reference": "attributes.boss"}]"#,
    #""can_delete": 1, "delete_data": [{"not": {"field": "owner", "reference": "attributes.x"}}]"#,
    #""edit_data": [{"field": "secret", "value": "b"}], "fields_excluded": ["secret", "token"]"#,
    #""edit_data": [{"field": "client.vat", "operator": "!=", "value": "V1"}]"#,
    #""edit_data": [{"field": "watchers", "value": 9}]"#,
    #""edit_data": [{"field": "client", "operator": "==", "other_field": "id"}]"#,
    #""edit_data": [{"field": "due", "operator": "last days", "value": 1}]"#,
    #""data": [{"field": "status", "value": "Open"}], "keep_in_scope": 1, "can_delete": 1"#,
  ])
  func itIsWhatAnAttemptTells(grant: String) async throws {
    let sql = "ALTER TABLE tasks ADD note TEXT; UPDATE tasks SET due = '2026-11-22' WHERE id = 1;"
    let fixture = try WritingFixture(grant, sql: sql + "DELETE FROM watchers WHERE task <> 1;")
    for user in [User.ana, .guest] {
      let page: Page<Record>
      do throws(ServiceError) {
        page = try await fixture.service.list(ListRequest(table: "tasks", may: true), as: user)
      } catch {
        #expect(error.code == .invalidProfile || error.code == .unknownTable)
        continue
      }
      let may = try #require(page.may)
      #expect(may == page.items.map { $0.may ?? [] })
      for (record, acts) in zip(page.items, may) {
        let key = try #require(record["id"])
        for act in [RecordAct.edit, .delete] {
          let isDone = try await attempt(act, key, fixture, as: user)
          #expect(acts.contains(act) == isDone, "\(act) \(key.literal)")
        }
      }
    }
  }

  /// However a list is asked for, and whichever engine answers.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func everyWayOfAskingTells(memory: MemoryPolicy) async throws {
    let service = try Self.service(memory)
    var request = ListRequest(table: "tasks", select: ["id"], may: true)
    // The second time from the plan cache, by one statement.
    for _ in 0..<2 {
      #expect(try await service.list(request, as: .ana).may == Self.expected)
    }
    for select in [["id"], ["id", "client.name"]] as [[FieldSelection]] {
      request.select = select
      #expect(try await service.list(request, as: .ana).may == Self.expected)
      struct Task: Decodable, Sendable { var id: Int }
      let decoded = try await service.list(request, as: .ana, decoding: Task.self)
      #expect(decoded.may == Self.expected)
      var streamed: [[RecordAct]?] = []
      for try await record in service.stream(request, as: .ana) { streamed.append(record.may) }
      #expect(streamed == Self.expected)
      let lines = try await service.read(as: .ana) { reader throws(ServiceError) in
        var lines: [String] = []
        try reader.forEachJSONObject(of: request) {
          lines.append(String(decoding: $0, as: UTF8.self))
          return true
        }
        return lines
      }
      #expect(lines.map { $0.hasSuffix(#"},"may":["edit"]}"#) } == [true, true, false, false])
      #expect(lines.last?.hasSuffix(#"},"may":[]}"#) == true)
      #expect(lines.allSatisfy { $0.hasPrefix(#"{"item":{"id":"#) })
      let answer = await service.answer(request, as: .ana)
      #expect(
        String(decoding: answer.json, as: UTF8.self).contains(
          #"],"may":[["edit"],["edit"],["edit","delete"],[]],"has_more":false"#))
    }
    request = ListRequest(table: "tasks", size: 3, may: true)
    request.sort = [.descending("title")]
    let sorted = try await service.list(request, as: .ana)
    #expect(sorted.may == [[.edit], [.edit, .delete], [.edit]])
    request.after = sorted.next
    #expect(try await service.list(request, as: .ana).may == [[]])
    request = ListRequest(table: "tasks", where: "id" == 9, may: true)
    #expect(try await service.list(request, as: .ana).may == [])
  }

  private static func service(_ memory: MemoryPolicy) throws -> RecordService {
    try TemporaryDatabase(WritingFixture.tables).service(
      "{\"tables_enabled\": {\"tasks\": {\(acts)}, \"clients\": \"*\"}}", memory: memory)
  }

  /// A request that does not ask is not changed by those that do, and cursors are the same.
  @Test func whoDoesNotAskIsNotTold() async throws {
    let service = try Self.service(.none)
    var request = ListRequest(table: "tasks", select: ["id"], size: 2)
    let plain = try await service.list(request, as: .ana)
    #expect(plain.may == nil && plain.items.allSatisfy { $0.may == nil })
    request.may = true
    let told = try await service.list(request, as: .ana)
    #expect(told.may == [[.edit], [.edit]] && told.next == plain.next)
    request.may = false
    request.after = told.next
    let rest = try await service.list(request, as: .ana)
    #expect(rest.may == nil && rest.items.map { $0["id"] } == [3, 4])
    let answer = await service.answer(request, as: .ana)
    #expect(!String(decoding: answer.json, as: UTF8.self).contains("may"))
  }

  /// The conditions are columns of the page's own statement, and only those that tell records apart.
  @Test(arguments: [
    (acts, 2), (#""can_delete": 1"#, 0), (#""can_edit": 0"#, 0),
    (
      #""data": [{"field": "owner", "value": 7}], "edit_data": [{"field": "owner", "value": 7}]"#, 0
    ),
    (
      #""can_delete": 1, "edit_data": [{"field": "id", "value": 1}], "#
        + #""delete_data": [{"field": "id", "value": 1}]"#,
      1
    ),
  ])
  func oneStatementAnswers(grant: String, tests: Int) async throws {
    let fixture = try WritingFixture(grant)
    try await fixture.service.withSession(as: .ana) { session throws(ServiceError) in
      let request = ListRequest(table: "tasks", select: ["id"])
      var asking = request
      asking.may = true
      let (plain, told) = (try session.compile(request), try session.compile(asking))
      #expect(plain.count == 1 && told.count == 1)
      #expect(told[0].text.split(separator: "CASE WHEN").count - 1 == tests)
      #expect(!plain[0].text.contains("CASE"))
    }
  }

  @Test func itIsNotRememberedLongerThanItHolds() async throws {
    let fixture = try WritingFixture(
      #""edit_data": [{"field": "due", "operator": ">=", "reference": "today"}]"#,
      others: #""people": "*""#,
      sql: "UPDATE tasks SET due = '2026-11-22' WHERE id = 1; DELETE FROM tasks WHERE id IN (2, 3);"
    )
    for (now, expected) in [
      (1_795_338_000, [[.edit], []]), (1_795_338_000 + 2 * 86_400, [[], []]),
    ] as [(Int64, [[RecordAct]])] {
      let may = try await fixture.service.withSession(as: .ana, at: RequestClock(now: now)) {
        reader throws(ServiceError) in
        try reader.list(ListRequest(table: "tasks", may: true)).may
      }
      #expect(may == expected)
    }
  }

  @Test func enginesAreCompared() async throws {
    let service = try Self.service(MemoryPolicy(tables: .all, use: .always))
    let request = ListRequest(
      table: "tasks", select: ["id", "client.name"], may: true)
    let difference = try await service.withSession(as: .ana) { session throws(ServiceError) in
      try session.compareEngines(request)
    }
    #expect(difference == nil)
  }

  @Test func theWireFormatTakesAFlag() throws {
    let json = Array(#"{"object_type":"tasks","may":true}"#.utf8)
    let request = try ListRequest(json: json)
    #expect(request.may && request.json == json)
    #expect(try !ListRequest(json: Array(#"{"object_type":"tasks","may":null}"#.utf8)).may)
    for value in ["1", "\"yes\"", "[]"] {
      #expect {
        try ListRequest(json: Array("{\"object_type\":\"tasks\",\"may\":\(value)}".utf8))
      } throws: {
        ($0 as? ServiceError)?.code.rawValue == "wrong_type"
      }
    }
  }
}

extension User {
  fileprivate static let guest = User(
    id: 8, profile: "p", userType: "guest",
    invitations: [
      Invitation(table: "tasks", mode: .submitAndView), Invitation(table: "tasks", record: [1]),
    ])
}
