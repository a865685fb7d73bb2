import Foundation
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

/// `--engine`: every engine gives the same answers.
@Suite("Engines on the command line")
struct EngineTests {
  private static let sample = Checkout.sampleData

  private func ask(_ words: [String]) throws -> RowscopeProcess.Outcome {
    try RowscopeProcess().run(words + ["--workspace", Self.sample, "--as", "Bia Fontes"])
  }

  @Test(arguments: [
    ["query", "tasks", "--sort", "due_date desc", "--limit", "3", "--count", "exact"],
    ["query", "tasks", "--where", "client = 'Joalheria Ouro'", "--format", "csv"],
    ["query", "tasks", "--search", "menu", "--format", "json", "--limit", "all"],
    ["query", "tasks", "--where", "request_date is null"],
    ["query", "payables"],
    ["count", "tasks", "--where", "priority >= 3"],
    ["get", "tasks", "35"],
    ["get", "tasks", "1"],
    ["why", "tasks", "35"],
    ["why", "tasks", "1", "--may", "edit"],
  ])
  func everyEngineGivesTheSameAnswer(words: [String]) throws {
    let plain = try ask(words)
    let memory = try ask(words + ["--engine", "memory"])
    #expect(memory.output == plain.output && memory.exitCode == plain.exitCode)
    #expect(memory.messages == plain.messages)
    let both = try ask(words + ["--engine", "both"])
    #expect(both.output == plain.output && both.exitCode == plain.exitCode)
    let note = "SQLite and memory give the same answer\n"
    #expect(both.messages.replacingOccurrences(of: note, with: "") == plain.messages)
    if plain.exitCode == 0 { #expect(both.messages.contains(note)) }
  }

  /// On enough records to be worth splitting, in an ordinary process.
  @Test func aLargeCountIsSplitAndExplained() throws {
    let folder = try TemporaryFolder()
    let rowscope = RowscopeProcess(folder: folder.path)
    let database = "many.sqlite"
    try folder.write(#"{"tables_enabled": {"*": "*"}}"#, to: "all.json")
    #expect(
      try rowscope.run("generate", database, "--rows", "120000", "--quiet").exitCode == 0)
    let who = ["--db", database, "--profile", "all.json", "--user", "1"]
    let tasks = ["tasks", "--where", "title contains o"]
    let counted = try rowscope.run(["count"] + tasks + who)
    let listed = try rowscope.run(
      ["query"] + tasks + who + ["--select", "id", "--limit", "all", "--format", "jsonl"])
    #expect(
      counted.text.trimmingCharacters(in: .newlines)
        == String(listed.text.split(separator: "\n").count))
    let explained = try rowscope.run(["explain"] + tasks + who + ["--count", "exact"])
    #expect(explained.text.contains("SELECT count(*)"))
    #expect(explained.text.contains("two connections share it"))
    #expect(try !rowscope.run(["explain"] + tasks + who).text.contains("two connections"))
  }

  @Test func explainSaysWhichEngineAnswersAndWhy() throws {
    #expect(
      try ask(["explain", "tasks"]).text.contains("SQLite answers: no tables are held in memory"))
    #expect(
      try ask(["explain", "tasks", "--engine", "memory"]).text
        .contains("columns in memory answer: memory was requested"))
    let json = try ask(["explain", "tasks", "--engine", "memory", "--format", "json"])
    let explanation = try JSONSerialization.jsonObject(with: json.output) as? [String: Any]
    #expect((explanation?["engine"] as? [String: String])?["name"] == "memory")
    // An explanation compares nothing.
    #expect(try ask(["explain", "tasks", "--engine", "both"]).exitCode == 2)
  }

  @Test func anUnknownEngineIsAnError() throws {
    let outcome = try ask(["query", "tasks", "--engine", "duckdb"])
    #expect(outcome.exitCode == 2 && outcome.output.isEmpty)
    #expect(outcome.messages.contains("sqlite, memory"))
  }

  @Test(arguments: ["sqlite", "memory", "both"])
  func serveAnswersByEachEngine(engine: String) throws {
    let requests = """
      {"as": 3, "object_type": "tasks", "size": 2, "count": "exact", "select": ["id"]}
      {"as": 3, "object_type": "tasks", "filters": [{"field": "nonsense", "value": 1}]}
      nonsense

      """
    let plain = try RowscopeProcess().run("serve", "--workspace", Self.sample, input: requests)
    let outcome = try RowscopeProcess().run(
      "serve", "--workspace", Self.sample, "--engine", engine, input: requests)
    #expect(outcome.output == plain.output && outcome.exitCode == 0)
    #expect(outcome.text.contains(#""count":{"value":17,"exact":true}"#))
  }

  /// Two engines that differ: the request, both answers, and whose mistake it is.
  @Test func aDifferenceIsReportedWithBothAnswers() {
    let error = CommandError(
      EngineDifference(
        request: ListRequest(table: "tasks", select: ["title"], size: 1), question: nil, user: 3,
        kind: .field("title", record: 0), sqlite: "\"a\"", memory: "\"b\""))
    #expect(error.exitCode == .negative)
    #expect(
      error.rendered(style: .plain) == """
        error: SQLite and memory differ in field title of record 1, for user 3, in a list of table tasks
        request  {"object_type":"tasks","select":["title"],"size":1}
        SQLite   "a"
        memory   "b"
        help: SQLite's answer is right; the other is a bug in rowscope: please report it
        """)
  }
}
