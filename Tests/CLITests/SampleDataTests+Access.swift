import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

/// What users may do: `access`, `menu` and `seats`.
extension SampleDataTests {
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
}
