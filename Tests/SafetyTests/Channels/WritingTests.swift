import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What a change shows, and what else it could change.
@Suite struct WritingTests {
  /// Ana (7) reaches her tasks that are not done, 2 and 3, and clients in the south.
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
    INSERT INTO clients VALUES (1, 'Ada', 'south'), (2, 'Bo', 'north');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner INTEGER, status TEXT,
      client INTEGER REFERENCES clients (id), code TEXT UNIQUE, secret TEXT DEFAULT 'zq7hidden');
    INSERT INTO tasks (id, title, owner, status, client, code, secret) VALUES
      (1, 'one', 7, 'Done', 1, 'A', 'zq7a'), (2, 'two', 7, 'Open', 1, 'B', 'zq7b'),
      (3, 'three', 7, NULL, 2, 'C', 'zq7c'), (4, 'four', 8, 'Open', 2, 'D', 'zq7d');
    CREATE TABLE watchers (task INTEGER, client INTEGER, PRIMARY KEY (task, client));
    INSERT INTO watchers VALUES (2, 1), (4, 2);
    CREATE TABLE payables (id INTEGER PRIMARY KEY, amount INTEGER);
    INSERT INTO payables VALUES (1, 100);

    """

  private static func profile(_ more: String) -> String {
    """
    {"tables_enabled": {
      "tasks": {"data": [{"field": "owner", "reference": "id_user"},
        {"field": "status", "operator": "!=", "value": "Done"}],
        "fields_excluded": ["secret"], "can_create": 1, "can_delete": 1\(more)},
      "clients": {"data": [{"field": "region", "value": "south"}], "can_create": 1},
        "watchers": "*"}}
    """
  }

  private static let workspace = """
    {"database": "x", "tables": {
      "tasks": {"fields": {"watchers": {"type": "multi", "link": {"table": "watchers",
        "record": "task", "member": "client"}}}},
      "watchers": {"fields": {"client": {"relation": {"table": "clients", "field": "id"}}}}}}
    """

  func setting(
    _ more: String = "", sql: String = ""
  ) throws -> (database: TemporaryDatabase, service: RecordService) {
    let database = try TemporaryDatabase(Self.tables + sql)
    return (
      database, try database.writingService(Self.profile(more), workspace: Self.workspace)
    )
  }

  /// The code and message that the user gets for a change that fails, or nil.
  func refusal(
    _ service: RecordService, _ body: (borrowing RecordWriter) throws(ServiceError) -> Void
  ) async -> String? {
    do throws(ServiceError) {
      try await service.write(as: .ana, body)
      return nil
    } catch {
      return String(decoding: error.wireAnswer, as: UTF8.self)
    }
  }

  func filters(_ json: String) throws -> [Condition] {
    try ListRequest(json: Array(#"{"object_type": "tasks", "filters": [\#(json)]}"#.utf8)).filters
  }

  // MARK: What is shown

  @Test(.watches(.returning)) func aChangeShowsWhatAListShows() async throws {
    let (database, service) = try setting(
      sql: """
        CREATE TRIGGER t AFTER UPDATE OF title ON tasks BEGIN
          UPDATE tasks SET secret = 'zq7' || new.title WHERE id = new.id;
        END;
        """)
    let created = try await service.create(["title": "new", "owner": 7], in: "tasks", as: .ana)
    let changed = try await service.update([2], in: "tasks", set: ["title": "zwo"], as: .ana)
    let many = try await service.update(
      .everything(in: "tasks"), set: ["status": "Doing"], as: .ana)
    #expect(many.records.count == 3)
    let fields = ["id", "title", "owner", "status", "client", "code", "watchers"]
    for record in try [#require(created.record), #require(changed.record)] + many.records {
      #expect(record.shape.fields.map(\.name) == fields)
      #expect(!"\(record.values)".contains("zq7"))
    }
    // A hidden field is requested like one that does not exist.
    let before = try database.dump()
    func refusals(_ name: String) async -> [String?] {
      await [
        refusal(service) { writer throws(ServiceError) in
          try writer.create(["title": "x", "owner": 7], in: "tasks", select: ["id", name])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["title": "x"], select: [name])
        },
      ].map { $0?.replacing(name, with: "NAME") }
    }
    let hidden = await refusals("secret")
    #expect(hidden.allSatisfy { $0?.contains("unknown_field") == true })
    #expect(await refusals("nothing") == hidden)
    #expect(try database.dump() == before)
  }

  /// The second guard: SQLite refuses a statement that would return or write more than it may read.
  @Test(
    .watches(.returning, .upsert),
    arguments: [
      "INSERT INTO tasks (title) VALUES ('x') RETURNING secret",
      "INSERT INTO tasks (title) VALUES ('x') RETURNING *",
      "INSERT INTO tasks (title) SELECT secret FROM tasks",
      "INSERT INTO tasks (title) VALUES ((SELECT secret FROM tasks))",
      "INSERT INTO tasks (title) VALUES ('x') ON CONFLICT DO UPDATE SET title = 'x'",
    ])
  func aStatementThatReturnsMoreIsRefused(sql: String) throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    let authority = Authority.writing(
      WritePermissions(
        .insert(into: "tasks", columns: ["title"]),
        reads: ReadPermissions(tables: ["tasks": ["id", "title"]])))
    #expect(throws: StoreError.self) {
      _ = try connection.statement(sql, as: authority).rows()
    }
    let count = try connection.statement("SELECT count(*) FROM tasks", as: .unrestricted).rows()
    #expect(count == [[4]])
  }

  // MARK: What else is changed

  /// A table's conflict clause would drop or skip other records, or end the whole transaction.
  @Test(
    .watches(.upsert),
    arguments: [
      "", "ON CONFLICT REPLACE", "ON CONFLICT IGNORE", "on /**/ conflict FAIL",
      "ON CONFLICT ROLLBACK",
    ])
  func aDuplicateValueDropsNoRecord(clause: String) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE codes (id INTEGER PRIMARY KEY \(clause), code TEXT UNIQUE \(clause), owner INTEGER);
      INSERT INTO codes VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 7);
      """)
    let service = try database.writingService(
      #"{"tables_enabled": {"codes": {"data": [{"field": "owner", "value": 7}], "can_create": 1}}}"#
    )
    let before = try database.dump()
    for (column, values) in [
      ("id", ["id": 2, "owner": 7]), ("code", ["code": "b", "owner": 7]),
    ] as [(String, FieldValues)] {
      for refusal in await [
        refusal(service) { writer throws(ServiceError) in try writer.create(values, in: "codes") },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([1], in: "codes", set: values)
        },
      ] {
        #expect(
          refusal
            == #"{"data":{"message":"there is a record with this value of \"\#(column)\" already","code":"not_unique"}}"#
        )
      }
    }
    #expect(try database.dump() == before)
    // The rest of the transaction is still there.
    try await service.write(as: .ana) { writer throws(ServiceError) in
      _ = try writer.update([1], in: "codes", set: ["code": "kept"])
      do throws(ServiceError) {
        _ = try writer.create(["code": "b", "owner": 7], in: "codes")
      } catch {
        guard error.code == .notUnique else { throw error }
      }
    }
    #expect(
      try database.rows("SELECT code, owner FROM codes ORDER BY id") == [
        ["kept", 7], ["b", 8], ["c", 7],
      ])
  }

  /// Keys that go down as the titles go up.
  @Test(
    .watches(.bulkUpdate, .hiddenPrimaryKey), arguments: ["id INTEGER PRIMARY KEY", "id INTEGER"])
  func manyAreShownInNoHiddenOrder(key: String) async throws {
    let database = try TemporaryDatabase(
      "CREATE TABLE t (\(key), title, n); INSERT INTO t VALUES (1, 'c', 0), (2, 'b', 0), (3, 'a', 0);"
    )
    let service = try database.writingService(
      #"{"tables_enabled": {"t": {"fields_excluded": ["id"]}}}"#)
    let written = try await service.update(.everything(in: "t"), set: ["n": 1], as: .ana)
    #expect(written.records.map { $0["title"] } == ["a", "b", "c"])
  }

  @Test(.watches(.bulkUpdate)) func manyAreChangedOnlyWithinTheScope() async throws {
    let (database, service) = try setting()
    let others = "SELECT * FROM tasks WHERE id IN (1, 4) ORDER BY id"
    let secrets = "SELECT secret FROM tasks ORDER BY id"
    let (before, hidden) = (try database.rows(others), try database.rows(secrets))
    let wide = try filters(
      #"{"field": "id", "operator": ">", "value": 0}, {"not": {"field": "owner", "value": 7}}"#)
    for selection in [
      .everything(in: "tasks"), RecordSelection(table: "tasks", filters: wide, joining: .any),
      RecordSelection(table: "tasks", filters: [], search: "t"),
    ] {
      let written = try await service.update(selection, set: ["title": "t"], as: .ana)
      #expect(written.count == 2 && written.records.map { $0["id"] } == [2, 3])
    }
    #expect(try database.rows(others) == before)
    #expect(try database.rows(secrets) == hidden)
    // All or none: one of them cannot have this value.
    let refused = await refusal(service) { writer throws(ServiceError) in
      _ = try writer.update(.everything(in: "tasks"), set: ["code": "E"])
    }
    #expect(refused?.contains("not_unique") == true)
    #expect(
      try database.rows("SELECT code FROM tasks ORDER BY id") == [["A"], ["B"], ["C"], ["D"]])
    #expect(try await service.delete(.everything(in: "tasks"), as: .ana).count == 2)
    #expect(try database.rows("SELECT * FROM tasks ORDER BY id") == before)
    #expect(try database.rows("SELECT * FROM watchers") == [[4, 2]])
  }

  @Test(.watches(.movedOutOfSight)) func aRecordThatLeavesIsNotShown() async throws {
    let (database, service) = try setting(#", "keep_in_scope": 0"#)
    let moved = try await service.update([2], in: "tasks", set: ["owner": 8], as: .ana)
    let created = try await service.create(["title": "x", "owner": 8], in: "tasks", as: .ana)
    #expect(moved.record == nil && created.record == nil)
    let many = try await service.update(.everything(in: "tasks"), set: ["status": "Done"], as: .ana)
    #expect(many.count == 1 && many.records.isEmpty)
    #expect(
      try database.rows("SELECT id, owner, status FROM tasks WHERE id IN (2, 3) ORDER BY id")
        == [[2, 8, "Open"], [3, 7, "Done"]])
  }

  @Test(.watches(.movedOutOfSight)) func aRecordIsKeptInScopeWhereTheGrantSaysSo() async throws {
    let (database, service) = try setting(#", "keep_in_scope": 1"#)
    let before = try database.dump()
    for answer in await [
      refusal(service) { writer throws(ServiceError) in
        try writer.update([2], in: "tasks", set: ["owner": 8])
      },
      refusal(service) { writer throws(ServiceError) in
        try writer.create(["title": "x", "owner": 8], in: "tasks")
      },
      refusal(service) { writer throws(ServiceError) in
        _ = try writer.update(.everything(in: "tasks"), set: ["status": "Done"])
      },
    ] {
      #expect(answer?.contains("out_of_scope") == true)
    }
    #expect(try database.dump() == before)
    let kept = try await service.update([2], in: "tasks", set: ["status": "Doing"], as: .ana)
    #expect(kept.record?["id"] == 2)
  }
}
