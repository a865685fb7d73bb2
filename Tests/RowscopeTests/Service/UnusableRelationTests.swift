import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// A relation or a link that does not fit the database denies what needs it, and nothing else. No
/// foreign key takes its place.
@Suite struct UnusableRelationTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, active INTEGER, owner INTEGER);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, client INTEGER REFERENCES clients(id), title TEXT,
      parent INTEGER, watchers TEXT);
    CREATE TABLE watching (task INTEGER, user INTEGER);
    CREATE TABLE zones (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO clients VALUES (1, 'a', 1, 7), (2, 'b', 0, 7);
    INSERT INTO tasks VALUES (1, 1, 'x', NULL, NULL), (2, 2, 'y', 1, NULL), (3, NULL, 'z', 1, NULL);
    INSERT INTO zones VALUES (1, 'south');
    """
  private static let everything = #"{"tables_enabled": {"*": {"*": "*"}}}"#

  /// What is wrong with the relation of `client`, and the codes of it.
  private static let broken: [(client: String, codes: [String])] = [
    (#"{"table": "clints", "field": "id"}"#, ["unknown_table"]),
    (#"{"table": "clients", "field": "idd"}"#, ["unknown_field"]),
    (#"{"table": "clients", "fields": {"client": "id", "titel": "name"}}"#, ["unknown_field"]),
    (#"{"table": "clients", "field": "id", "tree": true}"#, ["mismatched_relation"]),
    (
      #"{"table": "clients", "field": "id", "where": [{"field": "actve", "value": 1}]}"#,
      ["unknown_field"]
    ),
    (
      #"{"table": "clients", "field": "id", "where": [{"field": "title", "value": "x"}]}"#,
      ["unknown_field"]
    ),
    (
      #"{"table": "clients", "field": "id", "where": [{"condition": "activ"}]}"#,
      ["unknown_condition"]
    ),
    (
      #"{"table": "clients", "field": "id", "where": [{"field": "active", "operator": ">", "#
        + #""value": "x"}]}"#, ["wrong_operand"]
    ),
    (
      #"{"table": "clients", "field": "id", "when": {"field": "name", "value": "x"}}"#,
      ["unknown_field"]
    ),
    (
      #"{"table": "clients", "field": "id", "where": [{"field": "tasks.title", "value": "x"}]}"#,
      ["recursive_relation"]
    ),
    (
      #"{"table": "clients", "field": "id", "where": [{"condition": "round"}]}"#,
      ["recursive_relation"]
    ),
  ]

  private static func workspace(
    fields: String,
    others: String = #""conditions": {"active": [{"field": "active", "value": 1}], "#
      + #""round": [{"field": "tasks.title", "value": "x"}]}"#, ofTasks: String = ""
  ) throws -> WorkspaceDocument {
    try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: #"{"database": "d.sqlite", \#(others), "tables": {"tasks": {\#(ofTasks)"fields": "#
          + #"{\#(fields)}}}}"#))
  }

  private func service(
    _ database: TemporaryDatabase, _ workspace: WorkspaceDocument, _ profile: String = everything
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: profile))]),
      workspace: workspace,
      writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
  }

  private func code<Result>(_ body: () async throws(ServiceError) -> Result) async -> String {
    do throws(ServiceError) {
      _ = try await body()
      return "done"
    } catch {
      return error.code.rawValue
    }
  }

  // MARK: Relations

  @Test(arguments: broken)
  func onlyWhatNeedsItIsDenied(client: String, codes: [String]) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(fields: #""client": {"relation": \#(client)}"#)
    let service = try service(database, workspace)

    let report = try await service.check()
    #expect(report.problems.filter(\.isError).map(\.code) == codes)
    #expect(report.errorCount == codes.count)
    #expect(report.problems.first?.document == "workspace.json")

    #expect(try await service.list(ListRequest(table: "zones"), as: .ana).items.count == 1)
    #expect(try await service.list(ListRequest(table: "clients"), as: .ana).items.count == 2)
    let tasks = try await service.list(
      ListRequest(table: "tasks", where: "client" == 1), as: .ana)
    #expect(tasks.column("id") == [1])

    // A request is told what it would be told of a field that there is not.
    for (table, path) in [("tasks", "client.name"), ("clients", "tasks.title")] {
      for request in [
        #"{"object_type": "T", "filters": [{"field": "P", "value": "x"}]}"#,
        #"{"object_type": "T", "filters": [{"field": "P", "operator": "!=", "value": "x"}]}"#,
        #"{"object_type": "T", "select": ["P"]}"#, #"{"object_type": "T", "sort": "P"}"#,
        #"{"object_type": "T", "select": ["R.*"]}"#,
        #"{"object_type": "T", "filters": [{"field": "R", "operator": "none", "where": "#
          + #"[{"field": "id", "value": 1}]}]}"#,
      ] {
        func error(_ path: String) async throws -> ServiceError? {
          let relation = String(path.prefix { $0 != "." })
          let text = request.replacing("T", with: table).replacing("P", with: path)
            .replacing("R", with: relation)
          return await #expect(throws: ServiceError.self) {
            try await service.list(try ListRequest(text), as: .ana)
          }
        }
        let found = try await error(path)
        #expect(found?.code == .unknownField, "\(request) of \(path)")
        let parts = path.split(separator: ".").map(String.init)
        let unknown = try await error("qqqq.vvvv")?.message
          .replacing("qqqq", with: parts[0]).replacing("vvvv", with: parts[1])
        #expect(found?.message == unknown)
      }
    }
  }

  @Test(arguments: broken)
  func aRuleByItDeniesItsTable(client: String, codes: [String]) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(fields: #""client": {"relation": \#(client)}"#)
    let rules = [
      ("tasks", #""data": [{"field": "client.name", "value": "a"}]"#),
      ("tasks", #""data": [{"not": {"field": "client.name", "value": "a"}}]"#),
      (
        "tasks",
        #""data": [{"field": "client", "operator": "none", "where": [{"field": "id", "#
          + #""value": 1}]}]"#
      ),
      ("tasks", #""edit_data": [{"field": "client.name", "operator": "!=", "value": "a"}]"#),
      ("tasks", #""can_create": 1, "presets": {"client": {"value": 1}}"#),
      ("clients", #""data": [{"field": "tasks.title", "operator": "!=", "value": "a"}]"#),
    ]
    for (table, rule) in rules {
      let service = try service(
        database, workspace,
        #"{"tables_enabled": {"*": "*", "\#(table)": {\#(rule)}}}"#)
      #expect(
        await code { () throws(ServiceError) in
          try await service.list(ListRequest(table: table), as: .ana)
        } == "invalid_profile", "\(rule)")
      #expect(try await service.list(ListRequest(table: "zones"), as: .ana).items.count == 1)
      let problems = try await service.check().problems.filter { $0.document == "p.json" }
      #expect(problems.map(\.code) == ["unusable_relation"], "\(rule): \(problems)")
      #expect(problems.first?.hint?.hasPrefix("correct the workspace: ") == true)
    }
  }

  /// The foreign key would say which clients there are.
  @Test(arguments: broken)
  func nothingIsWrittenByIt(client: String, codes: [String]) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(fields: #""client": {"relation": \#(client)}"#)
    let service = try service(database, workspace)
    for client in [1, 9] as [Int64] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(["client": .value(.integer(client))], in: "tasks", as: .ana)
      }
      #expect(error?.message == #"the field "client" refers to a record that does not exist"#)
    }
    let error = await #expect(throws: ServiceError.self) {
      try await service.update([3], in: "tasks", set: ["client": 1], as: .ana)
    }
    #expect(error?.code == .relatedNotFound)
    for values in [["client": 2, "title": "w"], ["client": .value(.null)]] as [FieldValues] {
      let done = await code { () throws(ServiceError) in
        try await service.update([2], in: "tasks", set: values, as: .ana)
      }
      #expect(done == "done", "\(values)")
    }
    _ = try await service.create(["title": "new"], in: "tasks", as: .ana)
  }

  /// A tree, an owner and a condition everywhere need their relation.
  @Test func otherDeclarationsNeedIt() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(
      fields: #""client": {"relation": {"table": "clients", "field": "nr"}}, "#
        + #""parent": {"relation": {"table": "task", "field": "id", "tree": true}}"#,
      others: #""everywhere": {"tables": ["tasks"], "data": [{"field": "client.active", "#
        + #""value": 1}]}"#, ofTasks: #""owner_field": "client.owner", "#)
    let service = try service(database, workspace)
    #expect(
      await code { () throws(ServiceError) in
        try await service.list(ListRequest(table: "tasks"), as: .ana)
      } == "invalid_workspace")
    #expect(try await service.list(ListRequest(table: "clients"), as: .ana).items.count == 2)
    let problems = try await service.check().problems.filter(\.isError)
    #expect(
      problems.map(\.code) == [
        "unusable_relation", "unusable_relation", "unusable_relation", "unknown_field",
        "unknown_table",
      ])

    let others = try Self.workspace(
      fields: #""client": {"relation": {"table": "clients", "field": "nr"}}, "#
        + #""parent": {"relation": {"table": "task", "field": "id", "tree": true}}"#,
      ofTasks: #""owner_field": "client.owner", "#)
    let owned = try self.service(database, others)
    var user = User.ana
    user.userType = "user"
    #expect(try await owned.list(ListRequest(table: "tasks"), as: user).items.isEmpty)
    #expect(try await owned.list(ListRequest(table: "tasks"), as: .ana).items.count == 3)
    let under = try self.service(
      database, others,
      #"{"tables_enabled": {"tasks": {"data": [{"not": {"field": "parent", "operator": "#
        + #""is under", "value": 1}}]}}}"#)
    #expect(
      await code { () throws(ServiceError) in
        try await under.list(ListRequest(table: "tasks"), as: .ana)
      } == "invalid_profile")
  }

  /// With the other relation out of use, the way back keeps its long name.
  @Test func noNameGetsAnotherMeaning() async throws {
    let database = try TemporaryDatabase(
      Self.tables + "ALTER TABLE tasks ADD COLUMN payer INTEGER REFERENCES clients(id);")
    let workspace = try Self.workspace(
      fields: #""client": {"relation": {"table": "clients", "field": "nr"}}"#)
    let service = try service(database, workspace)
    func found(_ path: String) async -> String {
      await code { () throws(ServiceError) in
        try await service.list(
          ListRequest(table: "clients", where: Condition.Field(path) == "x"), as: .ana)
      }
    }
    #expect(await found("tasks(payer).title") == "done")
    #expect(await found("tasks(client).title") == "unknown_field")
    #expect(await found("tasks.title") == "unknown_field")
  }

  /// Without its key's type `!=` could hold of more.
  @Test func theFieldKeepsTheTypeOfTheForeignKey() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE clients (id TEXT PRIMARY KEY);
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, client TEXT REFERENCES clients(id));
      INSERT INTO clients VALUES ('00000000-0000-0000-0000-00000000000a');
      INSERT INTO tasks VALUES (1, '00000000-0000-0000-0000-00000000000a');
      """)
    let workspace = try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: #"{"database": "d", "tables": {"clients": {"fields": {"id": {"type": "uuid"}}}, "#
          + #""tasks": {"fields": {"client": {"relation": {"table": "c", "field": "id"}}}}}}"#))
    let service = try service(
      database, workspace,
      #"{"tables_enabled": {"tasks": {"data": [{"field": "client", "operator": "!=", "value": "#
        + #""0000000000000000000000000000000A"}]}}}"#)
    #expect(try await service.list(ListRequest(table: "tasks"), as: .ana).items.isEmpty)
  }

  // MARK: Links

  @Test(arguments: [
    #""fans": {"link": {"table": "watchin", "record": "task", "member": "user"}}"#,
    #""fans": {"link": {"table": "watching", "record": "tsk", "member": "user"}}"#,
    #""fans": {"link": {"table": "watching", "record": ["task", "user"], "member": "user"}}"#,
    #""watchers": {"link": {"table": "watching", "record": "task", "member": "user"}}"#,
  ])
  func aLinkDeniesWhatNamesIt(field: String) async throws {
    let name = field.hasPrefix("\"fans") ? "fans" : "watchers"
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(fields: field)
    let service = try service(database, workspace)
    #expect(try await service.list(ListRequest(table: "zones"), as: .ana).items.count == 1)
    let tasks = try await service.list(ListRequest(table: "tasks"), as: .ana)
    #expect(tasks.items.count == 3)
    #expect(tasks.items.first?.shape.fields.contains { $0.name == name } == false)
    #expect(
      await code { () throws(ServiceError) in
        try await service.list(
          ListRequest(table: "tasks", where: Condition.Field(name) != 7), as: .ana)
      } == "unknown_field")
    for rule in [
      #""data": [{"field": "NAME", "operator": "!=", "value": 7}]"#,
      #""can_create": 1, "presets": {"NAME": {"value": [7]}}"#,
    ] {
      let ruled = try self.service(
        database, workspace,
        #"{"tables_enabled": {"*": "*", "tasks": {\#(rule.replacing("NAME", with: name))}}}"#)
      #expect(
        await code { () throws(ServiceError) in
          try await ruled.list(ListRequest(table: "tasks"), as: .ana)
        } == "invalid_profile")
      #expect(try await ruled.list(ListRequest(table: "zones"), as: .ana).items.count == 1)
    }
  }

  // MARK: Members

  /// The members stay readable, and name no record.
  @Test func membersThatNameNoRecordAreNotWritten() async throws {
    let database = try TemporaryDatabase(
      Self.tables + "UPDATE tasks SET watchers = '[7]' WHERE id = 1;")
    let workspace = try Self.workspace(
      fields: #""watchers": {"type": "users", "relation": {"table": "people", "field": "id"}}"#)
    let service = try service(database, workspace)
    let held = try await service.list(ListRequest(table: "tasks", where: "watchers" == 7), as: .ana)
    #expect(held.column("id") == [1])
    let error = await #expect(throws: ServiceError.self) {
      try await service.update([1], in: "tasks", set: ["watchers": .members([7, 8])], as: .ana)
    }
    #expect(error?.code == .relatedNotFound)
    _ = try await service.update([1], in: "tasks", set: ["watchers": .members([7])], as: .ana)
  }

  // MARK: Changes of the structure

  @Test func aChangeThatWouldMakeOneUnusableIsRefused() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try Self.workspace(
      fields: #""client": {"relation": {"table": "clients", "field": "id", "where": "#
        + #"[{"condition": "active"}]}}, "parent": {"relation": {"table": "task", "field": "id"}}"#)
    let service = try service(
      database, workspace, #"{"tables_enabled": {"*": {"*": "*", "manage_structure": 1}}}"#)
    let report = try await service.change(
      .rename("active", to: "live"), in: "clients", as: .ana)
    #expect(!report.isMade)
    #expect(report.workspace?.list.map(\.code.rawValue) == ["unknown_field"])
    // What was wrong before is no obstacle.
    #expect(try await service.change(.rename("name", to: "called"), in: "clients", as: .ana).isMade)
  }
}
