import Foundation
import TestSupport
import Testing

/// What tables and schema show, and to whom.
@Suite struct SchemaCommandTests {
  private let rowscope = RowscopeProcess()

  @Test func `an administrator sees all tables`() throws {
    let outcome = try rowscope.run("tables", "--workspace", "SampleData", "--format", "csv")
    #expect(outcome.exitCode == 0)
    let lines = outcome.text.split(separator: "\r\n")
    #expect(lines.count == 13)
    #expect(lines.contains("tasks,id,12,\"owner, team, client\",Tasks"))
  }

  @Test func `a user sees their tables`() throws {
    let outcome = try rowscope.run(
      "tables", "--workspace", "SampleData", "--as", "Bia Fontes", "--format", "csv")
    // request_date is excluded, and clients is none of hers: the path to it is not there.
    #expect(
      outcome.text.split(separator: "\r\n") == [
        "table,key,fields,relations,label", #"reminders,id,8,task,Reminders"#,
        #"tasks,id,11,"",Tasks"#,
      ])
  }

  @Test func `a table is shown as the user sees it`() throws {
    let whole = try rowscope.run("schema", "tasks", "--workspace", "SampleData")
    #expect(whole.text.contains("request_date"))
    #expect(whole.text.contains("clients.name"))
    let seen = try rowscope.run(
      "schema", "tasks", "--workspace", "SampleData", "--as", "Bia Fontes", "--format", "json")
    #expect(!seen.text.contains("request_date"))
    #expect(!seen.text.contains("clients"))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(seen.text.utf8)) as? [String: Any])
    let fields = try #require(json["fields"] as? [[String: Any]])
    #expect(
      fields.filter { $0["readonly"] as? Bool == true }.map { $0["name"] as? String }
        == ["priority", "client"])
  }

  @Test func `a table out of sight is unknown, in the same words`() throws {
    func messages(_ table: String) throws -> String {
      let outcome = try rowscope.run(
        "schema", table, "--workspace", "SampleData", "--as", "Bia Fontes")
      #expect(outcome.exitCode == 3)
      #expect(outcome.text == "")
      return outcome.messages.replacing(table, with: "T")
    }
    #expect(try messages("payables") == messages("parables"))
  }

  @Test func `a database needs no profile to be looked at`() throws {
    let folder = try TemporaryFolder()
    try folder.sql(
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, b REFERENCES notes)", on: "x.sqlite")
    let tables = try rowscope.run("tables", "--db", folder.path("x.sqlite"), "-f", "jsonl")
    #expect(tables.exitCode == 0)
    #expect(tables.text.contains(#""primary_key":["id"]"#))
    let user = try rowscope.run("tables", "--db", folder.path("x.sqlite"), "--user", "1")
    #expect(user.exitCode == 2)
    let wrong = try rowscope.run("schema", "note", "--db", folder.path("x.sqlite"))
    #expect(wrong.exitCode == 3)
    #expect(wrong.messages.contains("did you mean \"notes\"?"))
  }

  @Test func `what is missing is said`() throws {
    let outcome = try rowscope.run("schema", "--workspace", "SampleData")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("missing TABLE"))
  }
}
