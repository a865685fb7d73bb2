import Documents
import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// A page by its number in an order by a declared type, which an index serves.
@Suite struct TypedPagingTests {
  private static func database() throws -> TemporaryDatabase {
    try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, n NUMERIC, due INTEGER, never REAL NOT NULL);
      WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 120)
      INSERT INTO t SELECT i, CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'none' ELSE i % 17 END,
        CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'x' || i ELSE 1795338000 + i END, i * 0.5 FROM i;
      UPDATE t SET n = -9e999, never = -9e999 WHERE id % 29 = 0;
      UPDATE t SET n = 9e999, never = 9e999 WHERE id % 31 = 0;
      CREATE INDEX tn ON t (n); CREATE INDEX td ON t (due); CREATE INDEX tv ON t (never);
      """)
  }

  private static let workspace = """
    {"database": "x", "tables": {"t": {"fields": {"n": {"type": "number"}, "never": {"type": "number"},
      "due": {"type": "datetime", "encoding": "unix"}}}}}
    """

  private func service(
    _ database: TemporaryDatabase, _ memory: MemoryPolicy = .none
  ) throws -> RecordService {
    try database.service(
      #"{"tables_enabled": {"*": "*"}}"#,
      workspace: try WorkspaceDocument(
        document: .init(name: "workspace.json", text: Self.workspace)), memory: memory)
  }

  @Test(
    arguments: ["n", "n desc", "due", "due desc", "never", "never desc", "n desc, due"],
    [1, 7, 40, 200])
  func pagesByNumberAreTheList(sort: String, size: Int) async throws {
    let database = try Self.database()
    for memory in [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)] {
      let service = try service(database, memory)
      var request = ListRequest(table: "t", sort: try ListRequest.sortKeys(sort), size: 500)
      let whole = try await service.list(request, as: .ana).items.map(\.values)
      #expect(whole.count == 120)
      request.size = size
      #expect(try await service.pages(of: request) == whole)
      for page in 1...(120 / size + 2) {
        request.page = page
        let first = min(120, (page - 1) * size)
        let expected = Array(whole[first..<min(120, first + size)])
        let answer = try await service.list(request, as: .ana)
        #expect(answer.items.map(\.values) == expected)
        #expect(answer.hasMore == (first + size < 120))
        var streamed: [[Value]] = []
        for try await record in service.stream(request, as: .ana) {
          streamed.append(record.values)
        }
        #expect(streamed == expected)
      }
    }
  }

  /// Filters that let only values of the type through, all but one end of them, or others as well.
  private static let filters: [(condition: Condition, sort: String, isPlain: Bool)] = {
    let (n, never, due) = (
      Condition.Field("n"), Condition.Field("never"), Condition.Field("due")
    )
    let moment: Value = "2026-11-22T09:01:00Z"
    return [
      (n < 9, "n", true), (n >= 3, "n desc", true), (n == 5, "n, due", true),
      (n != 5, "n", false), (n <= -1e300, "n desc", true), (never > 0, "never", true),
      (never != 2, "never desc", false), (due >= moment, "due", true),
      (due < moment, "due desc", true), (due >= moment && n < 9, "n desc, due", true),
      (due > moment || n < 9, "due", false), (due.isNotNull, "due", false),
    ]
  }()

  @Test(arguments: filters.indices, [false, true])
  func aFilterMayMakeTheOrderPlain(index: Int, isIndexed: Bool) async throws {
    let (condition, sort, isPlain) = Self.filters[index]
    let database = try Self.database()
    if !isIndexed { try database.execute("DROP INDEX tn; DROP INDEX td; DROP INDEX tv") }
    var request = ListRequest(
      table: "t", where: condition, sort: try ListRequest.sortKeys(sort), size: 500)
    let services = try [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)].map {
      try service(database, $0)
    }
    let whole = try await services[0].list(request, as: .ana).items.map(\.values)
    #expect(!whole.isEmpty && whole.count < 120)
    #expect(try await services[1].list(request, as: .ana).items.map(\.values) == whole)
    // The order of the type is that of the whole table, of which these are some.
    var all = request
    all.filters = []
    let kept = Set(whole)
    let table = try await services[0].list(all, as: .ana).items.map(\.values)
    #expect(table.filter(kept.contains) == whole)
    if isIndexed, isPlain {
      let plans = try await services[0].explain(request, as: .ana).statements.map(\.plan)
      #expect(plans.count == 1 && plans[0].allSatisfy { !$0.hasPrefix("SCAN t") }, "\(plans)")
    }
    for size in [1, 7, 40] {
      request.size = size
      for service in services { #expect(try await service.pages(of: request) == whole) }
    }
  }

  @Test(arguments: ["n", "n desc", "due desc"])
  func anIndexServesThem(sort: String) async throws {
    let service = try service(Self.database())
    let request = ListRequest(
      table: "t", sort: try ListRequest.sortKeys(sort), size: 10, page: 3)
    let plans = try await service.explain(request, as: .ana).statements.map(\.plan)
    #expect(plans.count == 3)
    // The numbers come in the index's order. What is no number is found by it.
    for plan in plans { #expect(!plan.contains { $0.hasPrefix("SCAN t") }) }
    #expect(plans.count { $0.contains { $0.contains("B-TREE FOR ORDER BY") } } == 1)
  }
}
