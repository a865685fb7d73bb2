import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// What a request may ask for, and each limit exceeded by one.
@Suite struct RequestResolutionTests {
  /// A key of two columns, a table without a key, and fields with many values.
  private static let tables = """
    CREATE TABLE pairs (a INTEGER, b INTEGER, c TEXT, d TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE bare (c TEXT COLLATE NOCASE, n);
    CREATE TABLE tagged (id INTEGER PRIMARY KEY, tags TEXT, name TEXT);
    INSERT INTO pairs VALUES (1, 1, 'x', 'p'), (1, 2, 'x', 'q'), (2, 1, 'x', 'p');
    INSERT INTO bare VALUES ('x', 1.0), ('X', 1), ('x', 1), (NULL, NULL);
    INSERT INTO tagged VALUES (1, '["blue"]', 'one'), (2, '["red"]', 'blue'), (3, NULL, NULL);
    """

  private func service(
    _ database: TemporaryDatabase, excluded: String = "", limits: RecordService.Limits = .init()
  ) throws -> RecordService {
    let profile = """
      {"tables_enabled": {"pairs": {"fields_excluded": [\(excluded)]}, "bare": "*", "tagged": "*"}}
      """
    let workspace = """
      {"database": "d.sqlite", "profiles": {}, "tables": {"tagged": {"fields": {"tags": {"type": "tags"}}}}}
      """
    return try database.service(
      profile,
      workspace: try WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: workspace)), limits: limits)
  }

  private func code(
    _ request: ListRequest, limits: RecordService.Limits = .init()
  ) async throws -> ServiceError.Code? {
    let service = try service(try TemporaryDatabase(Self.tables), limits: limits)
    do throws(ServiceError) {
      _ = try await service.list(request, as: .ana)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func eachFieldIsShownOnce() async throws {
    let service = try service(try TemporaryDatabase(Self.tables))
    let page = try await service.list(
      ListRequest(table: "pairs", select: ["b", "a", "B"], sort: [.init("c")]), as: .ana)
    #expect(page.items.map(\.values) == [[1, 1], [2, 1], [1, 2]])
    #expect(page.items.first?.shape.fields.map(\.name) == ["b", "a"])
    #expect(try await code(ListRequest(table: "pairs", select: [])) == .invalidRequest)
  }

  @Test func numberOfSortKeys() async throws {
    let limits = RecordService.Limits(maximumSortKeys: 2)
    let keys = ["a", "b", "c"].map { ListRequest.SortKey($0) }
    for count in 0...2 {
      let request = ListRequest(table: "pairs", sort: Array(keys.prefix(count)))
      #expect(try await code(request, limits: limits) == nil)
    }
    let request = ListRequest(table: "pairs", sort: keys)
    #expect(try await code(request, limits: limits) == .limitExceeded)
  }

  @Test func fieldsASortMayName() async throws {
    func code(_ table: String, _ keys: ListRequest.SortKey...) async throws -> ServiceError.Code? {
      try await self.code(ListRequest(table: table, sort: keys))
    }
    #expect(try await code("tagged", .init("tags")) == .unsupported)
    #expect(
      try await code("tagged", .init("name"), .init("tags", isDescending: true)) == .unsupported)
    #expect(try await code("pairs", .init("c"), .init("d"), .init("C")) == .invalidRequest)
    #expect(try await code("pairs", .init("c"), .init("d")) == nil)
  }

  /// Tags are members, not text of the record.
  @Test func aSearchReadsTextsOfSingleValues() async throws {
    let service = try service(try TemporaryDatabase(Self.tables))
    let page = try await service.list(ListRequest(table: "tagged", search: "blue"), as: .ana)
    #expect(page.column("id") == [2])
    let numbers = try await service.list(ListRequest(table: "pairs", search: "1"), as: .ana)
    #expect(numbers.items.isEmpty)
  }

  @Test func sizeOfAPage() async throws {
    let limits = RecordService.Limits(maximumSize: 2)
    for (size, expected) in [
      (1, nil), (2, nil), (0, .invalidValue), (-1, .invalidValue), (3, .limitExceeded),
    ]
      as [(Int, ServiceError.Code?)]
    {
      #expect(try await code(ListRequest(table: "pairs", size: size), limits: limits) == expected)
    }
  }

  @Test func numberOfThePage() async throws {
    let service = try service(try TemporaryDatabase(Self.tables))
    func page(_ number: Int, size: Int = 2) async throws -> [Value] {
      try await service.list(
        ListRequest(table: "pairs", size: size, page: number), as: .ana
      ).column("b")
    }
    #expect(try await page(1) == [1, 2])
    #expect(try await page(2) == [1])
    #expect(try await page(3) == [])
    #expect(try await page(.max, size: 100) == [])
    for number in [0, -1] {
      let request = ListRequest(table: "pairs", size: 2, page: number)
      #expect(try await code(request) == .invalidValue)
    }
    let first = try await service.list(ListRequest(table: "pairs", size: 1), as: .ana)
    let request = ListRequest(table: "pairs", size: 1, page: 2, after: first.next)
    #expect(try await code(request) == .invalidRequest)
    let everything = RecordService.Limits(defaultSize: nil)
    #expect(
      try await code(ListRequest(table: "pairs", page: 2), limits: everything) == .invalidRequest)
    #expect(try await code(ListRequest(table: "pairs"), limits: everything) == nil)
  }

  /// If part of the key is hidden, that part orders nothing, and the visible part does not come
  /// before the other visible fields.
  @Test func aPartlyHiddenKeyOrdersNothing() async throws {
    let service = try service(try TemporaryDatabase(Self.tables), excluded: #""a""#)
    let page = try await service.list(ListRequest(table: "pairs", sort: [.init("c")]), as: .ana)
    #expect(page.column("b") == [1, 1, 2])
  }

  /// Without a key, records that compare equal are ordered by how they look.
  @Test func withoutAKeyEverythingVisibleOrders() async throws {
    let service = try service(try TemporaryDatabase(Self.tables))
    let page = try await service.list(ListRequest(table: "bare", sort: [.init("c")]), as: .ana)
    #expect(page.items.map(\.values) == [[.null, .null], ["X", 1], ["x", 1], ["x", 1.0]])
    #expect(
      page.items.map { "\($0.values[1])" }.suffix(2) == ["\(Value.integer(1))", "\(Value.real(1))"])
  }

  /// Jobs without their key, and who watches them.
  private static func withHiddenKey(_ database: TemporaryDatabase) throws -> RecordService {
    let workspace = """
      {"database": "d.sqlite", "profiles": {}, "tables": {"jobs": {"fields": {"watchers": {"type": "users",
        "link": {"table": "watchers", "record": "job", "member": "person"}}}}}}
      """
    return try database.service(
      #"{"tables_enabled": {"jobs": {"fields_excluded": ["id"]}}}"#,
      workspace: try WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: workspace)))
  }

  /// Where the key is hidden and everything else is equal, the members of links decide the order,
  /// not the key.
  @Test func membersOrderWhereTheKeyIsHidden() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT);
      CREATE TABLE watchers (job INTEGER, person INTEGER, PRIMARY KEY (job, person));
      INSERT INTO jobs VALUES (1, 'same'), (2, 'same'), (3, 'other'), (4, 'same');
      INSERT INTO watchers VALUES (1, 9), (2, 3), (3, 5), (4, 6);
      """)
    let service = try Self.withHiddenKey(database)
    let page = try await service.list(
      ListRequest(table: "jobs", sort: [.init("title")]), as: .ana)
    #expect(page.column("title") == ["other", "same", "same", "same"])
    #expect(page.column("watchers") == ["[5]", "[3]", "[6]", "[9]"])
  }

  /// Texts that are equal in their collation but look different decide before the members of links
  /// do.
  @Test func membersOrderLast() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT COLLATE NOCASE, n);
      CREATE TABLE watchers (job INTEGER, person INTEGER, PRIMARY KEY (job, person));
      INSERT INTO jobs VALUES (1, 'same', 1), (2, 'Same', 1), (3, 'SAME', 1.0), (4, 'SAME', 1);
      INSERT INTO watchers VALUES (1, 3), (2, 6), (3, 1), (4, 9);
      """)
    let service = try Self.withHiddenKey(database)
    let page = try await service.list(ListRequest(table: "jobs"), as: .ana)
    #expect(page.column("watchers") == ["[9]", "[1]", "[6]", "[3]"])
  }

  /// A cursor holds the key's values if the whole key is visible; otherwise it is a position. The
  /// pages are the list in both cases.
  @Test(arguments: [
    ("pairs", ""), ("pairs", #""a""#), ("pairs", #""b""#), ("pairs", #""a", "b""#), ("bare", ""),
  ])
  func pagesWithAndWithoutAKey(table: String, excluded: String) async throws {
    let service = try service(try TemporaryDatabase(Self.tables), excluded: excluded)
    for sort in ["c", "C"].map({ ListRequest.SortKey($0, isDescending: $0 == "C") }) {
      let all = try await service.list(ListRequest(table: table, sort: [sort]), as: .ana).items
      let paged = try await service.pages(
        of: ListRequest(table: table, sort: [sort], size: 1), upTo: all.count + 1)
      #expect(paged == all.map(\.values))
    }
  }
}
