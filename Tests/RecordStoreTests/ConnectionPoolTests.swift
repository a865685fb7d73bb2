import RecordFilter
import RowscopeModel
import Synchronization
import TestSupport
import Testing

@testable import RecordStore

/// A log that several tasks write to.
private final class Notes: Sendable {
  let out = Atomic(0)
  let most = Mutex(0)
  let order = Mutex<[Int]>([])
}

@Suite struct ConnectionPoolTests {
  let image: DatabaseImage

  init() throws { image = try Connection.memory(TemporaryFolder.sample).image() }

  @Test func failureToOpenIsReportedAtOnce() {
    #expect(
      kind { _ = try ConnectionPool(.readOnly(path: "/no/such/file"), capacity: 2) } == .noSuchFile)
    #expect(kind { _ = try ConnectionPool(.inMemory, capacity: 2) } == .internalError)
    #expect(kind { _ = try ConnectionPool(.inMemory, capacity: 1) } == nil)
  }

  @Test func manyTasksOnFewConnections() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 3)
    let notes = Notes()
    try await withThrowingTaskGroup(of: [[Value]].self) { group in
      for number in 0..<500 {
        group.addTask {
          try await pool.withConnection { connection async throws(StoreError) in
            let now = notes.out.add(1, ordering: .relaxed).newValue
            notes.most.withLock { $0 = max($0, now) }
            await Task.yield()
            let rows = try connection.rows(
              "SELECT ?1, count(*) FROM tasks", [.integer(Int64(number))])
            notes.out.subtract(1, ordering: .relaxed)
            return rows
          }
        }
      }
      var seen: Set<Value> = []
      for try await rows in group {
        #expect(rows[0][1] == 3)
        seen.insert(rows[0][0])
      }
      #expect(seen.count == 500)
    }
    #expect(notes.most.withLock { $0 } <= 3)
  }

  @Test func waitersAreServedInOrder() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 1)
    let notes = Notes()
    var held: Connection? = try await pool.connection()
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<20 {
      tasks.append(
        Task {
          let connection = try await pool.connection()
          notes.order.withLock { $0.append(number) }
          _ = try connection.rows("SELECT 1")
        })
      while pool.waitingCount < number + 1 { await Task.yield() }
    }
    // Later arrivals do not overtake.
    #expect(try pool.connectionIfAvailable() == nil)
    _ = held?.core
    held = nil
    for task in tasks { try await task.value }
    #expect(notes.order.withLock { $0 } == Array(0..<20))
  }

  @Test func theWaitEndsAtTheDeadlineAndOnCancellation() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 1)
    let held = try await pool.connection()
    await #expect(throws: StoreError.self) {
      _ = try await pool.connection(deadline: .after(.milliseconds(20))).schemaVersion()
    }
    let task = Task {
      do throws(StoreError) {
        _ = try await pool.connection().schemaVersion()
        return StoreError.Kind?.none
      } catch {
        return error.kind
      }
    }
    while pool.waitingCount == 0 { await Task.yield() }
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(pool.waitingCount == 0)
    #expect(try held.rows("SELECT 1") == [[1]])
  }

  /// A lock is reported at once where the caller may not wait, both on opening and on a lease; the
  /// next caller waits.
  @Test func aCallerThatMustNotWaitLearnsOfALockAtOnce() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.database()
    let pool = try ConnectionPool(
      .readOnly(path: path), capacity: 2, configuration: .init(busyTimeout: .seconds(60)))
    let first = try await pool.connection()
    let writer = try Connection(.readWrite(path: path))
    func isReported() throws -> Bool {
      try writer.execute("BEGIN EXCLUSIVE")
      defer { writer.rollback() }
      return kind {
        let lent = try pool.connectionIfAvailable(deadline: .never, waitsForLocks: false)
        _ = try lent?.rows("SELECT count(*) FROM tasks")
      } == .locked
    }
    #expect(try isReported(), "while it is opened")
    _ = try pool.connectionIfAvailable()
    #expect(try isReported(), "once it is open")
    let second = try await pool.connection(deadline: .after(.milliseconds(100)))
    try writer.execute("BEGIN EXCLUSIVE")
    #expect(kind { _ = try second.rows("SELECT count(*) FROM tasks") } == .deadlineExceeded)
    writer.rollback()
    _ = consume first
  }

  @Test func aStatementKeepsItsConnection() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 1)
    func titles() async throws -> Statement {
      let connection = try await pool.connection()
      return try connection.statement("SELECT title FROM tasks", as: .unrestricted)
    }
    do {
      let statement = try await titles()
      #expect(try pool.connectionIfAvailable() == nil)
      #expect(try statement.rows().count == 3)
    }
    #expect(try pool.connectionIfAvailable() != nil)
  }

  @Test func aTransactionLeftOpenIsEnded() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 1)
    try await pool.withConnection { connection throws(StoreError) in
      try connection.execute("BEGIN")
    }
    try await pool.withConnection { connection throws(StoreError) in
      try connection.execute("BEGIN")
    }
  }

  @Test func aDeadlineEndsWithItsLease() async throws {
    let pool = try ConnectionPool(.image(image), capacity: 1)
    try await pool.withConnection(deadline: .after(.milliseconds(1))) {
      _ async throws(StoreError) in
      try? await Task.sleep(for: .milliseconds(5))
    }
    let connection = try await pool.connection()
    #expect(try connection.rows("SELECT 1") == [[1]])
  }
}

extension ConnectionPool {
  /// Runs `body` with a leased connection.
  func withConnection<Result>(
    deadline: Deadline = .never,
    _ body: (borrowing Connection) async throws(StoreError) -> sending Result
  ) async throws(StoreError) -> sending Result {
    let connection = try await connection(deadline: deadline)
    return try await body(connection)
  }
}
