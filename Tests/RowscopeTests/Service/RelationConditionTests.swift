import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Relations with a condition of their own: mistakes, writing, time. What they mean is in the
/// corpus.
@Suite struct RelationConditionTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, active INTEGER, until TEXT, name TEXT);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, paid INTEGER);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, client INTEGER, title TEXT);
    CREATE TABLE comments (id INTEGER PRIMARY KEY, kind TEXT, item INTEGER, task INTEGER);
    INSERT INTO clients VALUES (1, 1, '2026-11-30', 'a'), (2, 0, '2026-11-20', 'b');
    INSERT INTO invoices VALUES (1, 1), (2, 0);
    INSERT INTO tasks VALUES (1, 1, 'x'), (2, 2, 'y');
    INSERT INTO comments VALUES (1, 'Invoice', 1, 1), (2, 'Letter', 1, 1);
    """
  private static let active =
    #""tasks": {"fields": {"client": {"relation": {"table": "clients", "field": "id", "#
    + #""where": [{"field": "active", "value": 1}]}}}}"#
  private static let item =
    #""comments": {"fields": {"item": {"relation": {"table": "invoices", "field": "id", "#
    + #""when": {"field": "kind", "value": "Invoice"}}}}}"#
  private static let everything =
    #"{"tables_enabled": {"*": {"*": "*"}}}"#

  private func service(
    _ tables: String, _ profile: String = everything
  ) throws -> (RecordService, TemporaryDatabase) {
    let database = try TemporaryDatabase(Self.tables)
    let workspace = try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json", text: #"{"database": "d.sqlite", "tables": {\#(tables)}}"#))
    return (
      RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
        profiles: ProfileCatalog([
          "p": try Profile(document: .init(name: "p.json", text: profile))
        ]), workspace: workspace, clock: { RequestClock(now: 1_795_338_000) },
        writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1))), database
    )
  }

  // MARK: Mistakes

  @Test(arguments: [
    (active.replacing(#"[{"field": "active", "value": 1}]"#, with: "[]"), "empty_group"),
    (active.replacing(#""value": 1"#, with: #""operator": "~", "value": 1"#), "unknown_operator"),
    (active.replacing("\"where\"", with: "\"were\""), "unknown_key"),
    (item.replacing(#", "value": "Invoice""#, with: ""), "required_key"),
    (item.replacing(#""value": "Invoice""#, with: #""value": ["a"]"#), "wrong_operand"),
    (item.replacing(#""value""#, with: #""operator": "!=", "value""#), "unknown_key"),
  ])
  func aMistakeIsOneOfTheWorkspace(tables: String, code: String) async throws {
    let error = await #expect(throws: (any Error).self) {
      let (service, _) = try self.service(tables)
      _ = try await service.list(ListRequest(table: "invoices"), as: .ana)
    }
    let found = (error as? Diagnostics)?.list.first?.code.rawValue
    #expect(found ?? (error as? ServiceError)?.code.rawValue == code)
  }

  /// Two relations that depend on each other do not end either.
  @Test func twoRelationsThroughEachOtherAreAMistake() async throws {
    let tables =
      Self.active.replacing("\"active\"", with: "\"tasks.comments.kind\"") + ", "
      + #""comments": {"fields": {"task": {"relation": {"table": "tasks", "field": "id", "#
      + #""where": [{"field": "client.name", "value": "a"}]}}}}"#
    let (service, _) = try service(tables)
    let problems = try await service.check().problems.filter(\.isError)
    #expect(problems.map(\.code) == ["recursive_relation", "recursive_relation"])
    for path in ["client.name", "comments.kind"] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.list(
          ListRequest(table: "tasks", where: Condition.Field(path) == 1), as: .ana)
      }
      #expect(error?.code == .unknownField)
    }
  }

  // MARK: Writing

  @Test func aRelationIsWrittenToWhatSatisfiesItsCondition() async throws {
    let (service, database) = try service(Self.active)
    defer { withExtendedLifetime(database) {} }
    let error = await #expect(throws: ServiceError.self) {
      try await service.create(["client": 2], in: "tasks", as: .ana)
    }
    #expect(
      error
        == ServiceError(
          .relatedNotFound, #"the field "client" refers to a record that does not exist"#))
    _ = try await service.create(["client": 1], in: "tasks", as: .ana)
    // What a record has may stay.
    _ = try await service.update([2], in: "tasks", set: ["client": 2, "title": "z"], as: .ana)
  }

  @Test func whatARelationDependsOnIsCheckedAsItIsWritten() async throws {
    let (service, database) = try service(Self.item)
    defer { withExtendedLifetime(database) {} }
    for values in [["kind": "Invoice", "item": 9], ["item": 9, "kind": "Invoice"]] as [FieldValues]
    {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(values, in: "comments", as: .ana)
      }
      #expect(error?.code == .relatedNotFound)
    }
    let letter = try await service.create(["kind": "Letter", "item": 9], in: "comments", as: .ana)
    let key = try #require(letter.record?["id"])
    let error = await #expect(throws: ServiceError.self) {
      try await service.update([key], in: "comments", set: ["kind": "Invoice"], as: .ana)
    }
    #expect(error?.code == .relatedNotFound)
    _ = try await service.update(
      [key], in: "comments", set: ["kind": "Invoice", "item": 2], as: .ana)
  }

  /// What the condition reads is hidden, so that nothing tells whether it holds.
  @Test func aHiddenConditionLetsNothingBeWritten() async throws {
    let (service, database) = try service(
      Self.active,
      #"{"tables_enabled": {"*": {"*": "*"}, "clients": {"*": "*", "fields_excluded": ["active"]}}}"#
    )
    defer { withExtendedLifetime(database) {} }
    for client in [1, 2, 9] as [Int64] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(["client": .value(.integer(client))], in: "tasks", as: .ana)
      }
      #expect(
        error?.message == #"the field "client" refers to a record that does not exist"#)
    }
  }

  // MARK: Time, and what is shown

  @Test func aConditionOfTimeIsAskedAnew() async throws {
    let (service, _) = try service(
      Self.active.replacing(
        #"{"field": "active", "value": 1}"#,
        with: #"{"field": "until", "operator": ">=", "reference": "today"}"#))
    let request = ListRequest(table: "tasks", where: .field("client.name").isOne(of: ["a", "b"]))
    func ids(_ now: Int64) async throws -> [Value] {
      try await service.withSession(as: .ana, at: RequestClock(now: now)) {
        reader throws(ServiceError) in try reader.list(request)
      }.column("id")
    }
    #expect(try await ids(1_795_338_000) == [1])
    #expect(try await ids(1_795_338_000 - 5 * 86_400) == [1, 2])
    #expect(try await ids(1_795_338_000) == [1])
    #expect(try await ids(1_795_338_000 + 30 * 86_400) == [])
  }

  @Test func aRecordInHandFollowsIt() async throws {
    let (service, _) = try service(
      Self.active,
      #"{"tables_enabled": {"tasks": {"data": [{"field": "client.name", "value": "b"}]}}}"#)
    let access = try await service.recordAccess(to: "tasks", as: .ana) { _ in
      [["id": 2, "active": 0, "name": "b"]]
    }
    #expect(access.decision(on: ["client": 2]) == .denied)
    let other = try await service.recordAccess(to: "tasks", as: .ana) { _ in
      [["id": 2, "active": 1, "name": "b"]]
    }
    #expect(other.decision(on: ["client": 2]) == .allowed)
  }

  /// A relation whose own record decides by records of other tables, and that leads back to many.
  @Test func aConditionOnOtherRecordsIsAskedOfEachRecord() async throws {
    let (service, _) = try service(
      Self.item.replacing("\"kind\"", with: "\"task.title\"").replacing("Invoice", with: "x")
        .replacing(
          #""comments": {"fields": {"#,
          with:
            #""comments": {"fields": {"task": {"relation": {"table": "tasks", "field": "id"}}, "#
        ))
    let request = ListRequest(
      table: "comments", where: "item.paid" == 1)
    #expect(try await service.list(request, as: .ana).column("id") == [1, 2])
    let page = try await service.list(
      try ListRequest(#"{"object_type": "comments", "select": ["id", "item.paid"]}"#), as: .ana)
    for record in page.items {
      #expect((record.related("item")?["paid"] == 1) == [1, 2].contains(record["id"]))
    }
  }
}
