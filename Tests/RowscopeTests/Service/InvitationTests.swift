import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// The effect of invitations on lists, through the whole service.
@Suite struct InvitationTests {
  private static let tables = """
    CREATE TABLE forms (id INTEGER PRIMARY KEY, author TEXT, body TEXT);
    INSERT INTO forms VALUES (1, 'g', 'mine'), (2, 'h', 'theirs'), (3, NULL, 'nobody''s'),
      (4, 'h', 'shared');
    CREATE TABLE notes (id INTEGER PRIMARY KEY, form INTEGER REFERENCES forms (id));
    INSERT INTO notes VALUES (1, 1), (2, 2), (3, 4);
    CREATE VIEW bodies AS SELECT body FROM forms;
    """
  private static let workspace = """
    {"database": "x", "tables": {"forms": {"owner_field": "author"}}}
    """

  private static func users(_ invitations: String, type: String = "guest") throws -> UserDirectory {
    try UserDirectory(
      document: SourceDocument(
        name: "users.json",
        text: """
          [{"id_user": "g", "profile": "p", "user_type": "\(type)", "invitations": [
          \(invitations)
          ]}]
          """), profiles: ["p"])
  }

  private static func service(
    _ profile: String = #"{"tables_enabled": {"*": "*"}}"#
  ) throws -> RecordService {
    let database = try TemporaryDatabase(tables)
    return try database.service(
      profile,
      workspace: WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: workspace)))
  }

  private static func ids(
    _ invitations: String, type: String = "guest", table: String = "forms"
  ) async throws -> [Value] {
    let guest = try #require(try users(invitations, type: type).users.first)
    return try await service().list(ListRequest(table: table), as: guest).column("id")
  }

  @Test(arguments: [
    ("", []), (#"{"table": "forms", "mode": "submit"}"#, []),
    (#"{"table": "forms", "mode": "submit_and_view"}"#, [1]), (#"{"table": "Forms"}"#, [1]),
    (#"{"table": "forms", "record": 4, "mode": "submit_and_view"}"#, [4]),
    (#"{"table": "forms", "record": "4"}"#, [4]),
    (#"{"table": "forms"}, {"table": "forms", "record": [4]}"#, [1, 4]),
    (#"{"table": "forms", "record": 99}"#, []), (#"{"table": "forms", "record": [4, 4]}"#, []),
    (#"{"table": "forms", "record": 4, "mode": "submit"}"#, []),
    (#"{"table": "notes"}, {"table": "form"}"#, []),
  ])
  func `a guest lists what they are invited to`(invitations: String, ids: [Value]) async throws {
    #expect(try await Self.ids(invitations) == ids)
  }

  @Test func `a user lists their own records and those they are invited to`() async throws {
    let invitation = #"{"table": "forms", "record": 4}"#
    #expect(try await Self.ids(invitation, type: "user") == [1, 4])
    #expect(try await Self.ids(invitation, type: "admin") == [1, 2, 3, 4])
    // Notes have no owner.
    #expect(try await Self.ids(#"{"table": "notes"}"#, table: "notes") == [])
    #expect(try await Self.ids(#"{"table": "notes", "record": 2}"#, table: "notes") == [2])
  }

  @Test func `a guest's requests follow relations only to records in their reach`() async throws {
    let guest = try #require(
      try Self.users(
        #"{"table": "notes", "record": 2}, {"table": "notes", "record": 3}, {"table": "forms", "record": 4}"#
      ).users.first)
    let request = try ListRequest(
      json: Array(
        #"{"object_type": "notes", "filters": [{"field": "form.id", "operator": ">", "value": 0}]}"#
          .utf8))
    #expect(try await Self.service().list(request, as: guest).column("id") == [3])
  }

  @Test func `the key of an invitation may be hidden`() async throws {
    let guest = try #require(
      try Self.users(#"{"table": "forms", "record": 4}"#).users.first)
    let service = try Self.service(
      #"{"tables_enabled": {"forms": {"fields_excluded": ["id", "author"]}}}"#)
    let page = try await service.list(ListRequest(table: "forms"), as: guest)
    #expect(page.items.map(\.values) == [["shared"]])
  }

  // MARK: Checking

  @Test func `invitations are checked against the database`() async throws {
    let users = try Self.users(
      """
      {"table": "form"},
      {"table": "forms", "record": [1, 2]},
      {"table": "bodies", "record": 1},
      {"table": "notes"},
      {"table": "forms", "record": 1, "mode": "submit"},
      {"table": "forms"}, {"table": "forms", "record": 4}, {"table": "notes", "mode": "submit"},
      """)
    let report = try await Self.service().check(users: users)
    let found = try #require(report.users.first)
    #expect(
      found.list.map {
        "\(found.source.position(of: $0.range.lowerBound).line) \($0.severity) \($0.code)"
      } == [
        "2 error unknown_table", "3 error mismatched_key", "4 error mismatched_key",
        "5 warning contradiction", "6 warning contradiction",
      ])
    #expect(found.list[0].hint == "did you mean \"forms\"?")
    #expect(report.errorCount == 3)
    #expect(report.warningCount == 2)
    #expect(try await Self.service().check().users.isEmpty)
  }

  @Test(arguments: [("admin", 2), ("user", 1), ("guest", 0)])
  func `an invitation that gives nothing has a warning`(type: String, count: Int) async throws {
    let users = try Self.users(
      #"{"table": "forms"}, {"table": "forms", "record": 4}"#, type: type)
    let report = try await Self.service().check(users: users)
    #expect(report.errorCount == 0)
    #expect(report.warningCount == count)
  }
}
