import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

/// `diff`: what users gain and lose by other rules.
@Suite struct DiffCommandTests {
  private static let support = "SampleData/profiles/support.json"

  private struct Difference: Decodable {
    struct Line: Decodable {
      struct User: Decodable { var name: String }
      var table: String?
      var what: String
      var name: String?
      var gained: Int
      var lost: Int
      var users: [User]
    }
    var usersGaining: Int
    var usersLosing: Int
    var differences: [Line]
  }

  /// The difference to the profile `support` with another text.
  private func difference(
    _ old: String, _ new: String, _ words: String...
  ) throws -> (Difference, exitCode: Int32) {
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: Sample.root + "/" + Self.support, encoding: .utf8)
    try folder.write(text.replacing(old, with: new), to: "new.json")
    let outcome = try Sample.rowscope.run(
      ["diff", Self.support, folder.path + "/new.json", "--workspace", "SampleData"]
        + ["--format", "json"] + words)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    try #require(!outcome.text.isEmpty, "\(outcome.messages)")
    return (try decoder.decode(Difference.self, from: Data(outcome.text.utf8)), outcome.exitCode)
  }

  @Test func whatIsTheSameIsNoDifference() throws {
    let (same, code) = try difference("Done", "Done")
    #expect(same.differences.isEmpty && code == 0)
    let workspaces = try Sample.rowscope.run(["diff", "SampleData", "SampleData/workspace.json"])
    #expect(workspaces.text == "nobody's access changes\n")
    #expect(workspaces.exitCode == 0)
  }

  @Test func aFieldLessIsALoss() throws {
    let (hidden, code) = try difference("[\"request_date\"]", "[\"request_date\", \"note\"]")
    #expect(code == 0 && hidden.usersGaining == 0 && hidden.usersLosing == 4)
    let see = try #require(hidden.differences.first { $0.what == "field" })
    #expect(see.table == "tasks" && see.name == "note" && see.gained == 0)
    #expect(hidden.differences.contains { $0.what == "write" && $0.name == "note" })
    let bia = hidden.differences.filter { line in
      line.what == "field" && line.users.contains { $0.name == "Bia Fontes" }
    }
    #expect(bia.map(\.lost) == [17])
  }

  @Test func moreRecordsAreAGain() throws {
    let (more, code) = try difference(
      #"{"field": "status", "operator": "!=", "value": "Done"},"#, "")
    #expect(code == 1 && more.usersLosing == 0)
    let records = more.differences.filter { $0.what == "records" }
    #expect(records.allSatisfy { $0.table == "tasks" && $0.gained > 0 && $0.lost == 0 })
    let (table, _) = try difference(#"["payables", "receivables"]"#, #"["payables"]"#)
    #expect(table.differences.isEmpty)
    // Where neither the seat nor the user type denies the power.
    let (users, one) = try difference(#""manage_users": 0"#, #""manage_users": 1"#)
    #expect(users.differences.map(\.name) == ["add_and_remove_users"] && one == 1)
    #expect(users.usersGaining == 3)
  }

  @Test(arguments: [
    (["SampleData", "nowhere"], 4, "nowhere"),
    ([support, "/tmp", "--workspace", "SampleData"], 4, "/tmp"),
    (["README.md", "README.md", "--workspace", "SampleData"], 2, "--profile NAME"),
    (["SampleData", "SampleData", "--profile", "support"], 2, "--workspace"),
    (
      ["README.md", "README.md", "--workspace", "SampleData", "--profile", "suport"], 3,
      "did you mean \"support\"?"
    ),
  ])
  func mistakesAreSaid(words: [String], code: Int32, message: String) throws {
    let outcome = try Sample.rowscope.run(["diff"] + words)
    #expect(outcome.exitCode == code, "\(outcome.messages)")
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
  }
}
