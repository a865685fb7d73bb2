import AccessProfiles
import Documents
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@testable import RecordEngine
@testable import Rowscope

/// Related records in answers. What they show is in the corpus; here is how they arrive.
@Suite struct RelatedAnswerTests {
  static let tables = """
    CREATE TABLE regions (code TEXT PRIMARY KEY NOT NULL, name TEXT);
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT REFERENCES regions (code));
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, client INTEGER REFERENCES clients (id));
    CREATE TABLE notes (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id), text TEXT);
    CREATE INDEX notes_task ON notes (task);
    INSERT INTO regions VALUES ('s', 'south'), ('n', 'north');
    INSERT INTO clients VALUES (1, 'Ada', 's'), (2, 'Bo', 'n'), (3, 'Cy', NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)
      INSERT INTO tasks SELECT i, 'task ' || i, nullif(i % 5, 4) FROM n;
    INSERT INTO notes SELECT 3 * id, id, 'first ' || id FROM tasks WHERE id % 2 = 0;
    INSERT INTO notes SELECT 3 * id + 1, id, 'second ' || id FROM tasks WHERE id % 3 = 0;
    """
  static let profile = """
    {"tables_enabled": {"*": "*", "clients": {"data": [{"field": "name", "operator": "!=", "value": "Bo"}]}}}
    """
  static let selection: [FieldSelection] = [
    "id", "client.name", "client.region.name",
    .list("notes", select: ["text"], sort: [.descending("id")], size: 1),
  ]

