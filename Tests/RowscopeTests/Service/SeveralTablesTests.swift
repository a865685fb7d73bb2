import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// A field that refers to one of several tables: mistakes, messages, writing, plans. What it means
/// is in the corpus.
@Suite struct SeveralTablesTests {
  private static let tables = """
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, total REAL);
    CREATE TABLE tickets (id INTEGER PRIMARY KEY, title TEXT);
    CREATE TABLE comments (id INTEGER PRIMARY KEY, body TEXT, item_type TEXT, item_id INTEGER);
    CREATE INDEX comments_item ON comments (item_type, item_id);
    INSERT INTO invoices VALUES (1, 10.0), (2, 20.0);
    INSERT INTO tickets VALUES (1, 'a'), (5, 'b');
    INSERT INTO comments VALUES (1, 'x', 'Invoice', 1), (2, 'y', 'Ticket', 1);
    """
  private static let item =
    #"[{"table": "invoices", "field": "id", "name": "invoice", "when": {"field": "item_type", "#
    + #""value": "Invoice"}}, {"table": "tickets", "field": "id", "name": "ticket", "#
    + #""when": {"field": "item_type", "value": "Ticket"}}]"#
  private static let everything = #"{"tables_enabled": {"*": {"*": "*"}}}"#

  private static func workspace(_ item: String = item) throws -> WorkspaceDocument {
    try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: #"{"database": "d.sqlite", "tables": {"comments": {"fields": {"item_id": "#
          + #"{"relation": \#(item)}}}}}"#))
  }

