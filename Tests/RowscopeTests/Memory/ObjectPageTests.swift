import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import Testing

@testable import RecordEngine
@testable import Rowscope

/// Pages as JSON objects, from the database and from columns in memory, whole and stopped early.
@Suite struct ObjectPageTests {
  private static let tables = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, owner INTEGER);
    INSERT INTO t VALUES (1, 'x', 7), (2, 'y', 7), (3, 'x', 7), (4, NULL, 7), (5, 'z', 7),
      (6, 'q', 8);
    """

  private func services() throws -> [RecordService] {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    let image = try connection.image()
    let profile = try Profile(
      document: .init(
        name: "p.json",
        text:
          #"{"tables_enabled": {"t": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#))
    return try [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)].map { memory in
      RecordService(
        pool: try ConnectionPool(.image(image), capacity: 1),
        profiles: ProfileCatalog(["p": profile]), memory: memory,
        clock: { RequestClock(now: 1_795_338_000) })
    }
  }

  /// The objects of a page, and the next cursor; nil where the reader stopped early.
  private func objects(
    _ request: ListRequest, _ service: RecordService, as user: User = .ana, atMost limit: Int = .max
  ) async throws -> (objects: [String], end: ListEnd?) {
    try await service.withSession(as: user) { reader throws(ServiceError) in
      var objects: [String] = []
      let end = try reader.forEachObject(of: try reader.prepare(request)) { object, _ in
        objects.append(String(decoding: object, as: UTF8.self))
        return objects.count < limit
      }
      return (objects, end)
    }
  }

  @Test(arguments: 1...6) func pagesFollowOneAnother(size: Int) async throws {
    for service in try services() {
      var request = ListRequest(table: "t", select: ["id", "a"], sort: [.init("a")], size: size)
      var all: [String] = []
      while true {
        let (objects, end) = try await objects(request, service)
        all += objects
        let next = try #require(end)
        #expect(next.hasMore == (all.count < 5))
        #expect((next.next != nil) == next.hasMore)
        guard next.hasMore else { break }
        #expect(objects.count == size)
        request.after = next.next
      }
      #expect(
        all == [
          #"{"id":4,"a":null}"#, #"{"id":1,"a":"x"}"#, #"{"id":3,"a":"x"}"#, #"{"id":2,"a":"y"}"#,
          #"{"id":5,"a":"z"}"#,
        ])
    }
  }

  @Test(arguments: [nil, 2, 5, 6] as [Int?]) func aReaderThatStopsEarlyGetsNoCursor(size: Int?)
    async throws
  {
    for service in try services() {
      let request = ListRequest(table: "t", select: ["id"], size: size)
      for limit in 1...(size ?? 5) where limit <= 5 {
        let (objects, end) = try await objects(request, service, atMost: limit)
        #expect(objects == (1...limit).map { #"{"id":\#($0)}"# })
        #expect(end == nil)
      }
    }
  }

  @Test func anEmptyListHasAnEnd() async throws {
    let nullID = User(id: .null, name: "Nobody", profile: "p")
    for service in try services() {
      for user in [nullID, User(id: 99, name: "Nobody", profile: "p")] {
        let (objects, end) = try await objects(ListRequest(table: "t"), service, as: user)
        #expect(objects.isEmpty)
        #expect(end == ListEnd(hasMore: false, next: nil))
      }
    }
  }

  /// Text search examines sixteen positions at a time, also at the end of all texts, wherever that
  /// falls.
  @Test func aMatchAtTheVeryEndIsFound() async throws {
    for length in 0..<70 {
      let connection = try Connection(.inMemory)
      try connection.execute(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
        INSERT INTO t VALUES (1, '\(String(repeating: "x", count: length))ab');
        """)
      let image = try connection.image()
      let service = RecordService(
        pool: try ConnectionPool(.image(image), capacity: 1),
        profiles: ProfileCatalog([
          "p": try Profile(
            document: .init(name: "p.json", text: #"{"tables_enabled": {"t": "*"}}"#))
        ]),
        memory: MemoryPolicy(tables: .all, use: .always))
      for text in ["ab", "AB", "b", "B", "xAB"] {
        let count = try await service.count(ListRequest(table: "t", search: text), as: .ana)
        #expect(count == (length == 0 && text == "xAB" ? 0 : 1), "\(text) after \(length) bytes")
      }
    }
  }
}
