import AccessProfiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Synchronization
import TestSupport
import Testing

/// Readers of different profiles on few connections, writers by SQL and through the service, and
/// profiles that are replaced meanwhile.
///
/// `ROWSCOPE_CONCURRENCY_SECONDS` is the duration for each journal mode (default 2).
/// `Tests/Tools/ThreadSanitizer/run` runs it for minutes under the thread sanitizer.
@Suite(.serialized) struct ConcurrencyTests {
  private static let owners = 8
  /// Longer than any wait here should take, however busy the machine.
  private static let patient = Connection.Configuration(busyTimeout: .seconds(20))

  private static func profiles(_ generation: Int) throws -> ProfileCatalog {
    var texts: [String: String] = [:]
    for profile in 0..<4 {
      // Each profile hides a column of its own, and the document differs between generations.
      texts["p\(profile)"] = """
        {"tables_enabled": {"t": {"data": [{"field": "owner", "reference": "id_user"}],
          "fields_excluded": ["s\(profile)"], "fields_readonly": [\(generation % 2 == 0 ? "\"v\"" : "")]}}} // \(generation)
        """
    }
    return try ProfileCatalog(texts: texts)
  }

  /// Under WAL no one waits for readers; with a rollback journal readers and writers wait for each
  /// other.
  @Test(.watches(.sharedStatement, .planAcrossRoles, .time), arguments: ["WAL", "DELETE"])
  func eightReadersAndAWriter(journal: String) async throws {
    let columns = (0..<4).map { "s\($0) TEXT" }.joined(separator: ", ")
    let database = try TemporaryDatabase(
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE t (id INTEGER PRIMARY KEY, owner INTEGER, v INTEGER, \(columns));
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 159)
      INSERT INTO t SELECT i, i % \(Self.owners), 100, 'a', 'b', 'c', 'd' FROM n;
      """)
    let service = try database.service(
      [:], connections: 3, configuration: Self.patient, isWritable: true)
    service.replaceProfiles(try Self.profiles(0))
    let seconds = Extent.count("ROWSCOPE_CONCURRENCY_SECONDS", few: 1, all: 2)
    let end = ContinuousClock.now + .seconds(seconds)
    let path = database.path
    let (reads, writes, changes) = (Counter(), Counter(), Counter())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: OwnThread()) {
        // Moves an amount from one record of an owner to another, so that each owner's sum stays.
        let connection = try Connection(.readWrite(path: path), configuration: Self.patient)
        var random = SeededGenerator(seed: 7)
        var written = 0
        while ContinuousClock.now < end || written < 20 {
          written += 1
          let owner = Int.random(in: 0..<Self.owners, using: &random)
          let (from, to) = (
            owner + Self.owners * Int.random(in: 0..<20, using: &random),
            owner + Self.owners * Int.random(in: 0..<20, using: &random)
          )
          try connection.execute(
            "BEGIN IMMEDIATE; UPDATE t SET v = v - 3 WHERE id = \(from); UPDATE t SET v = v + 3 WHERE id = \(to); COMMIT"
          )
          writes.add()
          // SQLite's waiters poll for the lock, so a writer without pauses would keep all others
          // out.
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      group.addTask(executorPreference: OwnThread()) {
        // The same as one of the users.
        var random = SeededGenerator(seed: 8)
        var tried = 0
        while ContinuousClock.now < end || tried < 20 || changes.value == 0 {
          tried += 1
          if try await Self.take(from: service, &random) { changes.add() }
        }
      }
      group.addTask(executorPreference: OwnThread()) {
        var generation = 0
        while ContinuousClock.now < end {
          generation += 1
          service.replaceProfiles(try Self.profiles(generation))
          try await Task.sleep(for: .milliseconds(5))
        }
        // A profile that lets its users write.
        service.replaceProfiles(try Self.profiles(1))
      }
      for reader in 0..<8 {
        group.addTask(executorPreference: OwnThread()) {
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
            #expect(sum == 2_000, "an answer is of one snapshot")
            reads.add()
          }
        }
      }
      try await group.waitForAll()
    }
    print(
      "concurrency: \(journal), \(reads.value) lists of 8 readers, \(writes.value) transactions, "
        + "\(changes.value) changes of users, \(seconds) s")
    #expect(reads.value > 50 && writes.value > 10 && changes.value > 0)
    let sums = try database.rows("SELECT DISTINCT sum(v) FROM t GROUP BY owner")
    #expect(sums == [[2_000]], "no change is lost, and none is half done")
  }

  /// The same move by a user through the service, who has read the records before. False if another
  /// change came first, or if the present profile does not allow writing.
  private static func take(
    from service: RecordService, _ random: inout SeededGenerator
  ) async throws -> Bool {
    let owner = Int.random(in: 0..<owners, using: &random)
    let user = User(id: .integer(Int64(owner)), profile: "p\(owner % 4)")
    let request = ListRequest(table: "t", select: ["id", "v"], size: 20)
    let records = try await service.list(request, as: user).items
    let (from, to) = (
      try #require(records.randomElement(using: &random)),
      try #require(records.randomElement(using: &random))
    )
    guard case .integer(let less)? = from["v"], case .integer(let more)? = to["v"],
      let giver = from["id"], let taker = to["id"], giver != taker
    else { return false }
    do throws(ServiceError) {
      try await service.write(as: user) { writer throws(ServiceError) in
        _ = try writer.update(
          [giver], in: "t", set: ["v": .value(.integer(less - 3))],
          ifUnchanged: ["v": .value(.integer(less))])
        _ = try writer.update(
          [taker], in: "t", set: ["v": .value(.integer(more + 3))],
          ifUnchanged: ["v": .value(.integer(more))])
      }
      return true
    } catch {
      #expect([.conflict, .readonlyField].contains(error.code), "\(error)")
      return false
    }
  }
}

private final class Counter: Sendable {
  private let count = Atomic(0)
  func add() { count.add(1, ordering: .relaxed) }
  var value: Int { count.load(ordering: .relaxed) }
}
