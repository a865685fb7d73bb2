import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import SampleGenerator
import TestSupport
import Testing
import Workspaces

/// The workspace that is written beside a generated database.
@Suite struct GeneratedWorkspaceTests {
  private static let sample = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "SampleData")

  private static func sampleText(_ path: String) throws -> String {
    try String(contentsOf: sample.appending(path: path), encoding: .utf8)
  }

  /// A folder with a database of a hundred tasks and its workspace.
  private static func generated(named name: String = "desk.sqlite") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SampleDatabase(rowCount: 100).write(to: folder.path(name))
    for (path, text) in SampleWorkspace.files(database: name) { try folder.write(text, to: path) }
    return folder
  }

  @Test func `its declarations and profiles are those of the sample`() throws {
    let workspace = try Self.sampleText("workspace.json")
    let files = SampleWorkspace.files(database: "desk.sqlite")
    let own = try #require(files.last).text
    let tables = try #require(own.range(of: "  \"tables\": {"))
    #expect(workspace.hasSuffix(own[tables.lowerBound...]))
    #expect(files.count == 5)
    for file in files where file.path.hasPrefix("profiles/") {
      #expect(try file.text == Self.sampleText(file.path), "\(file.path)")
    }
  }

  @Test(arguments: ["desk.sqlite", "a \"b\" \\ é\u{301}.db"])
  func `it has no mistakes, and its users see records`(name: String) async throws {
    let folder = try Self.generated(named: name)
    let workspace = try WorkspaceContents.load(path: folder.path)
    let service = try RecordService(contents: workspace)
    let report = try await service.check(users: workspace.users)
    #expect(report.problems.map(\.message) == [])
    #expect(report.errorCount == 0)
    for user in workspace.users.users {
      let page = try await service.list(ListRequest(table: "reminders", size: 5), as: user)
      #expect(!page.items.isEmpty, "\(user.name ?? "")")
    }
  }

  @Test func `the sample's own workspace works with a generated database`() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: Self.sample.appending(path: "profiles"), to: folder.url.appending(path: "profiles"))
    try folder.write(Self.sampleText("users.json"), to: "users.json")
    try folder.write(
      Self.sampleText("workspace.json")
        .replacing("\"database\": \"tables\"", with: "\"database\": \"desk.sqlite\""),
      to: "workspace.json")
    try SampleDatabase(rowCount: 1000).write(to: folder.path("desk.sqlite"))
    let workspace = try WorkspaceContents.load(path: folder.path)
    let service = try RecordService(contents: workspace)
    let report = try await service.check(users: workspace.users)
    #expect(report.errorCount == 0, "\(report.problems.map(\.message))")
  }

  @Test func `every key of another table is there, and types are written plainly`() throws {
    let connection = try Connection(.image(SampleDatabase(rowCount: 2000).image()))
    func rows(_ sql: String) throws -> [[Value]] {
      try connection.temporaryStatement(sql, as: .unrestricted).rows()
    }
    #expect(try rows("SELECT * FROM pragma_foreign_key_check").isEmpty)
    #expect(
      try rows(
        """
        SELECT count(*) FROM sqlite_schema s, pragma_foreign_key_list(s.name) k
        WHERE s.type = 'table'
        """) == [[18]])
    #expect(
      try rows("SELECT sql FROM sqlite_schema WHERE name = 'task_watchers'") == [
        [
          """
          CREATE TABLE "task_watchers" ("task" INTEGER, "user" INTEGER, PRIMARY KEY ("task", \
          "user"), FOREIGN KEY ("task") REFERENCES "tasks" ("id") ON DELETE CASCADE, \
          FOREIGN KEY ("user") REFERENCES "employees" ("id")) WITHOUT ROWID
          """
        ]
      ])
    #expect(try rows("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%\"INTEGER\"%'") == [[0]])
    #expect(
      try rows("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY 1")
        == [["comments_task"], ["reminders_task"]])
  }
}
