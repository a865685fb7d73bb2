import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("The commands on SampleData")
struct SampleDataTests {
  private let rowscope = Sample.rowscope

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

  private static let users = [
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

  private func ask(_ words: String..., as user: String = "Bia") throws -> RowscopeProcess.Outcome {
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
  func `access in words, JSON and Markdown`() throws {
    let text = try ask("access").text
    #expect(text.hasPrefix("User        Bia Fontes (3)\nProfile     support\nSeat        member\n"))
    #expect(text.contains("\nPages       handbook\n"))
    #expect(text.contains("\npayables                         table "))
    #expect(text.contains("  profile support, line 25: tables_disabled\n"))
    #expect(text.contains("\nmanage fields                    power"))
    let table = try ask("access", "tasks").text
    #expect(table.contains("\nrequest_date  hidden    profile support, line 16: fields_excluded\n"))
    #expect(
      table.split(separator: "\n").contains { $0.hasPrefix("comment ") && $0.hasSuffix(" yes") })
    #expect(try ask("access", "payables").exitCode == 3)
    #expect(try ask("access", "nonsense").exitCode == 3)
    #expect(
      try ask("access", "--format", "markdown").text.contains("\n| table | records | readonly |"))
    let bruno = try ask("access", as: "Bruno")
    #expect(bruno.exitCode == 0)
    #expect(bruno.text.contains("none, so no data"))
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  /// A denial in the JSON of `access`.
  private struct Denial: Decodable, Equatable {
    var rule: String
    var line: Int?
    var key: String?
  }

  private struct Access: Decodable {
    struct Item: Decodable {
      var name: String?
      var right: String?
      var power: String?
      var access: String?
      var allowed: Bool?
      var open: Bool?
      var decidedBy: Denial?
    }
    struct Table: Decodable {
      var name: String
      var reached: Bool
      var records: String
      var editableRecords: String?
      var decidedBy: Denial?
      var fields: [Item]
      var rights: [Item]
    }
    var name: String?
    var tables: [Table]
    var pages: [Item]?
    var powers: [Item]?
  }

  @Test
  func `access in JSON gives the rule for each denial`() throws {
    func access(_ words: String..., as user: String) throws -> Access {
      let outcome = try rowscope.run(
        ["access"] + words + ["--workspace", "SampleData", "--as", user, "--format", "json"])
      return try Self.decoder.decode(Access.self, from: outcome.output)
    }
    for user in Self.users {
      let report = try access(as: user)
      #expect(report.tables.count == 12)
      for table in report.tables {
        #expect(table.reached || table.decidedBy != nil)
        #expect(table.records != "no record" || table.decidedBy != nil, "\(user): \(table.name)")
        for field in table.fields {
          #expect((field.access == "editable") == (field.decidedBy == nil))
        }
        for right in table.rights { #expect((right.allowed == true) == (right.decidedBy == nil)) }
      }
      for power in report.powers ?? [] {
        #expect((power.allowed == true) == (power.decidedBy == nil))
      }
      for page in report.pages ?? [] { #expect((page.open == true) == (page.decidedBy == nil)) }
    }
    let guest = try access("tasks", as: "Elisa")
    #expect(guest.pages == nil)
    let tasks = try #require(guest.tables.first)
    #expect(tasks.records == "id in [310, 368]")
    #expect(tasks.editableRecords == "id == 310")
    #expect(tasks.rights.filter { $0.allowed == true }.map(\.right) == ["edit"])
    #expect(tasks.rights.first { $0.right == "delete" }?.decidedBy?.line == 4)
    // The only developer field in the sample.
    let script = try access("assets", as: "Olga").tables.first
    #expect(script?.reached == false)
    for (user, rule) in [("Helena", "profile"), ("林 美咲", nil), ("Vera", nil)] as [(String, String?)]
    {
      let field = try access("assets", as: user).tables[0].fields.first { $0.name == "script" }
      #expect(field?.decidedBy?.rule == rule, "\(user)")
    }
  }

  @Test
  func `who may do what with a table`() throws {
    let all = try rowscope.run("access", "tasks", "--workspace", "SampleData", "--all-users")
    #expect(all.exitCode == 0)
    let lines = all.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 25)
    #expect(lines.contains { $0.hasPrefix("Bia Fontes ") && $0.contains("edit, comment") })
    #expect(lines.contains { $0.hasPrefix("Bruno Sá ") && $0.hasSuffix("denied: no profile") })
    let json = try rowscope.run(
      "access", "tasks", "--workspace", "SampleData", "--all-users", "--format", "json")
    let reports = try Self.decoder.decode([Access].self, from: json.output)
    #expect(reports.count == 23)
    #expect(reports.allSatisfy { $0.tables.map(\.name) == ["tasks"] })
    let markdown = try rowscope.run(
      "access", "tasks", "--workspace", "SampleData", "--all-users", "--format", "markdown")
    #expect(markdown.text.hasPrefix("| user | profile | seat | type | rights |"))
    for (words, message) in [
      (["access", "--all-users"], "error: `--all-users` needs a TABLE\n"),
      (["access", "tasks", "--all-users", "--as", "Bia"], "error: `--all-users` and `--as` "),
    ] {
      let outcome = try rowscope.run(words + ["--workspace", "SampleData"])
      #expect(outcome.exitCode == 2)
      #expect(outcome.messages.hasPrefix(message))
    }
    let unknown = try rowscope.run("access", "task", "--workspace", "SampleData", "--all-users")
    #expect(unknown.exitCode == 3)
    #expect(unknown.messages.contains("did you mean \"tasks\"?"))
  }

  @Test
  func `the menu in every format`() throws {
    #expect(
      try ask("menu", "--format", "table").text == """
        section  label        type    object
        ───────  ───────────  ──────  ─────────
        My day   My tasks     board   tasks
        My day   Reminders    object  reminders
        My day   How we work  page    handbook

        """)
    #expect(
      try ask("menu").text == """
        {"id":"my_day","label":"My day","items":[{"object":"tasks","label":"My tasks","type":"board"},\
        {"object":"reminders","label":"Reminders","type":"object"},{"object":"handbook","label":"How we work","type":"page"}]}

        """)
    let tree = try JSONSerialization.jsonObject(
      with: ask("menu", "--format", "json", as: "Marcos").output)
    #expect((tree as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["team", "people"])
    #expect(
      try ask("menu", "--format", "markdown").text.hasPrefix(
        "| section | label | type | object |\n"))
    #expect(try ask("menu", "--format", "csv").text.hasPrefix("section,label,type,object\r\n"))
    // A guest opens those of the profile's pages that they are invited to.
    #expect(
      try ask("menu", "--format", "csv", as: "Elisa").text
        .split(whereSeparator: \.isNewline).dropFirst() == [
          "Our work,Tasks,board,tasks", "Our work,Say something,object,comments",
        ])
    for user in ["Bruno", "Zilda", "Sakura"] {
      let outcome = try ask("menu", as: user)
      #expect(outcome.exitCode == 0)
      #expect(outcome.text == "")
      #expect(outcome.messages == "the menu is empty\n")
    }
    #expect(try ask("menu", "--format", "json", as: "Bruno").text == "[]\n")
  }

  @Test
  func `seats`() throws {
    let table = try rowscope.run("seats", "--workspace", "SampleData", "--format", "table")
    #expect(table.exitCode == 0)
    #expect(table.text.hasPrefix("Seats  9 of 10 taken, 1 left\n\nid_user  name "))
    let json = try rowscope.run("seats", "--workspace", "SampleData", "--format", "json")
    let tree = try JSONSerialization.jsonObject(with: json.output) as? [String: Any]
    #expect(tree?["count"] as? Int == 9)
    #expect(tree?["limit"] as? Int == 10)
    #expect(tree?["remaining"] as? Int == 1)
    #expect((tree?["users"] as? [Any])?.count == 23)
    let lines = try rowscope.run("seats", "--workspace", "SampleData")
    #expect(lines.messages == "9 of 10 taken, 1 left\n")
    #expect(
      lines.text.hasPrefix(
        #"{"id_user":1,"name":"Helena Prado","seat":"developer","user_type":"admin","counts":true,"rule":"limited_seat"}"#
          + "\n"))
    #expect(lines.text.filter { $0 == "\n" }.count == 23)

    let folder = try TemporaryFolder()
    try folder.write(
      #"""
      {"database": "x.sqlite", "seats": {"limit": 1}, "users": [
        {"id_user": 1, "seat": "no_code"}, {"id_user": 2, "seat": "developer"}, {"id_user": 3}]}
      """#, to: "workspace.json")
    try folder.sql("CREATE TABLE t (id INTEGER PRIMARY KEY)", on: "x.sqlite")
    let over = try rowscope.run("seats", "--workspace", folder.path, "--format", "markdown")
    #expect(over.exitCode == 1)
    #expect(over.text.contains("2 taken, 1 more than the limit of 1"))
    let check = try rowscope.run("check", "--workspace", folder.path)
    #expect(check.exitCode == 1)
    #expect(check.text.contains("error: 2 seats are taken, but the limit is 1\n"))
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
