import AccessProfiles
import Documents
import RecordFilter
import Testing

/// Menus with mistakes: each is reported, and nothing is shown.
@Suite struct MenuTests {
  @Test(arguments: [
    (#"{"default_tabs": 1}"#, 1), (#"{"default_tabs": [1]}"#, 1),
    (#"{"default_tabs": [{"items": 1}]}"#, 1), (#"{"default_tabs": [{"items": [1]}]}"#, 1),
    (#"{"default_tabs": [{"items": [{"object": "t", "type": 1}]}]}"#, 1),
    (#"{"default_tabs": [{"items": [{"object": "t", "type": "nonsense"}]}]}"#, 1),
    (#"{"default_tabs": [{"items": [{}]}]}"#, 2),
    (#"{"default_tabs": [{"items": [{"objekt": "t"}]}]}"#, 1),
    (#"{"default_tabs": [{"id": 1.5, "label": 1, "nonsense": 1}]}"#, 3),
    (#"{"create_dashboard": "yes"}"#, 1), (#"{"create_table": 2}"#, 1),
    (#"{"manage_users": []}"#, 1),
  ])
  func mistakes(text: String, count: Int) {
    #expect {
      try Profile(document: SourceDocument(name: "p.json", text: text))
    } throws: { error in
      (error as? Diagnostics)?.list.count == count
    }
  }

  @Test func aDocumentThatIsNotJSON() {
    let problems = ProfileCheck.diagnostics(
      of: SourceDocument(name: "p.json", text: "{"), schema: Schema(tables: []))
    #expect(problems.list.count == 1)
  }

  @Test func codesHaveTheirNames() {
    #expect(Diagnostic.Code(rawValue: "a") == Diagnostic.Code("a"))
  }
}