  private func service(
    _ database: TemporaryDatabase, _ profile: String = everything, item: String = item
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: profile))]),
      workspace: try Self.workspace(item),
      writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
  }

  // MARK: Mistakes

  @Test(arguments: [
    (#"[]"#, "wrong_type"), (#""invoices""#, "wrong_type"), (#"["invoices"]"#, "wrong_type"),
    (item.replacing(#""name": "ticket", "#, with: ""), "required_key"),
    (item.replacing(#""name": "ticket""#, with: #""name": 7"#), "wrong_type"),
    (item.replacing(#""name": "ticket""#, with: #""called": "ticket""#), "unknown_key"),
  ])
  func whatIsNoListOfRelations(item: String, code: String) throws {
    let error = #expect(throws: Diagnostics.self) { try Self.workspace(item) }
    #expect(error?.list.first?.code.rawValue == code)
  }

  @Test(arguments: [
    ("body", #""body" is a field of table "comments""#),
    ("ITEM_ID", #""ITEM_ID" is a field of table "comments""#),
    ("Invoice", #"another relation of table "comments" is called "Invoice""#),
    ("", "the name of the relation is empty"),
  ])
  func aNameThatCannotBe(name: String, message: String) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(
      database, item: Self.item.replacing(#""name": "ticket""#, with: #""name": "\#(name)""#))
    let problems = try await service.check().problems.filter(\.isError)
    #expect(problems.map(\.code) == ["mismatched_relation"])
    #expect(problems.first?.message == message)
    let found = try await service.list(
      ListRequest(table: "comments", where: "invoice.total" > 5), as: .ana)
    #expect(found.column("id") == [1])
  }

  // MARK: Messages

  @Test(arguments: [
    "item_id.total", "item_id.title",
  ])
  func theFieldItselfNamesItsRelations(path: String) async throws {
    let hint = #""item_id" could mean several relations: "invoice", "ticket""#
    let database = try TemporaryDatabase(Self.tables)
    let ruled = try service(
      database,
      #"{"tables_enabled": {"comments": {"data": [{"field": "\#(path)", "value": 1}]}}}"#)
    let problems = try await ruled.check().problems.filter(\.isError)
    #expect(problems.map(\.code) == ["unknown_field"])
    #expect(problems.first?.hint == hint)

    let request = ListRequest(table: "comments", where: Condition.Field(path) == 1)
    let error = await #expect(throws: ServiceError.self) {
      try await self.service(database).list(request, as: .ana)
    }
    #expect(error?.hint == hint)
    // Only of what is in sight, as if there were no others.
    let partly = await #expect(throws: ServiceError.self) {
      try await self.service(
        database, #"{"tables_enabled": {"comments": "*", "tickets": "*"}}"#
      ).list(request, as: .ana)
    }
    #expect(partly?.hint == #"the relation of "item_id" is called "ticket""#)
    let blind = await #expect(throws: ServiceError.self) {
      try await self.service(
        database,
        #"{"tables_enabled": {"*": "*", "comments": {"fields_excluded": ["item_type"]}}}"#
      ).list(request, as: .ana)
    }
    #expect(blind?.hint == nil)
  }

  @Test func theOutlineShowsEach() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let outline = try await service(database).outline("comments", as: .ana)
    #expect(outline.first?.relations.map(\.name) == ["invoice", "ticket"])
    let blind = try await service(
      database, #"{"tables_enabled": {"*": "*", "comments": {"fields_excluded": ["item_type"]}}}"#
    ).outline("comments", as: .ana)
    #expect(blind.first?.relations.isEmpty == true)
  }

  // MARK: Writing

  @Test func eachKindIsWrittenToItsOwnTable() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(database)
    func code(_ values: FieldValues) async -> String {
      do {
        _ = try await service.create(values, in: "comments", as: .ana)
        return "done"
      } catch {
        return error.description
      }
    }
    let unrelated = #"the field "item_id" refers to a record that does not exist"#
    #expect(await code(["item_type": "Invoice", "item_id": 2]) == "done")
    #expect(await code(["item_type": "Ticket", "item_id": 5]) == "done")
    #expect(await code(["item_type": "Invoice", "item_id": 5]) == unrelated)
    #expect(await code(["item_id": 2, "item_type": "Ticket"]) == unrelated)
    #expect(await code(["item_type": "Ticket"]) == "done")
    let error = await #expect(throws: ServiceError.self) {
      try await service.update([1], in: "comments", set: ["item_id": 5], as: .ana)
    }
    #expect(error?.code == .relatedNotFound)
    _ = try await service.update(
      [1], in: "comments", set: ["item_id": 5, "item_type": "Ticket"], as: .ana)
  }

  /// Who reaches one of the tables writes records of it, and is told nothing of the other.
  @Test func oneTableOutOfReachKeepsNothingOfTheOtherFromBeingWritten() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(
      database, #"{"tables_enabled": {"comments": {"*": "*"}, "invoices": "*"}}"#)
    _ = try await service.create(["item_type": "Invoice", "item_id": 2], in: "comments", as: .ana)
    for key in [5, 9] as [Int64] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(
          ["item_type": "Ticket", "item_id": .value(.integer(key))], in: "comments", as: .ana)
      }
      #expect(error?.message == #"the field "item_id" refers to a record that does not exist"#)
    }
  }

  /// What decides is hidden, so that nothing tells which table is meant.
  @Test func aHiddenKindLetsNothingBeWritten() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(
      database,
      #"{"tables_enabled": {"*": {"*": "*"}, "comments": {"*": "*", "#
        + #""fields_excluded": ["item_type"]}}}"#)
    for key in [1, 9] as [Int64] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(["item_id": .value(.integer(key))], in: "comments", as: .ana)
      }
      #expect(error?.code == .relatedNotFound)
    }
  }

  /// A relation that cannot be used leads nowhere, so that no key is written for any kind.
  @Test func oneThatCannotBeUsedLetsNothingBeWritten() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(database, item: Self.item.replacing("tickets", with: "tickts"))
    for kind in ["Invoice", "Ticket"] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(
          ["item_type": .value(.text(Value.Text(kind))), "item_id": 1], in: "comments", as: .ana)
      }
      #expect(error?.code == .relatedNotFound)
    }
  }

  // MARK: Plans

  /// The index of both columns serves the way back.
  @Test func theWayBackUsesTheIndex() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let explained = try await service(database).explain(
      ListRequest(table: "invoices", where: "comments.body" == "x"), as: .ana)
    #expect(explained.advice.isEmpty)
    let plan = try #require(explained.statements.first).plan
    #expect(
      plan.contains { $0.contains("SEARCH r1 USING INDEX comments_item (item_type=?") },
      "\(plan)")
  }

  @Test func aRecordInHandFollowsEach() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let access = try await service(
      database,
      #"{"tables_enabled": {"comments": {"data": [{"or": [{"field": "invoice.total", "#
        + #""operator": ">", "value": 15}, {"field": "ticket.title", "value": "b"}]}]}}}"#
    ).recordAccess(to: "comments", as: .ana) { key in
      key.table == "invoices"
        ? [["id": key.values.first ?? .null, "total": 20]]
        : [["id": key.values.first ?? .null, "title": "b"]]
    }
    #expect(access.decision(on: ["item_type": "Invoice", "item_id": 1]) == .allowed)
    #expect(access.decision(on: ["item_type": "Ticket", "item_id": 1]) == .allowed)
    #expect(access.decision(on: ["item_type": "Letter", "item_id": 1]) == .denied)
  }
}
