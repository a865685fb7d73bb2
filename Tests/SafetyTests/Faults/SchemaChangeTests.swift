import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Tables that change under a running service: no answer uses the old schema, and an exclusion that
/// no longer fits hides the table.
@Suite struct SchemaChangeTests {
  private static let change: [(sql: String, isStillReached: Bool)] = [
    ("ALTER TABLE tasks ADD COLUMN extra TEXT DEFAULT 'more'", true),
    ("ALTER TABLE tasks RENAME COLUMN title TO name", true),
    ("CREATE INDEX i ON tasks (secret)", true),
    ("CREATE VIEW later AS SELECT secret FROM tasks", true),
    ("CREATE TABLE other (secret)", true),
    ("ALTER TABLE clients RENAME COLUMN region TO area", true),
    // The excluded column was renamed or dropped: there is no telling which column it is now.
    ("ALTER TABLE tasks RENAME COLUMN secret TO public", false),
    ("ALTER TABLE tasks RENAME COLUMN owner TO holder", false),
    ("DROP TABLE tasks", false),
    ("ALTER TABLE tasks RENAME TO jobs", false),
    ("DROP TABLE tasks; CREATE TABLE tasks (id INTEGER PRIMARY KEY, title, hidden)", false),
    ("DROP TABLE tasks; CREATE VIEW tasks AS SELECT id, name AS title FROM clients", false),
    // The same name for other values: still excluded.
    (
      "DROP TABLE tasks; CREATE TABLE tasks (id INTEGER PRIMARY KEY, secret, owner, status, title); INSERT INTO tasks VALUES (2, 'b', 7, NULL, 'two')",
      true
    ),
  ]

  @Test(.watches(.sharedStatement, .misnamedRule, .existence), arguments: change.indices)
  func noAnswerUsesTheOldSchema(index: Int) async throws {
    let (sql, isStillReached) = Self.change[index]
    let database = try Helpdesk.database()
    let service = try database.service(Helpdesk.profile)
    let user = User.ana
    let list = #"{"object_type": "tasks", "sort": "id"}"#
    #expect(await service.ask(list).contains("two"))
    _ = try await service.get([2], from: "tasks", as: user)
    let cursor = try await service.list(
      ListRequest(table: "tasks", sort: [.init("id")], size: 1), as: user
    ).next
    try database.execute(sql)
    for _ in 0..<3 {
      for request in [
        list, #"{"object_type": "tasks", "sort": "id", "size": 1, "after": "\#(cursor ?? "")"}"#,
        #"{"object_type": "tasks", "search": "b"}"#, #"{"object_type": "later"}"#,
        #"{"object_type": "other"}"#,
      ] {
        let answer = await service.ask(request)
        for hidden in ["secret", "\"public\"", "\"b\"", "\"c\"", "\"loud\""] {
          #expect(!answer.contains(hidden), "\(request): \(answer)")
        }
      }
      let answer = await service.ask(list)
      #expect(answer.contains(#""items":[{"#) == isStillReached, "\(answer)")
      // Renaming the related table does not affect this table's rule.
      let record = try? await service.get([2], from: "tasks", as: user)
      #expect((record != nil) == isStillReached)
      #expect(record?["secret"] == nil)
    }
    let excluded = await service.ask(#"{"object_type": "tasks", "select": ["secret"]}"#)
    #expect(!excluded.contains(#""items""#))
  }

  /// Two schemas that alternate while requests are answered: each answer is entirely of one of
  /// them.
  @Test(.watches(.sharedStatement)) func tablesThatKeepChanging() async throws {
    let database = try TemporaryDatabase(
      """
      PRAGMA journal_mode = WAL;
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, s TEXT);
      INSERT INTO t VALUES (1, 'shown', 'hidden');
      """)
    let service = try database.service(
      ["p": #"{"tables_enabled": {"t": {"fields_excluded": ["s"]}}}"#], connections: 3)
    let path = database.path
    let writer = Task.detached {
      let connection = try Connection(.readWrite(path: path))
      for _ in 0..<60 {
        // Now the names of the hidden and the visible column are swapped.
        try connection.execute(
          "BEGIN; ALTER TABLE t RENAME COLUMN a TO x; ALTER TABLE t RENAME COLUMN s TO a; ALTER TABLE t RENAME COLUMN x TO s; UPDATE t SET a = s, s = a; COMMIT"
        )
        try connection.execute("BEGIN; ALTER TABLE t ADD COLUMN more DEFAULT 'more'; COMMIT")
        try connection.execute("BEGIN; ALTER TABLE t DROP COLUMN more; COMMIT")
      }
    }
    let answers = try await withThrowingTaskGroup(of: Set<String>.self) { group in
      for _ in 0..<3 {
        group.addTask {
          var answers: Set<String> = []
          for _ in 0..<150 { answers.insert(await service.ask(#"{"object_type": "t"}"#)) }
          return answers
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
    }
    try await writer.value
    // Once the schema is back, the visible column always shows the visible value.
    for answer in answers {
      #expect(
        answer.contains(#""a":"shown""#) || answer.contains("database_error"), "\(answer)")
      #expect(!answer.contains("hidden"), "\(answer)")
    }
  }

  /// A prepared statement whose table is dropped before the first step.
  @Test(.watches(.sharedStatement)) func aTableDroppedBeforeTheFirstStep() throws {
    let database = try Helpdesk.database()
    let connection = try Connection(.readOnly(path: database.path))
    let authority = Authority.reading(
      ReadPermissions(tables: ["tasks": ["id"], "clients": ["id"]]))
    let statement = try connection.statement("SELECT id FROM tasks", as: authority)
    try database.execute("DROP TABLE tasks")
    var kind: StoreError.Kind?
    do throws(StoreError) { _ = try statement.step() } catch { kind = error.kind }
    #expect(kind == .schemaMismatch)
    #expect(try connection.statement("SELECT id FROM clients", as: authority).rows().count == 3)
    // A view of that name that shows another table is authorized again.
    try database.execute("CREATE TABLE tasks (x); ALTER TABLE clients RENAME COLUMN secret TO s2")
    try database.execute("DROP TABLE clients; CREATE VIEW clients AS SELECT x AS id FROM tasks")
    // The cached statement is refused, since its table is now a view; the next one is prepared from
    // scratch.
    #expect(throws: StoreError.self) {
      try connection.statement("SELECT id FROM clients", as: authority).rows()
    }
    #expect(try connection.statement("SELECT id FROM clients", as: authority).rows() == [])
  }
}
