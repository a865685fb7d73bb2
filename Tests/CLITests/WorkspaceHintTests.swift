import Foundation
import TestSupport
import Testing

/// What a beginner forgets in a workspace is said.
@Suite struct WorkspaceHintTests {
  private let rowscope = RowscopeProcess()

  private func folder(_ workspace: String) throws -> TemporaryFolder {
    try TemporaryFolder([
      "workspace.json": workspace, "p.json": #"{"tables_enabled": {"*": "*"}}"#,
      "users.json": #"[{"id_user": 1, "name": "Ana", "profile": "p"}]"#, "data/t.csv": "id\n1\n",
    ])
  }

  @Test func `a users file that is not named is noticed`() throws {
    let folder = try folder(#"{"database": "data", "profiles": {"p": "p.json"}}"#)
    let check = try rowscope.run("check", "--workspace", folder.path)
    #expect(check.exitCode == 0)
    #expect(
      check.text.contains(
        "warning: the workspace has no users, and \(folder.path)/users.json is not used"))
    #expect(check.text.contains(#"add "users": "users.json""#))
    #expect(check.text.hasSuffix("1 profile, 0 errors, 1 warning\n"))
    let query = try rowscope.run("query", "t", "--workspace", folder.path, "--as", "Ana")
    #expect(query.exitCode == 3)
    #expect(query.messages.contains(#"help: add "users": "users.json" to it; "#))
    let serve = try rowscope.run("serve", "--workspace", folder.path)
    #expect(serve.exitCode == 4)
    #expect(serve.messages.contains(#"help: add "users": "users.json" to it; "#))
  }

  @Test func `a workspace with users is not asked for others`() throws {
    for users in [#""users.json""#, "[]"] {
      let folder = try folder(
        #"{"database": "data", "profiles": {"p": "p.json"}, "users": \#(users)}"#)
      #expect(
        try rowscope.run("check", "--workspace", folder.path).text
          == "1 profile, 0 errors, 0 warnings\n")
    }
  }

  /// A table that is there and cannot be used is not called missing.
  @Test func `a table that cannot be used is told with its reason`() throws {
    let folder = try TemporaryFolder([
      "p.json": #"{"tables_enabled": {"f": "*"}}"#,
      "declared.json": #"""
      {"database": "d.sqlite", "profiles": {}, "users": [], "tables": {"f": {"label": "F"}}}
      """#,
      "workspace.json": #"{"database": "d.sqlite", "profiles": {"p": "p.json"}, "users": []}"#,
    ])
    _ = try folder.database("CREATE VIRTUAL TABLE f USING fts5(body)", name: "d.sqlite")
    let reason = "`f` left out: a virtual table may show what other tables hide"
    let declared = try rowscope.run("check", "--workspace", "\(folder.path)/declared.json")
    let said = declared.text + declared.messages
    #expect(said.contains(#"the table "f" of the database cannot be used"#))
    #expect(said.contains(reason))
    let enabled = try rowscope.run("check", "--workspace", folder.path)
    let lines = (enabled.text + enabled.messages).split(separator: "\n")
    #expect(lines.contains { $0.contains(#"unknown table "f" is enabled"#) })
    #expect(lines.filter { $0.contains(reason) }.count == 2, "at the error, and as a note")
  }

  /// A table that a profile enables with a mistake is not one that none enables.
  @Test(arguments: [
    (#"{"tables_enabled": {"t": "*"}}"#, #"note: no profile enables "u""#),
    (
      #"{"tables_enabled": {"t": {"data": [{"field": "x", "value": 1}]}}}"#,
      #"note: no profile enables "u""#
    ),
    (#"{"tables_enabled": {"t": "*", "#, nil),
  ])
  func `tables that no profile enables are told`(_ profile: String, _ note: String?) throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "data", "profiles": {"p": "p.json"}, "users": []}"#,
      "p.json": profile, "data/t.csv": "id\n1\n", "data/u.csv": "id\n1\n",
    ])
    let check = try rowscope.run("check", "--workspace", folder.path)
    let notes = (check.text + check.messages).split(separator: "\n").filter {
      $0.hasPrefix("note: no profile enables")
    }
    #expect(notes.map(String.init) == note.map { [$0] } ?? [])
  }

  /// Who writes a field for a value is told how, unless the field is out of their sight.
  @Test(arguments: [("Marcos", true), ("Bia Fontes", false)])
  func `a field in the place of a value is noticed`(_ user: String, _ isSeen: Bool) throws {
    let outcome = try rowscope.run(
      "count", "tasks", "--workspace", "SampleData", "--as", user, "--where",
      "due_date < request_date")
    #expect(outcome.messages.contains(#""due_date" takes a date, and "request_date" is not one"#))
    #expect(
      outcome.messages.contains(#"to compare with that field, write "other_field": "request_date""#)
        == isSeen)
  }

  /// A profile that is checked by its name is told what denies a table that it gives.
  @Test(arguments: [("all", true), ("one", true), ("other", false), ("without", false)])
  func `conditions of every table are said of one profile`(_ name: String, _ isTold: Bool) throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "data", "users": [],
       "profiles": {"all": "all.json", "one": "one.json", "other": "other.json",
                    "without": "without.json"},
       "everywhere": {"tables": ["*"], "data": [{"field": "deleted", "operator": "is null"}]}}
      """,
      "all.json": #"{"tables_enabled": {"*": "*"}}"#,
      "one.json": #"{"tables_enabled": {"logs": "*"}}"#,
      "other.json": #"{"tables_enabled": {"tasks": "*"}}"#,
      "without.json": #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["logs"]}"#,
      "data/tasks.csv": "id,deleted\n1,\n", "data/logs.csv": "id\n1\n",
    ])
    let check = try rowscope.run("check", name, "--workspace", folder.path)
    let message = "the conditions of every table do not fit \"logs\", so it is denied"
    #expect(check.text.contains(message) == isTold, "\(check.text)")
    let warnings = isTold ? "1 warning" : "0 warnings"
    #expect(check.text.hasSuffix("1 profile, 0 errors, \(warnings)\n"))
  }

  @Test func `a generated database comes with a workspace where asked`() throws {
    let folder = try TemporaryFolder()
    let database = folder.path("desk/desk.sqlite")
    try FileManager.default.createDirectory(
      atPath: folder.path("desk"), withIntermediateDirectories: true)
    let made = try rowscope.run("generate", "--rows", "200", database, "--with-workspace")
    #expect(made.exitCode == 0)
    #expect(made.messages.contains("try it: rowscope query tasks --workspace"))
    let workspace = folder.path("desk")
    #expect(
      try rowscope.run("check", "--workspace", workspace).text
        .hasSuffix("3 profiles, 0 errors, 0 warnings\n"))
    #expect(
      try rowscope.run("count", "tasks", "--workspace", workspace, "--as", "Helena").text == "200\n"
    )
    let again = try rowscope.run("generate", "--rows", "1", database, "--with-workspace")
    #expect(again.exitCode == 4)
    #expect(again.messages.contains("these files exist already"))
    #expect(
      try rowscope.run("count", "tasks", "--workspace", workspace, "--as", "Helena").text == "200\n"
    )
  }
}
