import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// However they are walked, the pages together are the list.
@Suite struct PagingTests {
  /// Nulls, ties, mixed storage classes, and collations that treat different texts as equal.
  static func database() throws -> TemporaryDatabase {
    try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT COLLATE NOCASE, c, d REAL NOT NULL);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO t SELECT i, nullif(i % 7, 0), CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'x' WHEN 2 THEN 'X'
        ELSE 'y' || i % 3 END,
        CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN i * 0.5 WHEN 3 THEN 't' || i % 4
        WHEN 4 THEN x'00ff' ELSE '' END, (i % 3) * -0.0 FROM n;
      CREATE TABLE k (x TEXT, y INTEGER, z TEXT, PRIMARY KEY (y, x)) WITHOUT ROWID;
      INSERT INTO k SELECT 'k' || i % 40, i % 9, nullif(i % 4, 0) FROM (SELECT id AS i FROM t)
        WHERE true ON CONFLICT DO NOTHING;
      CREATE TABLE loose (x TEXT PRIMARY KEY, y INTEGER);
      INSERT INTO loose SELECT CASE WHEN id % 3 = 0 THEN NULL ELSE 'v' || id END, id % 5 FROM t;
      """)
  }

  static let sorts = [
    "", "a", "a desc", "b, a desc", "b desc, a", "c", "c desc", "d, c desc, b",
    "a desc, b desc, c desc, d",
  ]

  /// Where an index begins with the first key, a page takes several statements.
  @Test(arguments: sorts, [1, 7, 64])
  func cursorsWalkTheSameListByAnIndex(sort: String, size: Int) async throws {
    let database = try Self.database()
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 500)
    let whole = try await service.list(request, as: .ana)
    try database.execute(
      "CREATE INDEX ia ON t (a); CREATE INDEX ib ON t (b); CREATE INDEX ic ON t (c); CREATE INDEX id ON t (d DESC, b)"
    )
    request.size = size
    #expect(try await service.pages(of: request) == whole.items.map(\.values))
  }

  /// Records before the cursor are not read, whether their first key is equal or less.
  @Test(arguments: ["a", "a desc", "b", "c desc"])
  func anIndexStartsAtTheCursor(sort: String) async throws {
    let database = try Self.database()
    try database.execute(
      "CREATE INDEX ia ON t (a); CREATE INDEX ib ON t (b); CREATE INDEX ic ON t (c)")
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 150)
    request.after = try await service.list(request, as: .ana).next
    let explanation = try await service.explain(request, as: .ana)
    #expect(explanation.statements.count >= 2)
    for statement in explanation.statements {
      #expect(statement.plan.first?.hasPrefix("SEARCH t USING INDEX") == true)
    }
    // `(a=? AND rowid>?)`: by both keys.
    #expect(explanation.statements.first?.plan.first?.contains("rowid>?") == true)
  }

  @Test(arguments: sorts, [1, 7, 64])
  func cursorsWalkTheWholeList(sort: String, size: Int) async throws {
    let database = try Self.database()
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 500)
    let whole = try await service.list(request, as: .ana)
    #expect(whole.items.count == 300)
    #expect(!whole.hasMore && whole.next == nil)
    request.size = size
    var walked: [Value] = []
    repeat {
      let page = try await service.list(request, as: .ana)
      walked += page.column("id")
      #expect(page.hasMore == (page.next != nil))
      request.after = page.next
    } while request.after != nil
    #expect(walked == whole.column("id"))

    request.after = nil
    var numbered: [Value] = []
    while true {
      let page = try await service.list(request, as: .ana)
      numbered += page.column("id")
      guard page.hasMore else { break }
      request.page += 1
    }
    #expect(numbered == whole.column("id"))
  }

  @Test(arguments: ["k", "loose"], ["", "z", "y desc", "x"])
  func anyKindOfKeyTellsRecordsApart(table: String, sort: String) async throws {
    let database = try Self.database()
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    let sort = table == "loose" && sort == "z" ? "y" : sort
    var request = ListRequest(table: table, sort: try ListRequest.sortKeys(sort), size: 500)
    let whole = try await service.list(request, as: .ana)
    request.size = 11
    #expect(try await service.pages(of: request) == whole.items.map(\.values))
  }

  @Test func aCursorStaysRightWhileRecordsComeAndGo() async throws {
    let database = try Self.database()
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    var request = ListRequest(table: "t", sort: [.init("a"), .init("b")], size: 50)
    let first = try await service.list(request, as: .ana)
    let last = try #require(first.column("id").last)
    guard case .integer(let id) = last else { return }
    // The cursor's record is deleted, and others are added before and after it.
    try database.execute(
      "DELETE FROM t WHERE id = \(id); INSERT INTO t VALUES (1000, NULL, NULL, 1, 1), (1001, 6, 'zz', 1, 1)"
    )
    request.after = first.next
    request.size = 500
    let rest = try await service.list(request, as: .ana)
    let expected = try database.column(
      "SELECT id FROM t WHERE id <> 1000 ORDER BY a, b, id LIMIT -1 OFFSET 49")
    #expect(rest.column("id") == expected)
  }

  @Test func aForeignCursorIsAlwaysRefusedTheSameWay() async throws {
    let database = try Self.database()
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    let other = try database.service(#"{"tables_enabled": {"*": "*"} }"#)
    let request = ListRequest(table: "t", sort: [.init("a")], size: 5)
    let cursor = try #require(try await service.list(request, as: .ana).next)

    func error(_ service: RecordService, _ request: ListRequest, _ user: User) async -> String? {
      do throws(ServiceError) {
        _ = try await service.list(request, as: user)
        return nil
      } catch {
        return "\(error.code): \(error)"
      }
    }
    var request2 = request
    request2.after = cursor
    #expect(await error(service, request2, .ana) == nil)
    var messages: Set<String> = []
    var user = User.ana
    user.id = 8
    messages.insert(try #require(await error(service, request2, user)))
    messages.insert(try #require(await error(other, request2, .ana)))
    for change in 0..<6 {
      var changed = request2
      switch change {
      case 0: changed.sort = [.init("a", isDescending: true)]
      case 1: changed.search = "x"
      case 2:
        changed.filters = try ListRequest(
          #"{"object_type":"t","filters":[{"field":"a","value":1}]}"#
        ).filters
      case 3: changed.table = "k"; changed.sort = []
      case 4: changed.after = String(cursor.dropLast()) + (cursor.hasSuffix("A") ? "B" : "A")
      default: changed.after = "nonsense"
      }
      messages.insert(try #require(await error(service, changed, .ana)))
    }
    #expect(messages.count == 1)
    // The page size and the selection may change between pages.
    request2.size = 9
    request2.select = ["b"]
    #expect(await error(service, request2, .ana) == nil)
  }

  @Test func withAHiddenKeyCursorsArePositions() async throws {
    let database = try Self.database()
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["id", "c"]}}}"#)
    var request = ListRequest(table: "t", size: 500)
    let whole = try await service.list(request, as: .ana)
    request.size = 13
    #expect(try await service.pages(of: request) == whole.items.map(\.values))
    await #expect(throws: ServiceError.self) { try await service.get([1], from: "t", as: .ana) }
  }

  /// `a` and `A` are equal in the column's collation, but look different.
  @Test func textsThatCompareEqualHaveAnOrderToo() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE);
      INSERT INTO t VALUES (1, 'b'), (2, 'B'), (3, 'a'), (4, 'A'), (5, 'b'), (6, NULL);
      """)
    let service = try database.service(#"{"tables_enabled": {"t": {"fields_excluded": ["id"]}}}"#)
    for sort in ["", "a"] {
      let page = try await service.list(
        ListRequest(table: "t", sort: try ListRequest.sortKeys(sort)), as: .ana)
      #expect(page.column("a") == [.null, "A", "a", "B", "b", "b"])
    }
  }

  @Test func countsAreExactOrSayThatTheyAreNot() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
      INSERT INTO t SELECT i FROM n;
      """)
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    func count(_ counting: ListRequest.Counting) async throws -> RecordCount? {
      try await service.list(
        ListRequest(table: "t", size: 1, page: 3, count: counting), as: .ana
      ).count
    }
    #expect(try await count(.none) == nil)
    #expect(try await count(.exact) == RecordCount(value: 10_001, isExact: true))
    #expect(try await count(.bounded) == RecordCount(value: 10_000, isExact: false))
    try database.execute("DELETE FROM t WHERE id = 1")
    #expect(try await count(.bounded) == RecordCount(value: 10_000, isExact: true))
  }

  @Test func aDeepPageByCursorReadsNoMoreThanTheFirst() async throws {
    let database = try Self.database()
    try database.execute("CREATE INDEX t_a ON t (a)")
    let service = try database.service(#"{"tables_enabled": {"*": "*"}}"#)
    for sort in ["a", "a desc"] {
      var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 40)
      repeat {
        let plans = try await service.withSession(as: .ana) { reader throws(ServiceError) in
          try reader.explain(request).statements.map(\.plan)
        }
        if request.after != nil {
          for plan in plans {
            #expect(plan.first?.hasPrefix("SEARCH t USING INDEX t_a (a") == true, "\(plan)")
          }
        }
        request.after = try await service.list(request, as: .ana).next
      } while request.after != nil
    }
  }
}
