import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

/// `why` and `who` on the sample: what the manual does not show.
extension SampleDataTests {
  private struct Why: Decodable {
    struct Condition: Decodable {
      var condition: String
      var met: Bool?
      var because: [String]
      var line: Int?
      var parts: [Condition]?
      var related: [Related]?
    }
    struct Related: Decodable {
      var record: String
      var parts: [Condition]
    }
    struct Grant: Decodable {
      var profile: String
      var met: Bool?
      var data: [Condition]
    }
    struct Field: Decodable {
      var name: String
      var access: String
    }
    var found: Bool
    var allowed: Bool
    var grants: [Grant]?
    var fields: [Field]?
  }

  private func ask(_ words: [String], as user: String?) throws -> RowscopeProcess.Outcome {
    try rowscope.run(
      words + ["--workspace", "SampleData"] + (user.map { ["--as", $0] } ?? []))
  }

  private func why(_ words: String..., as user: String) throws -> (Why, exitCode: Int32) {
    let answer = try ask(["why"] + words + ["--format", "json"], as: user)
    return (try JSONDecoder().decode(Why.self, from: Data(answer.text.utf8)), answer.exitCode)
  }

  @Test
  func `why tells of unknown references, paths and fields`() throws {
    // She has no region, and the rule compares with it.
    let (yasmin, code) = try why("tasks", "2", as: "Yasmin Haddad")
    #expect(code == 3)
    #expect(!yasmin.allowed)
    let region = try #require(yasmin.grants?.first?.data.first)
    #expect(region.met == nil)
    #expect(region.because.last == "the user has no value for @attributes.region")
    #expect(region.because.first?.hasPrefix("clients 20: region is ") == true)
    let (bia, done) = try why("tasks", "35", as: "Bia Fontes")
    #expect(done == 0)
    #expect(bia.fields?.first { $0.name == "request_date" }?.access == "hidden")
    #expect(bia.fields?.first { $0.name == "client" }?.access == "readonly")
    #expect(try ask("why", "tasks", "35", "--engine", "both").exitCode == 0)
  }

  @Test
  func `why says what is misspelt, missing or denied`() throws {
    #expect(try why("tasks", "9999", as: "Bia").0.found == false)
    let denied = try why("payables", "1", as: "Bia")
    #expect(denied.exitCode == 3)
    #expect(denied.0.grants?.first?.data.isEmpty == true)
    let table = try ask("why", "task", "1")
    #expect(table.exitCode == 3)
    #expect(table.messages.contains("did you mean \"tasks\"?"), "\(table.messages)")
    let field = try ask("why", "tasks", "1", "--field", "statuss")
    #expect(field.messages.contains("did you mean \"status\"?"), "\(field.messages)")
    let key = try ask("why", "tasks", "1", "2")
    #expect(key.messages.contains("has 1 values, not 2"), "\(key.messages)")
    #expect(try ask("why", "tasks", "1", "--may", "delete", "--field", "id").exitCode == 2)
  }

  @Test
  func `who names every user once`() throws {
    struct Who: Decodable {
      struct Group: Decodable {
        var users: [User]
      }
      struct User: Decodable {
        var name: String?
      }
      var groups: [Group]
    }
    for words in [["who", "tasks", "35"], ["who", "tasks"], ["who", "on-call rota", "--quiet"]] {
      let answer = try ask(words + ["--format", "json"], as: nil)
      let who = try JSONDecoder().decode(Who.self, from: Data(answer.text.utf8))
      let names = who.groups.flatMap(\.users).map(\.name)
      #expect(names.count == 23 && Set(names).count == 23, "\(words)")
    }
    #expect(try ask(["who", "tasks", "9999"], as: nil).exitCode == 3)
    #expect(try ask(["who", "tasks", "--may", "edit"], as: nil).exitCode == 2)
  }
}
