import Foundation
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What a line may ask for beside lists and summaries: `"do"`.
@Suite struct WireQuestionTests {
  private let folder: TemporaryFolder
  private let service: RecordService

  init() throws {
    folder = try TemporaryFolder()
    try Self.database.create(at: folder.path("desk.sqlite"))
    try folder.write(
      """
      {"database": "desk.sqlite", "profiles": {"agent": "agent.json"}, "pages": ["home"],
       "users": [{"id_user": 3, "name": "Bia", "profile": "agent"},
                 {"id_user": 4, "name": "Rui", "profile": "agent"}]}
      """, to: "workspace.json")
    try folder.write(
      """
      {"tables_enabled": {"tasks": {
        "data": [{"field": "owner", "reference": "id_user"}], "fields_excluded": ["secret"],
        "edit_data": [{"field": "status", "value": "Open"}], "can_create": 1, "can_delete": 1,
        "delete_data": [{"field": "secret", "operator": "!=", "value": "z"}]}},
       "pages_enabled": {"home": "*"},
       "default_tabs": [{"id": 1, "label": "Mine", "items": [{"object": "tasks", "type": "board"}]}]}
      """, to: "agent.json")
    service = try RecordService(following: folder.path, isWritable: true)
  }

  private static let database = Tables(
    """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner INTEGER, status TEXT,
      secret TEXT);
    INSERT INTO tasks VALUES (1, 'one', 3, 'Open', 'a'), (2, 'two', 3, 'Done', 'b'),
      (3, 'three', 4, 'Open', 'c');
    CREATE TABLE payables (id INTEGER PRIMARY KEY);
    """)

  private struct Tables {
    let sql: String
    init(_ sql: String) { self.sql = sql }

    func create(at path: String) throws {
      let made = try TemporaryDatabase(sql)
      try FileManager.default.copyItem(atPath: made.path, toPath: path)
    }
  }

  private func answer(
    _ request: String, as user: String = "3", trusting trust: UserRequest.Trust = .writing
  ) async -> String {
    let line = #"{"as": \#(user), "object_type": "tasks", "# + request + "}"
    return String(
      decoding: await service.answer(line: Array(line.utf8), trusting: trust).json, as: UTF8.self)
  }

