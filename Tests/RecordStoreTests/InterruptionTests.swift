import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct InterruptionTests {
  static let endless = """
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n
    """

  @Test func aDeadlineInTheMiddleOfALongScan() throws {
    let connection = try Connection(.inMemory)
    let started = ContinuousClock.now
    let failure = connection.withDeadline(.after(.milliseconds(30))) {
      kind { _ = try connection.rows(Self.endless) }
    }
    #expect(failure == .deadlineExceeded)
    #expect(started.duration(to: .now) < .seconds(5))
    // The connection and the statement still work.
    #expect(try connection.rows("SELECT 1") == [[1]])
  }

  @Test func aPastDeadlineRunsNothing() throws {
    let connection = try Connection(.inMemory)
    let failure = connection.withDeadline(.after(.zero)) {
      kind { try connection.execute("CREATE TABLE t(x)") }
    }
    #expect(failure == .deadlineExceeded)
    #expect(try connection.rows("SELECT count(*) FROM sqlite_schema") == [[0]])
  }

  @Test func aDeadlineEndsTheWaitForALock() throws {
    let folder = try TemporaryFolder()
    let path = try folder.database()
    let reader = try Connection(.readOnly(path: path))
    let writer = try Connection(.readWrite(path: path))
    try writer.execute("BEGIN EXCLUSIVE")
    let started = ContinuousClock.now
    let failure = reader.withDeadline(.after(.milliseconds(30))) {
      kind { _ = try reader.rows("SELECT count(*) FROM tasks") }
    }
    #expect(failure == .deadlineExceeded)
    #expect(started.duration(to: .now) < .seconds(4))
  }

  @Test func cancellingTheTaskStopsTheScan() async throws {
    let task = Task {
      kind { _ = try Connection(.inMemory).rows(Self.endless) }
    }
    cancelSoon(task)
    #expect(await task.value == .cancelled)
  }

  @Test func cancellingTheTaskEndsTheWaitForALock() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.database()
    let writer = try Connection(.readWrite(path: path))
    let pool = try ConnectionPool(.readOnly(path: path), capacity: 1)
    try writer.execute("BEGIN EXCLUSIVE")
    let task = Task {
      do throws(StoreError) {
        let connection = try await pool.connection()
        _ = try connection.rows("SELECT count(*) FROM tasks")
        return StoreError.Kind?.none
      } catch {
        return error.kind
      }
    }
    cancelSoon(task)
    #expect(await task.value == .cancelled)
  }
}
