import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// Lists of all records, which SQLite pushes from within where the query scans the table.
@Suite struct PushScanTests {
  private static let limits = RecordService.Limits(defaultSize: nil, maximumSize: nil)

  private func service(_ profile: String = #"{"tables_enabled": {"*": "*"}}"#) throws -> (
    TemporaryDatabase, RecordService
  ) {
    let database = try PagingTests.database()
    try database.execute("CREATE VIEW v AS SELECT id, a FROM t")
    return (database, try database.service(profile, limits: Self.limits, connections: 1))
  }

  private func isPushed(_ request: ListRequest, _ service: RecordService) async throws -> Bool {
    try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let list = try reader.prepare(request)
      guard list.size == nil else { return false }
      return try reader.onDatabase { connection throws(ServiceError) in
        try list.request.pushScanStatement { statement throws(ServiceError) in
          try reader.snapshot.plans.plan(of: statement, on: connection)
        } != nil
      }
    }
  }

  @Test(arguments: [
    (#"{"object_type": "t"}"#, true), (#"{"object_type": "k", "sort": "y, x"}"#, true),
    (#"{"object_type": "t", "filters": [{"field": "a", "operator": ">=", "value": 2}]}"#, true),
    (#"{"object_type": "t", "select": ["c", "b"], "sort": "id"}"#, true),
    // Backwards, in another order, by an index on the key, or not from a table.
    (#"{"object_type": "t", "sort": "id desc"}"#, false),
    (#"{"object_type": "t", "sort": "a"}"#, false),
    (
      #"{"object_type": "t", "filters": [{"field": "id", "operator": "in", "value": [3, 1]}]}"#,
      false
    ),
    (#"{"object_type": "loose"}"#, false), (#"{"object_type": "v"}"#, false),
    (#"{"object_type": "t", "size": 40}"#, false),
  ])
  func aPushedListEqualsItsPages(json: String, isPushed: Bool) async throws {
    let (_, service) = try service()
    var request = try ListRequest(json)
    #expect(try await self.isPushed(request, service) == isPushed)
    let whole = try await service.list(request, as: .ana)
    #expect(whole.next == nil || request.size != nil)
    let wanted = whole.items.map(\.values)
    request.size = 7
    let paged = try await service.pages(of: request, upTo: wanted.count)
    #expect(Array(paged.prefix(wanted.count)) == wanted)
    #expect(!wanted.isEmpty)
  }

  @Test func aListCanBeStoppedEarly() async throws {
    let (_, service) = try service()
    let seen = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      var seen: [Int] = []
      for wanted in [1, 5, 300] {
        let list = try reader.prepare(ListRequest(table: "t"))
        var count = 0
        let end = try reader.forEachRecord(of: list) { _ in
          count += 1
          return count < wanted
        }
        seen.append(end == nil ? count : -count)
      }
      return seen
    }
    #expect(seen == [1, 5, 300])
  }

  /// The code that handles a record may read on the same connection, and that may be a push scan
  /// too.
  @Test func readingWithinReading() async throws {
    let (_, service) = try service()
    let found = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      var found: [Int] = []
      let outer = try reader.prepare(ListRequest(table: "t"))
      _ = try reader.forEachRecord(of: outer) { record in
        guard found.count < 3 else { return false }
        let inner = try? reader.list(ListRequest(table: "t")).items.count
        let one = try? reader.get([record.values[0]], from: "t")
        found.append(one?.values == record.values ? inner ?? -1 : -2)
        return true
      }
      return found
    }
    #expect(found == [300, 300, 300])
  }

  @Test func objectsAndTypesAreReadAlike() async throws {
    struct Item: Decodable, Sendable, Equatable {
      var id: Int
      var a: Int?
    }
    let (_, service) = try service()
    let items = try await service.list(ListRequest(table: "t"), as: .ana, decoding: Item.self).items
    #expect(items.map(\.id) == Array(1...300))
    #expect(items.map(\.a) == (1...300).map { $0 % 7 == 0 ? nil : $0 % 7 })
    let objects = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      let list = try reader.prepare(ListRequest(table: "t", select: ["id", "a"]))
      var objects: [String] = []
      _ = try reader.forEachObject(of: list) { object, _ in
        objects.append(String(decoding: object, as: UTF8.self))
        return true
      }
      return objects
    }
    #expect(objects.prefix(2) == [#"{"id":1,"a":1}"#, #"{"id":2,"a":2}"#])
    #expect(objects.count == 300)
  }

  @Test func aDeadlineEndsTheScan() async throws {
    let (database, _) = try service()
    let limits = RecordService.Limits(
      defaultSize: nil, maximumSize: nil, timeout: .milliseconds(500))
    let service = try database.service(
      #"{"tables_enabled": {"t": "*"}}"#, limits: limits, connections: 1)
    var code: ServiceError.Code?
    do throws(ServiceError) {
      try await service.withSession(as: .ana) { reader throws(ServiceError) in
        let list = try reader.prepare(ListRequest(table: "t"))
        let start = ContinuousClock.now
        _ = try reader.forEachRecord(of: list) { _ in
          while start.duration(to: .now) < .milliseconds(600) {}
          return true
        }
      }
    } catch {
      code = error.code
    }
    #expect(code == .deadlineExceeded)
  }
}
