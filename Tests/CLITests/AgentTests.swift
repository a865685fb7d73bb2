import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("rowscope mcp")
struct AgentTests {
  private func ask(
    _ lines: [String], _ options: [String] = ["--as", "Bia Fontes"]
  ) throws -> [[String: Any]] {
    let outcome = try Sample.rowscope.run(
      ["mcp", "--workspace", "SampleData", "--quiet"] + options,
      input: Data(lines.map { $0 + "\n" }.joined().utf8))
    #expect(outcome.exitCode == 0 && outcome.messages == "", "\(outcome.messages)")
    return try outcome.text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["jsonrpc"] as? String == "2.0")
      return try #require(object)
    }
  }

  private static func call(_ id: Int, _ tool: String, _ arguments: String) -> String {
    #"{"jsonrpc": "2.0", "id": \#(id), "method": "tools/call", "params": {"name": "\#(tool)", "#
      + #""arguments": \#(arguments)}}"#
  }

  /// The texts of the results of calls, and whether each is an error.
  private func results(
    _ calls: [(String, String)], _ options: [String] = ["--as", "Bia Fontes"]
  ) throws -> [(text: String, isError: Bool)] {
    let answers = try ask(
      calls.enumerated().map { Self.call($0.offset, $0.element.0, $0.element.1) }, options)
    #expect(answers.map { $0["id"] as? Int } == Array(calls.indices))
    return try answers.map { answer in
      let result = try #require(answer["result"] as? [String: Any], "\(answer)")
      let content = try #require(result["content"] as? [[String: Any]])
      #expect(content.count == 1 && content[0]["type"] as? String == "text")
      return (
        try #require(content[0]["text"] as? String), try #require(result["isError"] as? Bool)
      )
    }
  }

  @Test func `both kinds of revisions are spoken`() throws {
    func initialize(_ version: String) -> String {
      #"{"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": {"protocolVersion": "#
        + #""\#(version)", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}"#
    }
    func discover(_ version: String) -> String {
      #"{"jsonrpc": "2.0", "id": 2, "method": "server/discover", "params": {"_meta": "#
        + #"{"io.modelcontextprotocol/protocolVersion": \#(version)}}}"#
    }
    let answers = try ask([
      initialize("2025-06-18"), #"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#,
      initialize("1999-01-01"), discover(#""2026-07-28""#), discover(#""2031-01-01""#),
      discover("7"), #"{"jsonrpc": "2.0", "id": 3, "method": "ping"}"#,
    ])
    // A notification has no answer.
    #expect(answers.count == 6)
    let results = answers.map { $0["result"] as? [String: Any] }
    #expect(results[0]?["protocolVersion"] as? String == "2025-06-18")
    #expect(answers[0]["id"] as? String == "a")
    #expect((results[0]?["instructions"] as? String)?.contains(#""Bia Fontes""#) == true)
    #expect((results[0]?["capabilities"] as? [String: Any])?["tools"] != nil)
    #expect(results[1]?["protocolVersion"] as? String == "2025-11-25")
    #expect(results[2]?["supportedVersions"] as? [String] == ["2026-07-28"])
    #expect(results[2]?["cacheScope"] as? String == "private")
    #expect(results[2]?["resultType"] as? String == "complete")
    for answer in answers[3...4] {
      let error = try #require(answer["error"] as? [String: Any])
      #expect(error["code"] as? Int == -32022)
      #expect((error["data"] as? [String: Any])?["supported"] as? [String] == ["2026-07-28"])
    }
    #expect(results[5] != nil)
  }

  @Test func `the tools are described, with the tables that the user sees`() throws {
    let tools = #"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#
    let answer = try #require(try ask([tools]).first?["result"] as? [String: Any])
    let list = try #require(answer["tools"] as? [[String: Any]])
    #expect(list.map { $0["name"] as? String } == ["schema", "list", "get", "count", "summarize"])
    for tool in list {
      #expect((tool["description"] as? String)?.isEmpty == false)
      let schema = try #require(tool["inputSchema"] as? [String: Any])
      let properties = try #require(schema["properties"] as? [String: [String: Any]])
      let tables = try #require(properties["table"]?["enum"] as? [String])
      #expect(tables.contains("tasks") && !tables.contains("payables"))
      for (name, property) in properties { #expect(property["description"] != nil, "\(name)") }
      let required = try #require(schema["required"] as? [String])
      #expect(Set(required).isSubset(of: properties.keys))
    }
    #expect(!"\(answer)".contains("request_date"))
  }

  @Test func `calls are answered as the user sees it`() throws {
    let results = try results([
      ("schema", "{}"), ("schema", #"{"table": "tasks"}"#),
      ("list", #"{"table": "tasks", "select": ["id", "title"], "sort": "id desc", "size": 1}"#),
      ("get", #"{"table": "tasks", "key": 35, "select": ["title"]}"#),
      (
        "count",
        #"{"table": "tasks", "filters": [{"field": "priority", "operator": ">=", "value": 4}]}"#
      ), ("summarize", #"{"table": "tasks", "aggregates": ["count"]}"#),
    ])
    #expect(results.allSatisfy { !$0.isError }, "\(results)")
    #expect(results[0].text.contains(#"{"name":"tasks","label":"Tasks","primary_key":["id"]"#))
    #expect(results[1].text.contains(#""rights":["edit","comment"]"#))
    #expect(results[2].text.hasPrefix(#"{"items":[{"id":"#))
    #expect(results[2].text.contains(#""has_more":true,"next":"#))
    #expect(results[3].text == #"{"item":{"title":"Export for accountant"}}"#)
    #expect(results[4].text == #"{"count":{"value":6,"exact":true}}"#)
    #expect(results[5].text == #"{"items":[{"count":17}],"has_more":false}"#)
    for (text, _) in results { #expect(!text.contains("request_date") && !text.contains("payab")) }
    let narrowed = try self.results(
      [("count", #"{"table": "tasks"}"#)], ["--as", "3", "--narrowed-by", "finance"])
    #expect(narrowed[0].text == #"{"count":{"value":14,"exact":true}}"#)
  }

  @Test func `mistakes are said so that a model can mend them`() throws {
    let cases = [
      ("count", "{}", #""table" must be the name of a table; call "schema" to see them"#),
      ("count", "7", "the arguments of a tool are an object: table, filters, operator, search"),
      ("count", #"{"tabel": "tasks"}"#, #"unknown argument "tabel"; did you mean "table"?"#),
      ("count", #"{"object_type": "tasks"}"#, #"unknown argument "object_type""#),
      ("list", #"{"table": "tasks", "as": 1}"#, #"unknown argument "as""#),
      ("list", #"{"table": "tasks", "do": "delete"}"#, #"unknown argument "do""#),
      ("count", #"{"table": "payables"}"#, #"unknown table "payables""#),
      ("schema", #"{"table": "payables"}"#, #"unknown table "payables""#),
      ("get", #"{"table": "tasks", "key": 1}"#, #"no such record in table "tasks""#),
      ("list", #"{"table": "tasks", "size": 101}"#, "the size of a page is at most 100"),
      (
        "list",
        #"{"table": "tasks", "filters": [{"field": "priority", "operator": "is at", "value": 1}]}"#,
        "unknown operator"
      ),
      (
        "list", #"{"table": "tasks", "select": ["request_date"]}"#,
        #"unknown field "request_date" in table "tasks""#
      ),
    ]
    let results = try results(cases.map { ($0.0, $0.1) })
    for (result, (_, _, text)) in zip(results, cases) {
      #expect(result.isError && result.text.hasPrefix(text), "\(result.text)")
    }
  }

  @Test func `a result that is too long says how to ask for less`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "d.sqlite", "profiles": {"p": "p.json"}, "users": [{"id_user": 1, "profile": "p"}]}
      """, "p.json": #"{"tables_enabled": {"*": "*"}}"#,
    ])
    try folder.sql(
      """
      CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
      INSERT INTO notes SELECT value, printf('%.*c', 1000, 'x') FROM json_each('[1,2,3,4,5,6,7,8,9]');
      INSERT INTO notes VALUES (10, printf('%.*c', 60000, 'x'));
      """, on: "d.sqlite")
    let outcome = try RowscopeProcess().run(
      ["mcp", "--workspace", folder.path, "--as", "1"],
      input: Data(
        [
          Self.call(1, "list", #"{"table": "notes"}"#),
          Self.call(2, "list", #"{"table": "notes", "select": ["id"]}"#),
          Self.call(3, "get", #"{"table": "notes", "key": 10}"#),
        ].joined(separator: "\n").utf8))
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].contains("more than 50000: select fewer fields, or ask for fewer records"))
    #expect(lines[1].contains(#"{\"id\":10}"#))
    #expect(lines[2].contains("more than 50000: select fewer fields"))
  }

  @Test(arguments: [
    ("", -32700), ("{", -32700), ("[]", -32600), ("7", -32600), ("{}", -32600),
    (#"{"jsonrpc": "2.0", "id": 1}"#, -32600),
    (#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, -32600),
    (#"{"jsonrpc": "2.0", "id": 1, "method": 7}"#, -32600),
    (#"{"jsonrpc": "2.0", "id": 1, "method": "tools/cal"}"#, -32601),
    (#"{"jsonrpc": "2.0", "id": 1, "method": "tools/call"}"#, -32602),
    (#"{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "sql"}}"#, -32602),
    (String(repeating: "[", count: 100_000), -32700),
  ])
  func `messages that are none are errors of the protocol`(line: String, code: Int) throws {
    let answers = try ask([line, #"{"jsonrpc": "2.0", "id": 2, "method": "ping"}"#])
    #expect(answers.count == 2)
    #expect((answers[0]["error"] as? [String: Any])?["code"] as? Int == code)
    #expect(answers[1]["result"] != nil)
  }

  @Test func `it has one user, who must be named`() throws {
    let nobody = try Sample.rowscope.run("mcp", "--workspace", "SampleData")
    #expect(nobody.exitCode == 2 && nobody.messages.contains("--as"))
    let unknown = try Sample.rowscope.run("mcp", "--workspace", "SampleData", "--as", "Nobody")
    #expect(unknown.exitCode == 3 && unknown.text == "")
    let profile = try Sample.rowscope.run(
      "mcp", "--workspace", "SampleData", "--as", "3", "--narrowed-by", "none")
    #expect(profile.exitCode == 3 && profile.messages.contains("no profile \"none\""))
  }
}
