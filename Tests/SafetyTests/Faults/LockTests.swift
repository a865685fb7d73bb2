import Foundation
import RecordFilter
import RecordStore
import Rowscope
import TestSupport
import Testing

/// Another process working on the same database.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: OtherProcess.interpreter)))
struct LockTests {
  /// Locks of another process are waited for as long as the busy time-out says, and no longer.
  @Test(.watches(.time), arguments: ["DELETE", "WAL"])
  func aLockOfAnotherProcess(journal: String) async throws {
    try await OwnThread.run {
      let database = try TemporaryDatabase("PRAGMA journal_mode = \(journal);" + Helpdesk.tables)
      let service = try database.service(
        ["p": #"{"tables_enabled": {"*": {"*": "*"}}}"#],
        configuration: .init(busyTimeout: .milliseconds(50)),
        isWritable: true)
      for lock in ["IMMEDIATE", "EXCLUSIVE"] {
        let other = try OtherProcess(beginning: lock, path: database.path)
        #expect(other.hasBegun)
        let start = ContinuousClock.now
        let error = await serviceError {
          try await service.update([2], in: "tasks", set: ["title": "changed"], as: .ana)
        }
        #expect(error?.code == .database && error?.message.contains("locked") == true, "\(lock)")
        let answer = await service.ask(#"{"object_type": "tasks"}"#)
        // Under WAL a writer does not block readers, nor does a transaction that has not yet
        // written to the file.
        let isRead = journal == "WAL" || lock == "IMMEDIATE"
        #expect(answer.contains(isRead ? "\"two\"" : "locked"), "\(lock): \(answer)")
        #expect(start.duration(to: .now) < .seconds(5))
        other.end()
        #expect(try database.rows("SELECT title FROM tasks WHERE id = 2") == [["two"]])
      }
      _ = try await service.update([2], in: "tasks", set: ["title": "changed"], as: .ana)
      #expect(try database.rows("SELECT title FROM tasks WHERE id = 2") == [["changed"]])
    }
  }

  /// While one connection reads, another process cannot write, even if this process opens and
  /// closes more connections.
  @Test(.watches(.time)) func closingAnotherConnectionKeepsTheLock() throws {
    let database = try Helpdesk.database()
    let reader = try Connection(.readOnly(path: database.path))
    try reader.execute("BEGIN; SELECT count(*) FROM tasks")
    do {
      _ = try Connection(.readOnly(path: database.path))
      _ = try Connection(.readWrite(path: database.path))
    }
    let other = try OtherProcess(beginning: "EXCLUSIVE", path: database.path)
    #expect(!other.hasBegun, "the lock was lost")
    other.end()
  }

  /// Another process that exits does not delete the WAL file as if it were the last one, and later
  /// writes are not lost.
  @Test(.watches(.time)) func theWALFileStaysWhileInUse() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Helpdesk.tables)
    let service = try database.service(
      ["p": #"{"tables_enabled": {"*": {"*": "*"}}}"#], isWritable: true)
    _ = try await service.update([2], in: "tasks", set: ["title": "first"], as: .ana)
    do { _ = try Connection(.readOnly(path: database.path)) }
    let other = try OtherProcess(beginning: "IMMEDIATE", path: database.path)
    #expect(other.hasBegun)
    other.end()
    #expect(FileManager.default.fileExists(atPath: database.path + "-wal"))
    _ = try await service.update([3], in: "tasks", set: ["title": "second"], as: .ana)
    let rows = try database.rows("SELECT title FROM tasks WHERE id IN (2, 3) ORDER BY id")
    #expect(rows == [["first"], ["second"]])
  }
}

/// Another process, which begins a transaction and stays in it until told to end.
private final class OtherProcess {
  static let interpreter = "/usr/bin/python3"

  /// Whether it got the lock.
  let hasBegun: Bool
  private let process = Process()
  private let input = Pipe()

  init(beginning kind: String, path: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Self.interpreter)
    process.arguments = [
      "-c",
      """
      import sqlite3, sys
      connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.1)
      try:
          connection.execute("BEGIN " + sys.argv[2])
          print("begun", end="", flush=True)
      except sqlite3.OperationalError:
          print("refused", end="", flush=True)
      sys.stdin.read()
      connection.close()
      """, path, kind,
    ]
    // With the system's own SQLite, whichever the tests run with.
    process.environment = [:]
    process.standardInput = input
    process.standardOutput = output
    try process.start()
    hasBegun = output.fileHandleForReading.availableData == Data("begun".utf8)
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
