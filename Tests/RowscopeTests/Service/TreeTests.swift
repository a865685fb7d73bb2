import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Places in a tree: rules, plans, advice, messages. What `is under` means is in the corpus.
@Suite struct TreeTests {
  private static let tables = """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, boss INTEGER, note TEXT);
    INSERT INTO people (id, name, boss) VALUES
      (1, 'top', NULL), (7, 'Ana', 1), (2, 'b', 7), (3, 'c', 2), (4, 'd', 1), (5, 'e', 5);
    """
  private static let tree = #""boss": {"relation": {"table": "people", "field": "id", TREE}}"#
  private static let rule =
    #"{"tables_enabled": {"people": {"data": [{"field": "boss", "operator": "is under", "#
    + #""reference": "id_user"}], "can_edit": 1, "can_delete": 1}}}"#

  private static func workspace(_ tree: String = #""tree": true"#) throws -> WorkspaceDocument {
    let field = Self.tree.replacing("TREE", with: tree)
    return try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: #"{"database": "d.sqlite", "tables": {"people": {"fields": {\#(field)}}}}"#))
  }

  private func service(
    _ profile: String = rule, sql: String = tables, memory: MemoryPolicy = .none
  ) throws -> RecordService {
    try TemporaryDatabase(sql).service(
      profile, workspace: Self.workspace(), memory: memory)
  }

  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func myReportsAtAnyDepth(memory: MemoryPolicy) async throws {
    let service = try service(memory: memory)
    let request = ListRequest(table: "people", count: .exact)
    let page = try await service.list(request, as: .ana)
    #expect(page.column("id") == [2, 3])
    #expect(page.count?.value == 2)
    #expect(try await service.get([3], from: "people", select: ["name"], as: .ana).values == ["c"])
    await #expect(throws: ServiceError.self) {
      try await service.get([4], from: "people", as: .ana)
    }
  }

  /// Without an index every record is read, and the advice can be pasted.
  @Test func theParentNeedsAnIndex() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.rule, workspace: Self.workspace())
    let request = ListRequest(table: "people")
    let before = try await service.explain(request, as: .ana)
    #expect(
      before.advice == [
        "every record of people is read for the related ones; an index would help: "
          + "CREATE INDEX people_boss ON people (boss)"
      ])
    #expect(before.scope.contains("boss is under [people with id == 7, by boss]"))
    try database.execute("CREATE INDEX people_boss ON people (boss)")
    let after = try await service.explain(request, as: .ana)
    #expect(after.advice.isEmpty)
    let plan = try #require(after.statements.first).plan
    #expect(plan.contains { $0.contains("USING COVERING INDEX people_boss (boss=?)") }, "\(plan)")
    #expect(plan.contains { $0.contains("SEARCH people USING INTEGER PRIMARY KEY") }, "\(plan)")
  }

  // MARK: Messages

  private func problem(_ condition: String, _ workspace: WorkspaceDocument) async throws
    -> DocumentProblem?
  {
    let service = try TemporaryDatabase(Self.tables).service(
      "{\"tables_enabled\": {\"people\": {\"data\": [\(condition)]}}}", workspace: workspace)
    return try await service.check().problems.first
  }

  @Test func aTreeThatIsNotDeclaredIsShown() async throws {
    let condition = #"{"field": "boss", "operator": "is under", "value": 1}"#
    let problem = try #require(
      try await problem(condition, Self.workspace(#""tree": false"#)))
    #expect(problem.code == "operator_not_applicable")
    #expect(problem.message == #"operator "is under" does not apply to the field "boss""#)
    #expect(
      problem.hint == #"declare the tree of "people" in the workspace: "boss": "#
        + #"{"relation": {"table": "people", "field": "id", "tree": true}}"#)
    #expect(try await self.problem(condition, Self.workspace()) == nil)
    let other = try #require(
      try await self.problem(
        #"{"field": "name", "operator": "is not under", "value": 1}"#, Self.workspace()))
    #expect(
      other.hint == #""name" is no relation by one column; it goes with a field that refers to a "#
        + "table of which the records form a tree")
  }

  /// The same for a parent out of sight and for no tree, and nothing of the workspace.
  @Test func aRequestIsToldNothingOfTheWorkspace() async throws {
    let hidden = try service(
      #"{"tables_enabled": {"people": {"fields_excluded": ["note"]}}}"#)
    let request = ListRequest(table: "people", where: .field("name").isUnder(1))
    let error = await #expect(throws: ServiceError.self) {
      try await hidden.list(request, as: .ana)
    }
    #expect(error?.code.rawValue == "operator_not_applicable")
    #expect(error?.description.contains("workspace") == false)
    #expect(error?.description.contains("boss") == false)
  }

  @Test(arguments: [
    (#""boss": {"relation": {"table": "other", "field": "id", "tree": true}}"#, "another table"),
    (
      #""boss": {"relation": {"table": "people", "fields": {"boss": "id", "name": "name"}, "#
        + #""tree": true}}"#, "several fields"
    ),
    (
      #""boss": {"relation": {"table": "people", "field": "id", "tree": true}}, "note": "#
        + #"{"relation": {"table": "people", "field": "name", "tree": true}}"#, "second tree"
    ),
  ])
  func whatIsNoTreeIsAnError(fields: String, message: String) throws {
    func problems() throws -> [Diagnostic] {
      let workspace = try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json",
          text: #"{"database": "d.sqlite", "tables": {"people": {"fields": {\#(fields)}}}}"#))
      let database = try TemporaryDatabase(
        Self.tables + "CREATE TABLE other (id INTEGER PRIMARY KEY);")
      return try Connection(.readOnly(path: database.path)).readSchema().schema
        .applying(workspace).problems
    }
    do throws(any Error) {
      let found = try problems()
      #expect(found.map(\.code) == [Diagnostic.Code("mismatched_relation")])
      #expect(found.first?.message.contains(message) == true)
    } catch let error as Diagnostics {
      // The document itself says it.
      #expect(error.list.map(\.code) == [Diagnostic.Code("mismatched_relation")])
      #expect(error.list.first?.message.contains(message) == true)
    }
  }

  // MARK: Records in hand

  /// A tree deeper than a thread's stack, its last record above its first.
  @Test func aDeepCycleEnds() async throws {
    let access = try await service().recordAccess(to: "people", as: .ana) { key in
      guard case .integer(let id)? = key.values.first, id < 200_000 else { return [] }
      return [["id": .integer(id), "boss": .integer((id + 1) % 200_000)]]
    }
    #expect(access.allows(["id": 9, "boss": 10]))
    let other = try await service().recordAccess(to: "people", as: .ana) { key in
      guard case .integer(let id)? = key.values.first, id > 10 else { return [] }
      return [["id": .integer(id), "boss": .integer((id + 1) % 200_000)]]
    }
    #expect(other.decision(on: ["id": 9, "boss": 100]) == .denied)
  }

  @Test func whatIsMissingOnTheWayUpIsSaid() async throws {
    let access = try await service().recordAccess(to: "people", as: .ana) { key in
      key.values == [2] ? [["id": 2]] : nil
    }
    #expect(access.decision(on: ["boss": 2]) == .undecidable(.missingField("boss")))
    #expect(
      access.decision(on: ["boss": 3]) == .undecidable(.missingRelated(table: "people")))
    #expect(access.decision(on: ["boss": .null]) == .denied)
    #expect(access.decision(on: ["name": "x"]) == .undecidable(.missingField("boss")))
  }
}
