import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

/// `test`: expectations, how they fail, and mistakes in their files.
@Suite struct TestCommandTests {
  private func run(
    _ tests: String, _ words: String..., rows: String? = nil
  ) throws -> RowscopeProcess.Outcome {
    let folder = try TemporaryFolder()
    let rows = rows.map { #", "rows": \#($0)"# } ?? ""
    try folder.write(
      #"{"now": "2026-11-22T09:00:00Z", "tests": [\#(tests)]\#(rows)}"#, to: "t.json")
    return try Sample.rowscope.run(
      ["test", folder.path + "/t.json", "--workspace", "SampleData"] + words)
  }

  /// What is expected of Bia, and how what is differs.
  @Test(arguments: [
    (#""table": "tasks", "count": 16"#, "count: 17 instead of 16"),
    (#""table": "tasks", "hidden": []"#, #"hidden: not expected request_date"#),
    (#""table": "tasks", "hidden": ["REQUEST_DATE", "note"]"#, "hidden: missing note"),
    (#""table": "tasks", "readonly": ["client"]"#, "readonly: not expected priority"),
    (
      #""table": "tasks", "rights": ["edit", "delete"]"#,
      "rights: missing delete; not expected comment"
    ),
    (#""table": "tasks", "denied": true"#, "denied: it is not"),
    (#""table": "payables", "count": 0"#, "denied: profile support, line 25: tables_disabled"),
    (#""table": "payable", "denied": true"#, #"unknown_table: unknown table "payable""#),
    (
      #""table": "tasks", "record": 1, "rights": []"#,
      "denied: profile support, line 11: owner == @id_user"
    ),
    (#""table": "tasks", "record": 9999, "denied": true"#, "there is no such record"),
    (#""table": "tasks", "record": 35, "rights": []"#, "rights: not expected edit"),
    (#""table": "tasks", "record": [35], "denied": true"#, "denied: it is not"),
    (
      #""request": {"object_type": "tasks", "filters": [{"field": "id", "value": 35}]}, "records": []"#,
      "records: not expected 35"
    ),
    (
      #""request": {"object_type": "tasks", "filters": [{"field": "request_date", "value": null}]}, "count": 1"#,
      #"denied: unknown field "request_date" in table "tasks""#
    ),
    // A misspelt name is not what a user may not see.
    (
      #""request": {"object_type": "tassks"}, "denied": true"#,
      #"the database has no table "tassks""#
    ),
    (
      #""request": {"object_type": "tasks", "select": ["titel"]}, "denied": true"#,
      #"table "tasks" has no field "titel""#
    ),
  ])
  func aTestThatFailsSaysHow(expectation: String, failure: String) throws {
    let outcome = try run(#"{"name": "n", "as": 3, \#(expectation)}"#)
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("\n        \(failure)"), "\(outcome.text)")
    #expect(outcome.text.hasSuffix("\n1 test, 1 failed\n"))
    let report = try run(#"{"name": "a < b", "as": 3, \#(expectation)}"#, "--format", "junit")
    #expect(report.exitCode == 1)
    #expect(report.text.contains(#"<testsuites tests="1" failures="1">"#))
    #expect(report.text.contains(#"<testcase name="a &lt; b""#))
  }

  @Test(arguments: [
    (#"{"as": 3, "tabel": "tasks"}"#, #"did you mean "table"?"#),
    (#"{"as": 3, "table": "tasks"}"#, "the test expects nothing"),
    (#"{"as": 3, "count": 1}"#, #"a test is about one "table" or one "request""#),
    (#"{"table": "tasks", "count": 1}"#, #"the key "as" is missing"#),
    (#"{"as": 3, "table": "tasks", "count": -1}"#, "expected a whole number"),
    (
      #"{"as": 3, "request": {"object_type": "tasks", "filter": []}, "count": 1}"#,
      #"did you mean "filters"?"#
    ),
    (#"{"as": {"id": 3}, "table": "tasks", "count": 1}"#, #"unknown key "id""#),
  ])
  func aMistakeIsShownAtItsPlace(test: String, message: String) throws {
    let outcome = try run(test)
    #expect(outcome.exitCode == 1)
    #expect(outcome.text == "")
    #expect(outcome.messages.contains("t.json:1:"))
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
  }

  @Test func rowsTakeThePlaceOfTheRecords() throws {
    let user = #""as": {"id_user": 3, "profile": "support"}"#
    let rows = #"{"tasks": [{"id": 1, "owner": 3}, {"id": 2, "owner": 3, "status": "Done"}]}"#
    let good = try run(#"{\#(user), "table": "tasks", "records": [1]}"#, rows: rows)
    #expect(good.exitCode == 0, "\(good.text)\(good.messages)")
    let none = try run(#"{\#(user), "table": "tasks", "count": 0}"#, rows: "{}")
    #expect(none.exitCode == 0, "\(none.text)\(none.messages)")
    let table = try run(
      #"{\#(user), "table": "tasks", "count": 0}"#, rows: #"{"taks": [{"id": 1}]}"#)
    #expect(table.messages.contains(#"did you mean "tasks"?"#), "\(table.messages)")
    let field = try run(
      #"{\#(user), "table": "tasks", "count": 0}"#, rows: #"{"tasks": [{"onwer": 1}]}"#)
    #expect(field.messages.contains(#"did you mean "owner"?"#), "\(field.messages)")
    #expect(field.exitCode != 0)
  }

  @Test func withoutTestsItSaysWhereTheyGo() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"database": "d.sqlite"}"#, to: "workspace.json")
    try folder.sql("CREATE TABLE t (id INTEGER PRIMARY KEY)", on: "d.sqlite")
    let outcome = try Sample.rowscope.run(["test", "--workspace", folder.path])
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("tests/NAME.json"), "\(outcome.messages)")
  }
}
