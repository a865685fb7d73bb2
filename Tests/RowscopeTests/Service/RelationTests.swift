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

/// Related records, and members in link tables.
@Suite struct RelationTests {
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, client INTEGER REFERENCES clients (id));
    CREATE TABLE watching (task INTEGER, user INTEGER);
    CREATE INDEX watching_user ON watching (user, task);
    INSERT INTO clients VALUES (1, 'Ada', 'south'), (2, 'Bo', 'north'), (3, 'Cy', 'south');
    INSERT INTO tasks VALUES (1, 'one', 7, 1), (2, 'two', 8, 1), (3, 'three', 7, 2),
      (4, 'four', 8, 3), (5, 'five', 7, NULL);
    INSERT INTO watching VALUES (1, 7), (1, 8), (2, 8), (4, 7), (4, NULL);
    """
  static let workspace = """
    {"database": "d.sqlite", "profiles": {}, "tables": {"tasks": {"fields": {
      "watchers": {"type": "users", "link": {"table": "watching", "record": "task",
        "member": "user"}}}}}}
    """

  private func service(_ profile: String, _ database: TemporaryDatabase) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(document: SourceDocument(name: "p.json", text: profile))
      ]),
      workspace: try WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: Self.workspace)))
  }

  @Test func membersOfALinkTable() async throws {
    let service = try service(
      #"{"tables_enabled": {"tasks": "*"}}"#, TemporaryDatabase(Self.tables))
    func ids(_ filter: String) async throws -> [Value] {
      try await service.list(
        try ListRequest(
          #"{"object_type": "tasks", "filters": [{"field": "watchers", \#(filter)}]}"#),
        as: .ana
      ).column("id")
    }
    #expect(try await ids(#""value": 7"#) == [1, 4])
    #expect(try await ids(#""operator": "!=", "value": 7"#) == [2, 3, 5])
    #expect(try await ids(#""operator": "in", "value": [7, 8]"#) == [1, 2, 4])
    #expect(try await ids(#""operator": "not in", "value": [7, 8]"#) == [3, 5])
    #expect(try await ids(#""operator": "is empty""#) == [3, 5])
    #expect(try await ids(#""operator": "is not empty""#) == [1, 2, 4])
    let record = try await service.get([1], from: "tasks", select: ["watchers"], as: .ana)
    #expect(record.values == ["[7,8]"])
  }

  @Test func anIndexServesTheLinkTable() async throws {
    let service = try service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "watchers", "reference": "id_user"}]}}}"#,
      TemporaryDatabase(Self.tables))
    let explanation = try await service.explain(ListRequest(table: "tasks"), as: .ana)
    let plan = try #require(explanation.statements.first).plan
    #expect(plan.contains { $0.hasPrefix("SEARCH tasks USING INTEGER PRIMARY KEY") }, "\(plan)")
    #expect(plan.contains { $0.contains("COVERING INDEX watching_user (user=?") }, "\(plan)")
  }

  /// Tasks by their client and clients by their tasks: a profile's condition sees all of the other
  /// table, a request sees the other table's scope, and the two do not recurse into each other.
  @Test func mutuallyRelatedScopesTerminate() async throws {
    let service = try service(
      """
      {"tables_enabled": {
        "tasks": {"data": [{"field": "client.region", "value": "south"}]},
        "clients": {"data": [{"field": "tasks.owner", "reference": "id_user"}]}}}
      """, TemporaryDatabase(Self.tables))
    func list(_ request: String) async throws -> [Value] {
      try await service.list(try ListRequest(request), as: .ana).column("id")
    }
    #expect(try await list(#"{"object_type": "tasks"}"#) == [1, 2, 4])
    #expect(try await list(#"{"object_type": "clients"}"#) == [1, 2])
    // Of the tasks in scope, those with a client in scope.
    #expect(
      try await list(
        #"{"object_type": "tasks", "filters": [{"field": "client.id", "operator": ">", "value": 0}]}"#
      )
        == [1, 2])
    #expect(
      try await list(
        #"{"object_type": "clients", "filters": [{"field": "tasks.client.tasks.title", "value": "two"}]}"#
      )
        == [1])
  }

  @Test func nothingIsRunWhereNoRecordCanBeReached() async throws {
    let service = try service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "operator": "in", "reference": "teams"}]}}}"#,
      TemporaryDatabase(Self.tables))
    for user in [User.ana, User(id: 7, profile: "p", teams: [])] {
      let explanation = try await service.explain(ListRequest(table: "tasks"), as: user)
      #expect(explanation.statements.isEmpty)
      #expect(try await service.count(ListRequest(table: "tasks"), as: user) == 0)
    }
  }
}
