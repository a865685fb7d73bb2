import Documents
import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// SQLite lets several records have NULL in a primary key without NOT NULL. The others are told
/// apart by it.
@Suite struct NullableKeyPagingTests {
  private static let profile = #"{"tables_enabled": {"*": "*"}}"#
  private static let workspace = """
    {"database": "x",
      "tables": {"typed": {"fields": {"key": {"type": "uuid"}, "y": {"type": "number"}}}}}
    """

  private static func database() throws -> TemporaryDatabase {
    try TemporaryDatabase(
      """
      CREATE TABLE t (x TEXT PRIMARY KEY, y TEXT COLLATE NOCASE, z INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
      INSERT INTO t SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE 'v' || i END,
        CASE i % 4 WHEN 0 THEN 'b' WHEN 1 THEN 'B' WHEN 2 THEN NULL ELSE 'c' END, -i FROM n;
      CREATE TABLE pair (a TEXT, b INTEGER, z, PRIMARY KEY (a, b));
      INSERT INTO pair SELECT x, nullif(z % 2, 0), z FROM t;
      CREATE TABLE typed (key BLOB PRIMARY KEY, y, z INTEGER);
      INSERT INTO typed SELECT CASE WHEN x IS NULL THEN NULL ELSE
        CAST(printf('%016d', -z) AS BLOB) END, CASE z % 5 WHEN 0 THEN NULL WHEN -1 THEN 'none' WHEN -2
        THEN '7' ELSE z % 4 END, z FROM t;
      """)
  }

  private func services(_ database: TemporaryDatabase) throws -> [RecordService] {
    let workspace = try WorkspaceDocument(
      document: .init(name: "workspace.json", text: Self.workspace))
    return try [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)].map {
      try database.service(Self.profile, workspace: workspace, memory: $0)
    }
  }

  private static let lists = [
    ("t", ["", "x", "x desc", "y", "y desc", "y, x desc", "z"]),
    ("pair", ["", "a desc", "b", "b desc, a", "z"]),
    ("typed", ["", "key", "key desc", "y", "y desc, key"]),
  ].flatMap { table, sorts in sorts.map { (table, $0) } }

  @Test(arguments: lists, [false, true])
  func cursorsWalkTheWholeList(list: (table: String, sort: String), isIndexed: Bool) async throws {
    let database = try Self.database()
    if isIndexed {
      try database.execute(
        "CREATE INDEX ty ON t (y); CREATE INDEX pb ON pair (b); CREATE INDEX yy ON typed (y)")
    }
    let services = try services(database)
    var request = ListRequest(
      table: list.table, sort: try ListRequest.sortKeys(list.sort), size: 500)
    let whole = try await services[0].list(request, as: .ana).items.map(\.values)
    #expect(whole.count == 120)
    #expect(try await services[1].list(request, as: .ana).items.map(\.values) == whole)
    for size in Extent.cases(few: [7, 30], more: [1]) {
      request.size = size
      // The cursors of each engine on the other, too.
      for turn in 0..<2 {
        for first in 1...2 {
          request.page = first
          request.after = nil
          var walked = Array(whole.prefix((first - 1) * size))
          repeat {
            let page = try await services[turn].list(request, as: .ana)
            #expect(try await services[1 - turn].list(request, as: .ana).next == page.next)
            walked += page.items.map(\.values)
            request.after = page.next
            request.page = 1
          } while request.after != nil && walked.count < 200
          #expect(walked == whole)
        }
      }
    }
  }

  @Test func aCursorStaysRightWhileRecordsComeAndGo() async throws {
    let database = try Self.database()
    for (index, service) in try services(database).enumerated() {
      // The first page ends with the 20th record without a key, the second with `v46`.
      var request = ListRequest(table: "t", size: 20)
      request.after = try await service.list(request, as: .ana).next
      request.size = 50
      let second = try await service.list(request, as: .ana)
      let last = try #require(second.items.last?.values.first)
      #expect(last.text?.hasPrefix("v") == true)
      try database.execute(
        """
        DELETE FROM t WHERE x = '\(last.text ?? "")';
        INSERT INTO t VALUES (NULL, 'new\(index)', 1), ('a\(index)', 'new', 2), ('z\(index)', 'new', 3);
        """)
      request.after = second.next
      request.size = 500
      let rest = try await service.list(request, as: .ana).column("x")
      #expect(
        rest
          == (try database.column("SELECT x FROM t WHERE x > '\(last.text ?? "")' ORDER BY x")))
      // Where fewer records without a key are left than were read, those with one all follow.
      request.after = try await service.list(ListRequest(table: "t", size: 20), as: .ana).next
      try database.execute(
        "CREATE TABLE kept AS SELECT * FROM t; DELETE FROM t WHERE x IS NULL AND z < -30")
      let keys = try await service.list(request, as: .ana).column("x")
      #expect(keys == (try database.column("SELECT x FROM t WHERE x IS NOT NULL ORDER BY x")))
      try database.execute("DELETE FROM t; INSERT INTO t SELECT * FROM kept; DROP TABLE kept")
    }
  }

  @Test func anIndexStartsAtTheCursor() async throws {
    let service = try Self.database().service(Self.profile)
    for sort in ["", "x desc"] {
      var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 50)
      request.after = try await service.list(request, as: .ana).next
      let statement = try #require(try await service.explain(request, as: .ana).statements.first)
      #expect(statement.plan.count == 1)
      #expect(statement.plan.first?.hasPrefix("SEARCH t USING INDEX") == true)
    }
  }

  /// What the cursor says of records without a key is their number among equal visible values.
  @Test func aCursorHoldsNoHiddenValue() async throws {
    let database = try Self.database()
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["z"]}}}"#)
    var cursors: [String?] = []
    for _ in 0..<2 {
      var request = ListRequest(table: "t", size: 20)
      cursors.append(try await service.list(request, as: .ana).next)
      request.sort = [.init("y")]
      cursors.append(try await service.list(request, as: .ana).next)
      try database.execute("UPDATE t SET z = 1000 - z")
    }
    #expect(cursors[0] == cursors[2] && cursors[1] == cursors[3] && cursors[0] != nil)
  }
}