  func service(
    _ database: TemporaryDatabase, memory: MemoryPolicy = .none
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog([
        "p": try Profile(document: SourceDocument(name: "p.json", text: Self.profile))
      ]), memory: memory)
  }

  /// The time is asked between the records of a batch, which are all read before the first is given.
  @Test(arguments: [true, false])
  func theTimeIsAskedWhileAnAnswerIsMade(ends: Bool) async throws {
    try await OwnThread.run {
      let database = try TemporaryDatabase(Self.tables)
      let service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
        profiles: ProfileCatalog([
          "p": try Profile(document: SourceDocument(name: "p.json", text: Self.profile))
        ]), limits: .init(timeout: ends ? .milliseconds(300) : nil))
      let request = ListRequest(table: "tasks", select: Self.selection, size: 5)
      var seen = 0
      var code: ServiceError.Code?
      do throws(ServiceError) {
        seen = try await service.withSession(as: .ana) { session throws(ServiceError) in
          var seen = 0
          _ = try session.forEachRecord(of: try session.prepare(request)) { _ in
            if ends, seen == 0 { while !session.deadline.hasPassed {} }
            seen += 1
            return true
          }
          return seen
        }
      } catch {
        code = error.code
      }
      #expect(code == (ends ? .deadlineExceeded : nil) && seen == (ends ? 0 : 5))
    }
  }

  @Test(arguments: [
    (#"{"path": "title"}"#, #"it is a field: select it by its name, \"title\""#),
    (#"{"path": "note"}"#, #"did you mean \"notes\"?"#),
    (
      #"{"path": "clients"}"#,
      #"\"clients\" leads to no related records from table \"tasks\"; did you mean \"client\"?"#
    ),
    (#"{"path": "x"}"#, #"its relations are \"client\", \"notes\""#),
    (
      #"{"path": "notes", "size": 501}"#,
      "the size of a list of related records is at most 500; ask for the rest by a request of its own"
    ),
  ])
  func whatIsWrongWithAListIsSaid(list: String, words: String) async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    let answer = await service.answer(
      json: "{\"object_type\": \"tasks\", \"select\": [\(list)]}".utf8, as: .ana)
    let text = String(decoding: answer.json, as: UTF8.self)
    #expect(text.contains(words), "\(text)")
  }

  /// However they are asked for, the records are the same, and each is its own JSON.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func allWaysShowTheSame(memory: MemoryPolicy) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try service(database, memory: memory)
    var request = ListRequest(table: "tasks", select: Self.selection, sort: [.descending("id")])
    var streamed: [[UInt8]] = []
    for try await record in service.stream(request, as: .ana) { streamed.append(record.json) }
    #expect(streamed.count == 1203)
    var listed: [[UInt8]] = []
    request.size = 500
    repeat {
      let page = try await service.list(request, as: .ana)
      listed += page.items.map(\.json)
      let answer = String(decoding: await service.answer(request, as: .ana).json, as: UTF8.self)
      let items = page.items.map { String(decoding: $0.json, as: UTF8.self) }
      #expect(answer.hasPrefix(#"{"data":{"items":["# + items.joined(separator: ",") + "]"))
      request.after = page.next
    } while request.after != nil
    #expect(listed == streamed)
    // More than one batch in one list.
    let all = try await service.withSession(as: .ana) { session throws(ServiceError) in
      var request = request
      request.size = nil
      var objects: [[UInt8]] = []
      let list = try session.prepare(request, anySize: true)
      _ = try session.forEachObject(of: list) { object, _ in
        objects.append(Array(object))
        return true
      }
      return objects
    }
    #expect(all == streamed)
  }

  @Test func aLevelIsOneStatement() async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    let explanation = try await service.explain(
      ListRequest(table: "tasks", select: Self.selection, size: 500), as: .ana)
    #expect(explanation.statements.count == 4)
    let notes = try #require(explanation.statements.last)
    // Of each record the first few, found by the index.
    #expect(notes.sql.contains("LIMIT ?"))
    #expect(notes.plan.joined().contains("notes_task"))
    #expect(!notes.plan.joined().contains("SCAN notes"))
  }

  @Test func oneRecordWithItsRelatedOnes() async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    for _ in 0..<2 {
      let record = try await service.get([6], from: "tasks", select: Self.selection, as: .ana)
      #expect(record.related("client")?["name"] == "Ada")
      #expect(record.related("CLIENT")?.related("region")?["name"] == "south")
      #expect(record.relatedList("notes")?.items.map { $0["text"] } == ["second 6"])
      #expect(record.relatedList("notes")?.hasMore == true)
      #expect(record.related("notes") == nil && record.relatedList("client") == nil)
      #expect(record["client"] == .null)
    }
  }

  /// Keys of other types than those that they refer to, as columns compare them.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func keysCompareAsColumns(memory: MemoryPolicy) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE parents (id INTEGER PRIMARY KEY);
      CREATE TABLE texts (id INTEGER PRIMARY KEY, parent TEXT REFERENCES parents (id));
      CREATE TABLE plain (id INTEGER PRIMARY KEY, parent REFERENCES parents (id));
      CREATE INDEX plain_parent ON plain (parent);
      CREATE TABLE reals (id INTEGER PRIMARY KEY, parent REAL REFERENCES parents (id));
      CREATE INDEX reals_parent ON reals (parent);
      INSERT INTO parents VALUES (1), (2), (9007199254740993);
      INSERT INTO texts VALUES (1, '1'), (2, '01'), (3, '1.0'), (4, 'x'), (5, '2'), (6, NULL);
      INSERT INTO plain VALUES (1, 1), (2, '1'), (3, 1.0), (4, x'31'), (5, 2);
      INSERT INTO reals VALUES (1, 1), (2, 2.5), (3, 9007199254740992), (4, 2);
      """)
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(
          document: SourceDocument(name: "p", text: #"{"tables_enabled": {"*": "*"}}"#))
      ]), memory: memory)
    let page = try await service.list(
      ListRequest(
        table: "parents",
        select: ["id"]
          + ["texts", "plain", "reals"].map { .list($0, select: ["id"], size: 10) }), as: .ana)
    func ids(_ record: Record, _ name: String) -> [Value] {
      record.relatedList(name)?.items.compactMap { $0["id"] } ?? []
    }
    let first = try #require(page.items.first)
    #expect(ids(first, "texts") == [1, 2, 3])
    #expect(ids(first, "plain") == [1, 2, 3])
    #expect(ids(first, "reals") == [1])
    #expect(ids(page.items[1], "texts") == [5])
    #expect(ids(page.items[1], "plain") == [5])
    #expect(ids(page.items[1], "reals") == [4])
    #expect(ids(page.items[2], "reals") == [])
  }

  /// The records that the members of a field name, each once and in the order of the list.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func membersAreLists(memory: MemoryPolicy) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE codes (code TEXT PRIMARY KEY NOT NULL, label TEXT);
      CREATE TABLE posts (id INTEGER PRIMARY KEY, authors TEXT, codes TEXT);
      CREATE TABLE reading (post INTEGER, person);
      CREATE INDEX reading_post ON reading (post);
      INSERT INTO people VALUES (1, 'Ada'), (2, 'Bo'), (3, 'Cy'), (7, 'Eve');
      INSERT INTO codes VALUES ('7', 'seven'), ('x', 'letter'), ('07', 'padded');
      INSERT INTO posts VALUES (1, '[3,"1",3,3.0,"03","3","3.0",9,null]', '7, x'), (2, 'no list', ''), (3, NULL, '07'),
        (4, '[7]', NULL);
      INSERT INTO reading VALUES (1, 2), (1, '1'), (3, 3), (3, 7), (3, 1);
      """)
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(
          document: SourceDocument(
            name: "p",
            text: """
              {"tables_enabled": {"*": "*", "people":
                {"data": [{"field": "name", "operator": "!=", "value": "Eve"}]}}}
              """))
      ]),
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json",
          text: """
            {"database": "d.sqlite", "profiles": {}, "tables": {"posts": {"fields": {
              "authors": {"type": "users", "relation": {"table": "people", "field": "id"}},
              "codes": {"type": "tags", "separator": ",",
                "relation": {"table": "codes", "field": "code"}},
              "readers": {"type": "users",
                "link": {"table": "reading", "record": "post", "member": "person"},
                "relation": {"table": "people", "field": "id"}}}}}}
            """)), memory: memory)
    let page = try await service.list(
      ListRequest(
        table: "posts",
        select: [
          "id", .list("authors", select: ["name"], sort: [.descending("name")]),
          .list("codes", select: ["label"]),
          .list("readers", select: ["name"], size: 1),
        ]), as: .ana)
    #expect(
      page.items.map { String(decoding: $0.json, as: UTF8.self) } == [
        #"{"id":1,"authors":{"items":[{"name":"Cy"},{"name":"Ada"}],"has_more":false},"#
          + #""codes":{"items":[{"label":"seven"},{"label":"letter"}],"has_more":false},"#
          + #""readers":{"items":[{"name":"Ada"}],"has_more":true}}"#,
        #"{"id":2,"authors":{"items":[],"has_more":false},"codes":{"items":[],"has_more":false},"#
          + #""readers":{"items":[],"has_more":false}}"#,
        #"{"id":3,"authors":{"items":[],"has_more":false},"#
          + #""codes":{"items":[{"label":"padded"}],"has_more":false},"#
          + #""readers":{"items":[{"name":"Ada"}],"has_more":true}}"#,
        #"{"id":4,"authors":{"items":[],"has_more":false},"codes":{"items":[],"has_more":false},"#
          + #""readers":{"items":[],"has_more":false}}"#,
      ])
  }

  @Test func anAnswerHasALimitOfRelatedRecords() async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    let request = ListRequest(
      table: "regions", select: [.list("clients", select: [.list("tasks", select: ["id"])])])
    let page = try await ReadSession.$mostRelated.withValue(242) {
      try await service.list(request, as: .ana)
    }
    #expect(page.items.count == 2)
    let error = await #expect(throws: ServiceError.self) {
      try await ReadSession.$mostRelated.withValue(100) {
        try await service.list(request, as: .ana)
      }
    }
    #expect(error?.code == .limitExceeded)
  }

  /// A few records that lead to each other are shown very often. What is shown counts, and not what
  /// is read.
  @Test func listsInListsHaveALimitToo() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE clients (id INTEGER PRIMARY KEY);
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, client INTEGER REFERENCES clients (id));
      INSERT INTO clients VALUES (1);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
        INSERT INTO tasks SELECT i, 1 FROM n;
      """)
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    func lists(_ depth: Int) -> FieldSelection {
      .list("client.tasks", select: depth == 1 ? ["id"] : [lists(depth - 1)], size: 100)
    }
    func request(_ depth: Int) -> ListRequest {
      ListRequest(table: "tasks", select: [lists(depth)], size: 10)
    }
    let page = try await service.list(request(2), as: .ana)
    #expect(page.items.count == 10)
    for depth in [3, 4, 12] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.list(request(depth), as: .ana)
      }
      #expect(error?.code == .limitExceeded)
      #expect(await service.answer(request(depth), as: .ana).error?.code == .limitExceeded)
    }
  }

  /// Members that differ only for the collation of the keys that they name.
  @Test(arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)])
  func membersOfKeysWithoutCase(memory: MemoryPolicy) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE tags (k TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, label TEXT);
      CREATE TABLE docs (id INTEGER PRIMARY KEY, tags TEXT);
      INSERT INTO tags VALUES ('A', 'first');
      INSERT INTO docs VALUES (1, '["a"]'), (2, '["A"]');
      """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}}"#,
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json",
          text: """
            {"database": "d.sqlite", "profiles": {}, "tables": {"docs": {"fields": {
              "tags": {"type": "tags", "relation": {"table": "tags", "field": "k"}}}}}}
            """)), memory: memory)
    let page = try await service.list(
      ListRequest(table: "docs", select: [.list("tags", select: ["label"], size: 1)]), as: .ana)
    let lists = page.items.compactMap { $0.relatedList("tags") }
    #expect(lists.map(\.items.count) == [0, 1] && lists.allSatisfy { !$0.hasMore })
  }

  @Test func aChangeReturnsTheRecordsOwnFields() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog([
        "p": try Profile(
          document: SourceDocument(name: "p", text: #"{"tables_enabled": {"*": "*"}}"#))
      ]), writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
    let error = await #expect(throws: ServiceError.self) {
      try await service.update(
        [1], in: "tasks", set: ["title": "new"], select: ["client.name"], as: .ana)
    }
    #expect(error?.code == .unsupported)
    #expect(try await service.get([1], from: "tasks", as: .ana)["title"] == "task 1")
  }
}
