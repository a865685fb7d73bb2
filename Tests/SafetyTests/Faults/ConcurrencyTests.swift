import AccessProfiles
import Foundation
import RecordFilter
import RecordStore
import Rowscope
import Synchronization
import TestSupport
import Testing

/// Readers of different profiles on the same few connections, a writer, and profiles that are replaced meanwhile.
///
/// `ROWSCOPE_CONCURRENCY_SECONDS` sets for how long (2 where it is not set). To be run under the thread sanitizer as well:
/// `swift test --sanitize thread --scratch-path .build/thread --filter ConcurrencyTests`.
@Suite struct ConcurrencyTests {
  private static let owners = 8

  private static func profiles(_ generation: Int) throws -> ProfileCatalog {
    var texts: [String: String] = [:]
    for profile in 0..<4 {
      // Each profile hides a column of its own, and the document differs from generation to generation.
      texts["p\(profile)"] = """
        {"tables_enabled": {"t": {"data": [{"field": "owner", "reference": "id_user"}],
          "fields_excluded": ["s\(profile)"], "fields_readonly": [\(generation % 2 == 0 ? "\"v\"" : "")]}}} // \(generation)
        """
    }
    return try ProfileCatalog(texts: texts)
  }

  @Test(.watches(.sharedStatement, .planAcrossRoles, .time)) func eightReadersAndAWriter()
    async throws
  {
    let columns = (0..<4).map { "s\($0) TEXT" }.joined(separator: ", ")
    let database = try TestDatabase(
      """
      PRAGMA journal_mode = WAL;
      CREATE TABLE t (id INTEGER PRIMARY KEY, owner INTEGER, v INTEGER, \(columns));
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 159)
      INSERT INTO t SELECT i, i % \(Self.owners), 100, 'a', 'b', 'c', 'd' FROM n;
      """)
    let service = try database.service([:], connections: 3)
    service.replaceProfiles(try Self.profiles(0))
    let seconds = TwinTests.setting("ROWSCOPE_CONCURRENCY_SECONDS", 2)
    let end = ContinuousClock.now + .seconds(seconds)
    let path = database.path
    let (reads, writes) = (Counter(), Counter())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Takes from one record of an owner what it gives to another one: the sum of each owner stays.
        let connection = try Connection(.readWrite(path: path))
        var random = SeededGenerator(seed: 7)
        var written = 0
        while ContinuousClock.now < end || written < 20 {
          written += 1
          await Task.yield()
          let owner = Int.random(in: 0..<Self.owners, using: &random)
          let (from, to) = (
            owner + Self.owners * Int.random(in: 0..<20, using: &random),
            owner + Self.owners * Int.random(in: 0..<20, using: &random)
          )
          try connection.execute(
            "BEGIN IMMEDIATE; UPDATE t SET v = v - 3 WHERE id = \(from); UPDATE t SET v = v + 3 WHERE id = \(to); COMMIT"
          )
          writes.add()
        }
      }
      group.addTask {
        var generation = 0
        while ContinuousClock.now < end {
          generation += 1
          service.replaceProfiles(try Self.profiles(generation))
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      for reader in 0..<8 {
        group.addTask {
          let user = User(id: .integer(Int64(reader)), profile: "p\(reader % 4)")
          var request = ListRequest(table: "t", sort: [.init("v")], size: 30)
          var read = 0
          while ContinuousClock.now < end || read < 20 {
            read += 1
            request.search = Bool.random() ? "a" : nil
            if reader % 4 == 0 { request.search = nil }
            let page = try await service.list(request, as: user)
            #expect(page.items.count == 20)
            #expect(page.items.allSatisfy { $0["owner"] == user.id && $0["s\(reader % 4)"] == nil })
            #expect(page.items.first?.values.count == 6)
            let sum = page.items.reduce(Int64(0)) { sum, record in
              if case .integer(let value)? = record["v"] { sum + value } else { sum }
            }
            #expect(sum == 2_000, "an answer is of one moment")
            reads.add()
          }
        }
      }
      try await group.waitForAll()
    }
    let counts = (reads.value, writes.value)
    print("concurrency: \(counts.0) lists of 8 readers, \(counts.1) transactions, \(seconds) s")
    #expect(counts.0 > 50 && counts.1 > 10)
  }
}

private final class Counter: Sendable {
  private let count = Atomic(0)
  func add() { count.add(1, ordering: .relaxed) }
  var value: Int { count.load(ordering: .relaxed) }
}
