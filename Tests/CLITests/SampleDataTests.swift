import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("The commands on SampleData")
struct SampleDataTests {
  let rowscope = Sample.rowscope

  private static let examples = Program.commands.flatMap { $0.declaration.examples.map(\.command) }

  @Test(arguments: examples)
  func `every example works as written`(command: String) throws {
    let home = try TemporaryFolder()
    var rowscope = rowscope
    rowscope.environment = ["HOME": home.path]
    // The sizes and places that suit a person do not suit a test.
    let command = command.replacingOccurrences(of: "--rows 1000000 /tmp", with: "--rows 100 ~")
    let outcome = try rowscope.shell("mkdir -p ~/.config/fish/completions; \(command)")
    #expect(outcome.exitCode == 0)
    #expect(!outcome.messages.contains("error:"))
    #expect(
      !outcome.text.isEmpty || command.contains(" > ") || command.contains("generate")
        || command.contains("import")
        || command.hasPrefix("source"))
  }

  static let users = [
    "Helena Prado", "Marcos Vidal", "Bia Fontes", "7", "Piotr", "Róisín", "rui@farol.example",
    "林 美咲",
    "lola@farol.example", "Yasmin", "kofi", "Vera", "Zilda", "Bruno", "ext-42", "ext-43", "Elisa",
  ]

  @Test(arguments: users)
  func `every request gets an answer for every profile`(user: String) throws {
    let folder = Sample.root + "/SampleData/requests"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let place = Self.users.firstIndex(of: user) ?? 0
    for name in Extent.share(of: names, every: 4, from: place) {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      let request = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let outcome = try rowscope.run(words(request) + ["--workspace", "SampleData", "--as", user])
      // Fields that this user cannot see, and the one request for a missing field, are usage
      // errors.
      #expect([0, 2, 3].contains(outcome.exitCode), "\(name)")
      switch outcome.exitCode {
      case 0: #expect(!outcome.messages.contains("error"), "\(name)")
      case 2: #expect(outcome.messages.hasPrefix("error: unknown field "), "\(name)")
      default:
        #expect(outcome.messages.hasPrefix("error: unknown table "), "\(name): \(outcome.messages)")
      }
      #expect(outcome.exitCode == 0 || outcome.text.isEmpty, "\(name)")
    }
  }

  /// A request in JSON as words of a command line.
  private func words(_ request: [String: Any]) throws -> [String] {
    var words = ["query", try #require(request["object_type"] as? String)]
    if let filters = request["filters"] {
      let json = try JSONSerialization.data(withJSONObject: filters)
      words += ["--filter", String(decoding: json, as: UTF8.self)]
    }
    if request["operator"] as? String == "OR" { words.append("--any") }
    if let fields = request["select"] as? [String] {
      words += [
        "--select", fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ","),
      ]
    }
    for (key, option) in [("sort", "--sort"), ("search", "--search"), ("count", "--count")] {
      if let text = request[key] as? String { words += [option, text] }
    }
    for (key, option) in [("size", "--limit"), ("page", "--page")] {
      if let number = request[key] as? Int { words += [option, String(number)] }
    }
    return words
  }

  func ask(_ words: String..., as user: String = "Bia") throws -> RowscopeProcess.Outcome {
    try rowscope.run(words + ["--workspace", "SampleData", "--as", user])
  }

  @Test
  func `a truncated list says how to continue, and continuing gives the rest`() throws {
    let all = try ask("query", "tasks", "--limit", "all")
    #expect(all.messages == "")
    let lines = all.text.split(separator: "\n")
    #expect(lines.count == 17)
    let first = try ask("query", "tasks", "--limit", "10", "--count", "exact")
    #expect(first.messages.hasPrefix("10 records, and there are more: --after "))
    #expect(first.messages.hasSuffix("\n17 in all\n"))
    let cursor = try #require(
      first.messages.split(separator: " ").dropFirst(7).first.map(String.init))
    let second = try ask("query", "tasks", "--after", cursor)
    #expect(second.messages == "")
    #expect(first.text + second.text == all.text)
    let page = try ask("query", "tasks", "--limit", "10", "--page", "2")
    #expect(page.text == second.text)
    #expect(
      try ask("query", "tasks", "-n", "1", "--page", "2").messages.contains("--page 3 continues"))
    #expect(try ask("query", "tasks", "--limit", "10", "--quiet").messages == "")
    #expect(try ask("query", "tasks", "--after", cursor, as: "João").exitCode == 2)
  }

  @Test
  func `an empty list says so`() throws {
    let outcome = try ask("query", "tasks", "--where", "id < 0", "--format", "json")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text == "[]\n")
    #expect(outcome.messages == "no records\n")
  }

  @Test
  func `conditions are joined by and, with --any by or`() throws {
    func count(_ words: String...) throws -> Int? {
      Int(
        try rowscope.run(["count", "tasks", "--workspace", "SampleData", "--as", "Bia"] + words)
          .text.dropLast())
    }
    let (a, b) = ("priority >= 4", "status = Waiting")
    let filter = #"[{"field": "status", "value": "Waiting"}]"#
    let all = try #require(try count())
    let either = try count("-w", a, "-w", b, "--any")
    let both = try #require(try count("-w", a, "-w", b))
    #expect(try count("-w", a, "--filter", filter) == both)
    #expect(try count("-w", a, "--filter", filter, "--any") == either)
    let parts = try #require(try count("-w", a)) + (try #require(try count("-w", b)))
    #expect(either == parts - both)
    #expect((0..<all).contains(both))
    #expect(try count("-w", "owner = @id_user") == all)
    #expect(try count("--search", "EXPORT") ?? 0 > 0)
  }

  @Test
  func `the time is that of --now`() throws {
    func days(_ now: String) throws -> String {
      try ask("count", "tasks", "-w", "due_date last days 30", "--now", now, as: "Helena").text
    }
    #expect(try days("1999-01-01T00:00:00Z") == "0\n")
    #expect(try days("2026-06-15T09:00:00-03:00") != "0\n")
    for wrong in ["2026-11-22", "2026-02-30T09:00:00Z", "2026-11-22T25:00:00Z", "now"] {
      let outcome = try ask("count", "tasks", "--now", wrong)
      #expect(outcome.exitCode == 2)
      #expect(
        outcome.messages.hasPrefix("error: `--now` takes a time with its zone, not `\(wrong)`"))
    }
  }

  @Test
  func `a query that takes too long is given up`() throws {
    let outcome = try ask("query", "tasks", "--timeout", "0.000001", as: "Helena")
    #expect(outcome.exitCode == 4)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.messages
        == "error: the request took longer than its time limit\nhelp: narrow it, or request fewer records\n"
    )
    #expect(try ask("query", "tasks", "--timeout", "0").exitCode == 2)
  }

  @Test
  func `a missing and a denied table differ only by name`() throws {
    for command in ["query", "count", "get"] {
      let id = command == "get" ? ["1"] : []
      let (denied, missing) = try (
        rowscope.run([command, "payables"] + id + ["--workspace", "SampleData", "--as", "Bia"]),
        rowscope.run([command, "nonsense"] + id + ["--workspace", "SampleData", "--as", "Bia"])
      )
      #expect(denied.exitCode == 3)
      #expect(missing.exitCode == 3)
      #expect(denied.messages == "error: unknown table \"payables\"\n")
      #expect(missing.messages == "error: unknown table \"nonsense\"\n")
      #expect(denied.output.isEmpty && missing.output.isEmpty)
    }
  }

  @Test
  func `a missing record and one out of reach look the same`() throws {
    let reached = try ask("get", "tasks", "35")
    #expect(reached.exitCode == 0)
    #expect(reached.text.hasPrefix(#"{"id":35,"title":"#))
    let (denied, missing) = try (ask("get", "tasks", "1"), ask("get", "tasks", "999999"))
    #expect(denied.exitCode == 3)
    #expect(denied.messages == "error: no such record in table \"tasks\"\n")
    #expect(denied.messages == missing.messages && denied.exitCode == missing.exitCode)
    // A key of two fields, and a text key.
    let pair = try ask("query", "task_watchers", "-n", "1", "--format", "csv", as: "Helena").text
      .split(separator: "\r\n")[1].split(separator: ",").map(String.init)
    #expect(try ask("get", "task_watchers", pair[0], pair[1], as: "Helena").exitCode == 0)
    #expect(try ask("get", "task_watchers", pair[0], as: "Helena").exitCode == 2)
    #expect(
      try ask("get", "regions", "1", "--select", "code", as: "Helena").text.hasPrefix("{\"code\":"))
    let table = try ask("get", "tasks", "35", "--format", "table").text
    #expect(table.contains("\npriority  3  (readonly)\n"))
    #expect(!table.contains("request_date"))
  }

  @Test
  func `a user without the value that a rule refers to gets nothing, and explain says why`() throws
  {
    let list = try ask("query", "clients", as: "Yasmin")
    #expect(list.exitCode == 0)
    #expect(list.output.isEmpty)
    let explanation = try ask("explain", "clients", as: "Yasmin")
    #expect(explanation.exitCode == 0)
    #expect(explanation.text.contains("Decision  no record\n"))
    // The reason is wrapped.
    let words = explanation.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("the user has no value for \"attributes.region\""))
    #expect(explanation.text.contains("no query is run"))
  }

  @Test
  func `explain shows every step`() throws {
    let text = try ask("explain", "tasks", "-w", "priority >= 3", "--sort", "due_date").text
    for part in [
      "Table     tasks\nUser      Bia Fontes (3)\nRule      profile support (SampleData/profiles/support.json, line 8)",
      "readonly  priority, client\n", "hidden    request_date\n",
      "by the profile  owner == 3 and status != \"Done\"\n", "by the request  priority >= 3\n",
      "\n  FROM \"tasks\"\n  WHERE (\"tasks\".\"owner\" = ?1\n", "\n  ORDER BY ",
      "\n  ?1  3\n  ?2  \"Done\"\n",
      "\nSQLite's plan\n  SCAN tasks\n", "\nAdvice\n",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let denied = try ask("explain", "payables")
    #expect(denied.exitCode == 3)
    #expect(
      denied.text.contains("Decision  denied: profile support, line 25: tables_disabled\n"))
    let json = try ask("explain", "tasks", "--format", "json")
    let tree = try JSONSerialization.jsonObject(with: json.output) as? [String: Any]
    #expect(tree?["decision"] as? String == "some")
    #expect(
      ((tree?["statements"] as? [[String: Any]])?.first?["sql"] as? String)?.contains("?1") == false
    )
  }

  @Test
  func `the user of a command`() throws {
    let described = try rowscope.shell(
      "rowscope query tasks --workspace SampleData --user 3 --profile support --limit all")
    #expect(described.text == (try ask("query", "tasks", "--limit", "all")).text)
    for (options, code, message) in [
      ("", 2, "error: missing the user"), ("--user 3", 2, "error: `--user` needs `--profile NAME`"),
      (
        "--user 3 --profile suport", 3,
        "error: the workspace has no profile \"suport\"\nhelp: did you mean"
      ),
      ("--as Nobody", 3, "error: there is no user \"Nobody\""),
      ("--as Bia --profile support", 2, "error: `--as` and `--profile` cannot be used together"),
      (
        "--user 3 --profile support --seat membr", 2,
        "error: there is no seat \"membr\"\nhelp: did you mean"
      ),
      (
        "--user 3 --profile support --type amdin", 2,
        "error: there is no user type \"amdin\"\nhelp: did you mean"
      ),
      ("--user 3 --profile support --attribute x", 2, "error: `--attribute` takes NAME=VALUE"),
      (
        "--user 3 --profile support --attribute x=1 --attribute x=2", 2,
        "error: the attribute \"x\" is given"
      ),
    ] {
      let outcome = try rowscope.shell("rowscope query tasks --workspace SampleData \(options)")
      #expect(outcome.exitCode == Int32(code), "\(options)")
      #expect(outcome.messages.hasPrefix(message), "\(outcome.messages)")
    }
    // A draft has the workspace's relations and types.
    let folder = try TemporaryFolder([
      "draft.json":
        #"{"tables_enabled": {"tasks": {"data": [{"field": "reminders.done", "value": 1}]}}}"#
    ])
    for (name, isOne) in [("draft.json", true), ("draft", false)] {
      let profile = "\(folder.path)/\(name)"
      let tried = try rowscope.run(
        "count", "tasks", "--workspace", "SampleData", "--user", "3", "--profile", profile)
      #expect(tried.exitCode == (isOne ? 0 : 3), "\(tried.messages)")
      #expect((Int(tried.text.dropLast()) ?? 0 > 0) == isOne)
    }
    let here = try rowscope.run("query", "tasks", "--as", "Bia")
    #expect(here.exitCode == 4)
    #expect(here.messages.hasPrefix("error: there is no workspace.json here\nhelp: "))
  }

  @Test
  func `a reader that leaves early ends the list quietly`() throws {
    let outcome = try rowscope.shell(
      "rowscope query tasks --workspace SampleData --as Helena --limit all | head -1; echo ${PIPESTATUS[0]}"
    )
    #expect(outcome.text.hasSuffix("}\n0\n"))
    #expect(outcome.messages == "")
  }

  @Test
  func `a terminal gets a table in its width, and the colours that it wants`() throws {
    let terminal = try PseudoTerminal(columns: 70)
    let words = [
      "query", "tasks", "--workspace", Sample.root + "/SampleData", "--as", "Bia", "-n", "3",
    ]
    let table = try terminal.run(words, environment: ["NO_COLOR": "1"])
    #expect(!table.contains("\u{1b}"))
    #expect(table.hasPrefix("id  title "))
    #expect(table.contains("no room for "))
    #expect(table.contains("3 records, and there are more"))
    #expect(try terminal.run(words).contains("\u{1b}[1m"))
  }

  @Test
  func `every profile of the sample is without errors`() throws {
    let outcome = try rowscope.run("check", "--workspace", "SampleData")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text.hasSuffix("\n12 profiles, 0 errors, 3 warnings\n"))
    #expect(outcome.text.contains("SampleData/profiles/nobody.json:4:"))
    // What the data says: lists that are none, and a user without a region.
    #expect(outcome.text.contains("2 of 95 values of \"participants\" are no JSON array"))
    #expect(
      outcome.text.contains(
        "profile \"regional\": 1 of its 3 users have no \"attributes.region\", which line 6"))
    let one = try rowscope.run("check", "nobody", "--workspace", "SampleData")
    #expect(one.text.hasSuffix("\n1 profile, 0 errors, 1 warning\n"))
    let unknown = try rowscope.run("check", "suport", "--workspace", "SampleData")
    #expect(unknown.exitCode == 3)
    #expect(unknown.messages.contains("did you mean \"support\"?"))
  }
}
