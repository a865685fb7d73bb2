import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Conditions of every table, in changes and in reports. What they do to lists is in the corpus.
@Suite struct EverywhereTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, tenant INTEGER, deleted TEXT);
    INSERT INTO clients VALUES (1, 'Sol', 5, NULL), (2, 'Mar', 5, '2026-01-01'), (3, 'Lua', 6, NULL);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, tenant INTEGER, deleted TEXT,
      client INTEGER REFERENCES clients (id));
    INSERT INTO tasks VALUES (1, 'a', 5, NULL, 1), (2, 'b', 5, '2026-01-01', 1), (3, 'c', 6, NULL, 3);
    CREATE TABLE countries (code TEXT PRIMARY KEY NOT NULL);
    INSERT INTO countries VALUES ('br');
    CREATE TABLE watching (task INTEGER, client INTEGER, tenant INTEGER, deleted TEXT);

    """
  private static let everywhere = """
    {"tables": ["*"], "except": ["countries"], "data": [{"field": "deleted", "operator": "is null"},
      {"field": "tenant", "reference": "attributes.tenant"}]}
    """

  private struct Setting {
    let database: TemporaryDatabase
    let service: RecordService

    func failure(
      as user: User = Setting.ana, _ body: (borrowing RecordWriter) throws(ServiceError) -> Void
    ) async -> ServiceError? {
      do throws(ServiceError) {
        try await service.write(as: user, body)
        return nil
      } catch {
        return error
      }
    }

    static let ana: User = {
      var user = User.ana
      user.attributes = ["tenant": .scalar(5)]
      return user
    }()
  }

  private func setting(
    _ more: String = "", everywhere: String = Self.everywhere, tables: String = "{}"
  ) throws -> Setting {
    let database = try TemporaryDatabase(Self.tables)
    let profile = """
      {"tables_enabled": {"*": "*", "tasks": {"*": "*"\(more)}}}
      """
    return Setting(
      database: database,
      service: RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
        profiles: ProfileCatalog([
          "p": try Profile(document: SourceDocument(name: "p.json", text: profile))
        ]),
        workspace: try WorkspaceDocument(
          document: SourceDocument(
            name: "workspace.json",
            text: #"{"database": "x", "tables": \#(tables), "everywhere": \#(everywhere)}"#)),
        writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1))))
  }

  @Test(arguments: ["", #", "keep_in_scope": 0"#, #", "keep_in_scope": 1"#])
  func aCreatedRecordSatisfiesThem(more: String) async throws {
    let setting = try setting(more)
    for values in [
      ["title": "x"], ["title": "x", "tenant": 6], ["tenant": 5, "deleted": "2026-01-01"],
    ] as [FieldValues] {
      let error = await setting.failure { writer throws(ServiceError) in
        _ = try writer.create(values, in: "tasks")
      }
      #expect(error?.code == .outOfScope)
    }
    let made = try await setting.service.create(
      ["title": "x", "tenant": 5], in: "tasks", as: Setting.ana)
    #expect(made.record?["title"] == "x")
    #expect(try setting.database.rows("SELECT count(*) FROM tasks") == [[4]])
  }

  @Test(arguments: ["", #", "keep_in_scope": 0"#, #", "keep_in_scope": 1"#])
  func anEditedRecordMayBeDeletedAndNotMoved(more: String) async throws {
    let setting = try setting(more)
    func update(_ values: FieldValues) async -> ServiceError.Code? {
      await setting.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: values)
      }?.code
    }
    #expect(await update(["tenant": 6]) == .outOfScope)
    #expect(await update(["tenant": nil]) == .outOfScope)
    #expect(await update(["title": "y"]) == nil)
    let marked = await update(["deleted": "2026-02-02"])
    #expect(marked == (more.contains("1") ? .outOfScope : nil))
    // Then it is there for nobody.
    #expect(await update(["title": "z"]) == (marked == nil ? .notFound : nil))
  }

  @Test func whatTheyLeaveOutIsNotThere() async throws {
    let setting = try setting()
    for key in [2, 3, 99] as [Value] {
      for error in await [
        setting.failure { writer throws(ServiceError) in
          _ = try writer.update([key], in: "tasks", set: ["title": "x"])
        },
        setting.failure { writer throws(ServiceError) in try writer.delete([key], from: "tasks") },
      ] {
        #expect(error?.message == #"no such record in table "tasks""#)
      }
    }
    for client in [2, 3, 99] as [FieldValue] {
      let error = await setting.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "tasks", set: ["client": client])
      }
      #expect(error?.code == .relatedNotFound)
    }
  }

  @Test func withoutAValueNothingIsThere() async throws {
    let setting = try setting()
    let page = try await setting.service.list(ListRequest(table: "tasks"), as: .ana)
    #expect(page.items.isEmpty)
    let report = try await setting.service.access(of: .ana, to: "tasks").tables.first
    #expect(report?.rows == "no record")
    #expect(report?.emptiness?.rule == .workspace)
    #expect(
      report?.emptiness?.description
        == #"the user has no value for "attributes.tenant", which the workspace asks for everywhere"#
    )
    let explained = try await setting.service.explain(ListRequest(table: "tasks"), as: Setting.ana)
    #expect(explained.everywhere == "deleted is null and tenant == 5")
    let countries = try await setting.service.list(ListRequest(table: "countries"), as: .ana)
    #expect(countries.items.count == 1)
  }

  @Test func aTableThatTheyDoNotFitIsDenied() async throws {
    let setting = try setting(
      everywhere: #"{"tables": ["*"], "data": [{"field": "deleted", "operator": "is null"}]}"#)
    await #expect {
      try await setting.service.list(ListRequest(table: "countries"), as: .ana)
    } throws: {
      ($0 as? ServiceError)?.code == .invalidWorkspace
    }
    let report = try await setting.service.access(of: .ana, to: "countries").tables.first
    #expect(report?.denial?.rule == .workspace)
    #expect(try await setting.service.list(ListRequest(table: "tasks"), as: .ana).items.count == 2)
  }

  /// Their members would be shown without the condition of their rows.
  @Test func aLinkToARestrictedTableIsUsedNowhere() async throws {
    let tables = """
      {"tasks": {"fields": {"fans": {"type": "multi", "link": {"table": "watching",
        "record": "task", "member": "client"}}}}}
      """
    let setting = try setting(tables: tables)
    let page = try await setting.service.list(ListRequest(table: "tasks"), as: Setting.ana)
    #expect(page.items.first?.shape.fields.map(\.name).contains("fans") == false)
    let excepted = try self.setting(
      everywhere: Self.everywhere.replacing(#"["countries"]"#, with: #"["countries", "watching"]"#),
      tables: tables)
    let shown = try await excepted.service.list(ListRequest(table: "tasks"), as: Setting.ana)
    #expect(shown.items.first?["fans"] == "[]")
  }
}
