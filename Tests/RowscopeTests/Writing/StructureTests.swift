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

@Suite struct StructureTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, region TEXT, note TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, secret TEXT, spare TEXT, script TEXT,
      client INTEGER REFERENCES clients (id), loud TEXT AS (upper(title)), code TEXT UNIQUE);
    INSERT INTO tasks (id, title, secret) VALUES (1, 'one', 's');
    CREATE VIEW titles AS SELECT id, title FROM tasks;
    """
  private static let profiles = [
    "builder": #"{"tables_enabled": {"*": {"*": "*"}}}"#,
    "support": #"""
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"},
      {"field": "client.region", "value": "south"}], "fields_excluded": ["secret"]}}}
    """#,
    "blind":
      #"{"tables_enabled": {"tasks": {"fields_excluded": ["owner"], "manage_structure": 1}}}"#,
  ]

  private struct Fixture {
    let database: TemporaryDatabase
    let service: RecordService

    init(_ profiles: [String: String] = StructureTests.profiles) throws {
      database = try TemporaryDatabase(StructureTests.tables)
      service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
        profiles: ProfileCatalog(
          try Dictionary(
            uniqueKeysWithValues: profiles.map { name, text in
              (name, try Profile(document: .init(name: "\(name).json", text: text)))
            })),
        workspace: try WorkspaceDocument(
          document: .init(
            name: "workspace.json",
            text: #"""
              {"database": "x", "tables": {"tasks": {"owner_field": "owner",
                "fields": {"script": {"developer": true}}}}}
              """#)),
        writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
    }

    func columns() throws -> [Value] {
      try database.column("SELECT name FROM pragma_table_info('tasks')")
    }
  }

  private static let builder = User(id: 1, profile: "builder", seat: "developer")

  @Test func aFieldIsAddedAndRenamedAndDropped() async throws {
    let fixture = try Fixture()
    let added = try await fixture.service.change(
      .add("deadline", .date), in: "TASKS", as: Self.builder)
    #expect(added.isMade)
    #expect(added.visibleTo == ["blind", "builder", "support"])
    let page = try await fixture.service.list(ListRequest(table: "tasks"), as: Self.builder)
    #expect(page.items.first?["deadline"] == .null, "the next request knows it")
    #expect(
      try await fixture.service.change(
        .rename("spare", to: "remark"), in: "tasks", as: Self.builder
      ).isMade)
    #expect(
      try await fixture.service.change(.drop("remark"), in: "tasks", as: Self.builder).isMade)
    #expect(
      try fixture.columns() == [
        "id", "title", "owner", "secret", "script", "client", "code", "deadline",
      ])
  }

  /// What a profile names in any clause, also on a path through a relation, and what the workspace
  /// declares.
  @Test(
    arguments: [
      ("tasks", .drop("secret"), ["support"], false),
      ("tasks", .rename("secret", to: "x"), ["support"], false),
      ("tasks", .drop("owner"), [], true), ("tasks", .rename("owner", to: "x"), [], true),
      ("clients", .drop("region"), ["support"], false),
      ("clients", .rename("region", to: "x"), ["support"], false),
      ("tasks", .rename("client", to: "x"), ["support"], false),
      ("tasks", .drop("script"), [], true),
    ] as [(String, FieldChange, [String], Bool)])
  func aFieldNamedByARuleStays(
    table: String, change: FieldChange, profiles: [String], isDeclared: Bool
  ) async throws {
    let fixture = try Fixture()
    let before = try fixture.columns()
    let report = try await fixture.service.change(change, in: table, as: Self.builder)
    #expect(!report.isMade)
    #expect(report.profiles.map(\.name) == profiles)
    #expect((report.workspace != nil) == isDeclared)
    #expect(
      report.profiles.allSatisfy { $0.diagnostics?.description.contains("support.json:") == true })
    #expect(try fixture.columns() == before)
    // Requests are answered as before.
    let user = User(id: 1, profile: "support")
    #expect(try await fixture.service.list(ListRequest(table: "tasks"), as: user).items.isEmpty)
  }

  @Test func anExclusionIsWrittenBeforeItsField() async throws {
    var profiles = Self.profiles
    profiles["support"] = #"{"tables_enabled": {"tasks": {"fields_excluded": ["hidden"]}}}"#
    let fixture = try Fixture(profiles)
    let support = User(id: 1, profile: "support")
    // The profile excludes a column that does not exist, so the table is denied.
    await #expect(throws: ServiceError.self) {
      try await fixture.service.list(ListRequest(table: "tasks"), as: support)
    }
    let report = try await fixture.service.change(
      .rename("secret", to: "hidden"), in: "tasks", as: Self.builder)
    #expect(report.isMade)
    let page = try await fixture.service.list(ListRequest(table: "tasks"), as: support)
    #expect(page.items.first?.shape.fields.map(\.name).contains("hidden") == false)
    #expect(page.items.first?["title"] == "one")
  }

  /// A field with a dot in its name would be found before the path that a condition means.
  @Test func aFieldCannotTakeThePlaceOfAPath() async throws {
    let fixture = try Fixture()
    for change in [
      FieldChange.add("client.region", .text), .rename("spare", to: "CLIENT.region"),
    ] {
      let report = try await fixture.service.change(change, in: "tasks", as: Self.builder)
      #expect(!report.isMade)
      #expect(report.profiles.map(\.name) == ["support"])
    }
  }

  @Test func anUnreadableProfileCannotBeChecked() async throws {
    let fixture = try Fixture()
    var catalog = ProfileCatalog()
    catalog["builder"] = try Profile(
      document: .init(name: "builder.json", text: try #require(Self.profiles["builder"])))
    do throws(Diagnostics) {
      _ = try Profile(document: .init(name: "broken.json", text: #"{"tables_enabled": "secret"}"#))
    } catch {
      catalog[fault: "broken"] = .invalid(error)
    }
    fixture.service.replaceProfiles(catalog)
    let report = try await fixture.service.change(.drop("spare"), in: "tasks", as: Self.builder)
    #expect(!report.isMade)
    #expect(report.profiles.map(\.name) == ["broken"])
  }

  @Test(arguments: [
    ("owner", ServiceError.Code.unknownField), ("nonsense", .unknownField),
    ("client.region", .unknownField),
  ])
  func aHiddenFieldDoesNotExist(field: String, code: ServiceError.Code) async throws {
    let fixture = try Fixture()
    let blind = User(id: 1, profile: "blind", seat: "no_code")
    for change in [FieldChange.drop(field), .rename(field, to: "x")] {
      await #expect {
        try await fixture.service.change(change, in: "tasks", as: blind)
      } throws: {
        ($0 as? ServiceError)?.code == code
      }
    }
  }

  @Test(arguments: [
    (User(id: 1, profile: "support"), FieldChange.add("x", .text), ServiceError.Code.denied),
    // The seat takes away what the profile gives.
    (User(id: 1, profile: "builder", seat: "member"), .add("x", .text), .denied),
    (User(id: 1, profile: "builder", seat: "no_code"), .drop("script"), .denied),
    (User(id: 1, profile: "builder", seat: "no_code"), .rename("script", to: "x"), .denied),
    (builder, .add("Title", .text), .fieldExists), (builder, .add("", .text), .fieldExists),
    (builder, .rename("spare", to: "title"), .fieldExists),
    (User(id: 1, profile: "blind", seat: "no_code"), .add("owner", .text), .fieldExists),
    (builder, .add("x", .relation), .unsupported),
    // SQLite's own reasons: a key, an index, a generated column, a view.
    (builder, .drop("id"), .constraintFailed), (builder, .drop("code"), .constraintFailed),
    (builder, .drop("title"), .constraintFailed),
  ])
  func someChangesAreRefused(
    user: User, change: FieldChange, code: ServiceError.Code
  ) async throws {
    let fixture = try Fixture([
      "builder": Self.profiles["builder"] ?? "", "blind": Self.profiles["blind"] ?? "",
      "support": #"{"tables_enabled": {"tasks": {}}}"#,
    ])
    let before = try fixture.columns()
    await #expect {
      try await fixture.service.change(change, in: "tasks", as: user)
    } throws: {
      ($0 as? ServiceError)?.code == code
    }
    #expect(try fixture.columns() == before)
  }

  @Test func namesAreQuoted() async throws {
    let fixture = try Fixture()
    let name = "x\" TEXT DEFAULT 'y'; DROP TABLE tasks; --é"
    #expect(
      try await fixture.service.change(.add(name, .users), in: "tasks", as: Self.builder).isMade)
    #expect(try fixture.columns().last == .text(name))
  }
}