  @Test func readingRequestsAreAnswered() async {
    #expect(
      await answer(#""do": "get", "key": 1"#)
        == #"{"data":{"item":{"id":1,"title":"one","owner":3,"status":"Open"}}}"#)
    #expect(
      await answer(#""do": "get", "key": [2], "select": ["title"], "id": "é\n""#)
        == #"{"id":"é\n","data":{"item":{"title":"two"}}}"#)
    #expect(
      await answer(#""do": "count", "id": -7"#)
        == #"{"id":-7,"data":{"count":{"value":2,"exact":true}}}"#)
    #expect(
      await answer(#""do": "count", "filters": [{"field": "title", "value": "one"}]"#)
        == #"{"data":{"count":{"value":1,"exact":true}}}"#)
    #expect(
      await answer(#""do": "delete", "filters": [{"and": []}, {"not": {"or": []}}]"#)
        .contains(#""code":"invalid_request""#))
    #expect(await answer(#""do": "may", "key": 1"#) == #"{"data":{"may":["edit","delete"]}}"#)
    #expect(await answer(#""do": "may", "key": 2"#) == #"{"data":{"may":["delete"]}}"#)
    #expect(
      await answer(#""do": "list", "select": ["id"], "size": 1"#).hasPrefix(
        #"{"data":{"items":[{"id":1}],"has_more":true"#))
    #expect(
      await answer(#""do": "summarize", "group_by": ["status"]"#)
        == #"{"data":{"items":[{"status":"Done","count":1},{"status":"Open","count":1}],"#
        + #""has_more":false}}"#)
  }

  @Test func whatIsOutOfSightIsNotThere() async {
    let gone = #"{"data":{"message":"no such record in table \"tasks\"","code":"not_found"}}"#
    for act in ["get", "may", "delete"] {
      for key in ["3", "9"] {
        #expect(await answer(#""do": "\#(act)", "key": \#(key)"#) == gone)
      }
    }
    #expect(await answer(#""do": "update", "key": 3, "values": {"title": "x"}"#) == gone)
    let unknown = await answer(#""do": "get", "key": 1, "select": ["secret"]"#)
    let missing = await answer(#""do": "get", "key": 1, "select": ["sacret"]"#)
    #expect(unknown.replacingOccurrences(of: "secret", with: "sacret") == missing)
    #expect(unknown.contains("unknown_field"))
    #expect(await answer(#""do": "access""#).contains("secret") == false)
  }

  @Test func accessAndMenuAreThoseOfTheUser() async throws {
    func data(_ line: String) async throws -> [String: Any] {
      let answer = await service.answer(line: Array(line.utf8)).json
      let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
      return try #require(object?["data"] as? [String: Any])
    }
    let access = try await data(#"{"as": "Rui", "do": "access"}"#)
    #expect((access["user"] as? [String: Any])?["name"] as? String == "Rui")
    let tables = try #require(access["tables"] as? [[String: Any]])
    #expect(tables.map { $0["name"] as? String } == ["tasks"])
    #expect(tables[0]["rights"] as? [String] == ["create", "edit", "delete", "comment"])
    #expect(
      (tables[0]["fields"] as? [[String: Any]])?.map { $0["name"] as? String }
        == ["id", "title", "owner", "status"])
    let menu = await service.answer(line: Array(#"{"as": 3, "do": "menu"}"#.utf8)).json
    #expect(
      String(decoding: menu, as: UTF8.self)
        == #"{"data":{"menu":[{"id":1,"label":"Mine","items":[{"object":"tasks","label":"tasks","#
        + #""type":"board"}]}],"pages":["home"],"dashboards":[]}}"#)
  }

  @Test func recordsAreWritten() async {
    #expect(
      await answer(
        #""do": "create", "values": {"id": 7, "title": "new", "owner": 3, "status": "Open"}, "#
          + #""select": ["id"]"#)
        == #"{"data":{"item":{"id":7}}}"#)
    #expect(
      await answer(#""do": "update", "key": 1, "values": {"status": "Done"}, "select": ["status"]"#)
        == #"{"data":{"item":{"status":"Done"}}}"#)
    #expect(
      await answer(
        #""do": "update", "key": 7, "values": {"status": "Open"}, "if_unchanged": {"title": "old"}"#
      ).contains(#""code":"conflict""#))
    #expect(
      await answer(
        #""do": "update", "search": "NEW", "values": {"status": "Open"}, "select": ["id"]"#)
        == #"{"data":{"items":[{"id":7}],"count":{"value":1,"exact":true}}}"#)
    // It leaves the user's reach.
    #expect(
      await answer(#""do": "update", "key": 7, "values": {"owner": 4}"#)
        == #"{"data":{"item":null}}"#)
    #expect(
      await answer(#""do": "delete", "filters": [{"field": "status", "value": "Done"}]"#)
        == #"{"data":{"deleted":2,"kept":0}}"#)
    #expect(
      await answer(#""do": "count""#, as: "4") == #"{"data":{"count":{"value":2,"exact":true}}}"#)
    #expect(
      await answer(#""do": "delete", "all": true"#, as: "4")
        == #"{"data":{"deleted":2,"kept":0}}"#)
  }

  @Test func nothingIsWrittenUnlessThatIsTrusted() async {
    for request in [
      #""do": "create", "values": {"title": "x", "owner": 3}"#, #""do": "delete", "all": true"#,
      #""do": "update", "key": 1, "values": {"title": "x"}"#,
    ] {
      #expect(await answer(request, trusting: []).contains(#""code":"not_writable""#))
      let json = Array((#"{"object_type": "tasks", "# + request + "}").utf8)
      let answer = await service.answer(json: json, as: User(id: 3, profile: "agent"))
      #expect(answer.error?.code == .notWritable)
    }
    #expect(
      await answer(#""do": "count""#) == #"{"data":{"count":{"value":2,"exact":true}}}"#)
  }

  @Test(arguments: [
    (#""do": "delete""#, "invalid_request"), (#""do": "delete", "all": false"#, "invalid_request"),
    (#""do": "delete", "all": 1"#, "wrong_type"), (#""do": "update", "key": 1"#, "required_key"),
    (#""do": "update", "all": true, "key": 1, "values": {}"#, "wrong_type"),
    (#""do": "delete", "key": 1, "filters": []"#, "wrong_type"), (#""do": "get""#, "required_key"),
    (#""do": "get", "key": {"id": 1}"#, "wrong_type"),
    (#""do": "get", "key": [[1]]"#, "wrong_type"),
    (#""do": "get", "key": 1, "size": 3"#, "unknown_key"),
    (#""do": "count", "size": 3"#, "unknown_key"),
    (#""do": "Get", "key": 1"#, "invalid_value"), (#""do": 1"#, "wrong_type"),
    (#""do": "list", "group_by": ["status"]"#, "unsupported"),
    (#""do": "create", "values": {"tags": [[1]]}"#, "wrong_type"),
    (#""do": "menu""#, "unknown_key"), (#""id": 1.5"#, "wrong_type"),
    (#""id": null"#, "wrong_type"),
    (#""id": "\#(String(repeating: "é", count: 129))""#, "wrong_type"),
    (#""do": "create", "values": {}, "select": [{"path": "x"}]"#, "unsupported"),
  ])
  func mistakesAreSaid(request: String, code: String) async {
    let answer = await answer(request)
    #expect(answer.contains(#","code":"\#(code)"}}"#), "\(answer)")
  }

  /// A line that is not JSON is known by an id at its beginning.
  @Test(arguments: [
    (#"{"id":7,"#, #"{"id":7,"#), (#" { "id" : -7 ,"#, #"{"id":-7,"#),
    (#"{"id": "a b", }"#, #"{"id":"a b","#),
    (#"{"as": 3, "id": 7,"#, "{\"data\""), (#"{"id": 7x"#, #"{"id":7,"#),
    (#"{"id": "a\"", }"#, "{\"data\""),
    (#"{"id": "é", }"#, "{\"data\""), (#"{"id": 99999999999999999999, }"#, "{\"data\""),
    (#"{"id": "a"#, "{\"data\""), (#"{"id""#, "{\"data\""), ("{", "{\"data\""), ("", "{\"data\""),
    (#"{"id": -, }"#, "{\"data\""), (#"["id": 7"#, "{\"data\""),
  ])
  func aLineThatIsNotJSONIsKnownByItsBeginning(line: String, beginning: String) async {
    let answer = await service.answer(line: Array(line.utf8)).json
    #expect(String(decoding: answer, as: UTF8.self).hasPrefix(beginning))
  }

  @Test func anErrorHasTheIDOfItsRequest() async {
    #expect(
      await answer(#""id": 5, "do": "gett""#).hasPrefix(#"{"id":5,"data":{"message":"#))
    let noUser = await service.answer(line: Array(#"{"id": "a", "object_type": "tasks"}"#.utf8))
    #expect(String(decoding: noUser.json, as: UTF8.self).hasPrefix(#"{"id":"a","data":{"#))
  }
}
