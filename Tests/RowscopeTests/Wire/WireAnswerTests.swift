import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@Suite struct WireAnswerTests {
  static let tables = #"""
    CREATE TABLE things (id INTEGER PRIMARY KEY, "a ""name""" , tags TEXT, secret TEXT);
    INSERT INTO things VALUES
      (1, NULL, '[1, "x"]', 's'), (2, 42, NULL, 's'), (3, 2.0, '[]', 's'), (4, 9e999, 'none', 's'),
      (5, CAST(x'61ff0a22' AS TEXT), '[[1]]', 's'), (6, x'00ff', '["é"]', 's');
    """#

  /// The tags of a thing are a field of many values.
  static let declarations = """
    {"database": "x", "profiles": {"p": "p.json"}, "tables": {"things": {"fields": {"tags": {"type": "tags"}}}}}
    """

  let database: TemporaryDatabase
  let service: RecordService

  init() throws {
    database = try TemporaryDatabase(Self.tables)
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(
          document: .init(
            name: "p", text: #"{"tables_enabled": {"things": {"fields_excluded": ["secret"]}}}"#))
      ]),
      workspace: try WorkspaceDocument(
        document: .init(name: "workspace.json", text: Self.declarations)))
  }

  private func answer(_ json: String) async -> String {
    String(decoding: await service.answer(json: Array(json.utf8), as: .ana).json, as: UTF8.self)
  }

  @Test func valuesAreWrittenByTheirStorageClass() async {
    let expected = [
      #"{"id":1,"a \"name\"":null,"tags":[1,"x"]}"#, #"{"id":2,"a \"name\"":42,"tags":null}"#,
      #"{"id":3,"a \"name\"":2.0,"tags":[]}"#, #"{"id":4,"a \"name\"":9e999,"tags":[]}"#,
      #"{"id":5,"a \"name\"":"a"# + "\u{FFFD}" + #"\n\"","tags":[]}"#,
      #"{"id":6,"a \"name\"":"\\x00ff","tags":["é"]}"#,
    ].joined(separator: ",")
    #expect(
      await answer(#"{"object_type": "things"}"#)
        == #"{"data":{"items":["# + expected + #"],"has_more":false}}"#)
  }

  @Test func theFieldsAreInTheOrderOfTheSelection() async {
    #expect(
      await answer(#"{"object_type": "things", "select": ["tags", "ID"], "size": 6}"#).hasPrefix(
        #"{"data":{"items":[{"tags":[1,"x"],"id":1},"#))
    #expect(
      await answer(#"{"object_type": "things", "filters": [{"field": "id", "value": 0}]}"#)
        == #"{"data":{"items":[],"has_more":false}}"#)
  }

  @Test func aCountIsThereWhereRequested() async {
    let request = #"{"object_type": "things", "select": ["id"], "size": 6, "count": "#
    let items = #"{"data":{"items":[{"id":1},{"id":2},{"id":3},{"id":4},{"id":5},{"id":6}],"#
    for (kind, count) in [
      ("none", ""), ("exact", #","count":{"value":6,"exact":true}"#),
      ("bounded", #","count":{"value":6,"exact":true}"#),
    ] {
      #expect(await answer(request + "\"\(kind)\"}") == items + #""has_more":false"# + count + "}}")
    }
  }

  @Test func aBoundedCountStops() async throws {
    try database.execute(
      """
      WITH RECURSIVE n(i) AS (SELECT 7 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) INSERT INTO things (id) SELECT i FROM n
      """)
    let request = #"{"object_type": "things", "select": ["id"], "size": 1, "count": "#
    #expect(
      await answer(request + #""bounded"}"#).hasSuffix(
        #","count":{"value":10000,"exact":false}}}"#))
    #expect(
      await answer(request + #""exact"}"#).hasSuffix(#","count":{"value":10001,"exact":true}}}"#))
  }

  /// The JSON answer has the pages of the list.
  @Test(arguments: [1, 2, 4, 5, 6, 7])
  func pagesAreThoseOfTheList(size: Int) async throws {
    var request = ListRequest(table: "things", select: ["id"], size: size, count: .exact)
    var seen: [Int] = []
    while true {
      let page = try await service.list(request, as: .ana)
      let bytes = await service.answer(request, as: .ana).json
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: Any]])
      let data = try #require(json["data"])
      let items = try #require(data["items"] as? [[String: Int]])
      seen += items.compactMap { $0["id"] }
      #expect(items.map { $0["id"].map { Value.integer(Int64($0)) } } == page.column("id"))
      #expect(data["has_more"] as? Bool == page.hasMore)
      #expect(data["next"] as? String == page.next)
      #expect((data["next"] != nil) == page.hasMore)
      guard let next = page.next else { break }
      request.after = next
    }
    #expect(seen == [1, 2, 3, 4, 5, 6])
  }

  @Test func anErrorIsAnAnswer() async {
    #expect(
      await answer(#"{"object_type": "thing"}"#)
        == #"{"data":{"message":"unknown table \"thing\"; did you mean \"things\"?","code":"unknown_table"}}"#
    )
    #expect(
      await answer(#"{"object_type": 5}"#)
        == #"{"data":{"message":"request, line 1, column 17: expected the name of a table, found a number","code":"wrong_type"}}"#
    )
  }

  @Test func anErrorsTextIsThatOfTheError() async throws {
    for name in ["tag\u{0}s\n\u{1b}[31m", "\"", "\\", "é", "", String(repeating: "x", count: 1000)]
    {
      let request = ListRequest(table: "things", select: [FieldSelection(name)])
      let error = await #expect(throws: ServiceError.self) {
        try await service.list(request, as: .ana)
      }
      let bytes = await service.answer(request, as: .ana).json
      #expect(bytes.allSatisfy { $0 >= 0x20 })
      let json = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: String]]
      #expect(
        json == ["data": ["message": error?.description ?? "", "code": error?.code.rawValue ?? ""]])
    }
  }

  @Test(arguments: [
    #""select": ["NAME"]"#, #""sort": "NAME""#, #""filters": [{"field": "NAME", "value": 1}]"#,
    #""filters": [{"not": {"field": "NAME", "operator": "is null"}}]"#,
  ])
  func aHiddenFieldAnswersTheSameBytesAsAMissingOne(clause: String) async {
    func told(_ name: String) async -> String {
      let clause = clause.replacingOccurrences(of: "NAME", with: name)
      return await answer(#"{"object_type": "things", \#(clause)}"#)
        .replacingOccurrences(of: name, with: "NAME")
    }
    let hidden = await told("secret")
    #expect(hidden.contains(#""code":"unknown_field""#))
    #expect(await told("zecrex") == hidden)
  }

  @Test func everyAnswerIsOneLine() async throws {
    try database.execute(
      "INSERT INTO things VALUES (7, char(10) || char(13), '[1,' || char(10) || '2]', '')")
    for json in [
      #"{"object_type": "things"}"#, "\n{\n", "{\"object_type\": \"a\\nb\"}", "\n", "",
    ] {
      #expect(!(await answer(json)).contains("\n"))
    }
  }
}

extension WireAnswerTests {
  /// The mistakes of a workspace are for its author: a client learns no name from them.
  @Test func whatIsWrongWithTheWorkspaceIsNotAnswered() async throws {
    let database = try TemporaryDatabase("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}}"#,
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "secret/workspace.json",
          text: #"""
            {"database": "d", "profiles": {}, "tables": {"things": {"fields":
              {"salary": {"type": "number"}}}}}
            """#)))
    let request = ListRequest(table: "things")
    let answer = await service.answer(request, as: User(id: 1))
    let text = String(decoding: answer.json, as: UTF8.self)
    #expect(text.contains(#""code":"invalid_workspace""#))
    #expect(!text.contains("salary") && !text.contains("secret"))
    // Who embeds the service is told.
    #expect(answer.error?.description.contains("salary") == true)
  }
}
