import AccessProfiles
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Faults of other systems that were published in 2025 and 2026, by their mechanism.
@Suite struct AdvisoryTests {
  /// Ana (7) reaches her tasks, and clients in the south. Task 2 is of client 2, in the north.
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT, secret TEXT);
    INSERT INTO clients VALUES (1, 'Ada', 'south', 'a'), (2, 'Bo', 'north', 'b');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER,
      client INTEGER REFERENCES clients (id), cost INTEGER,
      dear INTEGER AS (cost > 100), loud TEXT AS (upper(title)));
    INSERT INTO tasks (id, title, owner, client, cost) VALUES
      (1, 'one', 7, 1, 10), (2, 'two', 7, 2, 500), (3, 'three', 8, 1, 500), (4, 'four', 8, 2, 10);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id), text TEXT);
    INSERT INTO notes VALUES (1, 1, 'n1'), (2, 3, 'n3'), (3, 4, 'n4');
    """
  private static let profile = """
    {"tables_enabled": {
      "tasks": {"data": [{"field": "owner", "reference": "id_user"}], "fields_excluded": ["cost"],
        "can_create": 1, "can_delete": 1},
      "clients": {"data": [{"field": "region", "value": "south"}], "fields_excluded": ["secret"]},
      "notes": {"can_delete": 1}}}
    """

  private func answers(
    _ requests: String..., memory: Bool
  ) async throws -> [String] {
    let database = try TemporaryDatabase(Self.tables)
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: try ProfileCatalog(texts: ["p": Self.profile]),
      memory: memory ? MemoryPolicy(tables: .all, use: .always) : .none, clock: { .test })
    var answers: [String] = []
    for request in requests {
      let answer = await service.answer(json: request.utf8, as: .ana)
      answers.append(String(decoding: answer.json, as: UTF8.self))
    }
    return answers
  }

  @Test(.watches(.computedField), arguments: [false, true])
  func aTestOfAComputedFieldSeesTheScopeAlone(memory: Bool) async throws {
    let answers = try await answers(
      #"{"object_type": "tasks", "select": ["id"], "filters": [{"field": "loud", "operator": "!=", "value": "ONE"}], "count": "exact"}"#,
      #"{"object_type": "tasks", "select": ["id"], "filters": [{"field": "dear", "value": 1}]}"#,
      #"{"object_type": "tasks", "select": ["id"], "filters": [{"field": "near", "value": 1}]}"#,
      memory: memory)
    #expect(
      answers[0]
        == #"{"data":{"items":[{"id":2}],"has_more":false,"count":{"value":1,"exact":true}}}"#)
    // What computes from a hidden field is no field.
    #expect(answers[1] == answers[2].replacing("near", with: "dear"))
    #expect(answers[1].contains("unknown_field"))
  }

  @Test(.watches(.droppedSubquery), arguments: [false, true])
  func noFilterOfASubqueryIsDropped(memory: Bool) async throws {
    // Of tasks in scope, only the first has a note, and that is not called n3.
    let answers = try await answers(
      #"{"object_type": "tasks", "select": ["id"], "filters": [{"field": "notes", "operator": "some", "where": [{"field": "text", "value": "n3"}]}]}"#,
      #"{"object_type": "tasks", "select": ["id"], "filters": [{"field": "notes", "operator": "none", "where": [{"field": "text", "value": "n1"}]}]}"#,
      #"{"object_type": "notes", "select": ["id"], "filters": [{"field": "task", "operator": "some", "where": [{"field": "title", "operator": "!=", "value": "one"}]}]}"#,
      #"{"object_type": "notes", "select": ["id"], "filters": [{"field": "task.client.name", "operator": "!=", "value": "nobody"}]}"#,
      memory: memory)
    #expect(answers[0] == #"{"data":{"items":[],"has_more":false}}"#)
    #expect(answers[1] == #"{"data":{"items":[{"id":2}],"has_more":false}}"#)
    #expect(answers[2] == #"{"data":{"items":[],"has_more":false}}"#)
    // A complement keeps the records that have no such related record in scope.
    #expect(answers[3] == #"{"data":{"items":[{"id":1},{"id":2},{"id":3}],"has_more":false}}"#)
  }

  @Test(.watches(.hiddenParent), arguments: [false, true])
  func theChildrenOfAHiddenParentAreNotListed(memory: Bool) async throws {
    let answers = try await answers(
      #"{"object_type": "tasks", "select": ["id", {"path": "client.tasks", "select": ["id"]}]}"#,
      #"{"object_type": "notes", "select": ["id"], "filters": [{"field": "task.client.region", "value": "north"}]}"#,
      memory: memory)
    #expect(
      answers[0]
        == #"{"data":{"items":[{"id":1,"client":{"tasks":{"items":[{"id":1}],"has_more":false}}},"#
        + #"{"id":2,"client":null}],"has_more":false}}"#)
    #expect(answers[1] == #"{"data":{"items":[],"has_more":false}}"#)
  }

  @Test(.watches(.expandedRecord), arguments: [false, true])
  func anExpandedRecordFollowsItsOwnTablesRule(memory: Bool) async throws {
    let answers = try await answers(
      #"{"object_type": "notes", "select": ["id", "task.title", "task.client.*"]}"#,
      #"{"object_type": "notes", "select": ["id", "task.cost"]}"#,
      #"{"object_type": "notes", "select": ["id"], "sort": "task.cost"}"#, memory: memory)
    #expect(
      answers[0]
        == #"{"data":{"items":[{"id":1,"task":{"title":"one","client":{"id":1,"name":"Ada","#
        + #""region":"south"}}},{"id":2,"task":null},{"id":3,"task":null}],"has_more":false}}"#)
    #expect(answers[1].contains("unknown_field") && answers[2].contains("unknown_field"))
  }

  @Test(.watches(.otherTable, .actByKey))
  func anActReachesWhatTheListOfItsTableReaches() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.writingService(Self.profile)
    func code(
      _ body: @Sendable (borrowing RecordWriter) throws(ServiceError) -> Void
    ) async -> ServiceError.Code? {
      do throws(ServiceError) {
        try await service.write(as: .ana) { writer throws(ServiceError) in try body(writer) }
        return nil
      } catch {
        return error.code
      }
    }
    // Note 3 and task 4 exist, and no task of the key 99.
    for key in [3, 4, 99] as [Value] {
      #expect(
        await code { writer throws(ServiceError) in
          _ = try writer.update([key], in: "tasks", set: ["title": "x"])
        } == .notFound)
      #expect(
        await code { writer throws(ServiceError) in _ = try writer.delete([key], from: "tasks") }
          == .notFound)
    }
    // A selection of one table changes none of another, whatever the keys say.
    #expect(
      await code { writer throws(ServiceError) in
        _ = try writer.delete(RecordSelection(table: "notes", where: "id" == 1))
      } == nil)
    let titles = try database.rows("SELECT title FROM tasks ORDER BY id").map { $0[0] }
    #expect(titles == ["one", "two", "three", "four"])
    #expect(try database.rows("SELECT id FROM notes").map { $0[0] } == [2, 3])
  }

  @Test(.watches(.returningField))
  func theRightToADroppedFieldDoesNotComeBack() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(Self.profile)
    let request = ListRequest(table: "clients")
    #expect(try await service.list(request, as: .ana).items.first?.fields.count == 3)
    try database.execute("ALTER TABLE clients DROP COLUMN secret")
    // The exclusion names nothing now, so the table is denied.
    let error = await #expect(throws: ServiceError.self) {
      try await service.list(request, as: .ana)
    }
    #expect(error?.code == .invalidProfile)
    // A new field of that name is excluded as the old one was.
    try database.execute("ALTER TABLE clients ADD COLUMN secret INTEGER DEFAULT 5")
    let fields = try await service.list(request, as: .ana).items.first?.fields.map(\.name)
    #expect(fields == ["id", "name", "region"])
  }
}
